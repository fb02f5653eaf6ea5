//! One delete: waited for in the caller's thread, or told to an event loop.

use std::sync::Arc;

use b24delete::{CallOptions, Canceller, Client, Deletion, Effect, Error, ErrorKind, Operation, Result};
use pyo3::prelude::*;
use tokio::sync::watch;

use crate::errors::{OrRaise as _, interrupted, local, to_python};
use crate::panic_gate::guarded_task;
use crate::process::Process;
use crate::waiting::Interrupted;
use crate::{values, waiting};

/// Carries one operation out while the caller waits. A signal handler that raises ends the waiting at once.
pub(crate) fn wait_for(
    py: Python<'_>,
    client: &Client,
    operation: Operation,
    options: CallOptions,
) -> PyResult<Py<PyAny>> {
    let canceller = options.canceller.clone();
    let mut call = Box::pin(client.delete(operation, options));
    match waiting::block_on(py, &mut call) {
        Ok(result) => values::deletion(py, &result.or_raise(py)?),
        Err(Interrupted { raised, value }) => {
            canceller.iter().for_each(Canceller::cancel);
            let result = value.or_else(|| waiting::briefly(py, call));
            interrupted(py, &raised, ended(py, result.as_ref()));
            Err(raised)
        }
    }
}

/// What became of a call for which nobody waits any more.
fn ended(py: Python<'_>, result: Option<&Result<Deletion>>) -> PyErr {
    let cancelled =
        |text: &str, attempts| local(py, ErrorKind::Cancelled, Effect::MayHaveApplied, text, attempts);
    match result {
        Some(Err(error)) => to_python(py, error),
        Some(Ok(deletion)) => {
            let text = format!("the call was cancelled when it had just succeeded: {}", deletion.status);
            cancelled(&text, deletion.attempts)
        }
        None => cancelled("the call was cancelled while its request may have been on the wire", 0),
    }
}

/// What a task of an event loop holds of a call under way.
#[pyclass(frozen, module = "b24delete._native")]
pub(crate) struct Call {
    canceller: Canceller,
    result: watch::Receiver<Option<Result<Deletion>>>,
}

impl Call {
    /// Starts a call. `settle` is called with a deletion or an error, soon after there is one.
    pub(crate) fn start(
        process: &'static Process,
        client: Client,
        operation: Operation,
        options: CallOptions,
        settle: Py<PyAny>,
    ) -> Self {
        let canceller = options.canceller.clone().unwrap_or_default();
        let (sender, result) = watch::channel(None);
        let expected = process.callbacks.expect();
        process.runtime.spawn(async move {
            let result = guarded_task(client.delete(operation, options)).await;
            let told = Arc::new(result);
            sender.send_replace(Some((*told).clone()));
            process.callbacks.push(move |py| {
                tell(py, &settle, &told);
                drop(expected);
            });
        });
        Self { canceller, result }
    }
}

/// Hands a result to the event loop; one that is closed no longer wants it.
fn tell(py: Python<'_>, settle: &Py<PyAny>, result: &Result<Deletion, Error>) {
    let arguments = match result
        .as_ref()
        .map_err(|error| to_python(py, error))
        .and_then(|found| values::deletion(py, found))
    {
        Ok(deletion) => (Some(deletion), None),
        Err(error) => (None, Some(error.into_value(py))),
    };
    if let Err(error) = settle.call1(py, arguments) {
        error.write_unraisable(py, None);
    }
}

#[pymethods]
impl Call {
    /// Ends the call, and returns the error that says what may have happened.
    fn cancel(&self, py: Python<'_>) -> Py<PyAny> {
        self.canceller.cancel();
        let mut result = self.result.clone();
        let known = waiting::briefly(py, async move {
            result.wait_for(Option::is_some).await.ok().and_then(|known| known.clone())
        });
        ended(py, known.flatten().as_ref()).into_value(py).into_any()
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.canceller.cancel();
    }
}
