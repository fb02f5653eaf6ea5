//! What may be sent now: lookups that are due, and the next pack within the limits.

use std::collections::HashMap;
use std::time::Duration;

use super::decide::Task;
use super::engine::{Aloft, Engine, Load, Mode};
use super::flight::{self, BATCH};
use super::queue::Accept;
use crate::clock::Instant;
use crate::limits::Allowance;
use crate::observe::{Event, WaitReason};
use crate::portal_time::PortalTime;
use crate::sending::Permit;
use crate::wire::delete::{DeleteCommand, rest_method};
use crate::wire::lookup::LookupCommand;
use crate::wire::sections::Command;

/// With so many operations in doubt nothing new is sent: the portal must recover first.
const MOST_IN_DOUBT: usize = 500;

/// Waits shorter than this are not told.
const SHORTEST_TOLD: Duration = Duration::from_millis(200);

/// The earliest of several moments at which to look again, and why.
#[derive(Debug, Default)]
struct Wake(Option<(Instant, WaitReason)>);

impl Wake {
    fn at(&mut self, until: Option<Instant>, reason: WaitReason) {
        if let Some(until) = until.filter(|until| self.0.is_none_or(|(earlier, _)| *until < earlier)) {
            self.0 = Some((until, reason));
        }
    }
}

impl Engine {
    /// Sends what may be sent; returns when to try again, if time alone can change anything.
    pub(super) fn launch(&mut self, now: Instant) -> Option<Instant> {
        let mut wake = Wake::default();
        while self.flights.len() < self.width() {
            if let Some(until) = self.reach.blocked_until(now) {
                wake.at(Some(until), WaitReason::Unreachable);
                break;
            }
            if let Err(wait) = self.shared.limiter().may_send(now) {
                if !self.queue.is_empty() || !self.settling.is_empty() {
                    wake.at(Some(wait.until), wait.reason);
                }
                break;
            }
            if !self.launch_lookups(now, &mut wake) && !self.launch_deletes(now, &mut wake) {
                break;
            }
        }
        let idle = self.flights.is_empty();
        if let Some((until, reason)) = wake.0.filter(|(until, _)| idle && *until > now + SHORTEST_TOLD) {
            let duration = until - now;
            tracing::info!(seconds = duration.as_secs_f64(), reason = reason.as_str(), "waiting");
            self.shared.tell(&Event::Waiting { reason, duration });
        }
        self.waits_for = wake.0.map(|(_, reason)| reason);
        wake.0.map(|(until, _)| until)
    }

    /// Requests at a time: one within the limits, where parallel ones bring nothing.
    fn width(&self) -> usize {
        match self.mode == Mode::Direct || self.shared.limiter().counts_requests() {
            true => 1,
            false => self.shared.concurrency(),
        }
    }

    fn launch_lookups(&mut self, now: Instant, wake: &mut Wake) -> bool {
        let Some(pack) = self.settling.take_due(now, self.stop.is_some()) else {
            wake.at(self.settling.next_look(), WaitReason::Settling);
            return false;
        };
        let api = self.shared.api();
        let commands: Vec<_> =
            pack.tasks.iter().map(|task| LookupCommand::new(task.operation, api)).collect();
        let budgets =
            commands.iter().flat_map(|command| budgets(command.method(), self.mode == Mode::Direct));
        let parked = budgets.filter_map(|budget| waits(&self.allowance(budget, now), 0.0)).max();
        if let Some(until) = parked {
            self.settling.push(pack);
            wake.at(Some(until), WaitReason::OperatingTime);
            return false;
        }
        let method = self.carrier(&commands);
        let operations = commands.len();
        let permit = Permit::default();
        let flight = flight::lookups(self.shared.clone(), self.mode, commands, permit.clone());
        self.send(method, operations, flight, Aloft { load: Load::Lookups(pack), sent_at: now, permit });
        true
    }

    fn launch_deletes(&mut self, now: Instant, wake: &mut Wake) -> bool {
        if self.stop.is_some() || self.settling.operations() >= MOST_IN_DOUBT {
            return false;
        }
        let tasks = self.next_pack(now, wake);
        if tasks.is_empty() {
            return false;
        }
        let api = self.shared.api();
        let commands: Vec<_> = tasks.iter().map(|task| DeleteCommand::new(task.operation, api)).collect();
        let method = self.carrier(&commands);
        let operations = commands.len();
        let permit = Permit::default();
        let flight = flight::deletes(self.shared.clone(), self.mode, commands, permit.clone());
        self.send(method, operations, flight, Aloft { load: Load::Deletes(tasks), sent_at: now, permit });
        true
    }

