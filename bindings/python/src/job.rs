//! The native half of `b24delete.Job` and `b24delete.AsyncJob`.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use b24delete::{Canceller, Client as Engine, Outcome as Verdict, Result};
use b24delete_jobs::{Job as EngineJob, JobRunOptions, PlanOptions, Planned, RestoreOptions, Restored};
use futures_util::FutureExt as _;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::client::Client;
use crate::errors::OrRaise as _;
use crate::feed::Source;
use crate::options::{count, failures};
use crate::outcome::Outcome;
use crate::panic_gate::guarded;
use crate::plan::{self, Planning};
use crate::work::{Account, Work, Working};
use crate::{job_values, logging, report};

/// A job: one file.
#[pyclass(frozen, module = "b24delete._native")]
pub(crate) struct Job(EngineJob);

/// What a plan is to hold, beyond its operations.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct PlanArguments<'py> {
    look: bool,
    backup: bool,
    if_unchanged: bool,
    expect: Option<Bound<'py, PyAny>>,
    max_failures: Option<Bound<'py, PyAny>>,
}

impl PlanArguments<'_> {
    fn options(self) -> Result<PlanOptions> {
        let Self { look, backup, if_unchanged, expect, max_failures } = self;
        let mut options = PlanOptions::default();
        options.look = look;
        options.backup = backup;
        options.if_unchanged = if_unchanged;
        options.expect = count("expect", expect.as_ref())?;
        options.max_failures = failures(max_failures.as_ref())?;
        Ok(options)
    }
}

/// How a job is run.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct RunArguments<'py> {
    expect: Option<Bound<'py, PyAny>>,
    max_failures: Option<Bound<'py, PyAny>>,
    allow_absent: bool,
}

impl RunArguments<'_> {
    fn options(self) -> Result<JobRunOptions> {
        let Self { expect, max_failures, allow_absent } = self;
        let mut options = JobRunOptions::default();
        options.expect = count("expect", expect.as_ref())?;
        options.max_failures = failures(max_failures.as_ref())?;
        options.allow_absent = allow_absent;
        Ok(options)
    }
}

impl Job {
    fn run_with(&self, client: Engine, options: JobRunOptions) -> Work {
        let job = self.0.clone();
        Work::new(|teller| async move {
            let mut run = job.run(&client, options).await?;
            teller.can_be_ended_by(run.canceller());
            while run.next().await.is_some() {
                // What one pack brought is told at once.
                while run.next().now_or_never().flatten().is_some() {}
                teller.tell(Account::Run(run.summary()));
            }
            Ok(Account::Run(run.summary()))
        })
    }

    fn restore_with(&self, client: Engine) -> Work {
        let job = self.0.clone();
        Work::new(|teller| async move {
            let canceller = Canceller::new();
            teller.can_be_ended_by(canceller.clone());
            let mut options = RestoreOptions::default();
            options.canceller = Some(canceller);
            let told = |summary: &_| teller.tell(Account::Restore(Clone::clone(summary)));
            job.restore(&client, options, told).await.map(Account::Restore)
        })
    }
}

#[pymethods]
impl Job {
    /// Plans a job from an iterable.
    #[staticmethod]
    fn plan(
        py: Python<'_>,
        path: PathBuf,
        client: &Client,
        operations: &Bound<'_, PyAny>,
        options: PlanArguments<'_>,
    ) -> PyResult<()> {
        let options = options.options().or_raise(py)?;
        let at_hand = operations.is_instance_of::<PyList>() || operations.is_instance_of::<PyTuple>();
        let source = Source::new(operations.try_iter()?.unbind(), at_hand);
        let (_, engine) = client.engine(py)?;
        guarded(py, || plan::wait_for(py, &engine, path, source, options))
    }

    /// Plans a job from what an event loop feeds; `settle` is called when its file is there.
    #[staticmethod]
    fn start_plan(
        py: Python<'_>,
        path: PathBuf,
        client: &Client,
        settle: Py<PyAny>,
        options: PlanArguments<'_>,
    ) -> PyResult<Planning> {
        let options = options.options().or_raise(py)?;
        let (process, engine) = client.engine(py)?;
        guarded(py, || Ok(Planning::start(process, engine, path, options, settle)))
    }

