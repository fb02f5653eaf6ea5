//! What clients sent, word for word, where the settings ask for it.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Response, header};
use axum::middleware::Next;
use serde::Serialize;

use crate::emulator::Emulator;
use crate::portal::locked;
use crate::reply::Reply;
use crate::request::LARGEST_BODY;

/// A request as it came in. It holds the secrets that its client sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// Seconds since the portal's start.
    pub seconds: f64,
    /// The HTTP method.
    pub verb: String,
    /// The path of the address.
    pub path: String,
    /// What stands behind the `?` of the address; empty when there is none.
    pub query: String,
    /// The type of the body, as the client names it; empty when it does not.
    pub content_type: String,
    /// The body. What is not UTF-8 is replaced.
    pub body: String,
}

/// Keeps a request on its way to whoever answers it.
pub(crate) async fn keep(State(emulator): State<Emulator>, request: Request, next: Next) -> Response<Body> {
    let portal = emulator.portal();
    let seconds = portal.clock.elapsed();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else { return Reply::page(413).into_response() };
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let received = ReceivedRequest {
        seconds,
        verb: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        content_type: content_type.unwrap_or_default().to_owned(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    locked(&portal.received).push(received);
    next.run(Request::from_parts(parts, Body::from(body))).await
}
