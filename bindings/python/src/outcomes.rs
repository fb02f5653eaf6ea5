//! The outcomes of a run of the engine, as those who wait for them share them.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use b24delete::{Canceller, Outcome, Run, Summary};

use crate::feed::Left;

/// So many outcomes are taken over from the engine at a time at most.
const MOST_AHEAD: usize = 500;

/// A run, and the outcomes that it has given and nobody has taken yet.
pub(crate) struct Outcomes {
    /// Locked only while it is polled, never while anybody waits.
    run: Mutex<Run>,
    ready: Mutex<VecDeque<Outcome>>,
    left: Left,
    canceller: Canceller,
}

impl Outcomes {
    /// A run, and where what it left is found.
    pub(crate) fn new(run: Run, left: Left) -> Self {
        let canceller = run.canceller();
        Self { run: Mutex::new(run), ready: Mutex::default(), left, canceller }
    }

    /// The next outcome, if there is one already.
    pub(crate) fn pop(&self) -> Option<Outcome> {
        locked(&self.ready).pop_front()
    }

    /// All that have arrived.
    pub(crate) fn take(&self) -> VecDeque<Outcome> {
        std::mem::take(&mut *locked(&self.ready))
    }

    /// Waits until there are outcomes to take; false when there will be none any more.
    pub(crate) async fn arrive(&self) -> bool {
        poll_fn(|context| self.poll_arrive(context)).await
    }

    /// Waits for the end of the run and keeps what it still gives.
    pub(crate) async fn finish(&self) {
        while poll_fn(|context| self.poll_more(context)).await {}
    }

    /// Once the run has ended: gives what was pulled for it, and not by it, its outcome. False when there is no such thing.
    pub(crate) fn leave_out(&self) -> bool {
        let left = std::mem::take(&mut *locked(&self.left));
        let outcomes = locked(&self.run).leave_out(left);
        let has_some = !outcomes.is_empty();
        locked(&self.ready).extend(outcomes);
        has_some
    }

    fn poll_arrive(&self, context: &mut Context<'_>) -> Poll<bool> {
        let nothing_is_ready = locked(&self.ready).is_empty();
        match nothing_is_ready {
            true => self.poll_more(context),
            false => Poll::Ready(true),
        }
    }

    /// Takes over what the engine has; false at its end.
    fn poll_more(&self, context: &mut Context<'_>) -> Poll<bool> {
        locked(&self.run).poll_chunk(context, MOST_AHEAD).map(|outcomes| match outcomes {
            Some(outcomes) => {
                locked(&self.ready).extend(outcomes);
                true
            }
            None => false,
        })
    }

    pub(crate) fn cancel(&self) {
        self.canceller.cancel();
    }

    pub(crate) fn summary(&self) -> Summary {
        locked(&self.run).summary()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
