//! Work that takes a while and tells how far it is: waited for in the caller's thread, or told to an event loop.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use b24delete::{Canceller, Effect, ErrorKind, Result, Summary};
use b24delete_jobs::RestoreSummary;
use pyo3::prelude::*;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::errors::{OrRaise as _, interrupted, is_urgent, local};
use crate::panic_gate::guarded_task;
use crate::process::{Own, Process};
use crate::{job_values, values, waiting};

/// How far work is, and what comes of it.
#[derive(Clone)]
pub(crate) enum Account {
    Run(Summary),
    Restore(RestoreSummary),
    /// It is done, and there is nothing to tell.
    Done,
}

impl Account {
    fn to_python(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        match self {
            Self::Run(summary) => values::summary(py, summary),
            Self::Restore(summary) => job_values::restore_summary(py, summary),
            Self::Done => Ok(py.None()),
        }
    }
}

/// Who does the work tells here how far it is; only the last account is kept.
pub(crate) struct Teller {
    accounts: watch::Sender<Option<Account>>,
    canceller: Arc<OnceLock<Canceller>>,
}

impl Teller {
    pub(crate) fn tell(&self, account: Account) {
        self.accounts.send_replace(Some(account));
    }

    /// From now on the work can be ended in good order.
    pub(crate) fn can_be_ended_by(&self, canceller: Canceller) {
        let _ = self.canceller.set(canceller);
    }
}

/// Work that is carried out while it is waited for. Dropping it ends it; what is on the wire is seen through.
pub(crate) struct Work {
    future: Pin<Box<dyn Future<Output = Result<Account>> + Send>>,
    accounts: watch::Receiver<Option<Account>>,
    canceller: Arc<OnceLock<Canceller>>,
}

/// What the one who waits hears.
enum Turn {
    Progress(Account),
    End(Result<Account>),
}

impl Work {
    pub(crate) fn new<F>(begin: impl FnOnce(Teller) -> F) -> Self
    where
        F: Future<Output = Result<Account>> + Send + 'static,
    {
        let (sender, accounts) = watch::channel(None);
        let canceller = Arc::default();
        let teller = Teller { accounts: sender, canceller: Arc::clone(&canceller) };
        Self { future: Box::pin(begin(teller)), accounts, canceller }
    }

    async fn turn(&mut self) -> Turn {
        let Self { future, accounts, .. } = self;
        let progress = async {
            match accounts.changed().await {
                Ok(()) => accounts.borrow_and_update().clone(),
                Err(_) => None,
            }
        };
        tokio::select! {
            biased;
            result = future => Turn::End(result),
            Some(account) = progress => Turn::Progress(account),
        }
    }

    /// Carries it out while the caller waits. `on_progress` is called in the caller's thread, for the last time with what
    /// is returned. Its exception ends the work in good order; an interrupt ends it at once.
    pub(crate) fn wait_for(
        mut self,
        py: Python<'_>,
        on_progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        loop {
            match self.next(py)? {
                Turn::Progress(account) => {
                    if let Err(raised) = call(py, on_progress, &account) {
                        return Err(self.fail(py, raised));
                    }
                }
                Turn::End(result) => {
                    let account = result.or_raise(py)?;
                    call(py, on_progress, &account)?;
                    return account.to_python(py);
                }
            }
        }
    }

    fn next(&mut self, py: Python<'_>) -> PyResult<Turn> {
        let mut turn = Box::pin(self.turn());
        waiting::block_on(py, &mut turn).map_err(|wait| {
            interrupted(py, &wait.raised, cancelled(py));
            wait.raised
        })
    }

    /// What the caller's own code raised, when the work has ended because of it.
    fn fail(mut self, py: Python<'_>, raised: PyErr) -> PyErr {
        if is_urgent(py, &raised) {
            interrupted(py, &raised, cancelled(py));
            return raised;
        }
        end(&self.canceller);
        loop {
            match self.next(py) {
                Ok(Turn::Progress(_)) => {}
                Ok(Turn::End(_)) => return raised,
                Err(interrupt) => return interrupt,
            }
        }
    }

    async fn carry_out(
        &mut self,
        process: &'static Process,
        on_progress: Option<Arc<Py<PyAny>>>,
    ) -> Result<Account> {
        loop {
            match (self.turn().await, on_progress.clone()) {
                (Turn::End(result), _) => return result,
                (Turn::Progress(account), Some(on_progress)) => process.callbacks.push(move |py| {
                    let told = call(py, Some(on_progress.bind(py)), &account);
                    told.unwrap_or_else(|error| error.write_unraisable(py, None));
                }),
                (Turn::Progress(_), None) => {}
            }
        }
    }

    /// Carries it out beside an event loop: `settle` is called at its end, and `on_progress` before.
    pub(crate) fn start(
        mut self,
        process: &'static Process,
        settle: Py<PyAny>,
        on_progress: Option<Py<PyAny>>,
    ) -> Working {
        let canceller = Arc::clone(&self.canceller);
        let expected = process.callbacks.expect();
        let on_progress = on_progress.map(Arc::new);
        let task = process.runtime.spawn(async move {
            let result = guarded_task(self.carry_out(process, on_progress)).await;
            process.callbacks.push(move |py| {
                settle_with(py, &settle, result);
                drop(expected);
            });
        });
        Working { task: Own::new(task.abort_handle()), canceller }
    }
}

fn call(py: Python<'_>, on_progress: Option<&Bound<'_, PyAny>>, account: &Account) -> PyResult<()> {
    let Some(on_progress) = on_progress else { return Ok(()) };
    on_progress.call1((account.to_python(py)?,)).map(drop)
}

fn settle_with(py: Python<'_>, settle: &Py<PyAny>, result: Result<Account>) {
    let arguments = match result.or_raise(py).and_then(|account| account.to_python(py)) {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error.into_value(py))),
    };
    if let Err(error) = settle.call1(py, arguments) {
        error.write_unraisable(py, None);
    }
}

fn end(canceller: &OnceLock<Canceller>) {
    if let Some(canceller) = canceller.get() {
        canceller.cancel();
    }
}

/// The error of work that was cancelled because nobody waits for it any more.
fn cancelled(py: Python<'_>) -> PyErr {
    let text = "the work was cancelled while a request may have been on the wire";
    local(py, ErrorKind::Cancelled, Effect::MayHaveApplied, text, 0)
}

/// What a task of an event loop holds of work under way.
#[pyclass(frozen, module = "b24delete._native")]
pub(crate) struct Working {
    task: Own<AbortHandle>,
    canceller: Arc<OnceLock<Canceller>>,
}

impl Working {
    /// Work of another process is none of this one's business.
    fn abort(&self) {
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }
}

#[pymethods]
impl Working {
    /// Ends the work in good order: it settles when what is on the wire has been seen through.
    fn end(&self) {
        end(&self.canceller);
    }

    /// Ends the work at once, and returns the error that says what may have happened.
    pub(crate) fn cancel(&self, py: Python<'_>) -> Py<PyAny> {
        self.abort();
        cancelled(py).into_value(py).into_any()
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.abort();
    }
}
