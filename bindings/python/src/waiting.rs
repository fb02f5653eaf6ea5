//! Waiting in a call, with the interpreter free for others and an ear for signals.

use std::time::Duration;

use pyo3::prelude::*;

use crate::errors::OrRaise as _;
use crate::{logging, process};

/// Signals and log records wait for so long at most.
const SLICE: Duration = Duration::from_millis(50);

/// A wait that a signal handler has ended by raising, such as `KeyboardInterrupt`.
pub(crate) struct Interrupted<T> {
    pub(crate) raised: PyErr,
    /// What was waited for, where it came at the same moment.
    pub(crate) value: Option<T>,
}

/// What `future` gives. After an interrupt without a value it can be waited for again.
pub(crate) fn block_on<F>(py: Python<'_>, future: &mut F) -> Result<F::Output, Interrupted<F::Output>>
where
    F: Future<Output: Send> + Unpin + Send,
{
    let process = process::current().or_raise(py).map_err(|raised| Interrupted { raised, value: None })?;
    loop {
        let slice = async { tokio::time::timeout(SLICE, &mut *future).await.ok() };
        let value = py.detach(|| process.runtime.block_on(slice));
        // Telling records runs Python code, in which signals are handled too.
        match (logging::deliver(py).and_then(|()| py.check_signals()), value) {
            (Err(raised), value) => return Err(Interrupted { raised, value }),
            (Ok(()), Some(value)) => return Ok(value),
            (Ok(()), None) => {}
        }
    }
}

/// What `future` gives within one slice, whatever signals come.
pub(crate) fn briefly<F>(py: Python<'_>, future: F) -> Option<F::Output>
where
    F: Future<Output: Send> + Send,
{
    let process = process::existing()?;
    py.detach(|| process.runtime.block_on(async { tokio::time::timeout(SLICE, future).await.ok() }))
}
