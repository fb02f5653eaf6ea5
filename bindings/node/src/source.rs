//! Operations that JavaScript feeds when they are asked for.

use std::pin::Pin;
use std::task::{Context, Poll};

use b24delete::{Operation, Result};
use futures_util::Stream;
use napi::Status;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use tokio::sync::mpsc::UnboundedReceiver;

/// A function of JavaScript that is asked for so many operations and does not keep the process alive.
pub type DemandFunction = ThreadsafeFunction<u32, (), u32, Status, false, true>;

/// So many operations are asked for at a time: a full pack.
const DEMAND: u32 = 50;

/// What was fed: operations, or the failure of the user's own source.
pub(crate) type Fed = Result<Vec<Operation>>;

/// The operations of a run, as the engine pulls them.
pub(crate) struct Source {
    demand: DemandFunction,
    fed: UnboundedReceiver<Fed>,
    current: std::vec::IntoIter<Operation>,
    /// How many are asked for and not fed yet. Nothing comes unasked, so the channel stays short.
    outstanding: usize,
}

impl Source {
    pub(crate) fn new(demand: DemandFunction, fed: UnboundedReceiver<Fed>) -> Self {
        Self { demand, fed, current: Vec::new().into_iter(), outstanding: 0 }
    }

    fn ask(&mut self) {
        if self.outstanding == 0 {
            self.outstanding = DEMAND as usize;
            // When the environment has ended, the sender is gone too, which ends the stream.
            let _ = self.demand.call(DEMAND, ThreadsafeFunctionCallMode::NonBlocking);
        }
    }
}

impl Stream for Source {
    type Item = Result<Operation>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(operation) = self.current.next() {
                return Poll::Ready(Some(Ok(operation)));
            }
            self.ask();
            match self.fed.poll_recv(context) {
                Poll::Ready(Some(Ok(operations))) => {
                    self.outstanding = self.outstanding.saturating_sub(operations.len());
                    self.current = operations.into_iter();
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
