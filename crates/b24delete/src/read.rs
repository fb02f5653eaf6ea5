//! Calls that only read, beside the four operations: they share the limits, and are simply asked for again.

use std::time::Duration;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::client::Shared;
use crate::clock::{self, Instant};
use crate::error::{Error, ErrorKind, Follow, Result};
use crate::limits::{Backoff, Charges, Ticket, Wait};
use crate::observe::{Event, WaitReason};
use crate::query;
use crate::run::Patience;
use crate::sending::{Permit, Sent};
use crate::transport::Reply;
use crate::wire::envelope;
use crate::wire::sections::{BatchReply, Command, Entry, Sections};

/// Tries before a read is given up.
const TRIES: u32 = 4;

/// Pauses between them.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The most reads in one request.
const MAX_BATCH: usize = 50;

/// A call of a REST method that only reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The REST method, such as `crm.lead.get`.
    pub method: &'static str,
    /// Its parameters, a JSON object.
    pub parameters: Value,
}

/// What a read brought.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The `result`.
    pub result: Value,
    /// How many rows there are in all; list methods give it.
    pub total: Option<u64>,
    /// Offset of the next page, while there is one.
    pub next: Option<u64>,
}

pub(crate) async fn one(shared: &Shared, method: &'static str, parameters: &Value) -> Result<Answer> {
    let body = parameters.to_string().into_bytes();
    repeated(shared, method, &[method], body, may_read_again, |reply| answer(shared, method, reply)).await
}

pub(crate) fn answer(shared: &Shared, method: &'static str, reply: &Reply) -> Result<Answer> {
    let envelope = envelope::read::<Value>(method, reply, shared.redactor())?;
    Ok(Answer { result: envelope.result, total: envelope.total, next: envelope.next })
}

/// Whether a read that failed so is worth another try.
pub(crate) fn may_read_again(error: &Error, tries: u32) -> bool {
    match error.kind().follow() {
        Follow::Wait => true,
        Follow::Repeat | Follow::LookUp => tries < TRIES && !error.is_for_all(),
        Follow::Refresh | Follow::Stop | Follow::End => false,
    }
}

pub(crate) async fn batch(shared: &Shared, reads: &[Read]) -> Result<Vec<Result<Answer>>> {
    let batch = Batch::new(reads.iter().map(|read| (read.method, &read.parameters)))?;
    if reads.is_empty() {
        return Ok(Vec::new());
    }
    repeated(shared, "batch", &batch.methods(), batch.body(), may_read_again, |reply| {
        let answers = batch.answers(shared, reply)?;
        match answers.iter().find_map(|answer| answer.as_ref().err().filter(|error| did_not_run(error))) {
            Some(error) => Err(error.clone()),
            None => Ok(answers),
        }
    })
    .await
}

/// Calls that travel in one request.
pub(crate) struct Batch(Vec<BatchCommand>);

impl Batch {
    pub(crate) fn new<'a>(calls: impl ExactSizeIterator<Item = (&'static str, &'a Value)>) -> Result<Self> {
        if calls.len() > MAX_BATCH {
            let text = format!("{} calls do not fit into one request: at most {MAX_BATCH}", calls.len());
            return Err(Error::not_sent(ErrorKind::BatchTooLong, text));
        }
        let command = |(index, (method, parameters)): (usize, (&'static str, &Value))| BatchCommand {
            key: format!("r{index}"),
            method,
            query: format!("{method}?{}", query::encode(parameters)),
        };
        Ok(Self(calls.enumerate().map(command).collect()))
    }

    /// The REST methods that it calls, that of the batch itself among them.
    pub(crate) fn methods(&self) -> Vec<&'static str> {
        self.0.iter().map(|command| command.method).chain(["batch"]).collect()
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        let queries: Map<_, _> =
            self.0.iter().map(|command| (command.key.clone(), command.query.as_str().into())).collect();
        json!({ "halt": 0, "cmd": queries }).to_string().into_bytes()
    }

    /// What the reply says about each call, in their order.
    ///
    /// # Errors
    /// When it says nothing about any of them.
    pub(crate) fn answers(&self, shared: &Shared, reply: &Reply) -> Result<Vec<Result<Answer>>> {
        let envelope = envelope::read::<Sections<'_>>("batch", reply, shared.redactor())?;
        let batch = BatchReply::read(envelope.result, &self.0, shared.redactor());
        let answer = |(entry, (total, next)): (Entry<'_>, _)| match entry {
            Entry::Result(result) => Ok(Answer { result: value(result)?, total, next }),
            Entry::Refused(error) => Err(error),
            Entry::Unclear(why) => Err(Error::new(ErrorKind::UnexpectedAnswer, why)),
        };
        let pages = batch.pages(&self.0);
        Ok(batch.entries.into_iter().zip(pages).map(answer).collect())
    }
}

