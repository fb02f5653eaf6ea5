//! How requests reach the portal: a small trait, and its implementation over HTTP.

mod http;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::clock;
use crate::error::{Effect, Error, ErrorKind};
use crate::secret::Redactor;

pub(crate) use self::http::HttpTransport;

/// A future that a [`Transport`] returns.
pub type SendFuture = Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send>>;

/// Carries one request to the portal and its reply back: once, without following redirects or sending again.
pub trait Transport: Send + Sync {
    /// Sends the request as its [`verb`](Request::verb) and [`content_type`](Request::content_type) say,
    /// and gives up after its [`timeout`](Request::timeout) with [`Failure::Timeout`].
    fn send(&self, request: Request) -> SendFuture;
}

/// A transport of the caller's own, which may forget its timeout: a call must end all the same.
#[derive(Debug)]
pub(crate) struct Punctual(pub(crate) Arc<dyn Transport>);

/// The transport keeps the request timeout; only so much later is it given up.
const GRACE: Duration = Duration::from_secs(5);

impl Transport for Punctual {
    fn send(&self, request: Request) -> SendFuture {
        let limit = request.timeout + GRACE;
        let sending = self.0.send(request);
        Box::pin(async move { clock::within(limit, sending).await.unwrap_or(Err(Failure::Timeout)) })
    }
}

impl fmt::Debug for dyn Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Transport")
    }
}

/// An HTTP request: nearly always a POST with a JSON body.
#[derive(Clone)]
pub struct Request {
    url: Url,
    form: Form,
    body: Vec<u8>,
    timeout: Duration,
}

/// How a request carries its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// POST, as JSON: calls of REST methods.
    Json,
    /// POST, as an HTML form: the authorization server.
    Encoded,
    /// GET, in the query.
    Query,
}

impl Request {
    /// A POST of JSON.
    pub(crate) fn json(url: Url, body: Vec<u8>, timeout: Duration) -> Self {
        Self { url, form: Form::Json, body, timeout }
    }

    /// A POST of an HTML form.
    pub(crate) fn form(url: Url, body: String, timeout: Duration) -> Self {
        Self { url, form: Form::Encoded, body: body.into_bytes(), timeout }
    }

    /// A GET.
    pub(crate) fn get(url: Url, timeout: Duration) -> Self {
        Self { url, form: Form::Query, body: Vec::new(), timeout }
    }

    /// The address. It may hold a secret: never show it.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// `POST`; `GET` only for requests for tokens where the configuration asks for it.
    pub fn verb(&self) -> &'static str {
        match self.form {
            Form::Json | Form::Encoded => "POST",
            Form::Query => "GET",
        }
    }

    /// The type of the body; empty without one.
    pub fn content_type(&self) -> &'static str {
        match self.form {
            Form::Json => "application/json",
            Form::Encoded => "application/x-www-form-urlencoded",
            Form::Query => "",
        }
    }

    /// The body. It may hold a secret: never show it.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// How long to wait for the whole reply.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Request").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

/// An HTTP reply, whatever its status.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Location` of a redirect.
    pub location: Option<String>,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl Reply {
    /// A reply with a status and a body.
    pub fn new(status: u16, body: Vec<u8>) -> Self {
        Self { status, location: None, body }
    }
}

/// Why there is no reply. The texts must not hold secrets.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Failure {
    /// No connection could be made: nothing was sent.
    Connect(String),
    /// The TLS handshake failed: nothing was sent.
    Tls(String),
    /// No complete reply within the timeout: the portal may have executed the request.
    Timeout,
    /// The connection broke after sending began: the portal may have executed the request.
    Broken(String),
    /// The reply was larger than `limit` bytes and was not read further.
    TooLarge {
        /// The most bytes that are read.
        limit: usize,
        /// The HTTP status, which came before the body.
        status: u16,
    },
}

impl Failure {
    /// The same failure with known secrets masked in its text.
    pub(crate) fn masked(self, redactor: &Redactor) -> Self {
        match self {
            Self::Connect(text) => Self::Connect(redactor.mask(&text)),
            Self::Tls(text) => Self::Tls(redactor.mask(&text)),
            Self::Broken(text) => Self::Broken(redactor.mask(&text)),
            Self::Timeout | Self::TooLarge { .. } => self,
        }
    }

    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Connect(text) => Error::new(ErrorKind::Connection, text).with_effect(Effect::NotSent),
            Self::Tls(text) => Error::new(ErrorKind::Tls, text),
            Self::Timeout => Error::new(ErrorKind::Timeout, "no answer within the request timeout"),
            Self::Broken(text) => Error::new(ErrorKind::Connection, text),
            Self::TooLarge { limit, status } => {
                let text = format!("the reply is larger than {limit} bytes");
                Error::new(ErrorKind::InvalidResponse, text).with_http_status(status)
            }
        }
    }
}
