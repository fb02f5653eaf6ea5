//! Runs: many operations through packs, one verdict each. A single call is a run of one operation without a batch.

mod budgets;
mod chunk;
mod decide;
mod ending;
mod engine;
mod flight;
mod flights;
mod land;
mod launch;
mod learn;
mod pace;
mod prepare;
mod queue;
mod reach;
mod settle;
mod sink;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use tokio::sync::{mpsc, watch};

use self::chunk::Company;
pub(crate) use self::engine::{Engine, Mode};
pub(crate) use self::reach::Patience;
pub(crate) use self::sink::{Answer, Sink, Tally};
use crate::client::Shared;
use crate::error::Result;
use crate::journal::{Journal, SharedJournal, Start};
use crate::operation::Operation;
use crate::options::RunOptions;
use crate::outcome::{Outcome, Summary};
use crate::sync::locked;

/// Outcomes of this many packs may wait for the caller before the run waits for it.
const PACKS_AHEAD: usize = 2;

/// Where the operations of a run come from.
pub(crate) type Source = Pin<Box<dyn Stream<Item = Result<Start>> + Send>>;

/// A run over many operations: a stream of outcomes as they become final.
///
/// Dropping it cancels the run: what is on the wire is seen through in the background, nothing more is sent.
#[derive(Debug)]
pub struct Run {
    outcomes: mpsc::Receiver<Vec<Outcome>>,
    ready: VecDeque<Outcome>,
    company: Company,
    cancel: watch::Sender<bool>,
    tally: Arc<Mutex<Tally>>,
}

impl Run {
    pub(crate) fn start(
        shared: Arc<Shared>,
        source: Source,
        journal: Option<Arc<dyn Journal>>,
        options: RunOptions,
    ) -> Self {
        let (sender, outcomes) = mpsc::channel(PACKS_AHEAD);
        let (cancel, cancelled) = watch::channel(false);
        let journal = journal.map(SharedJournal);
        let sink = Sink::channel(sender, journal.clone());
        let tally = sink.tally();
        let engine = Engine::new(shared, Mode::Batch, options, sink, Some(cancelled)).pulling(source);
        tokio::spawn(engine.keeping(journal).run());
        Self { outcomes, ready: VecDeque::new(), company: Company::default(), cancel, tally }
    }

    /// The next outcome that became final; `None` when every operation that was pulled has one.
    ///
    /// # Cancellation
    /// Safe: no outcome is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Outcome> {
        StreamExt::next(self).await
    }

    /// Sends nothing more. What is on the wire is seen through; operations that were pulled and not sent become `not_run`.
    pub fn cancel(&self) {
        self.cancel.send_replace(true);
    }

    /// A handle that cancels the run from elsewhere, such as a signal handler.
    pub fn canceller(&self) -> Canceller {
        Canceller(self.cancel.clone())
    }

    /// The account so far; final once [`next`](Self::next) has given `None`.
    pub fn summary(&self) -> Summary {
        locked(&self.tally).summary()
    }

    /// Gives their outcome, not run, to operations that were read ahead for this run and that it did not pull before it
    /// ended. Before [`next`](Self::next) has given `None` there are none such.
    pub fn leave_out(&self, operations: impl IntoIterator<Item = Operation>) -> Vec<Outcome> {
        locked(&self.tally).leave_out(operations)
    }

    /// Passes over the outcomes that are still to come and gives the final account.
    pub async fn finish(mut self) -> Summary {
        while self.next().await.is_some() {}
        self.summary()
    }
}

impl Stream for Run {
    type Item = Outcome;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Outcome>> {
        loop {
            if let Some(outcome) = self.ready.pop_front() {
                return Poll::Ready(Some(outcome));
            }
            match self.outcomes.poll_recv(context) {
                Poll::Ready(Some(outcomes)) => self.ready = outcomes.into(),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Cancels a [`Run`] or a single call from elsewhere. Clones cancel the same thing.
#[derive(Debug, Clone, Default)]
pub struct Canceller(watch::Sender<bool>);

impl Canceller {
    /// One for a single call, to be put into [`CallOptions`](crate::CallOptions).
    pub fn new() -> Self {
        Self::default()
    }

    /// Whoever listens for the cancellation.
    pub(crate) fn listen(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }

    /// Whether somebody cancelled.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Sends nothing more; see [`Run::cancel`] and [`CallOptions::canceller`](crate::CallOptions::canceller).
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}
