//! Planning a job: in the caller's thread, which pulls the operations, or beside an event loop, which feeds them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use b24delete::{Client, Result};
use b24delete_jobs::{Job, PlanOptions};
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList};

use crate::errors::OrRaise as _;
use crate::feed::{self, End, Feed, Source};
use crate::process::{self, Process};
use crate::waiting;
use crate::work::{Account, Work, Working};

/// What there is to do for the one who plans.
enum Turn {
    Feed,
    Closed,
    Planned(Result<Job>),
}

/// Plans a job while the caller waits. What the operations raise is raised, and no file is left.
pub(crate) fn wait_for(
    py: Python<'_>,
    client: &Client,
    path: PathBuf,
    mut source: Source,
    options: PlanOptions,
) -> PyResult<()> {
    let (feed, stream) = Feed::new();
    let mut planning = Box::pin(Job::plan_stream(path, client, stream, options));
    let mut feed = Some(feed);
    loop {
        let turn = wait(py, &mut planning, feed.as_ref())?;
        match (turn, &feed) {
            (Turn::Planned(job), _) => return job.map(drop).or_raise(py),
            (Turn::Feed, Some(open)) => {
                let pulled = source.pull(py, open.next_chunk());
                if let Some(End::Raised(raised)) = pulled.end {
                    return Err(raised);
                }
                open.push(pulled.operations, None);
                if pulled.end.is_some() {
                    feed = None;
                }
            }
            (Turn::Feed | Turn::Closed, _) => feed = None,
        }
    }
}

/// Waits until the plan is there or the feed wants more.
fn wait<F>(py: Python<'_>, planning: &mut F, feed: Option<&Feed>) -> PyResult<Turn>
where
    F: Future<Output = Result<Job>> + Unpin + Send,
{
    let wanted = async {
        match feed {
            Some(feed) if feed.is_wanted().await => Turn::Feed,
            Some(_) => Turn::Closed,
            None => std::future::pending().await,
        }
    };
    let mut turn = Box::pin(async {
        tokio::select! { biased; planned = planning => Turn::Planned(planned), turn = wanted => turn }
    });
    waiting::block_on(py, &mut turn).map_err(|interrupted| interrupted.raised)
}

/// Planning that an event loop feeds.
#[pyclass(frozen, module = "b24delete._native")]
pub(crate) struct Planning {
    feed: Mutex<Option<Arc<Feed>>>,
    working: Working,
}

impl Planning {
    pub(crate) fn start(
        process: &'static Process,
        client: Client,
        path: PathBuf,
        options: PlanOptions,
        settle: Py<PyAny>,
    ) -> Self {
        let (feed, stream) = Feed::new();
        let work = Work::new(|_| async move {
            Job::plan_stream(path, &client, stream, options).await.map(|_| Account::Done)
        });
        Self { feed: Mutex::new(Some(Arc::new(feed))), working: work.start(process, settle, None) }
    }

    fn feed_now(&self) -> Option<Arc<Feed>> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[pymethods]
impl Planning {
    /// Settles with true when more operations are taken, with false when no more are.
    fn wanted(&self, py: Python<'_>, settle: Py<PyAny>) -> PyResult<()> {
        feed::tell_when_wanted(process::current().or_raise(py)?, self.feed_now(), settle);
        Ok(())
    }

    /// Pulls operations from a plain iterator and hands them over; false when there are no more. What it raised is raised.
    fn pull(&self, operations: &Bound<'_, PyIterator>) -> PyResult<bool> {
        self.feed_now().map_or(Ok(false), |feed| feed.pull_from(operations))
    }

    /// Hands operations over, and what their source raised behind them.
    #[pyo3(signature = (operations, raised = None))]
    fn feed(&self, operations: &Bound<'_, PyList>, raised: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        self.feed_now().map_or(Ok(()), |feed| feed.push_from(operations, raised))
    }

    /// There are no more operations.
    fn end(&self) {
        let feed = self.feed.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(feed);
    }

    /// Ends the planning, and returns the error that says so. No file is left.
    fn cancel(&self, py: Python<'_>) -> Py<PyAny> {
        self.working.cancel(py)
    }
}
