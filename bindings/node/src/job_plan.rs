//! Planning a job.

use std::sync::{Mutex, PoisonError};

use b24delete::{Client, Error, ErrorKind};
use b24delete_jobs::{Job, PlanOptions};
use napi::bindgen_prelude::{Env, Float64Array, Object};
use napi_derive::napi;

use crate::client::NativeClient;
use crate::job::NativeJob;
use crate::reply::{Reply, gate};
use crate::runtime;
use crate::source::{self, DemandFunction, Feed, Source};

/// What a job is to do; what is absent has the engine's default.
#[napi(object, object_to_js = false)]
pub struct PlanFields {
    /// Looks at every record.
    pub look: Option<bool>,
    /// Keeps copies.
    pub backup: Option<bool>,
    /// Spares records that were modified since the plan.
    pub if_unchanged: Option<bool>,
    /// Refuses another number of operations.
    pub expect: Option<u32>,
    /// Stops a run when more operations fail or stay unknown: a count or a share, as text.
    pub max_failures: Option<String>,
    /// Stops a run when this many first answers are all `absent`.
    pub stop_if_first_absent: Option<u32>,
}

/// A plan that is being made.
#[napi]
pub struct NativePlan {
    feed: Feed,
    /// Gone once the work began.
    work: Mutex<Option<Work>>,
}

struct Work {
    path: String,
    client: Client,
    options: PlanOptions,
    source: Source,
}

/// Prepares a plan, which asks `demand` for operations.
#[napi]
pub fn plan_job(
    path: String,
    client: &NativeClient,
    fields: PlanFields,
    demand: DemandFunction,
) -> Reply<NativePlan> {
    gate(|| {
        let defaults = PlanOptions::default();
        let mut options = PlanOptions::default();
        options.look = fields.look.unwrap_or(defaults.look);
        options.backup = fields.backup.unwrap_or(defaults.backup);
        options.if_unchanged = fields.if_unchanged.unwrap_or(defaults.if_unchanged);
        options.expect = fields.expect.map(u64::from);
        options.max_failures = fields.max_failures.map(|text| text.parse()).transpose()?;
        if let Some(count) = fields.stop_if_first_absent {
            options.stop_if_first_absent = Some(count.into());
        }
        let (feed, source) = source::channel(demand);
        let work = Work { path, client: client.inner.clone(), options, source };
        Ok(NativePlan { feed, work: Mutex::new(Some(work)) })
    })
}

#[napi]
impl NativePlan {
    /// Takes operations that were asked for, three numbers each; false when the plan takes no more.
    #[napi]
    pub fn feed(&self, rows: Float64Array) -> Reply<bool> {
        gate(|| self.feed.feed(&rows))
    }

    /// There are no more operations.
    #[napi]
    pub fn end(&self) {
        self.feed.end();
    }

    /// The user's source failed with an error of that text: no job is made.
    #[napi]
    pub fn fail(&self, text: String) {
        self.feed.fail(&text);
    }

    /// Makes the file: a promise for the job.
    #[napi(ts_return_type = "Promise<Reply<NativeJob>>")]
    pub fn make<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let work = self.work.lock().unwrap_or_else(PoisonError::into_inner).take();
        runtime::promise(env, async move {
            let Work { path, client, options, source } =
                work.ok_or_else(|| Error::not_sent(ErrorKind::Internal, "the plan was made before"))?;
            Job::plan_stream(path, &client, source, options).await.map(NativeJob::from)
        })
    }
}
