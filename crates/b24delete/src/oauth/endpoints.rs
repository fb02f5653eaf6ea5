//! Addresses that the authorization server tells, and which of them are followed.

use url::Url;

use crate::address::authority;
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::secret::Redactor;

/// Where calls and requests for tokens go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoints {
    /// REST root of the portal, ending in a slash.
    pub(super) rest: Url,
    /// The token endpoint of the authorization server.
    pub(super) token: Url,
}

impl Endpoints {
    /// These endpoints with what a reply says about them: `client_endpoint` is the portal's REST root,
    /// `server_endpoint` that of the authorization server, whose token endpoint stands beside it.
    ///
    /// # Errors
    /// `redirected`, naming the host, when one is elsewhere and not an https address of a host in `allowed`.
    pub(super) fn following(
        &self,
        client_endpoint: Option<&str>,
        server_endpoint: Option<&str>,
        allowed: &[String],
        redactor: &Redactor,
    ) -> Result<Self> {
        let mut followed = self.clone();
        if let Some(mut rest) = elsewhere(&self.rest, client_endpoint, "portal", allowed, redactor)? {
            if !rest.path().ends_with('/') {
                rest.set_path(&format!("{}/", rest.path()));
            }
            followed.rest = rest;
        }
        if let Some(mut token) =
            elsewhere(&self.token, server_endpoint, "authorization server", allowed, redactor)?
        {
            token.set_path("/oauth/token/");
            followed.token = token;
        }
        Ok(followed)
    }
}

/// The told address, when it leads to another place than `current` and may be followed there.
fn elsewhere(
    current: &Url,
    told: Option<&str>,
    whose: &str,
    allowed: &[String],
    redactor: &Redactor,
) -> Result<Option<Url>> {
    // What is no address leads nowhere: the configured one stays.
    let told = told.and_then(|told| Url::parse(told).ok()).filter(Url::has_host);
    let Some(mut url) = told.filter(|told| told.origin() != current.origin()) else { return Ok(None) };
    let host = url.host_str().unwrap_or_default();
    let is_allowed = allowed.iter().any(|name| name.eq_ignore_ascii_case(host));
    if url.scheme() != "https" || !is_allowed || !url.username().is_empty() || url.password().is_some() {
        let text = format!(
            "the authorization server names `{}` as the {whose} instead of `{}`; allow that host if it is right",
            // Whoever answers chooses the host, and may put what it knows into it.
            redactor.mask(&authority(&url)),
            authority(current),
        );
        return Err(Error::new(ErrorKind::Redirected, text).with_effect(Effect::NotSent));
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(Some(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints() -> Endpoints {
        Endpoints {
            rest: Url::parse("https://portal.bitrix24.com/rest/").unwrap(),
            token: Url::parse("https://oauth.bitrix.info/oauth/token/").unwrap(),
        }
    }

    fn follow(client: &str, server: &str) -> Result<(String, String)> {
        let allowed = ["oauth.bitrix24.tech".to_owned(), "New.bitrix24.com".to_owned()];
        let followed = endpoints().following(Some(client), Some(server), &allowed, &Redactor::default())?;
        Ok((followed.rest.into(), followed.token.into()))
    }

    #[test]
    fn the_same_place_keeps_the_configured_address() {
        let same = (endpoints().rest.to_string(), endpoints().token.to_string());
        for (client, server) in [
            ("https://portal.bitrix24.com/rest/", "https://oauth.bitrix.info/rest/"),
            ("https://portal.bitrix24.com:443/other/", "https://OAUTH.bitrix.info"),
            ("not an address", ""),
            ("data:x", "file:///etc/passwd"),
        ] {
            assert_eq!(follow(client, server).unwrap(), same, "{client} {server}");
        }
        assert_eq!(endpoints().following(None, None, &[], &Redactor::default()).unwrap(), endpoints());
    }

    #[test]
    fn an_allowed_host_is_followed() {
        let moved = follow("https://new.bitrix24.com/rest?x=1", "https://oauth.bitrix24.tech/rest/").unwrap();
        assert_eq!(
            moved,
            ("https://new.bitrix24.com/rest/".into(), "https://oauth.bitrix24.tech/oauth/token/".into())
        );
    }

    #[test]
    fn any_other_host_is_named_and_not_followed() {
        for (client, server, host) in [
            ("https://evil.example/rest/", "https://oauth.bitrix.info/rest/", "`evil.example`"),
            ("http://new.bitrix24.com/rest/", "", "`new.bitrix24.com`"),
            ("http://portal.bitrix24.com/rest/", "", "`portal.bitrix24.com`"),
            ("https://portal.bitrix24.com:8443/rest/", "", "`portal.bitrix24.com:8443`"),
            ("", "https://new.bitrix24.com.evil.example/rest/", "`new.bitrix24.com.evil.example`"),
            ("", "https://user@oauth.bitrix24.tech/rest/", "`oauth.bitrix24.tech`"),
        ] {
            let error = follow(client, server).unwrap_err();
            assert_eq!((error.kind(), error.effect()), (ErrorKind::Redirected, Effect::NotSent));
            assert!(error.description().contains(host), "{error}");
        }
    }
}
