//! One request on the wire: its commands written, its reply read, command by command.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::decide::Answer;
use super::engine::Mode;
use super::launch::carrier;
use crate::client::Shared;
use crate::clock::{self, Instant};
use crate::error::{Effect, Error, ErrorKind, Follow, Result};
use crate::portal_time::PortalTime;
use crate::sending::{Permit, Sent};
use crate::transport::Reply;
use crate::wire::delete::{self, DeleteCommand, DeleteResult};
use crate::wire::envelope;
use crate::wire::lookup::{self, LookupCommand, Sight};
use crate::wire::sections::{BatchReply, Command, Entry, Sections};

/// The method that carries packs.
pub(super) const BATCH: &str = "batch";

/// A request that came to its end.
#[derive(Debug)]
pub(super) struct Landed {
    /// When it left for the last time; later than it was launched when a token was renewed first.
    pub(super) sent_at: Instant,
    pub(super) landed_at: Instant,
    /// HTTP requests that it took: more than one when a token was renewed meanwhile.
    pub(super) requests: u32,
    pub(super) reading: Reading,
    /// The portal's time of the request, under the REST method that was called.
    pub(super) time: Option<(&'static str, PortalTime)>,
    /// The portal's time of each command of a batch that may have run, in their order, where times matter. Refused
    /// commands come without one, although their time is charged.
    pub(super) times: Vec<CommandTime>,
}

/// The portal's time of one command of a batch.
#[derive(Debug)]
pub(super) struct CommandTime {
    /// The REST method.
    pub(super) method: &'static str,
    /// What the time is a measure of.
    pub(super) measure: &'static str,
    /// The time, if the reply has it.
    pub(super) time: Option<PortalTime>,
}

impl CommandTime {
    fn of<C: Command>(command: &C, time: Option<PortalTime>) -> Self {
        Self { method: command.method(), measure: command.measure(), time }
    }
}

/// What a request brought: an entry per command, or one error for all of them.
#[derive(Debug)]
pub(super) enum Reading {
    Deletes(Result<Vec<Answer>>),
    Lookups(Result<Vec<Sight>>),
}

impl Reading {
    /// Every error in it: of the whole request, or of single commands.
    pub(super) fn errors(&self) -> impl Iterator<Item = &Error> {
        let (answers, sights): (&[Answer], &[Sight]) = match self {
            Self::Deletes(Ok(answers)) => (answers, &[]),
            Self::Lookups(Ok(sights)) => (&[], sights),
            Self::Deletes(Err(_)) | Self::Lookups(Err(_)) => (&[], &[]),
        };
        let of_commands =
            answers.iter().filter_map(Answer::error).chain(sights.iter().filter_map(Sight::error));
        self.error().into_iter().chain(of_commands)
    }

    /// The limit that refused all of it; none when anything else came.
    pub(super) fn limit(&self) -> Option<&Error> {
        let commands = match self {
            Self::Deletes(answers) => answers.as_ref().map_or(1, Vec::len),
            Self::Lookups(sights) => sights.as_ref().map_or(1, Vec::len),
        };
        let is_limit = |error: &&Error| error.kind().follow() == Follow::Wait;
        let all = self.errors().filter(is_limit).count() == commands;
        self.errors().next().filter(|_| all)
    }

