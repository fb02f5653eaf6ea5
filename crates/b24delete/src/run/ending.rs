//! How a run ends: stops, the deadline of a call, and the outcomes of what was still open.

use super::decide::{Task, Verdict};
use super::engine::{Engine, Load, Mode};
use crate::clock;
use crate::error::{Error, ErrorKind};
use crate::observe::WaitReason;
use crate::outcome::{Outcome, StopReason};

impl Engine {
    /// Ends the run with a reason; the first one counts.
    pub(super) fn stop_for(&mut self, reason: StopReason) {
        if self.stop.is_none() {
            tracing::warn!(reason = reason.as_str(), "the run stops");
            self.sink.stopped(&reason);
            self.stop = Some(reason);
        }
    }

    /// After a stop: what waits is not run, and what is in doubt gets one last look where the portal can be asked.
    pub(super) fn wind_down(&mut self) {
        let Some(reason) = &self.stop else { return };
        self.source = None;
        let silent =
            matches!(reason, StopReason::Portal(_)) || self.reach.blocked_until(clock::now()).is_some();
        if silent {
            let in_doubt: Vec<_> = self.settling.drain().collect();
            in_doubt
                .into_iter()
                .for_each(|task| self.give_up(task, "the run was stopped before it could be settled"));
        }
        self.give_back_prepared();
        let waiting: Vec<_> = self.queue.drain().collect();
        waiting.into_iter().for_each(|task| self.leave(task, None));
    }

    /// The caller wants no more: a run winds down, a single call ends at once.
    pub(super) fn cancel(&mut self) {
        match self.mode {
            Mode::Batch => self.stop_for(StopReason::Cancelled),
            Mode::Direct => self.end_now("the call was cancelled"),
        }
    }

    /// The deadline of a single call.
    pub(super) fn out_of_time(&mut self) {
        self.end_now("the deadline passed");
    }

    /// Ends a single call with what is known. A request in flight is still seen through.
    fn end_now(&mut self, why: &str) {
        self.deadline = None;
        self.stop_for(StopReason::Cancelled);
        let mut ended: Vec<_> = self.settling.drain().collect();
        let mut never_left = Vec::new();
        for (_, aloft) in &mut self.aloft {
            match &mut aloft.load {
                Load::Deletes(tasks) if aloft.permit.revoke() => never_left.append(tasks),
                Load::Deletes(tasks) => ended.extend(tasks.drain(..).map(|mut task| {
                    task.attempts += 1;
                    task
                })),
                Load::Lookups(pack) => ended.append(&mut pack.tasks),
            }
        }
        ended.into_iter().for_each(|task| self.give_up(task, &format!("{why} before the outcome was known")));
        for task in never_left {
            let text = format!("{why} before the request was sent");
            let error = Error::not_sent(ErrorKind::Timeout, text).with_method(task.operation.method());
            self.queue.release(&task.operation);
            self.leave(task, Some(error));
        }
        let waiting: Vec<_> = self.queue.drain().collect();
        for task in waiting {
            let failure =
                self.last_failure.take().filter(|_| self.waits_for == Some(WaitReason::Unreachable));
            let limit = self.waits_for.map(WaitReason::passed_deadline);
            let error = failure.or(limit).map(|error| error.with_method(task.operation.method()));
            self.leave(task, error);
        }
    }

    pub(super) fn finish(&mut self, task: &Task, verdict: Verdict) {
        self.queue.release(&task.operation);
        self.sink.push(outcome(task, verdict));
    }

    /// Ends a task in doubt that was sent or looked up and cannot be settled.
    pub(super) fn give_up(&mut self, mut task: Task, why: &str) {
        let verdict = Verdict::unknown(why, cause(&mut task), task.attempts);
        self.finish(&task, verdict);
    }

    /// Ends a task that waited in the queue: not run, unless an earlier attempt was lost.
    fn leave(&mut self, mut task: Task, error: Option<Error>) {
        let verdict = match task.doubt {
            Some(_) => {
                Verdict::unknown("the run ended before it was sent again", cause(&mut task), task.attempts)
            }
            None => Verdict { error, ..Verdict::not_run() },
        };
        self.sink.push(outcome(&task, verdict));
    }
}

/// How the answer was lost; a task on the wire at the deadline has not lost it yet.
fn cause(task: &mut Task) -> Error {
    let waiting =
        || Error::new(ErrorKind::Timeout, "no answer came in time").with_method(task.operation.method());
    task.doubt.take().map_or_else(waiting, |doubt| doubt.cause)
}

fn outcome(task: &Task, verdict: Verdict) -> Outcome {
    Outcome {
        seq: task.seq,
        operation: task.operation,
        status: verdict.status,
        confirmed_by: verdict.confirmed_by,
        attempts: task.attempts,
        error: verdict.error,
    }
}
