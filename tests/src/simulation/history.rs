//! What happened in a run, seen from between the client and the portal.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use b24delete::{ConfirmedBy, Effect, Error, ErrorKind, Operation, Status};
use b24delete_emulator::Emulator;

use super::clock::Clock;
use super::thing::Thing;

/// A moment: virtual time, and how much had executed on the portal by then.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    /// Virtual time since the start.
    pub(crate) at: Duration,
    /// Executions on the portal so far: the place in its log.
    pub(crate) executed: u64,
}

/// A request that the client sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    /// When it was sent.
    pub(crate) sent: Mark,
    /// Its commands; a call of a method itself has one.
    pub(crate) commands: Vec<Command>,
    /// The portal's number of it, once it has arrived.
    pub(crate) number: Option<u64>,
    /// When the client had its answer or gave it up.
    pub(crate) landed: Option<Mark>,
    /// True when a fault struck between sending and landing.
    pub(crate) disturbed: bool,
}

/// A command of a request.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    /// The key in the batch.
    pub(crate) key: String,
    /// What it deletes or looks at.
    pub(crate) thing: Thing,
    /// True when it deletes.
    pub(crate) deletes: bool,
    /// The operation that it belongs to: its place among those pulled.
    pub(crate) operation: Option<usize>,
    /// What came back.
    pub(crate) fate: Fate,
}

/// What came back for a command.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fate {
    /// Nothing yet.
    Pending,
    /// It never left the client.
    NotSent,
    /// A limit refused it before it ran.
    Refused,
    /// Success; of lookups of a lead's links, the contacts with their SORT.
    Done(Vec<(i64, i64)>),
    /// The portal's words, its code and text.
    Said(String, String),
    /// Nothing that could be relied upon.
    Lost,
}

/// A verdict that the client gave.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    /// The operation's place among those pulled.
    pub(crate) operation: usize,
    /// What it says.
    pub(crate) status: Status,
    /// What it rests on.
    pub(crate) confirmed_by: Option<ConfirmedBy>,
    /// Sends that could have executed it; `None` where the answer does not tell.
    pub(crate) attempts: Option<u32>,
    /// Its error's kind and effect.
    pub(crate) error: Option<(ErrorKind, Effect)>,
    /// When the caller had it.
    pub(crate) given: Mark,
    /// Seconds by which a single call kept its caller waiting beyond its deadline.
    pub(crate) late: f64,
}

/// Everything that happened.
#[derive(Debug, Default)]
pub(crate) struct Events {
    /// The operations that were pulled, in order.
    pub(crate) pulled: Vec<Operation>,
    /// The requests, in order.
    pub(crate) requests: Vec<Sent>,
    /// The verdicts, in order.
    pub(crate) verdicts: Vec<Verdict>,
    /// When the caller cancelled or left.
    pub(crate) ended: Option<Mark>,
    /// Operations that were pulled after that.
    pub(crate) pulled_after_end: usize,
    /// Whatever the client let the caller see in texts.
    pub(crate) leaks: Vec<String>,
    arrived: u64,
    executed: u64,
}

/// Takes notes.
#[derive(Debug)]
pub(crate) struct History {
    clock: Clock,
    portal: Emulator,
    events: Mutex<Events>,
}

impl History {
    /// Begins to take notes about a portal.
    pub(crate) fn new(clock: Clock, portal: Emulator) -> Self {
        Self { clock, portal, events: Mutex::default() }
    }

    /// What happened so far.
    pub(crate) fn events(&self) -> MutexGuard<'_, Events> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Now.
    pub(crate) fn mark(&self) -> Mark {
        let mut events = self.events();
        let fresh = self.portal.executions(events.executed).len();
        events.executed += u64::try_from(fresh).unwrap_or_default();
        Mark { at: self.clock.now(), executed: events.executed }
    }

    /// An operation is pulled.
    pub(crate) fn pulled(&self, operation: Operation) {
        let now = self.clock.now();
        let mut events = self.events();
        let ended = events.ended.is_some_and(|ended| now > ended.at);
        events.pulled_after_end += usize::from(ended);
        events.pulled.push(operation);
    }

    /// A request is sent; its place.
    pub(crate) fn sent(&self, mut commands: Vec<Command>) -> usize {
        let sent = self.mark();
        let mut events = self.events();
        for command in commands.iter_mut().filter(|command| command.deletes) {
            command.operation = events.open_operation(command.thing);
        }
        events.requests.push(Sent { sent, commands, number: None, landed: None, disturbed: false });
        events.requests.len() - 1
    }

    /// A request reaches the portal, which numbers it.
    pub(crate) fn arrived(&self, request: usize) {
        let mut events = self.events();
        events.arrived += 1;
        let number = events.arrived;
        if let Some(request) = events.requests.get_mut(request) {
            request.number = Some(number);
        }
    }

    /// The client has its answer, or has given it up.
    pub(crate) fn landed(&self, request: usize, disturbed: bool, fate: impl Fn(&Command) -> Fate) {
        let landed = self.mark();
        let mut events = self.events();
        if let Some(request) = events.requests.get_mut(request) {
            request.landed = Some(landed);
            request.disturbed = disturbed;
            request.commands.iter_mut().for_each(|command| command.fate = fate(command));
        }
    }

    /// The caller cancels or leaves.
    pub(crate) fn ended(&self) {
        let mark = self.mark();
        self.events().ended.get_or_insert(mark);
    }

    /// The caller is given a verdict.
    pub(crate) fn given(&self, verdict: Verdict) {
        self.events().verdicts.push(verdict);
    }

    /// Looks for the secret in everything that an error shows.
    pub(crate) fn inspect(&self, error: Option<&Error>) {
        let mut texts = Vec::new();
        let mut next: Option<&dyn std::error::Error> = error.map(|error| error as _);
        while let Some(error) = next {
            texts.push(format!("{error} {error:?}"));
            next = error.source();
        }
        self.inspect_text(&texts.join(" "));
    }

    /// Looks for the secret in a text.
    pub(crate) fn inspect_text(&self, text: &str) {
        if text.contains(super::setup::WEBHOOK_CODE) {
            self.events().leaks.push(text.to_owned());
        }
    }
}

impl Events {
    /// The operation that a delete of this thing belongs to: the first one without a verdict.
    fn open_operation(&self, thing: Thing) -> Option<usize> {
        let is_open = |index: &usize| !self.verdicts.iter().any(|verdict| verdict.operation == *index);
        let of_thing = self.pulled.iter().enumerate().filter(|(_, operation)| Thing::of(operation) == thing);
        of_thing.map(|(index, _)| index).find(is_open)
    }

    /// The sends of an operation's delete, in order.
    pub(crate) fn sends(&self, operation: usize) -> impl Iterator<Item = (&Sent, &Command)> {
        self.requests.iter().flat_map(move |request| {
            let commands = request.commands.iter();
            commands
                .filter(move |command| command.operation == Some(operation))
                .map(move |command| (request, command))
        })
    }

    /// The lookups that say something about a thing, in order.
    pub(crate) fn looks(&self, thing: Thing) -> impl Iterator<Item = (&Sent, &Command)> {
        self.requests.iter().flat_map(move |request| {
            let commands = request.commands.iter();
            commands
                .filter(move |command| !command.deletes && thing.is_shown_by(command.thing))
                .map(move |command| (request, command))
        })
    }
}

impl Fate {
    /// True when the delete may have run for all that the client knows.
    pub(crate) fn could_have_run(&self) -> bool {
        !matches!(self, Self::NotSent | Self::Refused)
    }
}
