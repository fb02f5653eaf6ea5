//! How calls are authorized: by a webhook's address or by an application's token.

use std::sync::Arc;

use serde::de::IgnoredAny;
use url::Url;

use crate::error::{ErrorKind, Result};
use crate::oauth::{Access, Session};
use crate::secret::{Redactor, Secret};
use crate::transport::Reply;
use crate::webhook::Webhook;
use crate::wire::envelope;

/// How calls are authorized.
#[derive(Debug)]
pub(crate) enum Authorization {
    /// The secret is part of the address.
    Webhook(Webhook),
    /// A token travels in each request's body.
    OAuth(Arc<Session>),
}

/// What one request is authorized with.
#[derive(Debug, Clone)]
pub(crate) enum Credential<'a> {
    /// The address says it all.
    Webhook(&'a Webhook),
    /// An access token.
    Token(Access),
}

impl Authorization {
    /// Host of the portal, and its port where it is not the usual one.
    pub(crate) fn host(&self) -> String {
        match self {
            Self::Webhook(webhook) => webhook.host(),
            Self::OAuth(session) => session.host(),
        }
    }

    /// The user in whose name calls are made, as far as is known without asking.
    pub(crate) fn user_id(&self) -> Option<u64> {
        match self {
            Self::Webhook(webhook) => Some(webhook.user_id()),
            Self::OAuth(session) => session.user_id(),
        }
    }

    /// What the next request is authorized with; may renew the token first.
    ///
    /// # Errors
    /// Of the renewal.
    pub(crate) async fn credential(&self) -> Result<Credential<'_>> {
        match self {
            Self::Webhook(webhook) => Ok(Credential::Webhook(webhook)),
            Self::OAuth(session) => Ok(Credential::Token(session.current().await?)),
        }
    }

    /// What to send a request with once more that was refused because its token had expired; none when that would be
    /// in vain.
    ///
    /// # Errors
    /// Of the renewal.
    pub(crate) async fn renewed(&self, refused: &Credential<'_>) -> Result<Option<Credential<'_>>> {
        match (self, refused) {
            (Self::OAuth(session), Credential::Token(access)) if session.can_renew() => {
                Ok(Some(Credential::Token(session.renew(&access.token).await?)))
            }
            _ => Ok(None),
        }
    }
}

impl Credential<'_> {
    /// Address and body of a call.
    pub(crate) fn address(&self, method: &'static str, body: &[u8]) -> (Url, Vec<u8>) {
        match self {
            Self::Webhook(webhook) => (webhook.method_url(method), body.to_vec()),
            Self::Token(Access { token, rest, .. }) => {
                let mut url = rest.clone();
                url.set_path(&format!("{}{method}.json", rest.path()));
                (url, with_token(body, token))
            }
        }
    }

    /// True when the portal refused a request because its token has expired: nothing of it ran. A webhook's code, which
    /// nothing can renew, does not count.
    pub(crate) fn has_expired(&self, method: &'static str, reply: &Reply, redactor: &Redactor) -> bool {
        /// A refusal is short; nothing else needs to be read twice.
        const LONGEST: usize = 4096;
        matches!(self, Self::Token(_))
            && reply.body.len() <= LONGEST
            && envelope::read::<IgnoredAny>(method, reply, redactor)
                .is_err_and(|error| error.kind() == ErrorKind::ExpiredToken)
    }

    /// True for a token that the authorization server gave to this process: if it has expired too, so will the next.
    pub(crate) fn is_fresh(&self) -> bool {
        matches!(self, Self::Token(Access { is_fresh: true, .. }))
    }
}

/// A JSON object with the token as its field `auth`.
fn with_token(body: &[u8], token: &Secret) -> Vec<u8> {
    let token = serde_json::Value::from(token.reveal()).to_string();
    let fields = body.trim_ascii().strip_prefix(b"{").unwrap_or(b"}");
    let comma: &[u8] = if fields.trim_ascii_start().starts_with(b"}") { b"" } else { b"," };
    [b"{\"auth\":", token.as_bytes(), comma, fields].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_joins_the_fields_of_any_body() {
        for (body, expected) in [
            ("{}", r#"{"auth":"t\"1"}"#),
            (" { } ", r#"{"auth":"t\"1" }"#),
            (r#"{"id":5}"#, r#"{"auth":"t\"1","id":5}"#),
            ("null", r#"{"auth":"t\"1"}"#),
            ("[]", r#"{"auth":"t\"1"}"#),
        ] {
            let joined = with_token(body.as_bytes(), &Secret::new("t\"1"));
            assert_eq!(String::from_utf8(joined).unwrap(), expected);
        }
    }
}
