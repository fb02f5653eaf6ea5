//! Outcomes in chunks, for readers to whom each waking costs.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Sleep;

use super::Run;
use crate::clock::{self, Instant};
use crate::outcome::Outcome;
use crate::sync::locked;

/// So long at most do outcomes that come close behind others wait for company.
const PATIENCE: Duration = Duration::from_millis(5);

/// When a chunk was given last, and the alarm for the next one.
#[derive(Debug, Default)]
pub(super) struct Company {
    given_at: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Run {
    /// The outcomes that became final, at most `most` of them; `None` when every operation that was pulled has one.
    ///
    /// As [`next`](Self::next), for readers to whom each waking costs, such as the event loop of another language:
    /// outcomes that come close behind others wait a few milliseconds for company while more are on their way. The
    /// engine goes on meanwhile.
    ///
    /// # Cancellation
    /// Safe: no outcome is lost when the future is dropped.
    pub async fn next_chunk(&mut self, most: usize) -> Option<Vec<Outcome>> {
        poll_fn(|context| self.poll_chunk(context, most)).await
    }

    /// As [`next_chunk`](Self::next_chunk), for a task of tokio that shares the run with others.
    pub fn poll_chunk(&mut self, context: &mut Context<'_>, most: usize) -> Poll<Option<Vec<Outcome>>> {
        let has_ended = self.gather(context, most);
        if self.ready.is_empty() {
            return if has_ended { Poll::Ready(None) } else { Poll::Pending };
        }
        let waits = !has_ended && self.ready.len() < most && locked(&self.tally).is_followed();
        if waits && self.company.poll(context).is_pending() {
            return Poll::Pending;
        }
        self.company.given_at = Some(clock::now());
        let count = most.min(self.ready.len());
        Poll::Ready(Some(self.ready.drain(..count).collect()))
    }

    /// Takes over what there is; true when nothing more will come.
    fn gather(&mut self, context: &mut Context<'_>, most: usize) -> bool {
        while self.ready.len() < most {
            match self.outcomes.poll_recv(context) {
                Poll::Ready(Some(outcomes)) => self.ready.extend(outcomes),
                Poll::Ready(None) => return true,
                Poll::Pending => break,
            }
        }
        false
    }
}

impl Company {
    /// Ready when there was no chunk for a while.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(given_at) = self.given_at else { return Poll::Ready(()) };
        let until = given_at + PATIENCE;
        if until <= clock::now() {
            return Poll::Ready(());
        }
        let alarm = self.alarm.get_or_insert_with(|| clock::alarm(until));
        if alarm.deadline() != until {
            alarm.as_mut().reset(until);
        }
        alarm.as_mut().poll(context)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use tokio::sync::{mpsc, watch};

    use super::*;
    use crate::operation::Operation;
    use crate::outcome::Status;
    use crate::run::Sink;

    async fn deliver(sink: &mut Sink, seqs: impl IntoIterator<Item = u64>, followed: bool) {
        for seq in seqs {
            sink.push(Outcome::new(seq, Operation::lead(7).unwrap(), Status::Deleted));
        }
        assert!(sink.deliver(followed).await);
    }

    /// The next chunk and how long it was waited for.
    async fn next(run: &mut Run, most: usize) -> (Vec<u64>, Duration) {
        let started = clock::now();
        let outcomes = run.next_chunk(most).await.unwrap_or_default();
        (outcomes.iter().map(|outcome| outcome.seq).collect(), clock::now() - started)
    }

    #[tokio::test(start_paused = true)]
    async fn only_outcomes_that_others_follow_wait_for_company() {
        let (sender, outcomes) = mpsc::channel(8);
        let mut sink = Sink::channel(sender, None);
        let (cancel, _cancelled) = watch::channel(false);
        let (tally, company) = (sink.tally(), Company::default());
        let mut run = Run { outcomes, ready: VecDeque::new(), company, cancel, tally };
        deliver(&mut sink, [0], true).await;
        assert_eq!(next(&mut run, 9).await, (vec![0], Duration::ZERO), "the first one");
        deliver(&mut sink, [1], true).await;
        deliver(&mut sink, [2], true).await;
        assert_eq!(next(&mut run, 9).await, (vec![1, 2], PATIENCE), "close behind others");
        tokio::time::advance(PATIENCE).await;
        deliver(&mut sink, [3], true).await;
        assert_eq!(next(&mut run, 9).await, (vec![3], Duration::ZERO), "after a pause");
        deliver(&mut sink, [4], false).await;
        assert_eq!(next(&mut run, 9).await, (vec![4], Duration::ZERO), "the last one for now");
        deliver(&mut sink, 5..8, true).await;
        assert_eq!(next(&mut run, 2).await, (vec![5, 6], Duration::ZERO), "as many as are taken");
        drop(sink);
        assert_eq!(next(&mut run, 2).await, (vec![7], Duration::ZERO), "the end");
        assert!(run.next_chunk(2).await.is_none());
    }
}
