//! Operations that JavaScript feeds when they are asked for.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use b24delete::{Error, ErrorKind, Operation, Result};
use futures_util::Stream;
use napi::Status;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{clock, rows};

/// A function of JavaScript that is asked for so many operations and does not keep the process alive.
pub type DemandFunction = ThreadsafeFunction<u32, (), u32, Status, false, true>;

/// So many operations are asked for at a time, a pack, and so many at most for an engine that takes them quickly.
const DEMAND: u32 = 50;
const LARGEST_DEMAND: u32 = 300;

/// An engine that needs more after so long is quick: no portal of Bitrix24's own is.
const QUICK: Duration = Duration::from_millis(50);

enum Fed {
    Operations(Vec<Operation>),
    /// The user's own source failed.
    Failure(Error),
    /// There are no more.
    End,
}

/// Where JavaScript puts the operations that it is asked for.
pub(crate) struct Feed(UnboundedSender<Fed>);

/// The operations of a run or a plan, as the engine pulls them.
pub(crate) struct Source {
    demand: DemandFunction,
    fed: UnboundedReceiver<Fed>,
    current: std::vec::IntoIter<Operation>,
    /// How many are asked for and not fed yet. Nothing comes unasked, so the channel stays short.
    outstanding: usize,
    /// When it was asked last, and for how many.
    asked: (Instant, u32),
    ended: bool,
}

/// A source that asks `demand` for operations, and where they are put.
pub(crate) fn channel(demand: DemandFunction) -> (Feed, Source) {
    let (sender, fed) = unbounded_channel();
    let current = Vec::new().into_iter();
    let asked = (clock::now(), DEMAND);
    (Feed(sender), Source { demand, fed, current, outstanding: 0, asked, ended: false })
}

impl Feed {
    /// Takes operations that were asked for, three numbers each; false when nobody takes more.
    pub(crate) fn feed(&self, rows: &[f64]) -> Result<bool> {
        let operations = rows::operations(rows)?;
        Ok(self.0.send(Fed::Operations(operations)).is_ok())
    }

    /// There are no more operations.
    pub(crate) fn end(&self) {
        // Who takes no more need not be told.
        let _ = self.0.send(Fed::End);
    }

    /// The user's source failed with an error of that text.
    pub(crate) fn fail(&self, text: &str) {
        let _ = self.0.send(Fed::Failure(failure(text)));
    }
}

fn failure(text: &str) -> Error {
    Error::not_sent(ErrorKind::InvalidArgument, format!("the source of operations failed: {text}"))
}

impl Source {
    /// Asks for more: for a quick engine for more at a time, as each time the event loop is woken.
    fn ask(&mut self) {
        if self.outstanding > 0 {
            return;
        }
        let ((earlier, count), now) = (self.asked, clock::now());
        let count = if now - earlier < QUICK { (count * 2).min(LARGEST_DEMAND) } else { DEMAND };
        self.asked = (now, count);
        self.outstanding = count as usize;
        // When the environment has ended, the other side is gone too, which the stream tells.
        let _ = self.demand.call(count, ThreadsafeFunctionCallMode::NonBlocking);
    }

    fn fail(&mut self, error: Error) -> Poll<Option<Result<Operation>>> {
        self.ended = true;
        Poll::Ready(Some(Err(error)))
    }
}

impl Stream for Source {
    type Item = Result<Operation>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.ended {
            if let Some(operation) = self.current.next() {
                return Poll::Ready(Some(Ok(operation)));
            }
            self.ask();
            match self.fed.poll_recv(context) {
                Poll::Ready(Some(Fed::Operations(operations))) => {
                    self.outstanding = self.outstanding.saturating_sub(operations.len());
                    self.current = operations.into_iter();
                }
                Poll::Ready(Some(Fed::End)) => self.ended = true,
                Poll::Ready(Some(Fed::Failure(error))) => return self.fail(error),
                // A worker thread that ends in between must not leave a plan that looks complete.
                Poll::Ready(None) => return self.fail(failure("its thread has ended")),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(None)
    }
}
