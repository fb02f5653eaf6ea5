//! The one loop that pulls, sends, waits and settles.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::{FutureExt, StreamExt};
use tokio::sync::watch;
use tokio::task::JoinError;

use super::Source;
use super::decide::Task;
use super::flight::Landed;
use super::flights::{FlightId, Flights};
use super::pace::{MAX_PACK, Pace};
use super::prepare::{Leave, Preparation};
use super::queue::Queue;
use super::reach::{Patience, Reach};
use super::settle::{LostPack, Settling};
use super::sink::Sink;
use crate::client::Shared;
use crate::clock::{self, Instant};
use crate::error::{Error, ErrorKind, Result};
use crate::journal::{SharedJournal, Start};
use crate::limits::Ticket;
use crate::observe::WaitReason;
use crate::operation::Operation;
use crate::options::RunOptions;
use crate::outcome::StopReason;
use crate::sending::Permit;

/// Operations are read ahead for this many packs; while a method is parked for more, so that others go on.
const PACKS_AHEAD: usize = 2;
const AHEAD_WHILE_PARKED: usize = 5_000;

/// With so many operations in doubt nothing new is pulled or sent: the portal must recover first.
pub(super) const MOST_IN_DOUBT: usize = 500;

/// How operations travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// In packs, through `batch`.
    Batch,
    /// One by one, as calls of their own methods.
    Direct,
}

/// A request in flight. Its tasks stay here, so that nothing that happens to the request can lose them.
#[derive(Debug)]
pub(super) struct Aloft {
    pub(super) load: Load,
    pub(super) sent_at: Instant,
    /// Leave to send it, which ends with the deadline.
    pub(super) permit: Permit,
    pub(super) ticket: Ticket,
}

/// What a request in flight carries.
#[derive(Debug)]
pub(super) enum Load {
    Deletes(Vec<Task>),
    Lookups(LostPack),
}

/// A run or a single call at work.
pub(crate) struct Engine {
    pub(super) shared: Arc<Shared>,
    pub(super) mode: Mode,
    pub(super) source: Option<Source>,
    pub(super) options: RunOptions,
    pub(super) deadline: Option<Instant>,
    pub(super) preparation: Option<Preparation>,
    pub(super) queue: Queue,
    pub(super) settling: Settling,
    pub(super) flights: Flights,
    /// Few at a time.
    pub(super) aloft: Vec<(FlightId, Aloft)>,
    pub(super) reach: Reach,
    pub(super) pace: Pace,
    /// A method had to wait for its operating time when the last pack was formed.
    pub(super) parked: bool,
    /// What the last wait was for.
    pub(super) waits_for: Option<WaitReason>,
    /// Why the last request without an answer had none.
    pub(super) last_failure: Option<Error>,
    pub(super) stop: Option<StopReason>,
    pub(super) sink: Sink,
    cancelled: Option<watch::Receiver<bool>>,
}

impl Engine {
    pub(crate) fn new(
        shared: Arc<Shared>,
        mode: Mode,
        options: RunOptions,
        sink: Sink,
        cancelled: Option<watch::Receiver<bool>>,
    ) -> Self {
        let patience = match mode {
            Mode::Batch => Patience::OF_A_RUN,
            Mode::Direct => Patience::OF_A_CALL,
        };
        Self {
            shared,
            mode,
            source: None,
            options,
            deadline: None,
            preparation: None,
            queue: Queue::default(),
            settling: Settling::default(),
            flights: Flights::of(mode),
            aloft: Vec::new(),
            reach: Reach::new(patience),
            pace: Pace::default(),
            parked: false,
            waits_for: None,
            last_failure: None,
            stop: None,
            sink,
            cancelled,
        }
    }

    /// Pulls its operations from this source.
    pub(crate) fn pulling(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }

    /// Carries out this operation.
    pub(crate) fn carrying_out(mut self, operation: Operation) -> Self {
        self.queue.push(Task::new(Start::new(0, operation)));
        self
    }

