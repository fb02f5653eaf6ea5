//! Packs that a journal prepares before they are sent.

use tokio::task::{JoinError, JoinSet};

use super::decide::{self, Task};
use super::engine::{Engine, Load};
use super::launch::{Cargo, Wake};
use crate::clock::Instant;
use crate::error::{Error, ErrorKind, Result};
use crate::journal::{Attempt, SharedJournal};
use crate::limits::Charges;
use crate::outcome::StopReason;

/// What the journal said of each operation of a pack.
pub(super) type Leave = Result<Vec<Result<()>>>;

/// The pack that is being prepared, or is ready to be sent. There is never more than one.
#[derive(Debug)]
pub(super) struct Preparation {
    journal: SharedJournal,
    /// Its tasks stay here, so that nothing that happens in the journal can lose them.
    pack: Option<Pack>,
    work: JoinSet<Leave>,
}

#[derive(Debug)]
struct Pack {
    tasks: Vec<Task>,
    charges: Charges,
    is_ready: bool,
}

impl Preparation {
    pub(super) fn new(journal: SharedJournal) -> Self {
        Self { journal, pack: None, work: JoinSet::new() }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.pack.is_none()
    }

    pub(super) fn is_working(&self) -> bool {
        !self.work.is_empty()
    }

    pub(super) fn begin(&mut self, tasks: Vec<Task>, charges: Charges) {
        let attempts: Vec<_> =
            tasks.iter().map(|task| Attempt::new(task.seq, task.operation, task.attempts)).collect();
        let journal = self.journal.0.clone();
        self.pack = Some(Pack { tasks, charges, is_ready: false });
        self.work.spawn(async move { journal.prepare(&attempts).await });
    }

    /// What the journal said; for ever waiting when it was asked nothing.
    pub(super) async fn ended(&mut self) -> Result<Leave, JoinError> {
        match self.work.join_next().await {
            Some(ended) => ended,
            None => std::future::pending().await,
        }
    }

    fn take_ready(&mut self) -> Option<Pack> {
        self.pack.take_if(|pack| pack.is_ready)
    }
}

impl Engine {
    /// Lets the journal prepare the next pack, if there is one and none is under way; true when it begins.
    pub(super) fn begin_preparation(&mut self, now: Instant, wake: &mut Wake) -> bool {
        if !self.preparation.as_ref().is_some_and(Preparation::is_idle) {
            return false;
        }
        let pack = self.next_pack_to_send(now, wake);
        match (self.preparation.as_mut(), pack) {
            (Some(preparation), Some((tasks, charges))) => {
                preparation.begin(tasks, charges);
                true
            }
            _ => false,
        }
    }

    /// True when a pack waits for leave of the limits.
    pub(super) fn has_prepared(&self) -> bool {
        self.preparation.as_ref().is_some_and(|preparation| !preparation.is_idle())
    }

    /// The journal has had its say: what it refuses has its outcome, the rest may be sent.
    pub(super) fn prepared(&mut self, leave: Result<Leave, JoinError>) {
        let Some(pack) = self.preparation.as_mut().and_then(|preparation| preparation.pack.take()) else {
            return;
        };
        let leave = leave.unwrap_or_else(|_| Err(Error::new(ErrorKind::Internal, "the journal panicked")));
        let verdicts = match leave {
            Ok(verdicts) if verdicts.len() == pack.tasks.len() => verdicts,
            Ok(_) => {
                return self.not_prepared(pack, Error::new(ErrorKind::Internal, "the journal lost count"));
            }
            Err(error) => return self.not_prepared(pack, error),
        };
        let Pack { tasks, charges, .. } = pack;
        let mut admitted = Vec::with_capacity(tasks.len());
        for (task, verdict) in tasks.into_iter().zip(verdicts) {
            match verdict {
                Ok(()) => admitted.push(task),
                Err(error) => {
                    let verdict = decide::refused_by_journal(&task, error);
                    self.finish(&task, verdict);
                }
            }
        }
        if let Some(preparation) = self.preparation.as_mut().filter(|_| !admitted.is_empty()) {
            preparation.pack = Some(Pack { tasks: admitted, charges, is_ready: true });
        }
        if self.stop.is_none() {
            self.stop = self.sink.stop_rule(&self.options).inspect(|reason| self.sink.stopped(reason));
        }
    }

    fn not_prepared(&mut self, pack: Pack, error: Error) {
        self.queue.give_back(pack.tasks);
        self.stop_for(StopReason::Journal(error));
    }

    /// The pack that is ready, if its methods may still be called; else it goes back into the queue.
    pub(super) fn take_prepared(&mut self, now: Instant) -> Option<Cargo> {
        let pack = self.preparation.as_mut()?.take_ready()?;
        let fits = pack.charges.iter().all(|(budget, seconds)| self.may_spend(budget, *seconds, now));
        match fits {
            true => {
                let tasks = self.look_again_where_needed(pack.tasks, now);
                (!tasks.is_empty()).then_some(Cargo { load: Load::Deletes(tasks), charges: pack.charges })
            }
            false => {
                self.queue.give_back(pack.tasks);
                None
            }
        }
    }

    /// After a stop nothing that is ready is sent.
    pub(super) fn give_back_prepared(&mut self) {
        if let Some(pack) = self.preparation.as_mut().and_then(Preparation::take_ready) {
            self.queue.give_back(pack.tasks);
        }
    }
}
