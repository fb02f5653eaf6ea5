//! `Run`: many operations, as an iterator of outcomes.
//!
//! The caller's iterator is pulled in the thread that asks for outcomes, while it waits for them: no other thread runs
//! the caller's code, so database cursors and the like stay in the thread to which they belong.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use b24delete::{Effect, ErrorKind, Run as EngineRun};
use pyo3::prelude::*;
use pyo3::types::PyType;
use tokio::task::JoinHandle;

use crate::errors::{OrRaise as _, interrupted, interrupted_run, invalid_argument, is_urgent, local};
use crate::feed::{End, Feed, Pulled, Source};
use crate::outcome::Outcome;
use crate::outcomes::Outcomes;
use crate::panic_gate::guarded;
use crate::process::{self, Own};
use crate::{values, waiting};

/// A run over many operations: iterate over it for one outcome per operation, in the order in which they become final.
///
/// Nothing is pulled from the operations, and nothing deleted, before the first outcome is asked for. Operations are
/// pulled a few packs ahead, in the thread that iterates. An exception of theirs is raised unchanged, after the outcomes
/// of the operations before it.
///
/// As a context manager it cancels what is left over when the block is left early, and waits until the pack on the wire
/// has been seen through; the outcomes that are still to come can be had by iterating on. `KeyboardInterrupt` and its
/// like cancel without waiting.
#[pyclass(frozen, module = "b24delete")]
pub(crate) struct Run {
    outcomes: Own<Arc<Outcomes>>,
    progress: Mutex<Progress>,
}

/// What only the one who iterates touches.
struct Progress {
    /// None once the engine has everything or wants nothing more.
    feed: Option<(Feed, Source)>,
    /// Waits for outcomes on the engine's thread, so that this one is woken when they come and not for each step to there.
    arrival: Option<JoinHandle<bool>>,
    /// What the caller's iterator raised: told after the outcomes.
    failure: Option<PyErr>,
    has_ended: bool,
}

/// What there is to do for the one who waits.
enum Turn {
    /// The engine takes more operations.
    Feed,
    /// The engine takes no more operations.
    Closed,
    Outcomes,
    End,
}

impl Run {
    pub(crate) fn new(run: EngineRun, feed: Feed, source: Source) -> Self {
        let outcomes = Outcomes::new(run, feed.left());
        let progress =
            Progress { feed: Some((feed, source)), arrival: None, failure: None, has_ended: false };
        Self { outcomes: Own::new(Arc::new(outcomes)), progress: Mutex::new(progress) }
    }

    fn outcomes(&self, py: Python<'_>) -> PyResult<&Arc<Outcomes>> {
        self.outcomes.get().ok_or_else(|| {
            let text = "the run belongs to the process that forked this one";
            local(py, ErrorKind::Config, Effect::NotSent, text, 0)
        })
    }

