//! Ids from Python: whole numbers, and what says of itself that it is one (`__index__`).

use b24delete::{ContactId, Error, LeadId, Result};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt};

use crate::errors::class_name;

/// A lead's id.
pub(crate) fn lead(value: &Bound<'_, PyAny>) -> Result<LeadId> {
    whole(value).map_err(|shown| LeadId::invalid(&shown)).and_then(LeadId::new)
}

/// A contact's id.
pub(crate) fn contact(value: &Bound<'_, PyAny>) -> Result<ContactId> {
    whole(value).map_err(|shown| ContactId::invalid(&shown)).and_then(ContactId::new)
}

/// A count, such as `concurrency`; `name` is the argument's, and `error` makes an error of a text.
///
/// # Errors
/// For anything but a whole number from 0.
pub(crate) fn count(name: &str, value: &Bound<'_, PyAny>, error: impl Fn(String) -> Error) -> Result<u64> {
    let number = whole(value).and_then(|number| u64::try_from(number).map_err(|_| number.to_string()));
    number.map_err(|shown| error(format!("`{name}` is `{shown}`: a whole number from 0 is needed")))
}

/// A whole number; else the value as errors show it. `True` is a number for Python, but never meant as one.
fn whole(value: &Bound<'_, PyAny>) -> std::result::Result<i64, String> {
    let number = (!value.is_instance_of::<PyBool>()).then(|| value.extract::<i64>().ok()).flatten();
    number.ok_or_else(|| match (value.is_exact_instance_of::<PyInt>(), value.str()) {
        (true, Ok(shown)) => shown.to_string(),
        (false, Ok(shown)) => format!("{shown} of type {}", class_name(value)),
        (_, Err(_)) => class_name(value),
    })
}
