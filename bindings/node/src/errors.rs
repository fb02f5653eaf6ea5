//! Errors as plain fields.

use std::error::Error as StdError;

use b24delete::Error;
use napi_derive::napi;

/// An error with its causes.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct ErrorFields {
    /// The stable word of the kind.
    pub kind: &'static str,
    /// The stable word of the effect.
    pub effect: &'static str,
    /// The REST method, where one was called.
    pub method: Option<&'static str>,
    /// The portal's own code, or empty.
    pub code: String,
    /// The portal's own text, or the engine's.
    pub description: String,
    /// Status of the HTTP reply that carried the error.
    pub http_status: Option<u16>,
    /// Sends of the delete that could have executed it.
    pub attempts: u32,
    /// All of it in one line.
    pub message: String,
    /// What led to it, the nearest first.
    pub causes: Vec<Cause>,
}

/// An error that led to another one.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct Cause {
    /// Its text.
    pub message: String,
    /// Its fields, where it is one of the engine's.
    pub error: Option<ErrorFields>,
}

impl From<&Error> for ErrorFields {
    fn from(error: &Error) -> Self {
        let causes = std::iter::successors(error.source(), |cause| (*cause).source());
        Self { causes: causes.map(Cause::from).collect(), ..without_causes(error) }
    }
}

impl From<&(dyn StdError + 'static)> for Cause {
    fn from(cause: &(dyn StdError + 'static)) -> Self {
        Self { message: cause.to_string(), error: cause.downcast_ref::<Error>().map(without_causes) }
    }
}

fn without_causes(error: &Error) -> ErrorFields {
    ErrorFields {
        kind: error.kind().as_str(),
        effect: error.effect().as_str(),
        method: error.method(),
        code: error.code().to_owned(),
        description: error.description().to_owned(),
        http_status: error.http_status(),
        attempts: error.attempts(),
        message: error.to_string(),
        causes: Vec::new(),
    }
}
