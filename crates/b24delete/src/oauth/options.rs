//! The options of an application, and their check.

use std::sync::Arc;

use url::Url;

use super::endpoints::Endpoints;
use super::store::TokenStore;
use crate::address;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

/// The token endpoint of the cloud.
const TOKEN_ENDPOINT: &str = "https://oauth.bitrix.info/oauth/token/";

/// The two authorization servers of the cloud.
const AUTHORIZATION_SERVERS: [&str; 2] = ["oauth.bitrix.info", "oauth.bitrix24.tech"];

/// An application's authorization on a portal by OAuth 2.0. Source: settings/oauth/index.md.
///
/// Secrets go in the bodies of POST requests, to the portal and to the token endpoint only.
///
/// ```
/// use std::sync::Arc;
/// use b24delete::{ClientOptions, FileTokenStore, OAuthOptions, Secret};
///
/// let mut oauth = OAuthOptions::new("https://example.bitrix24.com/rest/", "local.123", Secret::new("SECRET"));
/// oauth.store = Some(Arc::new(FileTokenStore::new("/home/me/.local/state/example/tokens.json")));
/// let options = ClientOptions::oauth(oauth);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OAuthOptions {
    /// REST root of the portal, `https://HOST/rest/`.
    pub rest: String,
    /// The application's id.
    pub client_id: String,
    /// The application's key.
    pub client_secret: Secret,
    /// An access token to begin with. Not needed where there is a refresh token.
    pub access_token: Option<Secret>,
    /// A refresh token to begin with. It is good for one renewal: without a store the login is lost with the process.
    ///
    /// Tokens in the store that go back to this one count instead of it; a token that the store does not know replaces
    /// what is there.
    pub refresh_token: Option<Secret>,
    /// Where requests for tokens go. Default: `https://oauth.bitrix.info/oauth/token/`.
    pub token_endpoint: String,
    /// Hosts to which the authorization server may move the portal (`client_endpoint`) or itself (`server_endpoint`)
    /// with an https address. Default: the two authorization servers of the cloud, `oauth.bitrix.info` and
    /// `oauth.bitrix24.tech`.
    pub allowed_hosts: Vec<String>,
    /// How tokens are asked for.
    pub token_request: TokenRequest,
    /// Where tokens are kept. Default: in memory only.
    pub store: Option<Arc<dyn TokenStore>>,
}

/// How tokens are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TokenRequest {
    /// POST with the secrets in the body.
    #[default]
    Post,
    /// GET with the secrets in the query, as the documentation shows it. Proxies and servers write queries to their
    /// logs: for authorization servers only that take nothing else.
    Get,
}

impl OAuthOptions {
    /// The defaults for an application on a portal.
    pub fn new(rest: impl Into<String>, client_id: impl Into<String>, client_secret: Secret) -> Self {
        Self {
            rest: rest.into(),
            client_id: client_id.into(),
            client_secret,
            access_token: None,
            refresh_token: None,
            token_endpoint: TOKEN_ENDPOINT.to_owned(),
            allowed_hosts: AUTHORIZATION_SERVERS.map(str::to_owned).to_vec(),
            token_request: TokenRequest::Post,
            store: None,
        }
    }

    /// The addresses, checked.
    ///
    /// # Errors
    /// `config` for what is missing or not allowed.
    pub(super) fn check(&self) -> Result<Endpoints> {
        if self.client_id.trim().is_empty() || self.client_secret.reveal().trim().is_empty() {
            return Err(refused("an application needs its client id and its client secret"));
        }
        let mut rest = parse(&self.rest, "REST address of the portal", "the application's tokens")?;
        let path = rest.path().trim_end_matches('/').to_owned();
        if !path.ends_with("/rest") {
            return Err(refused("the REST address of the portal must end with `/rest/`"));
        }
        rest.set_path(&format!("{path}/"));
        let token = parse(&self.token_endpoint, "token endpoint", "the application's secret")?;
        Ok(Endpoints { rest, token })
    }
}

fn parse(text: &str, name: &str, secret: &str) -> Result<Url> {
    let url =
        Url::parse(text.trim()).map_err(|error| refused(&format!("the {name} is not a URL ({error})")))?;
    address::check(&url, name, secret)?;
    Ok(url)
}

fn refused(text: &str) -> Error {
    Error::not_sent(ErrorKind::Config, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(rest: &str) -> OAuthOptions {
        OAuthOptions::new(rest, "local.1", Secret::new("s3cret"))
    }

    #[test]
    fn addresses_are_checked_before_anything_is_sent() {
        for rest in ["https://example.bitrix24.com/rest", "http://127.0.0.1:8080/rest/"] {
            assert!(options(rest).check().unwrap().rest.path().ends_with("/rest/"));
        }
        for (rest, wanted) in [
            ("http://example.bitrix24.com/rest/", "unencrypted to `example.bitrix24.com`"),
            ("https://example.bitrix24.com/", "`/rest/`"),
            ("https://example.bitrix24.com/rest/1/abc/", "`/rest/`"),
            ("https://example.bitrix24.com/rest/?auth=s3cret", "`?`"),
            ("example.bitrix24.com", "not a URL"),
        ] {
            let error = options(rest).check().unwrap_err();
            assert!(error.description().contains(wanted) && !error.to_string().contains("s3cret"), "{error}");
        }
        let mut plain = options("https://example.bitrix24.com/rest/");
        plain.token_endpoint = "http://oauth.bitrix.info/oauth/token/".to_owned();
        assert!(plain.check().unwrap_err().description().contains("unencrypted"));
        plain.client_id = String::new();
        assert!(plain.check().unwrap_err().description().contains("client id"));
    }

    #[test]
    fn options_print_without_secrets() {
        let mut options = options("https://example.bitrix24.com/rest/");
        options.refresh_token = Some(Secret::new("r3fresh"));
        let printed = format!("{options:?}");
        assert!(!printed.contains("s3cret") && !printed.contains("r3fresh"), "{printed}");
    }
}
