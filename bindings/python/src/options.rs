//! The options of a client and of a run, from keyword arguments. Only what was given is set: the engine knows the rest.

use std::time::Duration;

use b24delete::{CallOptions, Canceller, ClientOptions, Error, ErrorKind, MaxFailures, Result, RunOptions};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict};

use crate::errors::{OrRaise as _, class_name};
use crate::{events, id, token_store};

/// `base` with what was given.
///
/// # Errors
/// `LocalError` of kind `config` for values that are not allowed, `TypeError` for an argument that there is not.
pub(crate) fn client_options(mut base: ClientOptions, given: &Bound<'_, PyDict>) -> PyResult<ClientOptions> {
    let py = given.py();
    for (name, value) in given {
        let name: String = name.extract()?;
        match name.as_str() {
            "webhook" => base.webhook = text("webhook", &value).or_raise(py)?,
            "oauth" => base.oauth = Some(token_store::oauth_options(&value)?),
            "limits" => base.rate_limit = described("limits", &value).or_raise(py)?.parse().or_raise(py)?,
            "operating" => {
                base.operating_limit = text("operating", &value).or_raise(py)?.parse().or_raise(py)?;
            }
            "request_timeout" => base.request_timeout = seconds("request_timeout", &value).or_raise(py)?,
            "connect_timeout" => base.connect_timeout = seconds("connect_timeout", &value).or_raise(py)?,
            "settle_time" => base.settle_time = seconds("settle_time", &value).or_raise(py)?,
            "concurrency" => {
                let count = id::count("concurrency", &value, config).or_raise(py)?;
                base.concurrency = usize::try_from(count).unwrap_or(usize::MAX);
            }
            "on_event" => base.observer = Some(events::observer(&value).or_raise(py)?),
            "api" => base.api = text("api", &value).or_raise(py)?.parse().or_raise(py)?,
            _ => {
                let text = format!("a client has no option `{name}`");
                return Err(PyTypeError::new_err(text));
            }
        }
    }
    Ok(base)
}

/// The options of a run.
///
/// # Errors
/// For values that are not allowed.
pub(crate) fn run_options(
    max_failures: Option<&Bound<'_, PyAny>>,
    stop_if_first_absent: Option<&Bound<'_, PyAny>>,
) -> Result<RunOptions> {
    let mut options = RunOptions::default();
    options.max_failures = failures(max_failures)?;
    options.stop_if_first_absent = count("stop_if_first_absent", stop_if_first_absent)?;
    Ok(options)
}

/// How many failures are too many.
///
/// # Errors
/// `invalid_argument` for what is neither a count nor a share; so for [`count`].
pub(crate) fn failures(given: Option<&Bound<'_, PyAny>>) -> Result<Option<MaxFailures>> {
    let limit = given.map(|value| match value.extract::<String>() {
        Ok(text) => text.parse(),
        Err(_) => id::count("max_failures", value, invalid).map(MaxFailures::Count),
    });
    limit.transpose()
}

/// A count, such as `expect`.
pub(crate) fn count(name: &str, given: Option<&Bound<'_, PyAny>>) -> Result<Option<u64>> {
    given.map(|value| id::count(name, value, invalid)).transpose()
}

/// The options of one call.
///
/// # Errors
/// `invalid_argument` for a deadline that is not a number of seconds.
pub(crate) fn call_options(
    deadline: Option<&Bound<'_, PyAny>>,
    canceller: &Canceller,
) -> Result<CallOptions> {
    let mut options = CallOptions::default();
    options.canceller = Some(canceller.clone());
    options.deadline = deadline.map(|value| duration("deadline", value, invalid)).transpose()?;
    Ok(options)
}

/// A text; what was given instead may hold a secret and is not shown.
pub(crate) fn text(name: &str, value: &Bound<'_, PyAny>) -> Result<String> {
    value.extract().map_err(|_| config(format!("`{name}` must be text, not `{}`", class_name(value))))
}

/// A text, or a value that describes itself as one.
fn described(name: &str, value: &Bound<'_, PyAny>) -> Result<String> {
    match value.hasattr("as_text").unwrap_or(false) {
        true => text(name, &value.call_method0("as_text").map_err(|error| config(error.to_string()))?),
        false => text(name, value),
    }
}

fn seconds(name: &str, value: &Bound<'_, PyAny>) -> Result<Duration> {
    duration(name, value, config)
}

/// A number of seconds. `True` is a number for Python, but never meant as one.
fn duration(name: &str, value: &Bound<'_, PyAny>, error: fn(String) -> Error) -> Result<Duration> {
    let number = (!value.is_instance_of::<PyBool>()).then(|| value.extract::<f64>().ok()).flatten();
    let duration = number.and_then(|number| Duration::try_from_secs_f64(number).ok());
    duration.ok_or_else(|| {
        let shown = number.map_or_else(|| class_name(value), |number| number.to_string());
        error(format!("`{name}` is `{shown}`: a number of seconds from 0 is needed"))
    })
}

fn config(text: String) -> Error {
    Error::not_sent(ErrorKind::Config, text)
}

fn invalid(text: String) -> Error {
    Error::not_sent(ErrorKind::InvalidArgument, text)
}
