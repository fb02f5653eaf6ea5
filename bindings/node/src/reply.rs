//! What native functions return: a value, or what went wrong. And the gate that no panic passes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use b24delete::{Error, ErrorKind, Result};
use napi::Either;
use napi_derive::napi;

use crate::errors::ErrorFields;

/// A value, or what went wrong.
pub type Reply<T> = Either<T, Failure>;

/// What went wrong, in place of a value.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct Failure {
    /// The error, for TypeScript to make an `Error` of.
    pub failure: ErrorFields,
}

/// The value or the error as JavaScript gets it.
pub(crate) fn reply<T>(result: Result<T>) -> Reply<T> {
    match result {
        Ok(value) => Either::A(value),
        Err(error) => Either::B(Failure { failure: ErrorFields::from(&error) }),
    }
}

/// Runs `work`; a panic becomes an error of kind `internal`.
pub(crate) fn gate<T>(work: impl FnOnce() -> Result<T>) -> Reply<T> {
    reply(catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked())))
}

/// The error in place of a panic, which the panic hook has told on stderr.
pub(crate) fn panicked() -> Error {
    Error::not_sent(ErrorKind::Internal, "b24delete panicked: this is a fault of the library")
}