    /// The error that stands for the whole request.
    pub(super) fn error(&self) -> Option<&Error> {
        match self {
            Self::Deletes(answers) => answers.as_ref().err(),
            Self::Lookups(sights) => sights.as_ref().err(),
        }
    }
}

/// Sends deletes, as a batch or as one direct call, and reads the answers. Nothing is sent once `permit` is revoked.
pub(super) async fn deletes(
    shared: Arc<Shared>,
    mode: Mode,
    commands: Vec<DeleteCommand>,
    permit: Permit,
) -> Landed {
    let exchange = Exchange {
        shared: &shared,
        mode,
        permit,
        body: |mode, commands: &[DeleteCommand]| match (mode, commands) {
            (Mode::Direct, [command]) => command.body(),
            _ => delete::batch_body(commands),
        },
        read: |entry, command, http_status| match entry {
            Entry::Result(result) => match command.read(result) {
                DeleteResult::Done => Answer::Done,
                DeleteResult::NothingToDo => Answer::NothingToDo,
                DeleteResult::Unexpected => Answer::Error(command.unexpected(http_status)),
            },
            Entry::Refused(error) => Answer::Error(error),
            Entry::Unclear(why) => Answer::Error(unclear(why, command.method())),
        },
        error_of: Answer::error,
        failed: Answer::Error,
    };
    exchange.carry_out(&commands, Reading::Deletes).await
}

/// Sends lookups and reads what they show.
pub(super) async fn lookups(
    shared: Arc<Shared>,
    mode: Mode,
    commands: Vec<LookupCommand>,
    permit: Permit,
) -> Landed {
    let exchange = Exchange {
        shared: &shared,
        mode,
        permit,
        body: |mode, commands: &[LookupCommand]| match (mode, commands) {
            (Mode::Direct, [command]) => command.body(),
            _ => lookup::batch_body(commands),
        },
        read: |entry, command, http_status| match entry {
            Entry::Result(result) => command.read(result, http_status),
            Entry::Refused(error) => LookupCommand::refused(error),
            Entry::Unclear(why) => Sight::NoProof(unclear(why, command.method())),
        },
        error_of: Sight::error,
        failed: Sight::NoProof,
    };
    exchange.carry_out(&commands, Reading::Lookups).await
}

fn unclear(why: &str, method: &'static str) -> Error {
    Error::new(ErrorKind::UnexpectedAnswer, why).with_method(method).with_http_status(200)
}

/// How commands of a sort are written and their entries read.
struct Exchange<'a, C, T> {
    shared: &'a Shared,
    mode: Mode,
    permit: Permit,
    body: fn(Mode, &[C]) -> Vec<u8>,
    read: fn(Entry<'_>, &C, u16) -> T,
    error_of: fn(&T) -> Option<&Error>,
    failed: fn(Error) -> T,
}

impl<C: Command + Clone, T> Exchange<'_, C, T> {
    async fn carry_out(&self, commands: &[C], reading: fn(Result<Vec<T>>) -> Reading) -> Landed {
        let method = carrier(self.mode, commands);
        let mut seen = Seen::default();
        let sent = self.shared.send(method, &(self.body)(self.mode, commands), &self.permit).await;
        let mut sent_at = sent.at;
        seen.requests = sent.requests;
        let mut values = self.read(&mut seen, method, commands, &sent);
        if let (BATCH, Ok(values)) = (method, &mut values) {
            sent_at = self.repeat_expired(&mut seen, commands, &sent, values).await.unwrap_or(sent_at);
        }
        let reading = reading(values);
        Landed {
            sent_at,
            landed_at: clock::now(),
            requests: seen.requests,
            reading,
            time: seen.time,
            times: seen.times,
        }
    }

    /// Sends those commands once more that were refused because the token expired while the batch was at work.
    /// Returns when they left.
    async fn repeat_expired(
        &self,
        seen: &mut Seen,
        commands: &[C],
        sent: &Sent<'_>,
        values: &mut [T],
    ) -> Option<Instant> {
        let has_expired =
            |value: &T| (self.error_of)(value).is_some_and(|error| error.kind() == ErrorKind::ExpiredToken);
        let expired = || commands.iter().zip(values.iter()).filter(|(_, value)| has_expired(value));
        let again: Vec<C> = expired().map(|(command, _)| command.clone()).collect();
        if again.is_empty() {
            return None;
        }
        let body = (self.body)(self.mode, &again);
        let sent = self.shared.send_again(BATCH, &body, &self.permit, sent).await?;
        seen.requests += sent.requests;
        let fresh = match self.read(seen, BATCH, &again, &sent) {
            Ok(fresh) => fresh,
            Err(error) => again.iter().map(|_| (self.failed)(error.clone())).collect(),
        };
        let places = values.iter_mut().filter(|value| has_expired(value));
        places.zip(fresh).for_each(|(place, value)| *place = value);
        Some(sent.at)
    }

