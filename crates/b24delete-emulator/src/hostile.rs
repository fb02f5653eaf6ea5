//! Answers that a client must not trust.

mod streams;

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::Value;

use crate::client::Delivery;
use crate::faults::Fault;
use crate::methods::Refusal;
use crate::portal::Portal;
use crate::reply::{Format, Reply, refusals};

/// An answer that looks like success, for requests of which nothing was executed.
pub(crate) fn plausible(format: Format) -> Reply {
    let (content_type, body): (_, &[u8]) = match format {
        Format::Json => (
            "application/json; charset=utf-8",
            br#"{"result":true,"time":{"start":0,"finish":0,"duration":0,"processing":0}}"#,
        ),
        Format::Xml => ("text/xml; charset=utf-8", b"<response><result>1</result></response>"),
    };
    Reply { status: 200, content_type, body: Bytes::from_static(body) }
}

/// What the client gets instead of the reply.
pub(crate) fn deliver(portal: &Arc<Portal>, fault: &Fault, reply: Reply, format: Format) -> Delivery {
    if let Some(refusal) = refusal(fault) {
        return Delivery::Answer(Reply::refusal(refusal, format).into_response());
    }
    let middle = reply.body.len() / 2;
    Delivery::Answer(match fault {
        Fault::Reset {} => return Delivery::Reset,
        Fault::Stall { .. } => return Delivery::Never,
        Fault::Html { status } => Reply::page(*status).into_response(),
        Fault::Truncated {} => with_body(reply, |body| body.slice(..middle)),
        Fault::Empty {} => with_body(reply, |_| Bytes::new()),
        Fault::InvalidUtf8 {} => with_body(reply, |body| not_utf8(&body)),
        Fault::DuplicateKeys {} => with_body(reply, |body| duplicate_keys(&body)),
        Fault::DeepNesting { depth } => with_body(reply, |_| deeply_nested(*depth)),
        Fault::BrokenOff {} => streamed(reply, |body| streams::broken_off(&body)),
        Fault::Slow { bytes_per_second } => {
            streamed(reply, |body| streams::slow(Arc::clone(portal), body, *bytes_per_second))
        }
        Fault::Endless {} => streamed(reply, |_| streams::endless()),
        Fault::GzipBomb { mebibytes } => {
            let mut response = streamed(reply, |_| streams::gzip_bomb(*mebibytes));
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        }
        Fault::Redirect { status, location } => redirect(*status, location),
        Fault::Body { status, content_type, text } => of_choice(*status, content_type, text),
        _ => reply.into_response(),
    })
}

/// The refusal that a fault pretends.
pub(crate) fn refusal(fault: &Fault) -> Option<Refusal> {
    match fault {
        Fault::RateLimit {} => Some(refusals::RATE_LIMIT),
        Fault::OperatingLimit {} => Some(refusals::OPERATING_LIMIT),
        Fault::Overload {} => Some(refusals::OVERLOAD),
        Fault::Error { status, code, description } => Some(Refusal {
            http_status: *status,
            code: Cow::Owned(code.clone()),
            description: Cow::Owned(description.clone()),
        }),
        _ => None,
    }
}

fn with_body(reply: Reply, change: impl FnOnce(Bytes) -> Bytes) -> Response<Body> {
    let body = change(reply.body);
    Reply { status: reply.status, content_type: reply.content_type, body }.into_response()
}

fn streamed(reply: Reply, stream: impl FnOnce(Bytes) -> Body) -> Response<Body> {
    let body = reply.body.clone();
    reply.into_response().map(|_| stream(body))
}

fn redirect(status: u16, location: &str) -> Response<Body> {
    let mut response = Reply::page(status).into_response();
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn of_choice(status: u16, content_type: &str, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    if let Ok(content_type) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    response
}

/// Puts a text of stray bytes before everything else in the JSON object.
fn not_utf8(body: &Bytes) -> Bytes {
    [b"{\"note\":\"\xff\xfe\xc3(\",", body.get(1..).unwrap_or_default()].concat().into()
}

/// Doubles the first key of the results of a batch, or `result` itself, with `false` as the other value.
fn duplicate_keys(body: &Bytes) -> Bytes {
    let text = String::from_utf8_lossy(body);
    let reply: Value = serde_json::from_str(&text).unwrap_or_default();
    let of_batch =
        reply.pointer("/result/result").and_then(Value::as_object).and_then(|results| results.keys().next());
    let key = Value::from(of_batch.map_or("result", String::as_str)).to_string();
    text.replacen(&format!("{key}:"), &format!("{key}:false,{key}:"), 1).into()
}

fn deeply_nested(depth: usize) -> Bytes {
    format!("{{\"result\":{}{}}}", "[".repeat(depth), "]".repeat(depth)).into()
}
