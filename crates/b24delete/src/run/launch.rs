//! What may be sent now: lookups that are due, and the next pack within the limits.

use std::sync::Arc;
use std::time::Duration;

use super::budgets::{Budgets, must_wait, until};
use super::decide::Task;
use super::engine::{Aloft, Engine, Load, MOST_IN_DOUBT, Mode};
use super::flight::{self, BATCH};
use super::prepare::Preparation;
use super::queue::Accept;
use super::settle::LostPack;
use crate::clock::Instant;
use crate::limits::{Allowance, Charges, Turn};
use crate::observe::{Event, WaitReason};
use crate::sending::Permit;
use crate::wire::delete::{DeleteCommand, rest_method};
use crate::wire::lookup::LookupCommand;
use crate::wire::sections::Command;

/// Waits shorter than this are not told.
const SHORTEST_TOLD: Duration = Duration::from_millis(200);

/// The earliest of several moments at which to look again, and why.
#[derive(Debug, Default)]
pub(super) struct Wake(Option<(Instant, WaitReason)>);

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
        let shared = Arc::clone(&self.shared);
        let turn = shared.limiter().turn();
        while self.at_work() < self.width() {
            if let Some(until) = self.reach.blocked_until(now) {
                wake.at(Some(until), WaitReason::Unreachable);
                break;
            }
            if self.begin_preparation(now, &mut wake) {
                continue;
            }
            if let Err(wait) = shared.limiter().may_send(now, &turn) {
                if !self.queue.is_empty() || !self.settling.is_empty() || self.has_prepared() {
                    wake.at(Some(wait.until), wait.reason);
                }
                break;
            }
            if let Some(cargo) = self.next_lookups(now, &mut wake) {
                self.send(cargo, now, &turn);
                continue;
            }
            let in_doubt = self.settling.operations();
            let cargo = match self.preparation {
                Some(_) => self.take_prepared(now),
                None => self
                    .next_pack_to_send(now, &mut wake)
                    .map(|(tasks, charges)| Cargo { load: Load::Deletes(tasks), charges }),
            };
            match cargo {
                Some(cargo) => self.send(cargo, now, &turn),
                // What may go has to be looked at once more.
                None if self.settling.operations() > in_doubt => {}
                None => break,
            }
        }
        drop(turn);
        let idle = self.at_work() == 0;
        if let Some((until, reason)) = wake.0.filter(|(until, _)| idle && *until > now + SHORTEST_TOLD) {
            let duration = until - now;
            tracing::info!(seconds = duration.as_secs_f64(), reason = reason.as_str(), "waiting");
            self.shared.tell(&Event::Waiting { reason, duration });
        }
        self.waits_for = wake.0.map(|(_, reason)| reason);
        wake.0.map(|(until, _)| until)
    }

    /// Requests in flight, and a pack that the journal prepares: it may send requests of its own.
    fn at_work(&self) -> usize {
        self.flights.len() + usize::from(self.preparation.as_ref().is_some_and(Preparation::is_working))
    }

    /// Requests at a time: one within the limits, where parallel ones bring nothing.
    fn width(&self) -> usize {
        match self.mode == Mode::Direct || self.shared.limiter().wants_one_at_a_time() {
            true => 1,
            false => self.shared.concurrency(),
        }
    }

    /// The lookups that are due first. Packs whose methods must wait do not hold back the others.
    fn next_lookups(&mut self, now: Instant, wake: &mut Wake) -> Option<Cargo> {
        let mut parked = Vec::new();
        let mut cargo = None;
        while let Some(pack) = self.settling.take_due(now, self.stop.is_some()) {
            let commands = self.lookups_of(&pack);
            let direct = self.mode == Mode::Direct;
            let budgets = commands.iter().flat_map(|command| budgets(command.method(), direct));
            let until = budgets
                .map(|budget| self.allowance(budget, now))
                .filter(|allowance| must_wait(allowance, 0.0))
                .filter_map(|allowance| until(&allowance))
                .max();
            match until {
                None => {
                    cargo = Some(Cargo { load: Load::Lookups(pack), charges: Charges::new() });
                    break;
                }
                Some(_) if self.stop.is_some() => {
                    let why = "the run ended while a limit kept it from being settled";
                    pack.tasks.into_iter().for_each(|task| self.give_up(task, why));
                }
                Some(until) => {
                    wake.at(Some(until), WaitReason::OperatingTime);
                    parked.push(pack);
                }
            }
        }
        parked.into_iter().for_each(|pack| self.settling.push(pack));
        wake.at(self.settling.next_look(now), WaitReason::Settling);
        cargo
    }

    fn lookups_of(&self, pack: &LostPack) -> Vec<LookupCommand> {
        let api = self.shared.api();
        pack.tasks.iter().map(|task| LookupCommand::new(task.operation, api)).collect()
    }

    /// The next pack and what it is expected to be charged, where anything may be sent.
    pub(super) fn next_pack_to_send(
        &mut self,
        now: Instant,
        wake: &mut Wake,
    ) -> Option<(Vec<Task>, Charges)> {
        if self.stop.is_some() || self.settling.operations() >= MOST_IN_DOUBT {
            return None;
        }
        let (tasks, charges) = self.next_pack(now, wake);
        let tasks = self.look_again_where_needed(tasks, now);
        (!tasks.is_empty()).then_some((tasks, charges))
    }

    fn send(&mut self, cargo: Cargo, now: Instant, turn: &Turn<'_>) {
        let Cargo { load, charges } = cargo;
        let permit = Permit::default();
        let ticket = self.shared.limiter().sent(now, charges, turn);
        let (shared, mode, api) = (self.shared.clone(), self.mode, self.shared.api());
        let id = match &load {
            Load::Deletes(tasks) => {
                let command = match mode {
                    Mode::Direct => DeleteCommand::alone,
                    Mode::Batch => DeleteCommand::new,
                };
                let commands: Vec<_> = tasks.iter().map(|task| command(task.operation, api)).collect();
                self.announce(&commands, false);
                self.flights.start(flight::deletes(shared, mode, commands, permit.clone()))
            }
            Load::Lookups(pack) => {
                let commands = self.lookups_of(pack);
                self.announce(&commands, true);
                self.flights.start(flight::lookups(shared, mode, commands, permit.clone()))
            }
        };
        self.aloft.push((id, Aloft { load, sent_at: now, permit, ticket }));
    }

    fn announce<C: Command>(&self, commands: &[C], lookup: bool) {
        let (method, operations) = (carrier(self.mode, commands), commands.len());
        tracing::debug!(method, operations, lookup, "sending");
        self.shared.tell(&Event::Sending { method, operations, lookup });
    }

    /// The tasks of the next pack: as many as the measured time and the budgets of execution time allow.
    fn next_pack(&mut self, now: Instant, wake: &mut Wake) -> (Vec<Task>, Charges) {
        let (shared, api, direct) = (self.shared.clone(), self.shared.api(), self.mode == Mode::Direct);
        let limit = if direct { 1 } else { self.pace.size() };
        let mut room = self.pace.room();
        let pace = &self.pace;
        let mut parked = false;
        // Without a limit on execution time there is nothing to ask for each operation.
        let counts_time = shared.limiter().counts_time();
        let mut left = Budgets::new(shared.limiter(), now);
        let pack = self.queue.take(limit, |operation| {
            let method = rest_method(operation, api);
            let measure = operation.method();
            let known = || pace.estimate(measure).or_else(|| shared.limiter().typical(measure));
            let seconds = counts_time.then(known).flatten().unwrap_or_default();
            for budget in budgets(method, direct).filter(|_| counts_time) {
                let allowance = left.left(budget);
                if must_wait(&allowance, seconds) {
                    wake.at(until(&allowance), WaitReason::OperatingTime);
                    parked = true;
                    return Accept::Later;
                }
            }
            if !direct && !room.admits(measure) {
                return Accept::PackIsFull;
            }
            budgets(method, direct).filter(|_| counts_time).for_each(|budget| left.charge(budget, seconds));
            Accept::Yes
        });
        let charges = left.into_charges();
        self.parked = parked;
        (pack, charges)
    }

    /// Whether a budget of execution time still has room for so many seconds.
    pub(super) fn may_spend(&self, budget: &'static str, seconds: f64, now: Instant) -> bool {
        !must_wait(&self.allowance(budget, now), seconds)
    }

    fn allowance(&self, method: &'static str, now: Instant) -> Allowance {
        self.shared.limiter().allowance(method, now)
    }
}

/// What is to be sent, and the execution time that it is expected to be charged.
pub(super) struct Cargo {
    pub(super) load: Load,
    pub(super) charges: Charges,
}

/// The REST method that is called: `batch`, or the command's own.
pub(super) fn carrier<C: Command>(mode: Mode, commands: &[C]) -> &'static str {
    match (mode, commands) {
        (Mode::Direct, [command]) => command.method(),
        _ => BATCH,
    }
}

/// The budgets that a command is charged to: its method's, and inside a batch possibly that of `batch`.
fn budgets(method: &'static str, direct: bool) -> impl Iterator<Item = &'static str> {
    std::iter::once(method).chain((!direct).then_some(BATCH))
}