    /// A job that was planned before.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        logging::start(py)?;
        guarded(py, || py.detach(|| EngineJob::open(path)).or_raise(py).map(Self))
    }

    /// Runs it while the caller waits.
    fn run(
        &self,
        py: Python<'_>,
        client: &Client,
        on_progress: Option<&Bound<'_, PyAny>>,
        options: RunArguments<'_>,
    ) -> PyResult<Py<PyAny>> {
        let options = options.options().or_raise(py)?;
        let (_, engine) = client.engine(py)?;
        guarded(py, || self.run_with(engine, options).wait_for(py, on_progress))
    }

    /// Starts to run it; `settle` is called with the summary.
    fn start_run(
        &self,
        py: Python<'_>,
        client: &Client,
        settle: Py<PyAny>,
        on_progress: Option<Py<PyAny>>,
        options: RunArguments<'_>,
    ) -> PyResult<Working> {
        let options = options.options().or_raise(py)?;
        let (process, engine) = client.engine(py)?;
        guarded(py, || Ok(self.run_with(engine, options).start(process, settle, on_progress)))
    }

    /// Restores it while the caller waits.
    fn restore(
        &self,
        py: Python<'_>,
        client: &Client,
        on_progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let (_, engine) = client.engine(py)?;
        guarded(py, || self.restore_with(engine).wait_for(py, on_progress))
    }

    /// Starts to restore it; `settle` is called with the summary.
    fn start_restore(
        &self,
        py: Python<'_>,
        client: &Client,
        settle: Py<PyAny>,
        on_progress: Option<Py<PyAny>>,
    ) -> PyResult<Working> {
        let (process, engine) = client.engine(py)?;
        guarded(py, || Ok(self.restore_with(engine).start(process, settle, on_progress)))
    }

    fn overview(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        guarded(py, || job_values::overview(py, &py.detach(|| self.0.overview()).or_raise(py)?))
    }

    fn plan_summary(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        guarded(py, || job_values::plan_summary(py, &py.detach(|| self.0.plan_summary()).or_raise(py)?))
    }

    #[pyo3(signature = (head = None))]
    fn verify(&self, py: Python<'_>, head: Option<&str>) -> PyResult<Py<PyAny>> {
        guarded(py, || job_values::verification(py, &py.detach(|| self.0.verify(head)).or_raise(py)?))
    }

    fn forget(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, || py.detach(|| self.0.forget()).or_raise(py))
    }

    fn restore_plan(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        guarded(py, || job_values::restore_plan(py, &py.detach(|| self.0.restore_plan()).or_raise(py)?))
    }

    fn planned(&self, py: Python<'_>) -> PyResult<PlannedOperations> {
        guarded(py, || Ok(PlannedOperations(Mutex::new(Box::new(self.0.planned().or_raise(py)?)))))
    }

    fn outcomes(&self, py: Python<'_>) -> PyResult<Outcomes> {
        guarded(py, || Ok(Outcomes(Mutex::new(Box::new(self.0.outcomes().or_raise(py)?)))))
    }

    fn restored(&self, py: Python<'_>) -> PyResult<RestoredThings> {
        guarded(py, || Ok(RestoredThings(Mutex::new(Box::new(self.0.restored().or_raise(py)?)))))
    }

    /// The report as text, or written to a file object.
    #[pyo3(signature = (form, to = None))]
    fn report(&self, py: Python<'_>, form: &str, to: Option<&Bound<'_, PyAny>>) -> PyResult<Option<String>> {
        guarded(py, || match to {
            Some(to) => report::write(py, &self.0, form, to).map(|()| None),
            None => report::text(py, &self.0, form).map(Some),
        })
    }
}

/// The outcomes of a job, read from its file as they are asked for.
#[pyclass(frozen, module = "b24delete._native")]
pub(crate) struct Outcomes(Rows<Verdict>);

/// The operations of a job, read from its file as they are asked for.
#[pyclass(frozen, module = "b24delete._native")]
pub(crate) struct PlannedOperations(Rows<Planned>);

/// What restores of a job did, read from its file as it is asked for.
#[pyclass(frozen, module = "b24delete._native")]
pub(crate) struct RestoredThings(Rows<Restored>);

type Rows<T> = Mutex<Box<dyn Iterator<Item = Result<T>> + Send>>;

fn next<T: Send>(py: Python<'_>, rows: &Rows<T>) -> PyResult<Option<T>> {
    let read = || rows.lock().unwrap_or_else(PoisonError::into_inner).next().transpose();
    guarded(py, || py.detach(read).or_raise(py))
}

#[pymethods]
impl Outcomes {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Outcome>> {
        Ok(next(py, &self.0)?.map(Outcome::new))
    }
}

#[pymethods]
impl PlannedOperations {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        next(py, &self.0)?.map(|planned| job_values::planned(py, &planned)).transpose()
    }
}

#[pymethods]
impl RestoredThings {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        next(py, &self.0)?.map(|restored| job_values::restored(py, &restored)).transpose()
    }
}
