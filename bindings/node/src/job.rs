//! A job.

use std::sync::{Arc, Mutex};

use b24delete::{Outcome, Result};
use b24delete_jobs::{Job, JobRunOptions, Planned, RestoreOptions, Restored};
use napi::bindgen_prelude::{Env, Object};
use napi_derive::napi;
use tokio::runtime::Handle;

use crate::canceller::NativeCanceller;
use crate::client::NativeClient;
use crate::job_run::{JobRunFields, NativeJobRun};
use crate::job_views::{OverviewFields, PlanSummaryFields, PlannedFields, VerificationFields};
use crate::restore::{RestorePlanFields, RestoreSummaryFields, RestoredFields, ToldFunction, tell};
use crate::rows::{self, Chunk};
use crate::run::{CHUNK, locked};
use crate::{report, runtime};

/// A job in its file. What reads or writes the file does so on another thread.
#[derive(Debug)]
#[napi]
pub struct NativeJob {
    inner: Job,
}

impl From<Job> for NativeJob {
    fn from(inner: Job) -> Self {
        Self { inner }
    }
}

/// A promise for the job in a file that is there.
#[napi(ts_return_type = "Promise<Reply<NativeJob>>")]
pub fn open_job(env: &Env, path: String) -> napi::Result<Object<'_>> {
    runtime::blocking(env, move || Job::open(path).map(NativeJob::from))
}

#[napi]
impl NativeJob {
    /// A promise for a run that has begun.
    #[napi(ts_return_type = "Promise<Reply<NativeJobRun>>")]
    pub fn run<'env>(
        &self,
        env: &'env Env,
        client: &NativeClient,
        fields: JobRunFields,
    ) -> napi::Result<Object<'env>> {
        let (job, client) = (self.inner.clone(), client.inner.clone());
        runtime::promise(env, async move {
            let mut options = JobRunOptions::default();
            options.expect = fields.expect.map(u64::from);
            options.max_failures = fields.max_failures.map(|text| text.parse()).transpose()?;
            options.allow_absent = fields.allow_absent.unwrap_or_default();
            job.run(&client, options).await.map(NativeJobRun::from)
        })
    }

    /// The operations in their order, with what the plan found.
    #[napi]
    pub fn planned(&self) -> NativePlanned {
        NativePlanned { job: self.inner.clone(), rows: Arc::default() }
    }

    /// The last outcomes of all operations that have one, in their order.
    #[napi]
    pub fn outcomes(&self) -> NativeOutcomes {
        NativeOutcomes { job: self.inner.clone(), rows: Arc::default() }
    }

    /// A promise for what it is and how far it is.
    #[napi(ts_return_type = "Promise<Reply<OverviewFields>>")]
    pub fn overview<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let job = self.inner.clone();
        runtime::blocking(env, move || job.overview().map(OverviewFields::from))
    }

    /// A promise for what the plan found, in sums.
    #[napi(ts_return_type = "Promise<Reply<PlanSummaryFields>>")]
    pub fn plan_summary<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let job = self.inner.clone();
        runtime::blocking(env, move || job.plan_summary().map(PlanSummaryFields::from))
    }

    /// A promise for what a check against the hash chain finds.
    #[napi(ts_return_type = "Promise<Reply<VerificationFields>>")]
    pub fn verify<'env>(&self, env: &'env Env, head: Option<String>) -> napi::Result<Object<'env>> {
        let job = self.inner.clone();
        runtime::blocking(env, move || job.verify(head.as_deref()).map(VerificationFields::from))
    }

    /// A promise for the report in that format, which has begun.
    #[napi(ts_return_type = "Promise<Reply<NativeReport>>")]
    pub fn report<'env>(&self, env: &'env Env, format: String) -> napi::Result<Object<'env>> {
        let job = self.inner.clone();
        runtime::promise(env, async move { report::begin(job, &format).await })
    }

    /// A promise for what a restore has to do.
    #[napi(ts_return_type = "Promise<Reply<RestorePlanFields>>")]
    pub fn restore_plan<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let job = self.inner.clone();
        runtime::blocking(env, move || job.restore_plan().map(RestorePlanFields::from))
    }

    /// Restores; `told` gets the account after every step.
    #[napi(ts_return_type = "Promise<Reply<RestoreSummaryFields>>")]
    pub fn restore<'env>(
        &self,
        env: &'env Env,
        client: &NativeClient,
        canceller: &NativeCanceller,
        told: Option<ToldFunction>,
    ) -> napi::Result<Object<'env>> {
        let (job, client) = (self.inner.clone(), client.inner.clone());
        let mut options = RestoreOptions::default();
        options.canceller = Some(canceller.inner.clone());
        // The future of a restore cannot move between threads, and so it gets one of its own.
        runtime::blocking(env, move || {
            let restore = job.restore(&client, options, |summary| tell(told.as_ref(), summary));
            Ok(RestoreSummaryFields::from(&Handle::current().block_on(restore)?))
        })
    }

    /// What restores did.
    #[napi]
    pub fn restored(&self) -> NativeRestored {
        NativeRestored { job: self.inner.clone(), rows: Arc::default() }
    }

    /// Removes titles and copies for good.
    #[napi(ts_return_type = "Promise<Reply<null>>")]
    pub fn forget<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let job = self.inner.clone();
        runtime::blocking(env, move || job.forget())
    }

    /// The file.
    #[napi(getter)]
    pub fn path(&self) -> String {
        self.inner.path().to_string_lossy().into_owned()
    }
}

