//! A run: operations in, outcomes out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use b24delete::{Canceller, Run, Summary};
use futures_util::future::poll_fn;
use napi::bindgen_prelude::{Env, Float64Array, Object};
use napi_derive::napi;

use crate::errors::ErrorFields;
use crate::reply::{Reply, gate};
use crate::rows::{self, Chunk};
use crate::runtime;
use crate::source::Feed;

/// So many outcomes cross the border at once at most: turning them into objects must not hold up the event loop.
pub(crate) const CHUNK: usize = 500;

/// A run under way.
#[napi]
pub struct NativeRun {
    run: Arc<Mutex<Run>>,
    canceller: Canceller,
    feed: Feed,
}

impl NativeRun {
    pub(crate) fn new(run: Run, feed: Feed) -> Self {
        let canceller = run.canceller();
        Self { run: Arc::new(Mutex::new(run)), canceller, feed }
    }
}

#[napi]
impl NativeRun {
    /// Takes operations that were asked for, three numbers each; false when the run takes no more.
    #[napi]
    pub fn feed(&self, rows: Float64Array) -> Reply<bool> {
        gate(|| self.feed.feed(&rows))
    }

    /// There are no more operations.
    #[napi]
    pub fn end(&self) {
        self.feed.end();
    }

    /// The user's source failed with an error of that text.
    #[napi]
    pub fn fail(&self, text: String) {
        self.feed.fail(&text);
    }

    /// The outcomes of operations that were fed, or read to be fed, and that the run did not pull before it ended.
    #[napi]
    pub fn leave_out(&self, rows: Float64Array) -> Reply<Chunk> {
        gate(|| Ok(rows::chunk(&locked(&self.run).leave_out(rows::operations(&rows)?))))
    }

    /// A promise for outcomes that became final, or for null when every operation has one.
    #[napi(ts_return_type = "Promise<Reply<Chunk | null>>")]
    pub fn next<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let run = Arc::clone(&self.run);
        runtime::promise(env, async move {
            // The lock on the run is held only while it is asked.
            let outcomes = poll_fn(|context| locked(&run).poll_chunk(context, CHUNK)).await;
            Ok(outcomes.map(|outcomes| rows::chunk(&outcomes)))
        })
    }

    /// Sends nothing more; what is on the wire is seen through.
    #[napi]
    pub fn cancel(&self) {
        self.canceller.cancel();
    }

    /// The account so far.
    #[napi]
    pub fn summary(&self) -> SummaryFields {
        SummaryFields::from(locked(&self.run).summary())
    }
}

/// What is behind the lock stays whole whatever happened to its last holder.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The account of a run.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct SummaryFields {
    /// Outcomes so far.
    pub total: f64,
    /// Deleted, by reply or by lookup.
    pub deleted: f64,
    /// Those of `deleted` that rest on a lookup.
    pub deleted_by_lookup: f64,
    /// Nothing to delete.
    pub absent: f64,
    /// Refused for good.
    pub failed: f64,
    /// Could not be settled.
    pub unknown: f64,
    /// Not carried out.
    pub not_run: f64,
    /// HTTP requests sent.
    pub requests: f64,
    /// Seconds since the run began.
    pub seconds: f64,
    /// The word for what stopped the run.
    pub stopped_by: Option<String>,
    /// The error behind the stop, where there is one.
    pub error: Option<ErrorFields>,
}

impl From<Summary> for SummaryFields {
    #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
    fn from(summary: Summary) -> Self {
        let stop = summary.stopped_by.as_ref();
        Self {
            total: summary.total as f64,
            deleted: summary.deleted as f64,
            deleted_by_lookup: summary.deleted_by_lookup as f64,
            absent: summary.absent as f64,
            failed: summary.failed as f64,
            unknown: summary.unknown as f64,
            not_run: summary.not_run as f64,
            requests: summary.requests as f64,
            seconds: summary.elapsed.as_secs_f64(),
            stopped_by: stop.map(|reason| reason.as_str().to_owned()),
            error: stop.and_then(|reason| reason.error()).map(ErrorFields::from),
        }
    }
}
