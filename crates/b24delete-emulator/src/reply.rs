//! Replies as the portal writes them: JSON, XML and the pages of its gateway.

mod xml;

use axum::body::{Body, Bytes};
use axum::http::{Response, StatusCode, header};
use serde::Serialize;

use crate::methods::Refusal;

/// How the client wants the reply, by the suffix of the method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

/// A whole reply in memory.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
}

/// The `time` of a reply or of one command.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Time {
    pub(crate) start: f64,
    pub(crate) finish: f64,
    pub(crate) duration: f64,
    pub(crate) processing: f64,
    pub(crate) date_start: String,
    pub(crate) date_finish: String,
    pub(crate) operating_reset_at: i64,
    pub(crate) operating: f64,
}

/// A reply to a call that succeeded.
#[derive(Debug, Serialize)]
pub(crate) struct Success<T> {
    pub(crate) result: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<u64>,
    pub(crate) time: Time,
}

/// The two fields of every refusal.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorBody {
    pub(crate) error: String,
    pub(crate) error_description: String,
}

impl From<Refusal> for ErrorBody {
    fn from(refusal: Refusal) -> Self {
        Self { error: refusal.code.into_owned(), error_description: refusal.description.into_owned() }
    }
}

impl Reply {
    /// A reply to a call that succeeded.
    pub(crate) fn success<T: Serialize>(success: &Success<T>, format: Format) -> Self {
        Self::write(200, success, format)
    }

    /// A refusal of the whole request.
    pub(crate) fn refusal(refusal: Refusal, format: Format) -> Self {
        let status = refusal.http_status;
        Self::write(status, &ErrorBody::from(refusal), format)
    }

    /// A reply of the authorization server.
    pub(crate) fn json<T: Serialize>(status: u16, body: &T) -> Self {
        Self::write(status, body, Format::Json)
    }

    /// A page of the web server in front of the portal.
    pub(crate) fn page(status: u16) -> Self {
        let reason =
            StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
        let body = format!(
            "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n\
             <center><h1>{status} {reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        );
        Self { status, content_type: "text/html", body: body.into() }
    }

    /// The HTTP response with this reply.
    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, header::HeaderValue::from_static(self.content_type));
        response
    }

    fn write<T: Serialize>(status: u16, envelope: &T, format: Format) -> Self {
        let written = match format {
            Format::Json => {
                serde_json::to_vec(envelope).map(|body| ("application/json; charset=utf-8", body))
            }
            Format::Xml => serde_json::to_value(envelope)
                .map(|value| ("text/xml; charset=utf-8", xml::write(&value).into_bytes())),
        };
        match written {
            Ok((content_type, body)) => Self { status, content_type, body: body.into() },
            Err(_) => Self::page(500),
        }
    }
}

/// The refusals that the portal gives before any method runs.
pub(crate) mod refusals {
    use crate::methods::Refusal;

    /// The rate limit.
    pub(crate) const RATE_LIMIT: Refusal = refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests");
    /// The operating limit of a method.
    pub(crate) const OPERATING_LIMIT: Refusal =
        refusal(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.");
    /// The block by hand.
    pub(crate) const OVERLOAD: Refusal =
        refusal(503, "OVERLOAD_LIMIT", "REST API is blocked due to overload.");
    /// A webhook that does not exist.
    pub(crate) const INVALID_CREDENTIALS: Refusal =
        refusal(401, "INVALID_CREDENTIALS", "Invalid request credentials");
    /// No webhook and no token.
    pub(crate) const NO_AUTH: Refusal = refusal(401, "NO_AUTH_FOUND", "Wrong authorization data");
    /// A token that has expired.
    pub(crate) const EXPIRED_TOKEN: Refusal =
        refusal(401, "expired_token", "The access token provided has expired.");
    /// A token that nobody has given.
    pub(crate) const INVALID_TOKEN: Refusal =
        refusal(401, "invalid_token", "Unable to get application by token");
    /// A method that does not exist.
    pub(crate) const METHOD_NOT_FOUND: Refusal = refusal(404, "ERROR_METHOD_NOT_FOUND", "Method not found!");
    /// A batch within a batch.
    pub(crate) const BATCH_IN_BATCH: Refusal =
        refusal(405, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage");
    /// A command beyond the fiftieth.
    pub(crate) const BATCH_TOO_LONG: Refusal =
        refusal(400, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded");
    /// A body that says it is JSON and is not.
    pub(crate) const INVALID_BODY: Refusal = refusal(400, "INVALID_REQUEST", "The request body is not valid");
    /// A database that failed.
    pub(crate) const INTERNAL: Refusal = refusal(500, "INTERNAL_SERVER_ERROR", "Internal server error");

    /// A method outside the scopes of the caller; sources disagree on the status.
    pub(crate) const fn insufficient_scope(http_status: u16, application: bool) -> Refusal {
        let description = if application {
            "The request requires higher privileges than provided by the access token"
        } else {
            "The request requires higher privileges than provided by the webhook token"
        };
        refusal(http_status, "insufficient_scope", description)
    }

    const fn refusal(http_status: u16, code: &'static str, description: &'static str) -> Refusal {
        use std::borrow::Cow::Borrowed;
        Refusal { http_status, code: Borrowed(code), description: Borrowed(description) }
    }
}
