//! Tokens, and the text in which stores keep them.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

/// Version of the text.
const VERSION: u32 = 1;

/// What an application has to call a portal with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tokens {
    /// Authorizes calls, for an hour. None before the first renewal of a bare refresh token.
    pub access_token: Option<Secret>,
    /// Gets the next pair of tokens, for 180 days, and only once.
    pub refresh_token: Option<Secret>,
    /// When the access token expires, in Unix seconds by this machine's clock. It informs people; nothing relies on it.
    pub expires_at: Option<u64>,
    /// REST address of the portal, as the authorization server gave it.
    pub client_endpoint: Option<String>,
    /// REST address of the authorization server, as it gave it.
    pub server_endpoint: Option<String>,
    /// Id of the portal.
    pub member_id: Option<String>,
    /// The user in whose name the application acts.
    pub user_id: Option<u64>,
    /// What the application may do: a list with commas.
    pub scope: Option<String>,
    /// The configured refresh token that these tokens go back to. Once the configuration has another one, they are out
    /// of date.
    pub(crate) origin: Option<Secret>,
}

/// The text of a store, with the secrets in the open.
#[derive(Serialize, Deserialize)]
struct Written {
    v: u32,
    access_token: Option<String>,
    refresh_token: Option<String>,
    expires_at: Option<u64>,
    client_endpoint: Option<String>,
    server_endpoint: Option<String>,
    member_id: Option<String>,
    user_id: Option<u64>,
    scope: Option<String>,
    origin: Option<String>,
}

impl Tokens {
    /// Tokens of which nothing else is known.
    pub fn new(access_token: Option<Secret>, refresh_token: Option<Secret>) -> Self {
        Self {
            access_token,
            refresh_token,
            expires_at: None,
            client_endpoint: None,
            server_endpoint: None,
            member_id: None,
            user_id: None,
            scope: None,
            origin: None,
        }
    }

    /// One line of JSON for a [`TokenStore`](crate::TokenStore) to keep. It shows the secrets.
    pub fn to_json(&self) -> String {
        let revealed = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.reveal().to_owned());
        serde_json::json!(Written {
            v: VERSION,
            access_token: revealed(&self.access_token),
            refresh_token: revealed(&self.refresh_token),
            expires_at: self.expires_at,
            client_endpoint: self.client_endpoint.clone(),
            server_endpoint: self.server_endpoint.clone(),
            member_id: self.member_id.clone(),
            user_id: self.user_id,
            scope: self.scope.clone(),
            origin: revealed(&self.origin),
        })
        .to_string()
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// `config` for anything else; the text never repeats what was read.
    pub fn from_json(text: &str) -> Result<Self> {
        let refused = |text: &str| Error::not_sent(ErrorKind::Config, text);
        let written: Written =
            serde_json::from_str(text).map_err(|_| refused("the stored tokens are damaged"))?;
        if written.v != VERSION {
            return Err(refused("the stored tokens have a format that this version does not know"));
        }
        let secret =
            |text: Option<String>| text.filter(|text| !text.is_empty()).map(|text| Secret::new(&text));
        let (access_token, refresh_token) = (secret(written.access_token), secret(written.refresh_token));
        if access_token.is_none() && refresh_token.is_none() {
            return Err(refused("the stored tokens are damaged: there is no token"));
        }
        Ok(Self {
            access_token,
            refresh_token,
            expires_at: written.expires_at,
            client_endpoint: written.client_endpoint,
            server_endpoint: written.server_endpoint,
            member_id: written.member_id,
            user_id: written.user_id,
            scope: written.scope,
            origin: secret(written.origin),
        })
    }

    /// Every secret in them.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = Secret> {
        [&self.access_token, &self.refresh_token, &self.origin].into_iter().flatten().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_their_text() {
        let mut tokens = Tokens::new(Some(Secret::new("acc3ss")), Some(Secret::new("r3fresh")));
        tokens.expires_at = Some(1_800_000_000);
        tokens.origin = Some(Secret::new("first"));
        assert_eq!(Tokens::from_json(&tokens.to_json()).unwrap(), tokens);
        assert!(!format!("{tokens:?}").contains("acc3ss"));
    }

    #[test]
    fn damaged_texts_are_refused_without_being_repeated() {
        for text in [
            "",
            "acc3ss",
            "[1]",
            r#"{"v":1,"access_token":"acc3ss","#,
            r#"{"v":1}"#,
            r#"{"v":1,"access_token":"","refresh_token":null}"#,
            r#"{"v":2,"access_token":"acc3ss"}"#,
            r#"{"v":1,"access_token":["acc3ss"]}"#,
        ] {
            let error = Tokens::from_json(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{text}");
            assert!(!error.to_string().contains("acc3ss"), "{error}");
        }
    }
}
