//! The engine's errors as exceptions of `b24delete.errors`.

use std::collections::BTreeMap;
use std::error::Error as StdError;

use b24delete::{Effect, Error, ErrorKind};
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{IntoPyDict as _, PyModule};

/// What an exception of ours carries.
struct Fields<'a> {
    message: &'a str,
    kind: ErrorKind,
    effect: Effect,
    method: Option<&'a str>,
    code: &'a str,
    description: &'a str,
    http_status: Option<u16>,
    attempts: u32,
}

/// The exception for an error of the engine, with its causes.
pub(crate) fn to_python(py: Python<'_>, error: &Error) -> PyErr {
    let message = error.to_string();
    let exception = exception(
        py,
        &Fields {
            message: &message,
            kind: error.kind(),
            effect: error.effect(),
            method: error.method(),
            code: error.code(),
            description: error.description(),
            http_status: error.http_status(),
            attempts: error.attempts(),
        },
    );
    if let Some(source) = error.source() {
        exception.set_cause(py, Some(cause(py, source)));
    }
    exception
}

/// What led to an error: one of ours, or the text of another.
fn cause(py: Python<'_>, source: &(dyn StdError + 'static)) -> PyErr {
    if let Some(error) = source.downcast_ref::<Error>() {
        return to_python(py, error);
    }
    let exception = PyException::new_err(source.to_string());
    if let Some(source) = source.source() {
        exception.set_cause(py, Some(cause(py, source)));
    }
    exception
}

/// An error of this side whose effect is known here only.
pub(crate) fn local(py: Python<'_>, kind: ErrorKind, effect: Effect, text: &str, attempts: u32) -> PyErr {
    let (message, method, code, http_status) = (&format!("{text} ({kind})"), None, "", None);
    exception(py, &Fields { message, kind, effect, method, code, description: text, http_status, attempts })
}

/// An argument that is not allowed, found before anything was sent.
pub(crate) fn invalid_argument(py: Python<'_>, text: impl Into<String>) -> PyErr {
    to_python(py, &Error::not_sent(ErrorKind::InvalidArgument, text))
}

fn exception(py: Python<'_>, fields: &Fields<'_>) -> PyErr {
    let made = || {
        let names = [
            ("kind", fields.kind.as_str().into_pyobject(py)?.into_any()),
            ("effect", fields.effect.as_str().into_pyobject(py)?.into_any()),
            ("method", fields.method.into_pyobject(py)?),
            ("code", fields.code.into_pyobject(py)?.into_any()),
            ("description", fields.description.into_pyobject(py)?.into_any()),
            ("http_status", fields.http_status.into_pyobject(py)?),
            ("attempts", fields.attempts.into_pyobject(py)?.into_any()),
        ];
        let class = classes(py)?.getattr(fields.kind.family().class_name())?;
        class.call((fields.message,), Some(&names.into_py_dict(py)?))
    };
    made().map_or_else(|error| error, PyErr::from_value)
}

fn classes(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static CLASSES: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let module = CLASSES.get_or_try_init(py, || py.import("b24delete.errors").map(Bound::unbind))?;
    Ok(module.bind(py))
}

/// `LocalError` of kind `cancelled` behind an exception that ended a wait, which says what may have happened.
pub(crate) fn interrupted(py: Python<'_>, raised: &PyErr, cause: PyErr) {
    // An exception of a signal handler may have a cause of its own, which says more.
    if raised.cause(py).is_none() {
        raised.set_cause(py, Some(cause));
    }
}

/// The error of a run that was cancelled because nobody waits for it any more.
pub(crate) fn interrupted_run(py: Python<'_>) -> PyErr {
    let text = "the run was cancelled while operations may have been on the wire";
    local(py, ErrorKind::Cancelled, Effect::MayHaveApplied, text, 0)
}

/// True for what should leave at once: `KeyboardInterrupt`, `SystemExit` and their like.
pub(crate) fn is_urgent(py: Python<'_>, raised: &PyErr) -> bool {
    !raised.is_instance_of::<PyException>(py)
}

/// Every kind of error with the name of its class.
#[pyfunction]
pub(crate) fn error_classes() -> BTreeMap<&'static str, &'static str> {
    ErrorKind::ALL.iter().map(|kind| (kind.as_str(), kind.family().class_name())).collect()
}

/// Turns a result of the engine into one of Python.
pub(crate) trait OrRaise<T> {
    /// The value, or the exception for the error.
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> OrRaise<T> for b24delete::Result<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| to_python(py, &error))
    }
}

/// The class of a Python object, for messages.
pub(crate) fn class_name(value: &Bound<'_, PyAny>) -> String {
    let name = value.get_type().getattr(intern!(value.py(), "__qualname__"));
    name.map_or_else(|_| "object".to_owned(), |name| name.to_string())
}
