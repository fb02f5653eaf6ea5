//! `b24_error`: what went wrong, and what may have happened.

use std::ffi::{CStr, CString, c_char, c_int};
use std::iter::successors;

use crate::error_kind::{ErrorKind, kind_of, name_of};
use crate::gate::{c_text, quietly};

/// What went wrong. Whoever gets one that is not `const` frees it with `b24_error_free`; after that its texts are gone.
///
/// Every function that reads an error takes NULL, and then tells of no error at all.
pub struct Error {
    error: b24delete::Error,
    method: CString,
    code: CString,
    description: CString,
    message: CString,
    source: Option<Box<Error>>,
}

/// What a failed attempt may have done on the portal.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// There is no error.
    None = 0,
    /// Nothing left this machine.
    NotSent = 1,
    /// The portal refused before executing anything.
    Rejected = 2,
    /// The portal may have executed the operation, or may still do so: look before you act on it.
    MayHaveApplied = 3,
}

impl Error {
    pub(crate) fn new(error: b24delete::Error) -> Self {
        Self {
            method: c_text(error.method().unwrap_or_default()),
            code: c_text(error.code()),
            description: c_text(error.description()),
            message: c_text(&message(&error)),
            source: cause(&error).map(|cause| Box::new(Self::new(cause))),
            error,
        }
    }
}

/// The error with its causes, as one line.
fn message(error: &b24delete::Error) -> String {
    let first: &(dyn std::error::Error + 'static) = error;
    let mut message = String::new();
    for text in successors(Some(first), |error| error.source()).map(ToString::to_string) {
        // Some causes stand in the text of their effect already.
        if !message.contains(&text) {
            message.push_str(if message.is_empty() { "" } else { ": " });
            message.push_str(&text);
        }
    }
    message
}

/// The nearest cause that is an error of this library.
fn cause(error: &b24delete::Error) -> Option<b24delete::Error> {
    let causes = successors(std::error::Error::source(error), |cause| cause.source());
    causes.filter_map(|cause| cause.downcast_ref()).next().cloned()
}

/// The kind: what to act on.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_kind(error: Option<&Error>) -> ErrorKind {
    error.map_or(ErrorKind::None, |error| kind_of(error.error.kind()))
}

/// The kind as a stable word, the same in every language, such as `not_found`; `none` for NULL. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_kind_name(error: Option<&Error>) -> *const c_char {
    name_of(b24_error_kind(error)).as_ptr()
}

/// What the failed attempt may have done.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_effect(error: Option<&Error>) -> Effect {
    error.map_or(Effect::None, |error| match error.error.effect() {
        b24delete::Effect::NotSent => Effect::NotSent,
        b24delete::Effect::Rejected => Effect::Rejected,
        b24delete::Effect::MayHaveApplied => Effect::MayHaveApplied,
    })
}

/// The effect as a stable word: `not_sent`, `rejected` or `may_have_applied`; `none` for NULL. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_effect_name(error: Option<&Error>) -> *const c_char {
    let name = match b24_error_effect(error) {
        Effect::None => c"none",
        Effect::NotSent => c"not_sent",
        Effect::Rejected => c"rejected",
        Effect::MayHaveApplied => c"may_have_applied",
    };
    name.as_ptr()
}

/// The REST method that was called, such as `crm.lead.delete`; empty when none was. It lives as long as the error.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_method(error: Option<&Error>) -> *const c_char {
    shown(error, |error| &error.method)
}

/// The portal's own code; empty when it gave none or the error is of this side. It lives as long as the error.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_code(error: Option<&Error>) -> *const c_char {
    shown(error, |error| &error.code)
}

/// The portal's own words, or this library's where the error is of this side. Secrets are masked. They live as long as
/// the error.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_description(error: Option<&Error>) -> *const c_char {
    shown(error, |error| &error.description)
}

/// Everything about the error and its causes in one line for people. Secrets are masked, the wording is not stable. It
/// lives as long as the error.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_message(error: Option<&Error>) -> *const c_char {
    shown(error, |error| &error.message)
}

/// Status of the HTTP reply that carried the error, 200 inside a batch; 0 when there was no reply.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_http_status(error: Option<&Error>) -> c_int {
    error.and_then(|error| error.error.http_status()).map_or(0, c_int::from)
}

/// How often the delete was sent in a way that could have executed it.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_attempts(error: Option<&Error>) -> u32 {
    error.map_or(0, |error| error.error.attempts())
}

/// The error that led to this one: of `outcome_unknown`, how the answer was lost. NULL when there is none. It lives as
/// long as the error.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_source(error: Option<&Error>) -> Option<&Error> {
    error?.source.as_deref()
}

/// A copy that outlives the original; NULL for NULL. Free it with `b24_error_free`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_copy(error: Option<&Error>) -> Option<Box<Error>> {
    quietly(None, || error.map(|error| Box::new(Error::new(error.error.clone()))))
}

/// Frees an error and its texts. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_error_free(error: Option<Box<Error>>) {
    drop(error);
}

fn shown(error: Option<&Error>, of: impl FnOnce(&Error) -> &CString) -> *const c_char {
    error.map_or(c"", |error: &Error| -> &CStr { of(error) }).as_ptr()
}
