//! Answers that a client must not trust.

use std::borrow::Cow;

use axum::body::Bytes;

use crate::client::Delivery;
use crate::faults::Fault;
use crate::methods::Refusal;
use crate::reply::{Format, Reply, refusals};

/// An answer that looks like success, for requests of which nothing was executed.
pub(crate) fn plausible(format: Format) -> Reply {
    let body: &[u8] = match format {
        Format::Json => br#"{"result":true,"time":{"start":0,"finish":0,"duration":0,"processing":0}}"#,
        Format::Xml => b"<response><result>1</result></response>",
    };
    let content_type = match format {
        Format::Json => "application/json; charset=utf-8",
        Format::Xml => "text/xml; charset=utf-8",
    };
    Reply { status: 200, content_type, body: Bytes::from_static(body) }
}

/// What the client gets instead of the reply.
pub(crate) fn deliver(fault: &Fault, reply: Reply, format: Format) -> Delivery {
    if let Some(refusal) = refusal(fault) {
        return Delivery::Answer(Reply::refusal(refusal, format).into_response());
    }
    match fault {
        Fault::Reset {} => Delivery::Reset,
        Fault::Stall { .. } => Delivery::Never,
        Fault::Html { status } => Delivery::Answer(Reply::page(*status).into_response()),
        Fault::Truncated {} => {
            let body = reply.body.slice(..reply.body.len() / 2);
            Delivery::Answer(Reply { body, ..reply }.into_response())
        }
        _ => Delivery::Answer(reply.into_response()),
    }
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
