//! What a reply teaches: the limits in force, and how long operations take.

use std::time::Duration;

use super::decide::{Answer, Task};
use super::engine::Engine;
use super::flight::{CommandTime, Landed};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::limits::Ticket;

impl Engine {
    /// Learns what the portal told of its limits.
    pub(super) fn note_limits(&self, landed: &Landed, ticket: Ticket) {
        let limiter = self.shared.limiter();
        let (sent_at, now) = (landed.sent_at, landed.landed_at);
        let refused = landed.reading.errors().any(|error| error.kind() == ErrorKind::RateLimited);
        ticket.landed(now, refused, self.shared.jitter());
        let share = share_of_untimed(landed, now - sent_at);
        for command in &landed.times {
            match &command.time {
                Some(time) => limiter.learn(command.method, time, sent_at, now),
                // Commands of other lengths share the rest of the request: not less than what is usual for this one.
                None => {
                    let usual = limiter
                        .typical(command.measure)
                        .unwrap_or_default()
                        .min((now - sent_at).as_secs_f64());
                    limiter.spent(command.method, share.max(usual), now);
                }
            }
        }
        if let Some((method, time)) = &landed.time {
            limiter.learn(method, time, sent_at, now);
        }
        let spent = landed.reading.errors().filter(|error| error.kind() == ErrorKind::OperationTimeLimit);
        for method in each_once(spent.filter_map(Error::method)) {
            limiter.out_of_time(method, now);
        }
    }

    /// Learns from a pack how long its operations take.
    pub(super) fn note_pace(
        &mut self,
        tasks: &[Task],
        answers: &Result<Vec<Answer>>,
        times: &[CommandTime],
        took: Duration,
    ) {
        let answers = match answers {
            Ok(answers) => answers,
            // A refusal and a connection that was never made tell nothing about the portal's speed.
            Err(error) if error.effect() != Effect::MayHaveApplied => return,
            Err(_) => {
                let methods = tasks.iter().map(|task| task.operation.method());
                return self.pace.was_lost(tasks.len(), methods, took.as_secs_f64());
            }
        };
        let (mut done, mut carried_out) = (Vec::new(), 0_u32);
        for (task, answer) in tasks.iter().zip(answers) {
            match answer {
                Answer::Error(error) if error.effect() != Effect::MayHaveApplied => {
                    self.pace.was_idle(task.operation.method());
                }
                Answer::NothingToDo => self.pace.was_idle(task.operation.method()),
                Answer::Done | Answer::Error(_) => {
                    carried_out += 1;
                    note_once(&mut done, task.operation.method());
                }
            }
        }
        let mean_of = |method| mean_time(times, method, took.as_secs_f64());
        for method in done {
            // Without a time of its own, each operation that was carried out gets an equal share of the request's.
            let share = took.as_secs_f64() / f64::from(carried_out.max(1));
            let seconds = mean_of(method).unwrap_or(share);
            self.pace.measured(method, seconds);
            self.shared.limiter().took(method, seconds);
        }
        // Commands that found nothing cost time too: the budgets must know, though the size of packs must not.
        let rest = rest_of(times, took.as_secs_f64());
        let methods = each_once(tasks.iter().map(|task| task.operation.method()));
        for method in methods.into_iter().filter(|method| self.pace.estimate(method).is_none()) {
            let seconds = mean_of(method).unwrap_or(rest);
            let usual = self.shared.limiter().typical(method).unwrap_or_default();
            self.shared.limiter().took(method, seconds.max(usual));
        }
        self.pace.went_well(tasks.len());
    }
}

/// Each method once. There are few.
fn each_once(methods: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut once = Vec::new();
    methods.for_each(|method| note_once(&mut once, method));
    once
}

fn note_once(methods: &mut Vec<&'static str>, method: &'static str) {
    if !methods.contains(&method) {
        methods.push(method);
    }
}

/// The mean of a method's times in one pack. The portal's clock may step: no operation took longer than the request.
fn mean_time(times: &[CommandTime], method: &str, took: f64) -> Option<f64> {
    let own = times.iter().filter(|command| command.measure == method);
    let durations = own.filter_map(|command| command.time.as_ref()?.duration);
    let (sum, count) = durations
        .fold((0.0, 0_u32), |(sum, count), duration| (sum + duration.clamp(0.0, took.max(0.0)), count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// Seconds that each command without a time of its own took: an equal share of what the others leave of the request.
fn share_of_untimed(landed: &Landed, took: Duration) -> f64 {
    let took = took.as_secs_f64();
    let whole = landed.time.as_ref().and_then(|(_, time)| time.duration).unwrap_or(took);
    rest_of(&landed.times, whole.clamp(0.0, took))
}

fn rest_of(times: &[CommandTime], whole: f64) -> f64 {
    let timed: f64 = times.iter().filter_map(|command| command.time.as_ref()?.duration).sum();
    let untimed = times.iter().filter(|command| command.time.is_none()).count().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a pack has at most 50 operations")]
    let untimed = untimed as f64;
    (whole - timed).clamp(0.0, whole.max(0.0)) / untimed
}
