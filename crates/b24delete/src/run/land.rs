//! What a request brought: limits learned, answers decided on, losses set aside to settle.

use std::time::Duration;

use super::decide::{self, Answer, Next, Task};
use super::engine::{Aloft, Engine, Load, Mode};
use super::flight::{Landed, Reading};
use super::flights::FlightId;
use super::settle::LostPack;
use crate::clock::{self, Instant};
use crate::error::{Effect, Error, ErrorKind, Follow, Result};
use crate::observe::Event;
use crate::outcome::StopReason;
use crate::wire::lookup::Sight;

/// A binding is sent again only so soon after a look at it; where the limit on requests allows none that early, after
/// the first moment that it allows.
const LOOK_HOLDS: Duration = Duration::from_secs(5);

impl Engine {
    /// A request came to its end; it brought nothing when it panicked.
    pub(super) fn land(&mut self, id: FlightId, landed: Option<Landed>) {
        let Some(place) = self.aloft.iter().position(|(other, _)| *other == id) else { return };
        let (_, Aloft { load, sent_at, ticket, .. }) = self.aloft.swap_remove(place);
        let landed = landed.unwrap_or_else(|| crashed(&load));
        let (left_at, landed_at) = (landed.sent_at, landed.landed_at);
        self.note_limits(&landed, ticket);
        self.sink.count_requests(landed.requests);
        let limit = landed.reading.limit().cloned();
        let is_lookup = matches!(load, Load::Lookups(_));
        let failure = landed.reading.error().filter(|error| is_out_of_reach(error)).cloned();
        match (load, landed.reading) {
            (Load::Deletes(tasks), Reading::Deletes(answers)) => {
                if let (Mode::Direct, Some((_, time))) = (self.mode, landed.time) {
                    self.sink.note_time(time);
                }
                self.note_pace(&tasks, &answers, &landed.times, landed_at - left_at);
                self.settle_deletes(tasks, answers, left_at, landed_at);
            }
            (Load::Lookups(pack), Reading::Lookups(sights)) => self.settle_lookups(pack, sights, sent_at),
            // A request brings what it was sent for.
            (Load::Deletes(tasks), Reading::Lookups(_)) => self.queue.give_back(tasks),
            (Load::Lookups(pack), Reading::Deletes(_)) => self.settling.push(pack),
        }
        let worn_out = self.reach.limited(is_lookup, limit.is_some(), sent_at, landed_at);
        match (failure, limit) {
            (Some(error), _) => self.note_failure(error, sent_at, landed_at),
            // A limit speaks before the portal does: that says nothing about its health.
            (None, Some(limit)) if worn_out => self.stop_for(StopReason::Portal(limit)),
            (None, Some(_)) => {}
            (None, None) => self.reach.answered(),
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
        let mut retried = Retried::default();
        let answers = match answers {
            Ok(answers) => answers,
            Err(error) => {
                self.report_whole(&error);
                tasks.iter().map(|_| Answer::Error(error.clone())).collect()
            }
        };
        for (mut task, answer) in tasks.into_iter().zip(answers) {
            if let Some(error) = answer.error().filter(|error| error.is_for_all()) {
                self.stop_for(StopReason::Portal(error.clone()));
            }
            let error = answer.error().cloned();
            match decide::after_delete(&mut task, answer) {
                Next::Final(verdict) => {
                    self.finish(&task, verdict);
                    continue;
                }
                Next::Again => again.push(task),
                Next::LookUp => lost.push(task),
            }
            retried.extend(error);
        }
        self.report(&retried);
        self.queue.give_back(again);
        self.settling.push(LostPack::new(lost, sent_at + self.shared.settle_time(), now));
    }

    /// An error of the whole request may end the run.
    fn report_whole(&mut self, error: &Error) {
        if error.is_for_all() || error.kind() == ErrorKind::AccessDenied {
            self.stop_for(StopReason::Portal(error.clone()));
        }
    }

    /// Tells what came to nothing and is looked up or sent again.
    fn report(&self, retried: &Retried) {
        if self.stop.is_some() {
            return;
        }
        for (error, operations) in &retried.0 {
            tracing::info!(operations, %error, "operations came to nothing");
            self.shared.tell(&Event::Retrying { operations: *operations, error });
        }
    }

    fn settle_lookups(&mut self, mut pack: LostPack, sights: Result<Vec<Sight>>, begun: Instant) {
        let now = clock::now();
        let sights = match sights {
            Ok(sights) => sights,
            Err(error) => return self.look_failed(pack, &error, now),
        };
        let moment = pack.moment(begun, self.stop.is_some());
        let holds_until = self.earliest_departure(now) + LOOK_HOLDS;
        let (mut again, mut open, mut delayed) = (Vec::new(), Vec::new(), Retried::default());
        for (mut task, sight) in pack.tasks.drain(..).zip(sights) {
            // A look that met a limit shows nothing yet.
            let limit = sight.error().filter(|error| error.kind().follow() == Follow::Wait);
            if let Some(limit) = limit.filter(|_| self.stop.is_none()) {
                delayed.extend(Some(limit.clone()));
                open.push(task);
                continue;
            }
            match decide::after_lookup(&mut task, sight, moment) {
                Next::Final(verdict) => self.finish(&task, verdict),
                Next::Again => {
                    task.look_holds_until = Some(holds_until);
                    again.push(task);
                }
                Next::LookUp => open.push(task),
            }
        }
        self.report(&delayed);
        self.queue.give_back(again);
        pack.tasks = open;
        match delayed.0.is_empty() {
            true => pack.looked(now),
            false => pack.delayed(now),
        }
        self.settling.push(pack);
    }

    /// When the next request may leave, as far as the limit on requests is concerned.
    fn earliest_departure(&self, now: Instant) -> Instant {
        let limiter = self.shared.limiter();
        limiter.may_send(now, &limiter.turn()).map_or_else(|wait| wait.until, |()| now)
    }

    /// Takes those out of a pack that would be sent again on too old a look, to be looked at once more.
    pub(super) fn look_again_where_needed(&mut self, pack: Vec<Task>, now: Instant) -> Vec<Task> {
        if !pack.iter().any(|task| task.needs_another_look(now)) {
            return pack;
        }
        let (mut stale, fresh): (Vec<_>, _) = pack.into_iter().partition(|task| task.needs_another_look(now));
        stale.iter_mut().for_each(|task| task.late_looks += 1);
        self.settling.push(LostPack::new(stale, now, now));
        fresh
    }

    fn look_failed(&mut self, mut pack: LostPack, error: &Error, now: Instant) {
        self.report_whole(error);
        let retried = Retried(vec![(error.clone(), pack.tasks.len())]);
        if error.kind().follow() == Follow::Wait && self.stop.is_none() {
            self.report(&retried);
            return self.settling.push(pack);
        }
        if pack.look_failed(now) || self.stop.is_some() {
            pack.tasks.into_iter().for_each(|task| self.give_up(task, "the portal could not be asked"));
        } else {
            self.report(&retried);
            self.settling.push(pack);
        }
    }
}

/// Errors of operations that are looked up or sent again: the first one of each kind, and how many there are.
#[derive(Default)]
struct Retried(Vec<(Error, usize)>);

impl Extend<Error> for Retried {
    fn extend<I: IntoIterator<Item = Error>>(&mut self, errors: I) {
        for error in errors {
            match self.0.iter_mut().find(|(first, _)| first.kind() == error.kind()) {
                Some((_, count)) => *count += 1,
                None => self.0.push((error, 1)),
            }
        }
    }
}

/// True when no usable answer of the REST interface came.
fn is_out_of_reach(error: &Error) -> bool {
    matches!(error.kind().follow(), Follow::LookUp | Follow::Repeat) || error.effect() == Effect::NotSent
}

/// A request that panicked: nothing is known of it.
fn crashed(load: &Load) -> Landed {
    let error = Error::new(ErrorKind::Internal, "a request ended in a panic");
    let reading = match load {
        Load::Lookups(_) => Reading::Lookups(Err(error)),
        Load::Deletes(_) => Reading::Deletes(Err(error)),
    };
    let now = clock::now();
    Landed { sent_at: now, landed_at: now, requests: 1, reading, time: None, times: Vec::new() }
}