    fn progress(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, Progress>> {
        match self.progress.try_lock() {
            Ok(progress) => Ok(progress),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {
                let text = "the run is being iterated already: by another thread or by its own operations";
                Err(invalid_argument(py, text))
            }
        }
    }

    /// Waits for outcomes, and feeds the engine meanwhile; false at the end of the run.
    fn advance(&self, py: Python<'_>) -> PyResult<bool> {
        let outcomes = self.outcomes(py)?;
        let mut progress = self.progress(py)?;
        let mut has_fed = false;
        while !progress.has_ended {
            match progress.wait(py, outcomes, has_fed).inspect_err(|raised| stop(py, outcomes, raised))? {
                Turn::Feed => {
                    has_fed = true;
                    progress.pull(py).inspect_err(|raised| stop(py, outcomes, raised))?;
                }
                Turn::Closed => progress.feed = None,
                Turn::Outcomes => return Ok(true),
                Turn::End if outcomes.leave_out() => return Ok(true),
                Turn::End => progress.has_ended = true,
            }
        }
        progress.feed = None;
        progress.failure.take().map_or(Ok(false), Err)
    }

    /// Cancels, and waits for the end if `patiently`.
    fn leave(&self, py: Python<'_>, patiently: bool) -> PyResult<()> {
        let outcomes = self.outcomes(py)?;
        let mut progress = self.progress(py)?;
        progress.feed = None;
        if progress.has_ended {
            return Ok(());
        }
        outcomes.cancel();
        if let Some(arrival) = progress.arrival.take() {
            arrival.abort();
        }
        if patiently {
            let mut finish = Box::pin(outcomes.finish());
            let finished = waiting::block_on(py, &mut finish).map_err(|interrupted| interrupted.raised);
            finished.inspect_err(|raised| stop(py, outcomes, raised))?;
            outcomes.leave_out();
        }
        Ok(())
    }
}

impl Progress {
    /// Waits for the next thing to do. Who has fed the engine in this call looks for outcomes first, so that neither
    /// keeps the other waiting.
    fn wait(&mut self, py: Python<'_>, outcomes: &Arc<Outcomes>, has_fed: bool) -> PyResult<Turn> {
        let process = process::current().or_raise(py)?;
        let feed = self.feed.as_ref().map(|(feed, _)| feed);
        let arrival = &mut self.arrival;
        let arrive = || {
            let outcomes = Arc::clone(outcomes);
            process.runtime.spawn(async move { outcomes.arrive().await })
        };
        let wanted = async {
            match feed {
                Some(feed) if feed.is_wanted().await => Turn::Feed,
                Some(_) => Turn::Closed,
                None => std::future::pending().await,
            }
        };
        let arrived = async {
            let arrived = arrival.get_or_insert_with(arrive).await;
            *arrival = None;
            match arrived {
                Ok(true) => Turn::Outcomes,
                Ok(false) => Turn::End,
                Err(failed) => resume_unwind(failed.into_panic()),
            }
        };
        let mut turn = Box::pin(async {
            tokio::pin!(wanted, arrived);
            match has_fed {
                true => tokio::select! { biased; turn = arrived => turn, turn = wanted => turn },
                false => tokio::select! { biased; turn = wanted => turn, turn = arrived => turn },
            }
        });
        // A turn that comes at the moment of an interrupt comes again.
        waiting::block_on(py, &mut turn).map_err(|interrupted| interrupted.raised)
    }

    /// Hands over what the caller's iterator gives.
    fn pull(&mut self, py: Python<'_>) -> PyResult<()> {
        let Some((feed, source)) = &mut self.feed else { return Ok(()) };
        let Pulled { operations, end } = source.pull(py, feed.next_chunk());
        let raised = match &end {
            Some(End::Raised(raised)) => Some(raised),
            Some(End::Exhausted) | None => None,
        };
        feed.push(operations, raised);
        match end {
            None => {}
            Some(End::Exhausted) => self.feed = None,
            Some(End::Raised(raised)) => {
                self.feed = None;
                if is_urgent(py, &raised) {
                    return Err(raised);
                }
                self.failure = Some(raised);
            }
        }
        Ok(())
    }
}

/// Nothing more is sent after an interrupted wait, and the exception says so.
fn stop(py: Python<'_>, outcomes: &Outcomes, raised: &PyErr) {
    outcomes.cancel();
    interrupted(py, raised, interrupted_run(py));
}

#[pymethods]
impl Run {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Outcome>> {
        loop {
            if let Some(outcome) = self.outcomes(py)?.pop() {
                return Ok(Some(Outcome::new(outcome)));
            }
            if !guarded(py, || self.advance(py))? {
                return Ok(None);
            }
        }
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (exception_type = None, exception = None, traceback = None))]
    fn __exit__(
        &self,
        py: Python<'_>,
        exception_type: Option<&Bound<'_, PyType>>,
        exception: Option<&Bound<'_, PyAny>>,
        traceback: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let _ = (exception_type, traceback);
        let patiently = exception.is_none_or(|raised| !is_urgent(py, &PyErr::from_value(raised.clone())));
        guarded(py, || self.leave(py, patiently))
    }

    /// Sends nothing more. What is on the wire is seen through; operations that were pulled and not sent become
    /// `not_run`. Iterate on for the outcomes that are still to come. May be called from any thread.
    fn cancel(&self, py: Python<'_>) -> PyResult<()> {
        self.outcomes(py)?.cancel();
        Ok(())
    }

    /// The account so far; final when there are no more outcomes. May be called from any thread.
    fn summary(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        values::summary(py, &self.outcomes(py)?.summary())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let summary = self.outcomes(py)?.summary();
        Ok(format!("<Run: {} outcomes, {} requests>", summary.total, summary.requests))
    }
}
