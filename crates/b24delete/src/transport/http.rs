//! The HTTP client: reqwest over rustls, HTTP/1.1, and nothing sent twice behind our back.

use std::error::Error as StdError;
use std::pin::pin;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, Response, redirect, retry};

use super::{Failure, Form, Reply, Request, SendFuture, Transport};
use crate::address::authority;
use crate::clock;
use crate::error::{Error, ErrorKind, Result};

/// Larger replies are not read to their end.
const MAX_REPLY: usize = 16 * 1024 * 1024;

/// An idle connection is given up before a portal or proxy would close it under a request: a request that meets a
/// closing connection counts as lost, and settling it takes minutes.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// Sends requests with reqwest.
#[derive(Debug)]
pub(crate) struct HttpTransport(reqwest::Client);

impl HttpTransport {
    /// A client with its own pool of connections; `direct` bypasses every proxy.
    ///
    /// # Errors
    /// `config` when TLS cannot be set up on this machine.
    pub(crate) fn new(connect_timeout: Duration, direct: bool) -> Result<Self> {
        // Fails only when the program has chosen a provider of its own, which then serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("b24delete/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(connect_timeout)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .redirect(redirect::Policy::none())
            // With nought allowed, none is made ready either: `never` alone would copy each request for it.
            .retry(retry::never().max_retries_per_request(0))
            .referer(false)
            .http1_only();
        if direct {
            builder = builder.no_proxy();
        }
        builder.build().map(Self).map_err(|error| {
            Error::not_sent(ErrorKind::Config, format!("TLS cannot be set up: {}", chain(&error)))
        })
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> SendFuture {
        let content_type = request.content_type();
        let Request { url, form, body: content, timeout } = request;
        let request = match form {
            Form::Query => reqwest::Request::new(Method::GET, url),
            Form::Json | Form::Encoded => {
                let mut request = reqwest::Request::new(Method::POST, url);
                request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
                *request.body_mut() = Some(content.into());
                request
            }
        };
        // reqwest's own timeout takes a timer and a table of extensions for each request, and wraps the body once more.
        let sending = self.0.execute(request);
        Box::pin(async move {
            let exchange = pin!(exchange(sending));
            clock::within(timeout, exchange).await.unwrap_or(Err(Failure::Timeout))
        })
    }
}

/// The whole reply to a request that is being sent.
async fn exchange(sending: impl Future<Output = Result<Response, reqwest::Error>>) -> Result<Reply, Failure> {
    let response = sending.await.map_err(failure)?;
    let mut reply = Reply::new(response.status().as_u16(), Vec::new());
    if response.status().is_redirection() {
        let location = response.headers().get(LOCATION);
        reply.location = location.and_then(|value| value.to_str().ok()).map(str::to_owned);
    }
    reply.body = body(response).await?;
    Ok(reply)
}

async fn body(mut response: Response) -> Result<Vec<u8>, Failure> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut body = Vec::with_capacity(announced.min(64 * 1024));
    let status = response.status().as_u16();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > MAX_REPLY {
            return Err(Failure::TooLarge { limit: MAX_REPLY, status });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What an error of reqwest says about the request: only a failed connection proves that nothing was sent.
fn failure(error: reqwest::Error) -> Failure {
    let host = error.url().map(authority).unwrap_or_default();
    let error = error.without_url();
    if error.is_connect() {
        let cause = chain(cause_of(&error));
        return match is_tls(&error) {
            true => Failure::Tls(format!("`{host}` gives no secure connection: {cause}")),
            false => Failure::Connect(format!("`{host}` cannot be reached: {cause}")),
        };
    }
    match error.is_timeout() {
        true => Failure::Timeout,
        false => Failure::Broken(chain(cause_of(&error))),
    }
}

/// The first cause that says more than that a request was tried.
fn cause_of(error: &reqwest::Error) -> &(dyn StdError + 'static) {
    let says_nothing = |error: &&(dyn StdError + 'static)| error.to_string().starts_with("client error (");
    match error.source() {
        Some(source) if says_nothing(&source) => source.source().unwrap_or(source),
        Some(source) => source,
        None => error,
    }
}

/// True when a TLS error is somewhere among the causes; an IO error keeps its own cause out of `source`.
fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>()
        || inner.is_some_and(|inner| is_tls(inner))
        || error.source().is_some_and(is_tls)
}

/// The error with its causes in one line.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}
