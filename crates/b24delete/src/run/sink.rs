//! Where outcomes go: to the caller's channel, and into the account of the run.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use tokio::sync::mpsc;

use crate::clock::{self, Instant};
use crate::journal::SharedJournal;
use crate::operation::Operation;
use crate::options::{MaxFailures, RunOptions};
use crate::outcome::{Outcome, Status, StopReason, Summary};
use crate::portal_time::PortalTime;
use crate::sync::locked;

/// A share of failures is judged once this many outcomes are there.
const SHARE_NEEDS: u64 = 100;

/// The account of a run.
#[derive(Debug)]
pub(crate) struct Tally {
    started: Instant,
    summary: Summary,
    finished: bool,
    /// Other outcomes are on their way behind those that were delivered.
    followed: bool,
    time: Option<PortalTime>,
    answer: Option<Outcome>,
    is_abandoned: bool,
}

impl Tally {
    /// The account so far, with the time that has passed.
    pub(crate) fn summary(&self) -> Summary {
        let mut summary = self.summary.clone();
        if !self.finished {
            summary.elapsed = clock::now() - self.started;
        }
        summary
    }

    /// The outcomes of operations that a finished run never pulled.
    pub(super) fn leave_out(&mut self, operations: impl IntoIterator<Item = Operation>) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for operation in operations.into_iter().take_while(|_| self.finished) {
            let seq = self.summary.total;
            let (status, confirmed_by, attempts, error) = (Status::NotRun, None, 0, None);
            let outcome = Outcome { seq, operation, status, confirmed_by, attempts, error };
            self.summary.count(outcome.status, outcome.confirmed_by, 1);
            outcomes.push(outcome);
        }
        outcomes
    }

    /// Whether operations that were pulled have no outcome yet.
    pub(super) fn is_followed(&self) -> bool {
        self.followed
    }

    /// The outcome of a single call, once it is there.
    pub(crate) fn take_answer(&mut self) -> Option<Answer> {
        let outcome = self.answer.take()?;
        Some(Answer { outcome, time: self.time.take(), stopped_by: self.summary.stopped_by.take() })
    }

    /// Nobody waits for the outcome of a single call any more.
    pub(crate) fn abandon(&mut self) {
        self.is_abandoned = true;
    }
}

/// What a single call comes to.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    /// The portal's time of the last delete that was answered.
    pub(crate) time: Option<PortalTime>,
    pub(crate) stopped_by: Option<StopReason>,
}

/// Who waits for outcomes.
#[derive(Debug)]
enum Caller {
    /// A run's, at the other end of a channel.
    Listens(mpsc::Sender<Vec<Outcome>>),
    /// A single call's: it looks into the account whenever the engine rests.
    Looks,
}

/// Collects outcomes until they are delivered.
#[derive(Debug)]
pub(crate) struct Sink {
    caller: Caller,
    pending: Vec<Outcome>,
    tally: Arc<Mutex<Tally>>,
    journal: Option<SharedJournal>,
}

impl Sink {
    pub(crate) fn channel(sender: mpsc::Sender<Vec<Outcome>>, journal: Option<SharedJournal>) -> Self {
        Self::new(Caller::Listens(sender), journal)
    }

    /// For a single call, which takes its answer from the account.
    pub(crate) fn account() -> Self {
        Self::new(Caller::Looks, None)
    }

    fn new(caller: Caller, journal: Option<SharedJournal>) -> Self {
        let tally = Tally {
            started: clock::now(),
            summary: Summary::default(),
            finished: false,
            followed: false,
            time: None,
            answer: None,
            is_abandoned: false,
        };
        Self { caller, pending: Vec::new(), tally: Arc::new(Mutex::new(tally)), journal }
    }

    pub(crate) fn tally(&self) -> Arc<Mutex<Tally>> {
        Arc::clone(&self.tally)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    pub(super) fn push(&mut self, outcome: Outcome) {
        self.pending.push(outcome);
    }

    /// Counts what is pending and hands it over, waiting for a slow caller; false when the caller is gone. It is `followed`
    /// where other outcomes are on their way.
    pub(super) async fn deliver(&mut self, followed: bool) -> bool {
        if self.pending.is_empty() {
            return !self.is_closed();
        }
        let outcomes = std::mem::take(&mut self.pending);
        {
            let mut tally = locked(&self.tally);
            tally.followed = followed;
            outcomes.iter().for_each(|outcome| tally.summary.count(outcome.status, outcome.confirmed_by, 1));
        }
        if let Some(journal) = &self.journal {
            journal.0.settled(&outcomes);
        }
        match &self.caller {
            Caller::Listens(sender) => sender.send(outcomes).await.is_ok(),
            Caller::Looks => {
                let mut tally = locked(&self.tally);
                tally.answer = outcomes.into_iter().next();
                !tally.is_abandoned
            }
        }
    }

    fn is_closed(&self) -> bool {
        match &self.caller {
            Caller::Listens(sender) => sender.is_closed(),
            Caller::Looks => locked(&self.tally).is_abandoned,
        }
    }

    /// Keeps the portal's time of a direct call for its answer.
    pub(super) fn note_time(&self, time: PortalTime) {
        locked(&self.tally).time = Some(time);
    }

    pub(super) fn count_requests(&self, requests: u32) {
        locked(&self.tally).summary.requests += u64::from(requests);
    }

    pub(super) fn stopped(&self, reason: &StopReason) {
        locked(&self.tally).summary.stopped_by = Some(reason.clone());
        if let Some(journal) = &self.journal {
            journal.0.stopped(reason);
        }
    }

    pub(super) fn finish(&self) {
        let mut tally = locked(&self.tally);
        tally.summary.elapsed = clock::now() - tally.started;
        tally.finished = true;
    }

    /// Ends when the caller no longer listens.
    pub(super) fn closed(&self) -> impl Future<Output = ()> + use<> {
        let sender = match &self.caller {
            Caller::Listens(sender) => Some(sender.clone()),
            Caller::Looks => None,
        };
        let tally = Arc::clone(&self.tally);
        // Whoever abandons a call hands it to another task, which asks here first: nobody has to be woken.
        let abandoned = poll_fn(move |_| match locked(&tally).is_abandoned {
            true => Poll::Ready(()),
            false => Poll::Pending,
        });
        async move {
            match sender {
                Some(sender) => sender.closed().await,
                None => abandoned.await,
            }
        }
    }

    /// Whether what came out so far is reason to stop by the caller's own rules.
    pub(super) fn stop_rule(&self, options: &RunOptions) -> Option<StopReason> {
        let tally = locked(&self.tally);
        let pending = |status: Status| {
            let count = self.pending.iter().filter(|outcome| outcome.status == status).count();
            u64::try_from(count).unwrap_or(u64::MAX)
        };
        let summary = &tally.summary;
        let bad = summary.failed + summary.unknown + pending(Status::Failed) + pending(Status::Unknown);
        let total = summary.total + u64::try_from(self.pending.len()).unwrap_or(u64::MAX);
        let too_many = match options.max_failures {
            Some(MaxFailures::Count(count)) => bad > count,
            #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
            Some(MaxFailures::Percent(share)) => {
                total >= SHARE_NEEDS && bad as f64 * 100.0 > share * total as f64
            }
            None => false,
        };
        if too_many {
            return Some(StopReason::MaxFailures);
        }
        let absent = summary.absent + pending(Status::Absent);
        let first = options.stop_if_first_absent.filter(|first| *first > 0);
        let wrong_portal = first.is_some_and(|first| total >= first && absent == total);
        wrong_portal.then_some(StopReason::AllAbsent)
    }
}
