//! The options of a client, as TypeScript hands them over.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use b24delete::{
    ClientOptions, Error, ErrorKind, FileTokenStore, OAuthOptions, Result, Secret, TokenRequest,
};
use napi_derive::napi;

use crate::events::{EventFunction, Listener};
use crate::store::{JavaScriptStore, StoreFunctions};

/// The options of a client; what is absent has the engine's default.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct OptionFields {
    /// URL of an inbound webhook.
    pub webhook: Option<String>,
    /// Authorization as an application.
    pub oauth: Option<OAuthFields>,
    /// The limit on requests, as text.
    pub limits: Option<String>,
    /// The limit on execution time, as text.
    pub operating: Option<String>,
    /// Seconds to wait for an answer.
    pub request_timeout: Option<f64>,
    /// Seconds to wait for a connection.
    pub connect_timeout: Option<f64>,
    /// Seconds for which a lost request may be at work.
    pub settle_time: Option<f64>,
    /// Requests at a time.
    pub concurrency: Option<f64>,
    /// Which methods delete leads and contacts.
    pub api: Option<String>,
    /// Told of events.
    pub on_event: Option<EventFunction>,
}

/// Authorization as an application.
#[napi(object, object_to_js = false)]
pub struct OAuthFields {
    /// REST root of the portal.
    pub rest: String,
    /// The application's id.
    pub client_id: String,
    /// The application's key.
    pub client_secret: String,
    /// An access token to begin with.
    pub access_token: Option<String>,
    /// A refresh token to begin with.
    pub refresh_token: Option<String>,
    /// Where requests for tokens go.
    pub token_endpoint: Option<String>,
    /// Hosts to which the authorization server may move.
    pub allowed_hosts: Option<Vec<String>>,
    /// How tokens are asked for: `post` or `get`.
    pub token_request: Option<String>,
    /// A file to keep tokens in.
    pub token_file: Option<String>,
    /// The user's own store of tokens.
    pub store: Option<StoreFunctions>,
}

/// The portal that the options name themselves.
pub(crate) fn portal(fields: &mut OptionFields) -> Result<ClientOptions> {
    let mut options = ClientOptions::webhook(fields.webhook.take().unwrap_or_default());
    options.oauth = fields.oauth.take().map(oauth).transpose()?;
    Ok(options)
}

/// Adds everything but the portal to `options`.
pub(crate) fn complete(mut options: ClientOptions, fields: OptionFields) -> Result<ClientOptions> {
    if let Some(limits) = fields.limits {
        options.rate_limit = limits.parse()?;
    }
    if let Some(operating) = fields.operating {
        options.operating_limit = operating.parse()?;
    }
    if let Some(seconds) = fields.request_timeout {
        options.request_timeout = duration(ErrorKind::Config, "requestTimeout", seconds)?;
    }
    if let Some(seconds) = fields.connect_timeout {
        options.connect_timeout = duration(ErrorKind::Config, "connectTimeout", seconds)?;
    }
    if let Some(seconds) = fields.settle_time {
        options.settle_time = duration(ErrorKind::Config, "settleTime", seconds)?;
    }
    if let Some(count) = fields.concurrency {
        options.concurrency = whole("concurrency", count)?;
    }
    if let Some(api) = fields.api {
        options.api = api.parse()?;
    }
    if let Some(function) = fields.on_event {
        options.observer = Some(Arc::new(Listener(function)));
    }
    Ok(options)
}

fn oauth(fields: OAuthFields) -> Result<OAuthOptions> {
    let secret = |text: String| Secret::new(&text);
    let mut oauth = OAuthOptions::new(fields.rest, fields.client_id, secret(fields.client_secret));
    oauth.access_token = fields.access_token.map(secret);
    oauth.refresh_token = fields.refresh_token.map(secret);
    if let Some(endpoint) = fields.token_endpoint {
        oauth.token_endpoint = endpoint;
    }
    if let Some(hosts) = fields.allowed_hosts {
        oauth.allowed_hosts = hosts;
    }
    oauth.token_request = match fields.token_request.as_deref() {
        None | Some("post") => TokenRequest::Post,
        Some("get") => TokenRequest::Get,
        Some(other) => return Err(config(format!("`{other}` is not a token request: `post` or `get`"))),
    };
    oauth.store = match (fields.store, fields.token_file) {
        (Some(_), Some(_)) => return Err(config("`store` and `tokenFile` were given: one is needed")),
        (Some(functions), None) => Some(Arc::new(JavaScriptStore::new(functions))),
        (None, Some(path)) => Some(Arc::new(FileTokenStore::new(PathBuf::from(path)))),
        (None, None) => None,
    };
    Ok(oauth)
}

/// A span of time in seconds.
///
/// # Errors
/// Of that kind unless it is a number of seconds from 0.
pub(crate) fn duration(kind: ErrorKind, name: &str, seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        Error::not_sent(
            kind,
            format!("`{name}` {seconds} is not allowed: a number of seconds from 0 is needed"),
        )
    })
}

fn whole(name: &str, count: f64) -> Result<usize> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and in range")]
    let whole =
        (count.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&count)).then_some(count as usize);
    whole.ok_or_else(|| config(format!("`{name}` {count} is not allowed: a whole number is needed")))
}

fn config(text: impl Into<String>) -> Error {
    Error::not_sent(ErrorKind::Config, text)
}
