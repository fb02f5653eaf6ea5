//! The gate that every call from C passes: panics, NULL and texts that are not UTF-8 become errors.

use std::any::Any;
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use b24delete::{Effect, ErrorKind, Result};

use crate::error::Error;

/// Runs the body of a function. What the function returns is the error of the body, or its panic.
pub(crate) fn gate(body: impl FnOnce() -> Result<()>) -> Option<Box<Error>> {
    let result = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| Err(panicked(&*panic)));
    result.err().map(|error| Box::new(Error::new(error)))
}

/// Runs the body of a function that cannot report: after a panic it returns `fallback`.
pub(crate) fn quietly<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(fallback)
}

/// The error that stands for a panic. How far the call got is not known.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> b24delete::Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    b24delete::Error::not_sent(ErrorKind::Internal, format!("b24delete panicked: {text}"))
        .with_effect(Effect::MayHaveApplied)
}

/// An argument with a value that is not allowed.
pub(crate) fn invalid(text: impl Into<String>) -> b24delete::Error {
    b24delete::Error::not_sent(ErrorKind::InvalidArgument, text)
}

/// The handle behind a pointer that must not be NULL.
pub(crate) fn required<T>(name: &str, pointer: Option<T>) -> Result<T> {
    pointer.ok_or_else(|| is_null(name))
}

fn is_null(name: &str) -> b24delete::Error {
    invalid(format!("`{name}` is NULL"))
}

/// The text behind a pointer that must not be NULL. Errors never show it: it may be a secret.
pub(crate) fn text(name: &str, pointer: *const c_char) -> Result<String> {
    if pointer.is_null() {
        return Err(is_null(name));
    }
    // SAFETY: the header asks for text that ends with a NUL and stays as it is during the call.
    let text = unsafe { CStr::from_ptr(pointer) };
    let text = text.to_str().map_err(|_| invalid(format!("`{name}` is not valid UTF-8")))?;
    Ok(text.to_owned())
}

/// As [`text`], where NULL stands for nothing.
pub(crate) fn optional_text(name: &str, pointer: *const c_char) -> Result<Option<String>> {
    if pointer.is_null() { Ok(None) } else { text(name, pointer).map(Some) }
}

/// A span of time from its seconds.
pub(crate) fn seconds(name: &str, seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| invalid(format!("`{name}` is {seconds}: a number of seconds from 0 on is needed")))
}

/// Text for C, which ends it at the first NUL: those inside become U+FFFD.
pub(crate) fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default()
}

/// Where a function puts its result; NULL when the caller does not care.
pub(crate) struct Out<T>(*mut Option<Box<T>>);

impl<T> Out<T> {
    /// Puts NULL there, until there is a result.
    pub(crate) fn cleared(place: *mut Option<Box<T>>) -> Self {
        if !place.is_null() {
            // SAFETY: the header asks for NULL or room for a pointer.
            unsafe { place.write(None) };
        }
        Self(place)
    }

    /// Hands the result over.
    pub(crate) fn set(self, value: T) {
        if !self.0.is_null() {
            // SAFETY: as above; the NULL there needs no drop.
            unsafe { self.0.write(Some(Box::new(value))) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{self, b24_error_description, b24_error_effect, b24_error_kind};
    use crate::error_kind;

    #[test]
    fn panics_become_internal_errors() {
        let error = gate(|| panic!("no {}", "way"));
        assert_eq!(b24_error_kind(error.as_deref()), error_kind::ErrorKind::Internal);
        assert_eq!(b24_error_effect(error.as_deref()), error::Effect::MayHaveApplied);
        // SAFETY: the text lives as long as the error.
        let description = unsafe { CStr::from_ptr(b24_error_description(error.as_deref())) };
        assert_eq!(description, c"b24delete panicked: no way");
        assert_eq!(quietly(7, || panic!("quiet")), 7);
        assert!(gate(|| Ok(())).is_none());
    }

    #[test]
    fn text_from_outside_is_checked_and_never_shown() {
        assert_eq!(text("code", c"abc".as_ptr()).unwrap(), "abc");
        let error = text("code", c"s3cret\xff".as_ptr()).unwrap_err();
        assert_eq!(error.description(), "`code` is not valid UTF-8");
        assert_eq!(text("code", std::ptr::null()).unwrap_err().description(), "`code` is NULL");
        assert_eq!(c_text("a\0b").to_str(), Ok("a\u{fffd}b"));
    }

    #[test]
    fn only_spans_of_time_are_seconds() {
        assert_eq!(seconds("deadline", 1.5).unwrap(), Duration::from_millis(1500));
        for bad in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(seconds("deadline", bad).unwrap_err().kind(), ErrorKind::InvalidArgument);
        }
    }
}
