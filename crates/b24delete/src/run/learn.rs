//! What a reply teaches: the limits in force, and how long operations take.

use std::collections::{BTreeMap, BTreeSet};
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
        for method in spent.filter_map(Error::method).collect::<BTreeSet<_>>() {
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
        let (mut done, mut carried_out) = (BTreeSet::new(), 0_u32);
        for (task, answer) in tasks.iter().zip(answers) {
            match answer {
                Answer::Error(error) if error.effect() != Effect::MayHaveApplied => {
                    self.pace.was_idle(task.operation.method());
                }
                Answer::NothingToDo => self.pace.was_idle(task.operation.method()),
                Answer::Done | Answer::Error(_) => {
                    carried_out += 1;
                    done.insert(task.operation.method());
                }
            }
        }
        let measured = mean_times(times, took.as_secs_f64());
        for method in done {
            // Without a time of its own, each operation that was carried out gets an equal share of the request's.
            let share = took.as_secs_f64() / f64::from(carried_out.max(1));
            let seconds = measured.get(method).copied().unwrap_or(share);
            self.pace.measured(method, seconds);
            self.shared.limiter().took(method, seconds);
        }
        // Commands that found nothing cost time too: the budgets must know, though the size of packs must not.
        let rest = rest_of(times, took.as_secs_f64());
        let methods: BTreeSet<_> = tasks.iter().map(|task| task.operation.method()).collect();
        for method in methods.into_iter().filter(|method| self.pace.estimate(method).is_none()) {
            let seconds = measured.get(method).copied().unwrap_or(rest);
            let usual = self.shared.limiter().typical(method).unwrap_or_default();
            self.shared.limiter().took(method, seconds.max(usual));
        }
        self.pace.went_well(tasks.len());
    }
}

/// The mean of each method's times in one pack. The portal's clock may step: no operation took longer than the request.
fn mean_times(times: &[CommandTime], took: f64) -> BTreeMap<&'static str, f64> {
    let mut sums: BTreeMap<&'static str, (f64, u32)> = BTreeMap::new();
    for command in times {
        if let Some(duration) = command.time.as_ref().and_then(|time| time.duration) {
            let (sum, count) = sums.entry(command.measure).or_default();
            *sum += duration.clamp(0.0, took.max(0.0));
            *count += 1;
        }
    }
    sums.into_iter().map(|(measure, (sum, count))| (measure, sum / f64::from(count))).collect()
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
