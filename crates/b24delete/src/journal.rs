//! What a run with a record of its own hangs on to: told before a pack is sent, and when outcomes are final.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Result;
use crate::id::ContactId;
use crate::operation::Operation;
use crate::outcome::{Outcome, StopReason};

/// What [`Journal::prepare`] gives.
pub type JournalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Keeps the record of a run, and has the last word on what is sent.
pub trait Journal: Send + Sync {
    /// Prepares a pack: nothing of it is sent before this ends. A pack is prepared again when it is sent again.
    ///
    /// One entry per attempt, in their order: an error keeps that operation from being sent and becomes its outcome.
    ///
    /// # Errors
    /// For all of the pack: the run stops, nothing of the pack is sent.
    fn prepare<'a>(&'a self, pack: &'a [Attempt]) -> JournalFuture<'a, Result<Vec<Result<()>>>>;

    /// Takes outcomes as they become final, before the caller of the run sees them. It must not wait.
    fn settled(&self, outcomes: &[Outcome]);

    /// Takes why the run stops before its end. The outcomes of what was still open follow. It must not wait.
    fn stopped(&self, reason: &StopReason) {
        let _ = reason;
    }
}

/// An operation that is about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Its place, as its [`Start`] has it.
    pub seq: u64,
    /// The operation.
    pub operation: Operation,
    /// How often it was sent before in a way that could have executed it.
    pub attempts: u32,
}

impl Attempt {
    pub(crate) fn new(seq: u64, operation: Operation, attempts: u32) -> Self {
        Self { seq, operation, attempts }
    }
}

/// An operation as a run takes it up.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Start {
    /// Its place, which its outcome carries. Places ascend.
    pub seq: u64,
    /// The operation.
    pub operation: Operation,
    /// An earlier process may have sent it: it is looked up before anything else.
    pub lost: Option<Lost>,
}

impl Start {
    /// An operation that nobody has sent yet.
    pub fn new(seq: u64, operation: Operation) -> Self {
        Self { seq, operation, lost: None }
    }

    /// An operation that an earlier process may have sent.
    pub fn in_doubt(seq: u64, operation: Operation, lost: Lost) -> Self {
        Self { seq, operation, lost: Some(lost) }
    }
}

/// What is known of an attempt by an earlier process.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Lost {
    /// How long ago it was sent, at least. It may still be at work until the settle time has passed.
    pub age: Duration,
    /// How often it may have been sent.
    pub attempts: u32,
    /// The lead's bindings before the first attempt, contact and SORT, as far as they were read.
    pub bindings: Option<Vec<(ContactId, i64)>>,
}

impl Lost {
    /// An attempt that was sent at least `age` ago.
    pub fn new(age: Duration, attempts: u32) -> Self {
        Self { age, attempts, bindings: None }
    }
}

/// A journal that many tasks share; its `Debug` tells nothing.
#[derive(Clone)]
pub(crate) struct SharedJournal(pub(crate) Arc<dyn Journal>);

impl std::fmt::Debug for SharedJournal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Journal")
    }
}
