//! Requests on the wire. Each is seen through, whatever becomes of the run or of its caller.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio::task::{Id, JoinSet};

use super::engine::Mode;
use super::flight::Landed;
use crate::seen_through::SeenThrough;

/// Tells requests apart that are in flight together; a single call has one at a time.
pub(super) type FlightId = Option<Id>;

/// The requests that are in flight.
#[derive(Debug)]
pub(super) enum Flights {
    /// Those of a run, each in a task of its own: they go on while the run waits for its caller.
    Tasks(JoinSet<Landed>),
    /// That of a single call, which the call carries itself: a task of its own would cost as much as the request.
    Own(Option<SeenThrough<Landed>>),
}

impl Flights {
    pub(super) fn of(mode: Mode) -> Self {
        match mode {
            Mode::Batch => Self::Tasks(JoinSet::new()),
            Mode::Direct => Self::Own(None),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Tasks(tasks) => tasks.len(),
            Self::Own(flight) => usize::from(flight.is_some()),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn start(&mut self, flight: impl Future<Output = Landed> + Send + 'static) -> FlightId {
        match self {
            Self::Tasks(tasks) => Some(tasks.spawn(flight).id()),
            Self::Own(own) => {
                *own = Some(SeenThrough::new(flight));
                None
            }
        }
    }

    /// The next request that comes to its end, and what it brought: nothing when it panicked. For ever waiting when there
    /// is none in flight.
    pub(super) async fn next(&mut self) -> (FlightId, Option<Landed>) {
        let landed = match self {
            Self::Tasks(tasks) => tasks.join_next_with_id().await.map(|joined| match joined {
                Ok((id, landed)) => (Some(id), Some(landed)),
                Err(error) => (Some(error.id()), None),
            }),
            Self::Own(own) => match own.as_mut() {
                Some(flight) => {
                    let landed = AssertUnwindSafe(flight).catch_unwind().await;
                    *own = None;
                    Some((None, landed.ok()))
                }
                None => None,
            },
        };
        match landed {
            Some(landed) => landed,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Flights {
    fn drop(&mut self) {
        if let Self::Tasks(tasks) = self {
            tasks.detach_all();
        }
    }
}
