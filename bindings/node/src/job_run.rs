//! A run of a job.

use std::sync::{Arc, Mutex};

use b24delete::Canceller;
use b24delete_jobs::JobRun;
use futures_util::StreamExt as _;
use futures_util::future::poll_fn;
use napi::bindgen_prelude::{Env, Object};
use napi_derive::napi;

use crate::rows;
use crate::run::{CHUNK, SummaryFields, locked};
use crate::runtime;

/// How a job is run; what is absent is as the job was planned.
#[napi(object, object_to_js = false)]
pub struct JobRunFields {
    /// Refuses to run a job of another number of operations.
    pub expect: Option<u32>,
    /// Stops the run when more operations fail or stay unknown: a count or a share, as text.
    pub max_failures: Option<String>,
    /// Goes on even when the first answers are all `absent`.
    pub allow_absent: Option<bool>,
}

/// A run of a job under way.
#[napi]
pub struct NativeJobRun {
    run: Arc<Mutex<JobRun>>,
    canceller: Canceller,
}

impl From<JobRun> for NativeJobRun {
    fn from(run: JobRun) -> Self {
        let canceller = run.canceller();
        Self { run: Arc::new(Mutex::new(run)), canceller }
    }
}

#[napi]
impl NativeJobRun {
    /// A promise for outcomes that are in the file, or for null when the run has ended.
    #[napi(ts_return_type = "Promise<Reply<Chunk | null>>")]
    pub fn next<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let run = Arc::clone(&self.run);
        runtime::promise(env, async move {
            // The lock on the run is held only while it is asked.
            let next = poll_fn(|context| locked(&run).by_ref().ready_chunks(CHUNK).poll_next_unpin(context));
            Ok(next.await.map(|outcomes| rows::chunk(&outcomes)))
        })
    }

    /// Sends nothing more; what is on the wire is seen through.
    #[napi]
    pub fn cancel(&self) {
        self.canceller.cancel();
    }

    /// The account so far of what this run has recorded.
    #[napi]
    pub fn summary(&self) -> SummaryFields {
        SummaryFields::from(locked(&self.run).summary())
    }

    /// Head of the hash chain.
    #[napi(getter)]
    pub fn head(&self) -> String {
        locked(&self.run).head()
    }
}