/// Rows of a job's file as they are read.
type Rows<T> = Box<dyn Iterator<Item = Result<T>> + Send>;

/// Reads rows that are there, at most as many as cross the border at once; none at the end. The file is opened first.
fn page<T>(rows: &Mutex<Option<Rows<T>>>, open: impl FnOnce() -> Result<Rows<T>>) -> Result<Vec<T>> {
    let mut rows = locked(rows);
    let rows = match rows.as_mut() {
        Some(rows) => rows,
        None => rows.insert(open()?),
    };
    rows.take(CHUNK).collect()
}

/// Outcomes that are read from a job's file.
#[napi]
pub struct NativeOutcomes {
    job: Job,
    rows: Arc<Mutex<Option<Rows<Outcome>>>>,
}

#[napi]
impl NativeOutcomes {
    /// A promise for the next outcomes, or for null at their end.
    #[napi(ts_return_type = "Promise<Reply<Chunk | null>>")]
    pub fn next<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let (job, rows) = (self.job.clone(), Arc::clone(&self.rows));
        runtime::blocking(env, move || {
            let outcomes = page(&rows, || Ok(Box::new(job.outcomes()?)))?;
            let chunk: Option<Chunk> = (!outcomes.is_empty()).then(|| rows::chunk(&outcomes));
            Ok(chunk)
        })
    }
}

/// Operations of a plan that are read from a job's file.
#[napi]
pub struct NativePlanned {
    job: Job,
    rows: Arc<Mutex<Option<Rows<Planned>>>>,
}

#[napi]
impl NativePlanned {
    /// A promise for the next ones; an empty list at their end.
    #[napi(ts_return_type = "Promise<Reply<PlannedFields[]>>")]
    pub fn next<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let (job, rows) = (self.job.clone(), Arc::clone(&self.rows));
        runtime::blocking(env, move || {
            let planned = page(&rows, || Ok(Box::new(job.planned()?)))?;
            Ok(planned.into_iter().map(PlannedFields::from).collect::<Vec<_>>())
        })
    }
}

/// What restores did, as it is read from a job's file.
#[napi]
pub struct NativeRestored {
    job: Job,
    rows: Arc<Mutex<Option<Rows<Restored>>>>,
}

#[napi]
impl NativeRestored {
    /// A promise for the next ones; an empty list at their end.
    #[napi(ts_return_type = "Promise<Reply<RestoredFields[]>>")]
    pub fn next<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let (job, rows) = (self.job.clone(), Arc::clone(&self.rows));
        runtime::blocking(env, move || {
            let restored = page(&rows, || Ok(Box::new(job.restored()?)))?;
            Ok(restored.iter().map(RestoredFields::from).collect::<Vec<_>>())
        })
    }
}
