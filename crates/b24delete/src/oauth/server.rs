//! The authorization server: requests for tokens and what its replies say.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::options::TokenRequest;
use super::tokens::Tokens;
use crate::address::authority;
use crate::clock;
use crate::error::{self, Effect, Endpoint, Error, ErrorKind, Follow};
use crate::secret::{Redactor, Secret};
use crate::transport::{Failure, Reply, Request, Transport};

/// The name of a request for tokens in the table of the portal's words.
const METHOD: &str = "oauth.token";

/// Longer descriptions are cut.
const MAX_TEXT: usize = 500;

/// Asks an authorization server for tokens in the name of one application.
pub(super) struct TokenServer {
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    pub(super) request: TokenRequest,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) timeout: Duration,
    pub(super) redactor: Arc<Redactor>,
}

/// What tokens are given for.
#[derive(Debug, Clone)]
pub(super) enum Grant {
    /// The code that the portal's authorization page redirected with.
    Code(Secret),
    /// A refresh token.
    Refresh(Secret),
}

/// Tokens as they were given.
#[derive(Debug, Clone)]
pub(super) struct Granted {
    pub(super) tokens: Tokens,
    /// How long the access token is good for.
    pub(super) life: Option<Duration>,
}

/// Why no tokens were given.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) error: Error,
    /// The same request would be refused again.
    pub(super) is_final: bool,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, is_final: false }
    }
}

/// The fields of a reply, whatever their types.
#[derive(Deserialize)]
struct Fields {
    access_token: Option<Value>,
    refresh_token: Option<Value>,
    expires_in: Option<Value>,
    client_endpoint: Option<Value>,
    server_endpoint: Option<Value>,
    member_id: Option<Value>,
    user_id: Option<Value>,
    scope: Option<Value>,
    error: Option<Value>,
    error_description: Option<Value>,
}

impl TokenServer {
    /// Asks for tokens, once.
    ///
    /// # Errors
    /// `connection` or `tls` when nothing was sent, so that it can be tried again; `refresh_failed` when the answer was
    /// lost, after which a refresh token may be used up; `redirected`; the server's refusal by its words.
    pub(super) async fn ask(&self, endpoint: &Url, grant: &Grant) -> Result<Granted, Refused> {
        let host = authority(endpoint);
        let sent = self.transport.send(self.request(endpoint, grant)).await;
        let reply = sent.map_err(|failure| self.unanswered(failure, &host, grant))?;
        self.read(&reply, &host, grant)
    }

    fn request(&self, endpoint: &Url, grant: &Grant) -> Request {
        let (grant_type, name, secret) = match grant {
            Grant::Code(code) => ("authorization_code", "code", code),
            Grant::Refresh(token) => ("refresh_token", "refresh_token", token),
        };
        let fields = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", grant_type)
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", self.client_secret.reveal())
            .append_pair(name, secret.reveal())
            .finish();
        let mut url = endpoint.clone();
        match self.request {
            TokenRequest::Post => Request::form(url, fields, self.timeout),
            TokenRequest::Get => {
                url.set_query(Some(&fields));
                Request::get(url, self.timeout)
            }
        }
    }

    fn unanswered(&self, failure: Failure, host: &str, grant: &Grant) -> Error {
        let error = failure.masked(&self.redactor).into_error();
        if error.effect() == Effect::NotSent {
            let text =
                format!("the authorization server `{host}` cannot be reached: {}", error.description());
            return Error::new(error.kind(), text).with_effect(Effect::NotSent);
        }
        lost(host, grant, error)
    }