    /// The REST method that is called: `batch`, or the command's own.
    fn carrier<C: Command>(&self, commands: &[C]) -> &'static str {
        match (self.mode, commands) {
            (Mode::Direct, [command]) => command.method(),
            _ => BATCH,
        }
    }

    fn send(
        &mut self,
        method: &'static str,
        operations: usize,
        flight: impl Future<Output = flight::Landed> + Send + 'static,
        aloft: Aloft,
    ) {
        let lookup = matches!(aloft.load, Load::Lookups(_));
        tracing::debug!(method, operations, lookup, "sending");
        self.shared.tell(&Event::Sending { method, operations, lookup });
        self.shared.limiter().sent(aloft.sent_at);
        self.sink.count_request();
        // A task of its own: whatever becomes of the caller, what was sent is seen through.
        let id = self.flights.spawn(flight).id();
        self.aloft.insert(id, aloft);
    }

    /// The tasks of the next pack: as many as the measured time and the budgets of execution time allow.
    fn next_pack(&mut self, now: Instant, wake: &mut Wake) -> Vec<Task> {
        let (shared, api, direct) = (self.shared.clone(), self.shared.api(), self.mode == Mode::Direct);
        let limit = if direct { 1 } else { self.pace.size() };
        let mut room = self.pace.room();
        let pace = &self.pace;
        let mut parked = false;
        let mut left: HashMap<&'static str, Allowance> = HashMap::new();
        let pack = self.queue.take(limit, |operation| {
            let method = rest_method(operation, api);
            let seconds = pace.estimate(method).unwrap_or_default();
            for budget in budgets(method, direct) {
                let allowance = left.entry(budget).or_insert_with(|| shared.limiter().allowance(budget, now));
                if let Some(until) = waits(allowance, seconds) {
                    wake.at(Some(until), WaitReason::OperatingTime);
                    parked = true;
                    return Accept::Later;
                }
            }
            if !direct && !room.admits(method) {
                return Accept::PackIsFull;
            }
            for budget in budgets(method, direct) {
                if let Some(allowance) = left.get_mut(budget) {
                    allowance.seconds -= seconds;
                    allowance.untouched = false;
                }
            }
            Accept::Yes
        });
        self.parked = parked;
        pack
    }

    fn allowance(&self, method: &'static str, now: Instant) -> Allowance {
        self.shared.limiter().allowance(method, now)
    }

    /// Learns from a pack how long its operations take.
    pub(super) fn note_pace(
        &mut self,
        tasks: &[Task],
        times: &[(&'static str, Option<PortalTime>)],
        took: Duration,
        lost: bool,
    ) {
        let api = self.shared.api();
        let methods = tasks.iter().map(|task| rest_method(&task.operation, api));
        if lost {
            return self.pace.was_lost(tasks.len(), methods, took.as_secs_f64());
        }
        let measured: Vec<_> =
            times.iter().filter_map(|(method, time)| Some((*method, time.as_ref()?.duration?))).collect();
        match measured.is_empty() {
            false => mean_times(measured)
                .into_iter()
                .for_each(|(method, seconds)| self.pace.measured(method, seconds)),
            true => {
                #[expect(clippy::cast_precision_loss, reason = "a pack has at most 50 operations")]
                let each = took.as_secs_f64() / tasks.len().max(1) as f64;
                let methods: Vec<_> = methods.collect();
                mean_times(methods.into_iter().map(|method| (method, each)).collect())
                    .into_iter()
                    .for_each(|(method, seconds)| self.pace.measured(method, seconds));
            }
        }
        self.pace.went_well(tasks.len());
    }
}

/// The mean of each method's times in one pack.
fn mean_times(measured: Vec<(&'static str, f64)>) -> Vec<(&'static str, f64)> {
    let mut sums: HashMap<&'static str, (f64, u32)> = HashMap::new();
    for (method, seconds) in measured {
        let (sum, count) = sums.entry(method).or_default();
        *sum += seconds;
        *count += 1;
    }
    sums.into_iter().map(|(method, (sum, count))| (method, sum / f64::from(count))).collect()
}

/// The budgets that a command is charged to: its method's, and inside a batch possibly that of `batch`.
fn budgets(method: &'static str, direct: bool) -> impl Iterator<Item = &'static str> {
    std::iter::once(method).chain((!direct).then_some(BATCH))
}

/// Until when a command of so many seconds must wait.
fn waits(allowance: &Allowance, seconds: f64) -> Option<Instant> {
    let full = !allowance.untouched && (seconds > allowance.seconds || allowance.seconds <= 0.0);
    allowance.parked_until.or_else(|| full.then_some(allowance.more_at).flatten())
}
