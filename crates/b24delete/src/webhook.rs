//! The address of a portal with the secret of an inbound webhook.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use url::Url;

use crate::address::{self, authority, is_loopback};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::sync::locked;

/// What a webhook URL looks like.
const FORM: &str = "https://HOST/rest/USER_ID/CODE/";

/// An inbound webhook: `https://HOST/rest/USER_ID/CODE/`. It prints with its code masked.
pub(crate) struct Webhook {
    base: Url,
    /// Those of the methods that were called: putting one together takes as long as reading a reply.
    urls: Mutex<BTreeMap<&'static str, Url>>,
    user_id: u64,
    code: Secret,
}

impl Webhook {
    /// Reads a webhook URL, with or without a final slash or a method name.
    ///
    /// # Errors
    /// `config` with a text that names what is wrong, never the code.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let url = Url::parse(text.trim())
            .map_err(|error| refused(&format!("the webhook is not a URL, {error}")))?;
        address::check(&url, "webhook URL", "the webhook's code")?;
        let segments: Vec<_> =
            url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
        let rest = segments
            .iter()
            .rposition(|part| *part == "rest")
            .ok_or_else(|| refused(&format!("the webhook URL at `{}` has no `/rest/`", authority(&url))))?;
        let (prefix, parts) = segments.split_at(rest);
        let (user_id, code) = match parts {
            [_, user_id, code] | [_, user_id, code, _] => (*user_id, *code),
            [_, _] | [_] => return Err(refused("the webhook URL has no code after the user id")),
            _ => return Err(refused("the webhook URL has too many parts after its code")),
        };
        let number = user_id.parse().ok().filter(|_| user_id.bytes().all(|byte| byte.is_ascii_digit()));
        let number = number.ok_or_else(|| {
            refused("the webhook URL has no user id, a number, between `/rest/` and its code")
        })?;
        if !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(refused("the webhook URL's code has other characters than letters and digits"));
        }
        let mut base = url.clone();
        let prefix: String = prefix.iter().map(|part| format!("{part}/")).collect();
        base.set_path(&format!("/{prefix}rest/{user_id}/{code}/"));
        Ok(Self { base, urls: Mutex::default(), user_id: number, code: Secret::new(code) })
    }

    /// The URL of a REST method: a secret, not to be shown.
    pub(crate) fn method_url(&self, method: &'static str) -> Url {
        let mut urls = locked(&self.urls);
        let url = urls.entry(method).or_insert_with(|| {
            let mut url = self.base.clone();
            url.set_path(&format!("{}{method}.json", self.base.path()));
            url
        });
        url.clone()
    }

    /// Host, and port where it is not the usual one.
    pub(crate) fn host(&self) -> String {
        authority(&self.base)
    }

    /// The user in whose name the webhook acts.
    pub(crate) fn user_id(&self) -> u64 {
        self.user_id
    }

    pub(crate) fn code(&self) -> &Secret {
        &self.code
    }

    /// True for a portal on this machine, which is never reached through a proxy.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { base, user_id, code, .. } = self;
        write!(formatter, "{}://{}/rest/{user_id}/{code}/", base.scheme(), authority(base))
    }
}

fn refused(text: &str) -> Error {
    Error::not_sent(ErrorKind::Config, format!("{text}: `{FORM}` is needed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_leads_to_the_same_method_url() {
        for text in [
            "https://example.bitrix24.com/rest/1/abcdef123/",
            "https://example.bitrix24.com/rest/1/abcdef123",
            " https://example.bitrix24.com/rest/1/abcdef123/crm.lead.delete.json\n",
            "https://example.bitrix24.com/rest/1/abcdef123/profile/",
        ] {
            let webhook = Webhook::parse(text).unwrap();
            let url = webhook.method_url("crm.lead.delete");
            assert_eq!(url.as_str(), "https://example.bitrix24.com/rest/1/abcdef123/crm.lead.delete.json");
        }
        let own = Webhook::parse("https://crm.example.org:8443/portal/rest/7/abc/").unwrap();
        assert_eq!(
            own.method_url("batch").as_str(),
            "https://crm.example.org:8443/portal/rest/7/abc/batch.json"
        );
        assert_eq!(own.host(), "crm.example.org:8443");
    }

    #[test]
    fn plain_http_reaches_this_machine_only() {
        for text in [
            "http://127.0.0.1:80/rest/1/abc/",
            "http://localhost:8080/rest/1/abc",
            "http://[::1]/rest/1/abc/",
        ] {
            assert!(Webhook::parse(text).unwrap().is_loopback(), "{text}");
        }
        let error = Webhook::parse("http://example.bitrix24.com/rest/1/abcdef/").unwrap_err();
        assert!(error.description().contains("unencrypted to `example.bitrix24.com`"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named_and_the_code_is_not() {
        for (text, wanted) in [
            ("https://example.bitrix24.com/rest/1/", "no code"),
            ("https://example.bitrix24.com/rest/", "no code"),
            ("https://example.bitrix24.com/s3cretcode/", "no `/rest/`"),
            ("https://example.bitrix24.com/rest/s3cretcode/profile", "no user id"),
            ("https://example.bitrix24.com/rest/1/s3cretcode/a/b", "too many parts"),
            ("https://u:p@example.bitrix24.com/rest/1/s3cretcode/", "user name"),
            ("https://example.bitrix24.com/rest/1/s3cretcode/?auth=1", "`?`"),
            ("https://example.bitrix24.com/rest/1/s3cret%2Fcode/", "letters and digits"),
            ("ftp://example.bitrix24.com/rest/1/s3cretcode/", "`https://`"),
            ("example.bitrix24.com/rest/1/s3cretcode/", "not a URL"),
        ] {
            let error = Webhook::parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.description().contains(wanted), "{text}: {error}");
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
        }
        let webhook = Webhook::parse("https://example.bitrix24.com/rest/1/s3cretcode/").unwrap();
        assert_eq!(format!("{webhook:?}"), "https://example.bitrix24.com/rest/1/***/");
    }
}