    fn read(&self, reply: &Reply, host: &str, grant: &Grant) -> Result<Granted, Refused> {
        if (300..400).contains(&reply.status) {
            return Err(self.redirected(reply, host).into());
        }
        let unreadable = |what: &str| {
            let size = reply.body.len();
            let cause = Error::new(ErrorKind::InvalidResponse, format!("the reply of {size} bytes {what}"));
            Refused::from(lost(host, grant, cause.with_http_status(reply.status)))
        };
        // A JSON list would otherwise be read as the fields in their order.
        if !reply.body.trim_ascii_start().starts_with(b"{") {
            return Err(unreadable("is not a JSON object"));
        }
        let fields: Fields =
            serde_json::from_slice(&reply.body).map_err(|_| unreadable("is not valid JSON"))?;
        // `wrong_client` comes with HTTP 200: the field decides, not the status.
        if let Some(code) = &fields.error {
            return Err(self.refusal(code, fields.error_description.as_ref(), reply.status));
        }
        if !(200..300).contains(&reply.status) {
            return Err(unreadable("has neither tokens nor an error"));
        }
        granted(&fields).ok_or_else(|| unreadable("has no tokens"))
    }

    fn redirected(&self, reply: &Reply, host: &str) -> Error {
        let location = reply.location.as_deref().and_then(|location| Url::parse(location).ok());
        let target = location.as_ref().map_or_else(|| "an address of its own".to_owned(), authority);
        // Whoever answers chooses the host, and may put what it knows into it.
        let target = self.redactor.mask(&target);
        let text =
            format!("the authorization server `{host}` redirects to `{target}`, where secrets do not follow");
        let error = Error::new(ErrorKind::Redirected, text).with_http_status(reply.status);
        error.with_effect(Effect::NotSent)
    }

    fn refusal(&self, code: &Value, description: Option<&Value>, http_status: u16) -> Refused {
        let masked = |value: &Value| {
            let text: String = text(value).unwrap_or_default().chars().take(MAX_TEXT).collect();
            self.redactor.mask(&text)
        };
        let (code, description) = (masked(code), description.map(masked).unwrap_or_default());
        let kind = error::classify(Endpoint::Oauth, METHOD, &code, &description);
        // Other words say nothing about the application: the next renewal may go better.
        let is_final = kind.follow() == Follow::Stop;
        let kind = if is_final { kind } else { ErrorKind::RefreshFailed };
        let error = Error::from_portal(kind, &code, &description, http_status);
        Refused { error: error.with_effect(Effect::NotSent), is_final }
    }
}

impl fmt::Debug for TokenServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TokenServer").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// The answer is lost: what was given for the tokens may be used up.
fn lost(host: &str, grant: &Grant, cause: Error) -> Error {
    let used = match grant {
        Grant::Code(_) => "the code may be used up, log in again",
        Grant::Refresh(_) => "the refresh token may be used up; if it is refused next time, log in again",
    };
    let text = format!("the answer of the authorization server `{host}` was lost: {used}");
    Error::new(ErrorKind::RefreshFailed, text).with_source(cause)
}

fn granted(fields: &Fields) -> Option<Granted> {
    let string = |value: &Option<Value>| value.as_ref().and_then(Value::as_str).map(str::to_owned);
    let secret =
        |value: &Option<Value>| string(value).filter(|text| !text.is_empty()).map(|text| Secret::new(&text));
    let access_token = secret(&fields.access_token)?;
    let life = fields.expires_in.as_ref().and_then(text).and_then(|text| text.parse().ok());
    let life = life.map(clock::seconds).filter(|life| !life.is_zero());
    let mut tokens = Tokens::new(Some(access_token), secret(&fields.refresh_token));
    tokens.expires_at = life.map(|life| clock::unix_seconds().saturating_add(life.as_secs()));
    tokens.client_endpoint = string(&fields.client_endpoint);
    tokens.server_endpoint = string(&fields.server_endpoint);
    tokens.member_id = string(&fields.member_id);
    tokens.user_id = fields.user_id.as_ref().and_then(text).and_then(|text| text.parse().ok());
    tokens.scope = string(&fields.scope);
    Some(Granted { tokens, life })
}

/// A string, or a number as a string.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
