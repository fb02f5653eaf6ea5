//! What a client tells while it works, for a function of the caller's.

use std::sync::Arc;

use b24delete::{Error, ErrorKind, Event, Observer, Result};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::{class_name, to_python};
use crate::process;
use crate::values::made;

/// An event that outlives the moment of its happening.
enum Told {
    Waiting { reason: &'static str, seconds: f64 },
    Sending { method: &'static str, operations: usize, lookup: bool },
    Retrying { operations: usize, error: Error },
}

/// Tells a function of the caller's, in the thread for callbacks: no thread of the engine waits for the interpreter.
struct Listener(Arc<Py<PyAny>>);

/// The observer that tells `given`.
///
/// # Errors
/// `config` when it cannot be called.
pub(crate) fn observer(given: &Bound<'_, PyAny>) -> Result<Arc<dyn Observer>> {
    if !given.is_callable() {
        let text = format!("`on_event` must be a function, not `{}`", class_name(given));
        return Err(Error::not_sent(ErrorKind::Config, text));
    }
    Ok(Arc::new(Listener(Arc::new(given.clone().unbind()))))
}

impl Observer for Listener {
    fn on_event(&self, event: &Event<'_>) {
        let told = match *event {
            Event::Waiting { reason, duration } => {
                Told::Waiting { reason: reason.as_str(), seconds: duration.as_secs_f64() }
            }
            Event::Sending { method, operations, lookup } => Told::Sending { method, operations, lookup },
            Event::Retrying { operations, error } => Told::Retrying { operations, error: error.clone() },
            // An event that is younger than this binding.
            _ => return,
        };
        let Ok(process) = process::current() else { return };
        let listener = Arc::clone(&self.0);
        process.callbacks.push(move |py| {
            let called = told.to_python(py).and_then(|event| listener.call1(py, (event,)));
            if let Err(raised) = called {
                raised.write_unraisable(py, Some(listener.bind(py)));
            }
        });
    }
}

impl Told {
    fn to_python(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let fields = PyDict::new(py);
        let class = match self {
            Self::Waiting { reason, seconds } => {
                fields.set_item("reason", reason)?;
                fields.set_item("seconds", seconds)?;
                "Waiting"
            }
            Self::Sending { method, operations, lookup } => {
                fields.set_item("method", method)?;
                fields.set_item("operations", operations)?;
                fields.set_item("lookup", lookup)?;
                "Sending"
            }
            Self::Retrying { operations, error } => {
                fields.set_item("operations", operations)?;
                fields.set_item("error", to_python(py, error).into_value(py))?;
                "Retrying"
            }
        };
        made(py, class, &fields)
    }
}
