//! One request on the wire: its commands written, its reply read, command by command.

use std::sync::Arc;

use super::decide::Answer;
use super::engine::Mode;
use crate::client::Shared;
use crate::clock::{self, Instant};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::portal_time::PortalTime;
use crate::transport::Reply;
use crate::wire::delete::{self, DeleteCommand, DeleteResult};
use crate::wire::envelope;
use crate::wire::lookup::{self, LookupCommand, Sight};
use crate::wire::sections::{BatchReply, Command, Entry};

/// The method that carries packs.
pub(super) const BATCH: &str = "batch";

/// A request that came to its end.
#[derive(Debug)]
pub(super) struct Landed {
    pub(super) landed_at: Instant,
    pub(super) reading: Reading,
    /// The portal's time of the request, under the REST method that was called.
    pub(super) time: Option<(&'static str, PortalTime)>,
    /// The portal's time of each command of a batch that may have run, in their order, where times matter. Refused
    /// commands come without one, although their time is charged.
    pub(super) times: Vec<(&'static str, Option<PortalTime>)>,
}

/// What a request brought: an entry per command, or one error for all of them.
#[derive(Debug)]
pub(super) enum Reading {
    Deletes(Result<Vec<Answer>>),
    Lookups(Result<Vec<Sight>>),
}

impl Reading {
    /// The error that stands for the whole request.
    pub(super) fn error(&self) -> Option<&Error> {
        match self {
            Self::Deletes(answers) => answers.as_ref().err(),
            Self::Lookups(sights) => sights.as_ref().err(),
        }
    }
}

/// Sends deletes, as a batch or as one direct call, and reads the answers.
pub(super) async fn deletes(shared: Arc<Shared>, mode: Mode, commands: Vec<DeleteCommand>) -> Landed {
    let (method, body) = match (mode, commands.as_slice()) {
        (Mode::Direct, [command]) => (command.method(), command.body()),
        _ => (BATCH, delete::batch_body(&commands)),
    };
    let reply = shared.send(method, body).await;
    let mut seen = Seen::default();
    let answers = reply.and_then(|reply| {
        let read = |entry: Entry<'_>, command: &DeleteCommand| match entry {
            Entry::Result(result) => match command.read(result) {
                DeleteResult::Done => Answer::Done,
                DeleteResult::NothingToDo => Answer::NothingToDo,
                DeleteResult::Unexpected => Answer::Error(command.unexpected(reply.status)),
            },
            Entry::Refused(error) => Answer::Error(error),
            Entry::Unclear(why) => Answer::Error(unclear(why, command.method())),
        };
        seen.read(&shared, method, &commands, &reply, read)
    });
    seen.landed(Reading::Deletes(answers))
}

/// Sends lookups and reads what they show.
pub(super) async fn lookups(shared: Arc<Shared>, mode: Mode, commands: Vec<LookupCommand>) -> Landed {
    let (method, body) = match (mode, commands.as_slice()) {
        (Mode::Direct, [command]) => (command.method(), command.body()),
        _ => (BATCH, lookup::batch_body(&commands)),
    };
    let reply = shared.send(method, body).await;
    let mut seen = Seen::default();
    let sights = reply.and_then(|reply| {
        let read = |entry: Entry<'_>, command: &LookupCommand| match entry {
            Entry::Result(result) => command.read(result, reply.status),
            Entry::Refused(error) => LookupCommand::refused(error),
            Entry::Unclear(why) => Sight::NoProof(unclear(why, command.method())),
        };
        seen.read(&shared, method, &commands, &reply, read)
    });
    seen.landed(Reading::Lookups(sights))
}

fn unclear(why: &str, method: &'static str) -> Error {
    Error::new(ErrorKind::UnexpectedAnswer, why).with_method(method).with_http_status(200)
}

/// The portal's times of a reply, kept while it is read.
#[derive(Default)]
struct Seen {
    time: Option<(&'static str, PortalTime)>,
    times: Vec<(&'static str, Option<PortalTime>)>,
}

impl Seen {
    fn landed(self, reading: Reading) -> Landed {
        Landed { landed_at: clock::now(), reading, time: self.time, times: self.times }
    }

    /// Reads a reply into one value per command; an error stands for the whole request.
    fn read<C: Command, T>(
        &mut self,
        shared: &Shared,
        method: &'static str,
        commands: &[C],
        reply: &Reply,
        read: impl Fn(Entry<'_>, &C) -> T,
    ) -> Result<Vec<T>> {
        let envelope = match envelope::read(method, reply, shared.redactor()) {
            Ok(envelope) => envelope,
            // In a direct call the portal's refusal is that of the one command.
            Err(error)
                if method != BATCH
                    && error.effect() == Effect::Rejected
                    && is_of_the_command(error.kind()) =>
            {
                self.times = commands.iter().map(|command| (command.method(), None)).collect();
                return Ok(commands
                    .iter()
                    .map(|command| read(Entry::Refused(error.clone()), command))
                    .collect());
            }
            Err(error) => return Err(of_the_whole_request(method, error)),
        };
        self.time = envelope.time.map(|time| (method, time));
        if method != BATCH {
            return Ok(commands
                .iter()
                .map(|command| read(Entry::Result(envelope.result), command))
                .collect());
        }
        let batch = BatchReply::read(envelope.result, commands, shared.redactor())
            .map_err(|error| error.with_method(method).with_http_status(reply.status))?;
        if shared.limiter().counts_time() {
            let times = batch.times(commands).into_iter().zip(commands).zip(&batch.entries);
            let ran = times.filter(|(_, entry)| !is_over_the_limit(entry));
            self.times = ran.map(|((time, command), _)| (command.method(), time)).collect();
        }
        Ok(batch.entries.into_iter().zip(commands).map(|(entry, command)| read(entry, command)).collect())
    }
}

/// True for a command that a limit kept from running.
fn is_over_the_limit(entry: &Entry<'_>) -> bool {
    matches!(entry, Entry::Refused(error) if error.kind() == ErrorKind::OperationTimeLimit)
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
fn of_the_whole_request(method: &'static str, error: Error) -> Error {
    let misplaced = is_of_the_command(error.kind()) && error.kind() != ErrorKind::AccessDenied;
    match misplaced && method == BATCH {
        true => Error::from_portal(
            ErrorKind::PortalError,
            error.code(),
            error.description(),
            error.http_status().unwrap_or_default(),
        )
        .with_method(method),
        false => error,
    }
}
