//! What a request brought: limits learned, answers decided on, losses set aside to settle.

use std::collections::HashMap;

use tokio::task::{Id, JoinError};

use super::decide::{self, Answer, Next, Task};
use super::engine::{Aloft, Engine, Load, Mode};
use super::flight::{Landed, Reading};
use super::settle::LostPack;
use crate::clock::{self, Instant};
use crate::error::{Effect, Error, ErrorKind, Follow, Result};
use crate::observe::Event;
use crate::outcome::StopReason;
use crate::wire::lookup::Sight;

impl Engine {
    /// A request came to its end.
    pub(super) fn land(&mut self, landed: Result<(Id, Landed), JoinError>) {
        let (id, landed) = match landed {
            Ok(landed) => landed,
            Err(error) => (error.id(), crashed(&self.aloft, &error)),
        };
        let Some(Aloft { load, sent_at, ticket, .. }) = self.aloft.remove(&id) else { return };
        self.note_limits(&landed, ticket);
        let is_limited = landed.reading.error().is_some_and(|error| error.kind().follow() == Follow::Wait);
        let failure = landed.reading.error().filter(|error| is_out_of_reach(error)).cloned();
        match (load, landed.reading) {
            (Load::Deletes(tasks), Reading::Deletes(answers)) => {
                if let (Mode::Direct, Some((_, time))) = (self.mode, &landed.time) {
                    self.sink.note_time(time.clone());
                }
                let took = landed.landed_at - landed.sent_at;
                self.note_pace(&tasks, &answers, &landed.times, took);
                self.settle_deletes(tasks, answers, landed.sent_at, landed.landed_at);
            }
            (Load::Lookups(pack), Reading::Lookups(sights)) => self.settle_lookups(pack, sights, sent_at),
            // A request brings what it was sent for.
            (Load::Deletes(tasks), Reading::Lookups(_)) => self.queue.give_back(tasks),
            (Load::Lookups(pack), Reading::Deletes(_)) => self.settling.push(pack),
        }
        match failure {
            Some(error) => self.note_failure(error, sent_at, landed.landed_at),
            // A limit speaks before the portal does: that says nothing about its health.
            None if is_limited => {}
            None => self.reach.answered(),
        }
        if self.stop.is_none() {
            self.stop = self.sink.stop_rule(&self.options).inspect(|reason| self.sink.stopped(reason));
        }
    }

    fn note_failure(&mut self, error: Error, sent_at: Instant, now: Instant) {
        self.last_failure = Some(error.clone());
        if self.reach.failed(sent_at, now, self.shared.jitter()) {
            self.stop_for(StopReason::Portal(error));
        }
    }

    fn settle_deletes(
        &mut self,
        tasks: Vec<Task>,
        answers: Result<Vec<Answer>>,
        sent_at: Instant,
        now: Instant,
    ) {
        let (mut again, mut lost) = (Vec::new(), Vec::new());
        let answers = match answers {
            Ok(answers) => answers,
            Err(error) => {
                self.report_whole(&error, tasks.len());
                tasks.iter().map(|_| Answer::Error(error.clone())).collect()
            }
        };
        for (mut task, answer) in tasks.into_iter().zip(answers) {
            if let Some(error) = answer.error().filter(|error| stops(error)) {
                self.stop_for(StopReason::Portal(error.clone()));
            }
            match decide::after_delete(&mut task, answer) {
                Next::Final(verdict) => self.finish(&task, verdict),
                Next::Again => again.push(task),
                Next::LookUp => lost.push(task),
            }
        }
        self.queue.give_back(again);
        self.settling.push(LostPack::new(lost, sent_at + self.shared.settle_time(), now));
    }

    /// An error of the whole request: it is told, and may end the run.
    fn report_whole(&mut self, error: &Error, operations: usize) {
        if stops(error) || error.kind() == ErrorKind::AccessDenied {
            return self.stop_for(StopReason::Portal(error.clone()));
        }
        tracing::info!(operations, %error, "a request came to nothing");
        self.tell(&Event::Retrying { operations, error });
    }

    fn settle_lookups(&mut self, mut pack: LostPack, sights: Result<Vec<Sight>>, begun: Instant) {
        let now = clock::now();
        let sights = match sights {
            Ok(sights) => sights,
            Err(error) => return self.look_failed(pack, &error, now),
        };
        let moment = pack.moment(begun, self.stop.is_some());
        let (mut again, mut open, mut delayed) = (Vec::new(), Vec::new(), false);
        for (mut task, sight) in pack.tasks.drain(..).zip(sights) {
            // A look that met a limit shows nothing yet.
            let meets_limit = sight.error().is_some_and(|error| error.kind().follow() == Follow::Wait);
            if meets_limit && self.stop.is_none() {
                delayed = true;
                open.push(task);
                continue;
            }
            match decide::after_lookup(&mut task, sight, moment) {
                Next::Final(verdict) => self.finish(&task, verdict),
                Next::Again => again.push(task),
                Next::LookUp => open.push(task),
            }
        }
        self.queue.give_back(again);
        pack.tasks = open;
        match delayed {
            true => pack.delayed(now),
            false => pack.looked(now),
        }
        self.settling.push(pack);
    }

    fn look_failed(&mut self, mut pack: LostPack, error: &Error, now: Instant) {
        if error.kind().follow() == Follow::Wait && self.stop.is_none() {
            return self.settling.push(pack);
        }
        if stops(error) || error.kind() == ErrorKind::AccessDenied {
            self.stop_for(StopReason::Portal(error.clone()));
        }
        if pack.look_failed(now) || self.stop.is_some() {
            pack.tasks.into_iter().for_each(|task| self.give_up(task, "the portal could not be asked"));
        } else {
            self.settling.push(pack);
        }
    }
}

/// True for errors after which no further operation of the run can go better.
fn stops(error: &Error) -> bool {
    matches!(error.kind().follow(), Follow::Stop | Follow::Refresh)
}

/// True when no usable answer of the REST interface came.
fn is_out_of_reach(error: &Error) -> bool {
    matches!(error.kind().follow(), Follow::LookUp | Follow::Repeat) || error.effect() == Effect::NotSent
}

/// A request whose task panicked: nothing is known of it.
fn crashed(aloft: &HashMap<Id, Aloft>, error: &JoinError) -> Landed {
    let text = Error::new(ErrorKind::Internal, "a request ended in a panic");
    let reading = match aloft.get(&error.id()).map(|aloft| &aloft.load) {
        Some(Load::Lookups(_)) => Reading::Lookups(Err(text)),
        _ => Reading::Deletes(Err(text)),
    };
    let now = clock::now();
    Landed { sent_at: now, landed_at: now, reading, time: None, times: Vec::new() }
}