/// Sends a call until it is answered or `may_repeat` refuses, within the limits and with growing pauses.
pub(crate) async fn repeated<T>(
    shared: &Shared,
    method: &'static str,
    methods: &[&'static str],
    body: Vec<u8>,
    may_repeat: fn(&Error, u32) -> bool,
    read: impl Fn(&Reply) -> Result<T>,
) -> Result<T> {
    let mut failures = Backoff::default();
    let mut refusals = 0;
    loop {
        let ticket = leave_to_send(shared, methods).await;
        shared.tell(&Event::Sending { method, operations: 0, lookup: true });
        let result = ask(shared, method, &body, &read).await;
        let now = clock::now();
        let kind = result.as_ref().err().map(Error::kind);
        ticket.landed(now, kind == Some(ErrorKind::RateLimited), shared.jitter());
        let error = match result {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        if error.kind() == ErrorKind::OperationTimeLimit {
            shared.limiter().out_of_time(error.method().unwrap_or(method), now);
        }
        let is_limit = error.kind().follow() == Follow::Wait;
        refusals += u32::from(is_limit);
        let worn_out = Patience::OF_A_CALL.is_worn_out_by(refusals);
        if worn_out || !may_repeat(&error, failures.failures() + 1) {
            return Err(error);
        }
        shared.tell(&Event::Retrying { operations: 0, error: &error });
        if !is_limit {
            let pause = failures.next(FIRST_PAUSE, LONGEST_PAUSE, shared.jitter());
            clock::sleep_until(Some(now + pause)).await;
        }
    }
}

/// Sends a call once; a batch in which commands met an expired token once more, with a new one.
async fn ask<T>(
    shared: &Shared,
    method: &'static str,
    body: &[u8],
    read: impl Fn(&Reply) -> Result<T>,
) -> Result<T> {
    let understood = |sent: &Sent<'_>| {
        let reply = sent.reply.as_ref().map_err(Error::clone)?;
        learn(shared, method, reply, sent.at);
        read(reply)
    };
    // An expired token of the whole request has been renewed by now; inside an answered batch it has not.
    let expired_inside =
        |error: &Error| error.kind() == ErrorKind::ExpiredToken && error.http_status() == Some(200);
    let permit = Permit::default();
    let sent = shared.send(method, body, &permit).await;
    let result = understood(&sent);
    if !result.as_ref().is_err_and(expired_inside) {
        return result;
    }
    match shared.send_again(method, body, &permit, &sent).await {
        Some(again) => understood(&again),
        None => result,
    }
}

/// Whether a limit or an expired token kept a command of a batch from running: the whole batch is asked for again.
fn did_not_run(error: &Error) -> bool {
    matches!(error.kind().follow(), Follow::Wait | Follow::Refresh)
}

/// Waits until a request that calls `methods` may be sent, and counts it.
pub(crate) async fn leave_to_send(shared: &Shared, methods: &[&'static str]) -> Ticket {
    loop {
        let now = clock::now();
        let until = match try_to_send(shared, methods, now) {
            Ok(ticket) => return ticket,
            Err(wait) => {
                shared.tell(&Event::Waiting { reason: wait.reason, duration: wait.until - now });
                wait.until
            }
        };
        clock::sleep_until(Some(until)).await;
    }
}

fn try_to_send(shared: &Shared, methods: &[&'static str], now: Instant) -> Result<Ticket, Wait> {
    let limiter = shared.limiter();
    let turn = limiter.turn();
    let parked = methods.iter().filter_map(|method| limiter.allowance(method, now).parked_until).max();
    if let Some(until) = parked {
        return Err(Wait { until, reason: WaitReason::OperatingTime });
    }
    limiter.may_send(now, &turn)?;
    Ok(limiter.sent(now, Charges::new(), &turn))
}

fn learn(shared: &Shared, method: &'static str, reply: &Reply, sent_at: Instant) {
    let envelope = envelope::read::<IgnoredAny>(method, reply, shared.redactor()).ok();
    if let Some(time) = envelope.and_then(|envelope| envelope.time) {
        shared.limiter().learn(method, &time, sent_at, clock::now());
    }
}

fn value(result: &RawValue) -> Result<Value> {
    serde_json::from_str(result.get())
        .map_err(|_| Error::new(ErrorKind::InvalidResponse, "the result is not valid JSON"))
}

struct BatchCommand {
    key: String,
    method: &'static str,
    query: String,
}

impl Command for BatchCommand {
    fn key(&self) -> &str {
        &self.key
    }

    fn method(&self) -> &'static str {
        self.method
    }
}
