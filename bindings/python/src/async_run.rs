//! The native half of a run in an event loop: `b24delete.AsyncRun` waits, pulls and feeds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use b24delete::{Effect, ErrorKind, Run as EngineRun};
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList};
use tokio::task::{AbortHandle, JoinHandle};

use crate::errors::{self, OrRaise as _, local};
use crate::feed::{self, Feed};
use crate::outcome::Outcome;
use crate::outcomes::Outcomes;
use crate::process::{self, Own};
use crate::values;

/// A run whose outcomes and wishes are told to an event loop.
#[pyclass(frozen, module = "b24delete._native")]
pub(crate) struct AsyncRun {
    shared: Own<Shared>,
}

struct Shared {
    outcomes: Arc<Outcomes>,
    feed: Mutex<Option<Arc<Feed>>>,
    /// Who waits for outcomes: one at a time, or the engine would wake only the last.
    waiting: Mutex<Option<AbortHandle>>,
}

impl AsyncRun {
    pub(crate) fn new(run: EngineRun, feed: Feed) -> Self {
        let shared = Shared {
            outcomes: Arc::new(Outcomes::new(run, feed.left())),
            feed: Mutex::new(Some(Arc::new(feed))),
            waiting: Mutex::default(),
        };
        Self { shared: Own::new(shared) }
    }

    fn shared(&self, py: Python<'_>) -> PyResult<&Shared> {
        self.shared.get().ok_or_else(|| {
            let text = "the run belongs to the process that forked this one";
            local(py, ErrorKind::Config, Effect::NotSent, text, 0)
        })
    }
}

#[pymethods]
impl AsyncRun {
    /// The outcomes that have arrived.
    fn take(&self, py: Python<'_>) -> PyResult<Vec<Outcome>> {
        Ok(self.shared(py)?.outcomes.take().into_iter().map(Outcome::new).collect())
    }

    /// The outcomes of what was handed over and not taken, once the run has ended.
    fn leave_out(&self, py: Python<'_>) -> PyResult<Vec<Outcome>> {
        self.shared(py)?.outcomes.leave_out();
        self.take(py)
    }

    /// Settles with true when there are outcomes to take, with false when there will be none any more. An earlier wait
    /// is given up.
    fn wait(&self, py: Python<'_>, settle: Py<PyAny>) -> PyResult<()> {
        let shared = self.shared(py)?;
        let outcomes = Arc::clone(&shared.outcomes);
        shared.replace_wait(&feed::tell(process::current().or_raise(py)?, settle, async move {
            outcomes.arrive().await
        }));
        Ok(())
    }

    /// Settles when the run has ended; outcomes are kept. An earlier wait is given up.
    fn finish(&self, py: Python<'_>, settle: Py<PyAny>) -> PyResult<()> {
        let shared = self.shared(py)?;
        let outcomes = Arc::clone(&shared.outcomes);
        let finish = async move {
            outcomes.finish().await;
            true
        };
        shared.replace_wait(&feed::tell(process::current().or_raise(py)?, settle, finish));
        Ok(())
    }

    /// Settles with true when the engine takes more operations, with false when it takes no more.
    fn wanted(&self, py: Python<'_>, settle: Py<PyAny>) -> PyResult<()> {
        let feed = locked(&self.shared(py)?.feed).clone();
        feed::tell_when_wanted(process::current().or_raise(py)?, feed, settle);
        Ok(())
    }

    /// True when operations may be handed over without waiting for `wanted`.
    fn has_room(&self, py: Python<'_>) -> PyResult<bool> {
        let feed = locked(&self.shared(py)?.feed);
        Ok(feed.as_ref().is_some_and(|feed| feed.has_room()))
    }

    /// Pulls operations from a plain iterator and hands them over; false when there are no more. What it raised is handed
    /// over behind them, and raised.
    fn pull(&self, py: Python<'_>, operations: &Bound<'_, PyIterator>) -> PyResult<bool> {
        let feed = locked(&self.shared(py)?.feed).clone();
        feed.map_or(Ok(false), |feed| feed.pull_from(operations))
    }

    /// Hands operations over, and what their source raised behind them, after `wanted` said so. What is not an operation
    /// counts as such a failure, and is raised.
    #[pyo3(signature = (operations, raised = None))]
    fn feed(
        &self,
        py: Python<'_>,
        operations: &Bound<'_, PyList>,
        raised: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let feed = locked(&self.shared(py)?.feed).clone();
        feed.map_or(Ok(()), |feed| feed.push_from(operations, raised))
    }

    /// There are no more operations.
    fn end(&self, py: Python<'_>) -> PyResult<()> {
        let feed = locked(&self.shared(py)?.feed).take();
        drop(feed);
        Ok(())
    }

    /// Sends nothing more. A run of another process is none of this one's business.
    fn cancel(&self) {
        if let Some(shared) = self.shared.get() {
            shared.outcomes.cancel();
        }
    }

    /// Cancels because a wait was cancelled, and returns the error that says what may have happened.
    fn interrupt(&self, py: Python<'_>) -> Py<PyAny> {
        self.cancel();
        errors::interrupted_run(py).into_value(py).into_any()
    }

    fn summary(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        values::summary(py, &self.shared(py)?.outcomes.summary())
    }
}

impl Shared {
    fn replace_wait(&self, wait: &JoinHandle<()>) {
        if let Some(earlier) = locked(&self.waiting).replace(wait.abort_handle()) {
            earlier.abort();
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.outcomes.cancel();
        if let Some(wait) = locked(&self.waiting).take() {
            wait.abort();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