    fn read(&self, seen: &mut Seen, method: &'static str, commands: &[C], sent: &Sent<'_>) -> Result<Vec<T>> {
        let reply = sent.reply.as_ref().map_err(Error::clone)?;
        seen.read(self.shared, method, commands, reply, |entry, command| {
            (self.read)(entry, command, reply.status)
        })
    }
}

/// What is kept of a reply, or of two, beside its entries.
#[derive(Default)]
struct Seen {
    requests: u32,
    time: Option<(&'static str, PortalTime)>,
    times: Vec<CommandTime>,
}

impl Seen {
    /// Reads a reply into one value per command; an error stands for the whole request.
    fn read<C: Command, T>(
        &mut self,
        shared: &Shared,
        method: &'static str,
        commands: &[C],
        reply: &Reply,
        read: impl Fn(Entry<'_>, &C) -> T,
    ) -> Result<Vec<T>> {
        if method != BATCH {
            return self.read_call(shared, method, commands, reply, read);
        }
        let envelope =
            envelope::read::<Sections<'_>>(method, reply, shared.redactor()).map_err(of_the_whole_request)?;
        self.time = envelope.time.map(|time| (method, time));
        let batch = BatchReply::read(envelope.result, commands, shared.redactor());
        if shared.limiter().counts_time() {
            let times = batch.times(commands).into_iter().zip(commands).zip(&batch.entries);
            let ran = times.filter(|(_, entry)| !did_not_run(entry));
            self.times.extend(ran.map(|((time, command), _)| CommandTime::of(command, time)));
        }
        Ok(batch.entries.into_iter().zip(commands).map(|(entry, command)| read(entry, command)).collect())
    }

    /// Reads the reply to a direct call: the portal's refusal is that of the one command.
    fn read_call<C: Command, T>(
        &mut self,
        shared: &Shared,
        method: &'static str,
        commands: &[C],
        reply: &Reply,
        read: impl Fn(Entry<'_>, &C) -> T,
    ) -> Result<Vec<T>> {
        match envelope::read::<&RawValue>(method, reply, shared.redactor()) {
            Ok(envelope) => {
                self.time = envelope.time.map(|time| (method, time));
                Ok(commands.iter().map(|command| read(Entry::Result(envelope.result), command)).collect())
            }
            Err(error) if error.effect() == Effect::Rejected && is_of_the_command(error.kind()) => {
                self.times = commands.iter().map(|command| CommandTime::of(command, None)).collect();
                let refused = |command| read(Entry::Refused(error.clone()), command);
                Ok(commands.iter().map(refused).collect())
            }
            Err(error) => Err(error),
        }
    }
}

/// True for a command that a limit or an expired token kept from running.
fn did_not_run(entry: &Entry<'_>) -> bool {
    let stands_before = |kind: ErrorKind| matches!(kind.follow(), Follow::Wait | Follow::Refresh);
    matches!(entry, Entry::Refused(error) if stands_before(error.kind()))
}

/// True for refusals that speak of the record or the arguments, not of the caller or the portal.
fn is_of_the_command(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound
            | ErrorKind::InvalidId
            | ErrorKind::InvalidArgument
            | ErrorKind::MissingFields
            | ErrorKind::AccessDenied
    )
}

/// `batch` itself knows no records: an answer that speaks of one cannot be about any of its commands.
fn of_the_whole_request(error: Error) -> Error {
    let misplaced = is_of_the_command(error.kind()) && error.kind() != ErrorKind::AccessDenied;
    match misplaced {
        true => Error::from_portal(
            ErrorKind::PortalError,
            error.code(),
            error.description(),
            error.http_status().unwrap_or_default(),
        )
        .with_method(BATCH),
        false => error,
    }
}