    /// Ends at this moment, with what is known then.
    pub(crate) fn until(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    /// Every pack is prepared by this journal.
    pub(crate) fn keeping(mut self, journal: Option<SharedJournal>) -> Self {
        self.preparation = journal.map(Preparation::new);
        self
    }

    /// Works until every operation that was pulled has its outcome. A fault of the engine itself ends the run with the
    /// reason `internal`.
    pub(crate) async fn run(mut self) {
        if AssertUnwindSafe(self.work()).catch_unwind().await.is_err() {
            let error = Error::new(ErrorKind::Internal, "the engine panicked: outcomes are missing");
            self.sink.stopped(&StopReason::Portal(error));
        }
        self.sink.finish();
    }

    async fn work(&mut self) {
        loop {
            self.pull();
            self.wind_down();
            let listens = self.sink.deliver(self.has_open()).await;
            // The caller may have cancelled while the delivery waited for it.
            if self.stop.is_none() && (!listens || self.is_cancelled()) {
                self.cancel();
                continue;
            }
            if self.is_done() {
                break;
            }
            let now = clock::now();
            if self.deadline.is_some_and(|deadline| deadline <= now) {
                self.out_of_time();
                continue;
            }
            let wake = self.launch(now);
            // What was given up while launching goes out before anything is waited for.
            if self.sink.is_empty() {
                self.wait(wake).await;
            }
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.as_ref().is_some_and(|cancelled| *cancelled.borrow())
    }

    fn is_done(&self) -> bool {
        let open = self.source.is_some() && self.stop.is_none();
        !open && !self.has_open() && self.sink.is_empty()
    }

    /// Whether operations that were pulled have no outcome yet.
    fn has_open(&self) -> bool {
        !self.queue.is_empty()
            || !self.flights.is_empty()
            || self.preparation.as_ref().is_some_and(|preparation| !preparation.is_idle())
            || !self.settling.is_empty()
    }

    /// Waits for the first thing that changes anything.
    async fn wait(&mut self, wake: Option<Instant>) {
        let listening = self.stop.is_none();
        let wants_more = listening && self.wants_more();
        let closed = self.sink.closed();
        let deadline = self.deadline;
        let Self { source, flights, preparation, cancelled, .. } = self;
        let event = tokio::select! {
            biased;
            () = until_true(cancelled), if listening => Happened::Cancelled,
            () = closed, if listening => Happened::Cancelled,
            landed = flights.next(), if !flights.is_empty() => Happened::Landed(landed.0, landed.1),
            leave = ended(preparation) => Happened::Prepared(leave),
            item = next_of(source), if wants_more => Happened::Pulled(item),
            () = clock::sleep_until(deadline) => Happened::OutOfTime,
            () = clock::sleep_until(wake) => Happened::Woke,
        };
        match event {
            Happened::Cancelled => self.cancel(),
            Happened::Landed(id, landed) => self.land(id, landed),
            Happened::Prepared(leave) => self.prepared(leave),
            Happened::Pulled(item) => self.accept(item),
            Happened::OutOfTime => self.out_of_time(),
            Happened::Woke => {}
        }
    }

    fn wants_more(&self) -> bool {
        let ahead = if self.parked { AHEAD_WHILE_PARKED } else { PACKS_AHEAD * MAX_PACK };
        self.source.is_some() && self.queue.len() < ahead && self.settling.operations() < MOST_IN_DOUBT
    }

    /// Takes what the source has at hand, without waiting for it.
    fn pull(&mut self) {
        while self.stop.is_none() && self.wants_more() {
            match next_of(&mut self.source).now_or_never() {
                Some(item) => self.accept(item),
                None => break,
            }
        }
    }

    fn accept(&mut self, item: Option<Result<Start>>) {
        match item {
            Some(Ok(start)) => match start.lost.as_ref().map(|lost| lost.age) {
                None => self.queue.push(Task::new(start)),
                Some(age) => {
                    let now = clock::now();
                    let settles_at = now + self.shared.settle_time().saturating_sub(age);
                    self.queue.occupy(&start.operation);
                    self.settling.join(Task::new(start), settles_at, now);
                }
            },
            Some(Err(error)) => {
                self.source = None;
                self.stop_for(StopReason::Source(error));
            }
            None => self.source = None,
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Engine")
            .field("mode", &self.mode)
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}

/// What ended a wait.
enum Happened {
    Cancelled,
    Landed(FlightId, Option<Landed>),
    Prepared(Result<Leave, JoinError>),
    Pulled(Option<Result<Start>>),
    OutOfTime,
    Woke,
}

/// The caller's own code may panic: that ends the run like an error of its source, and loses nothing.
async fn next_of(source: &mut Option<Source>) -> Option<Result<Start>> {
    let next = AssertUnwindSafe(source.as_mut()?.next()).catch_unwind().await;
    next.unwrap_or_else(|_| Some(Err(Error::new(ErrorKind::Internal, "the source of operations panicked"))))
}

/// What the journal says of the pack that it prepares.
async fn ended(preparation: &mut Option<Preparation>) -> Result<Leave, JoinError> {
    match preparation {
        Some(preparation) => preparation.ended().await,
        None => std::future::pending().await,
    }
}

/// Ends when the flag is set or nobody can set it any more; never without one.
async fn until_true(flag: &mut Option<watch::Receiver<bool>>) {
    match flag {
        // An error means that the caller's handle is gone, which cancels too.
        Some(flag) => _ = flag.wait_for(|set| *set).await,
        None => std::future::pending().await,
    }
}
