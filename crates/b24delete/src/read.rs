//! Calls that only read: they share the limits, and a lost answer is simply asked for again.

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::client::Shared;
use crate::clock;
use crate::error::{Error, ErrorKind, Follow, Result};
use crate::limits::Backoff;
use crate::observe::Event;
use crate::query;
use crate::sending::Permit;
use crate::transport::Reply;
use crate::wire::envelope;
use crate::wire::sections::{BatchReply, Command, Entry};

/// Tries before a read is given up.
const TRIES: u32 = 4;

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
    repeated(shared, method, body, |reply| {
        let envelope = envelope::read(method, reply, shared.redactor())?;
        Ok(Answer { result: value(envelope.result)?, total: envelope.total, next: envelope.next })
    })
    .await
}

pub(crate) async fn batch(shared: &Shared, reads: &[Read]) -> Result<Vec<Result<Answer>>> {
    if reads.len() > MAX_BATCH {
        let text = format!("{} reads do not fit into one request: at most {MAX_BATCH}", reads.len());
        return Err(Error::refused_here(ErrorKind::BatchTooLong, text));
    }
    let commands: Vec<_> = (0..reads.len()).zip(reads).map(ReadCommand::new).collect();
    let queries: Map<_, _> =
        commands.iter().map(|command| (command.key.clone(), command.query().into())).collect();
    let body = json!({ "halt": 0, "cmd": queries }).to_string().into_bytes();
    repeated(shared, "batch", body, |reply| {
        let envelope = envelope::read("batch", reply, shared.redactor())?;
        let batch = BatchReply::read(envelope.result, &commands, shared.redactor())?;
        let answer = |(entry, (total, next)): (Entry<'_>, _)| match entry {
            Entry::Result(result) => Ok(Answer { result: value(result)?, total, next }),
            Entry::Refused(error) => Err(error),
            Entry::Unclear(why) => Err(Error::new(ErrorKind::UnexpectedAnswer, why)),
        };
        let pages = batch.pages(&commands);
        Ok(batch.entries.into_iter().zip(pages).map(answer).collect())
    })
    .await
}

/// Sends a read until it is answered, within the limits and with growing pauses.
async fn repeated<T>(
    shared: &Shared,
    method: &'static str,
    body: Vec<u8>,
    read: impl Fn(&Reply) -> Result<T>,
) -> Result<T> {
    let mut failures = Backoff::default();
    loop {
        wait_for_limits(shared, method).await;
        shared.tell(&Event::Sending { method, operations: 0, lookup: true });
        shared.limiter().sent(clock::now());
        let result = match shared.send(method, &body, &Permit::default()).await.reply {
            Ok(reply) => {
                learn(shared, method, &reply);
                read(&reply)
            }
            Err(error) => Err(error),
        };
        let now = clock::now();
        let kind = result.as_ref().err().map(Error::kind);
        shared.limiter().landed(now, kind == Some(ErrorKind::RateLimited), shared.jitter());
        if kind == Some(ErrorKind::OperationTimeLimit) {
            shared.limiter().out_of_time(method, now);
        }
        let error = match result {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let again = match error.kind().follow() {
            Follow::Wait => true,
            Follow::Repeat | Follow::LookUp => failures.failures() + 1 < TRIES,
            Follow::Refresh | Follow::Stop | Follow::End => false,
        };
        if !again {
            return Err(error);
        }
        shared.tell(&Event::Retrying { operations: 0, error: &error });
        if error.kind().follow() != Follow::Wait {
            let pause = failures.next(
                std::time::Duration::from_secs(1),
                std::time::Duration::from_secs(30),
                shared.jitter(),
            );
            clock::sleep_until(Some(now + pause)).await;
        }
    }
}

/// Waits until a call of `method` may be sent.
pub(crate) async fn wait_for_limits(shared: &Shared, method: &'static str) {
    loop {
        let now = clock::now();
        let parked = shared.limiter().allowance(method, now).parked_until;
        let full = shared.limiter().may_send(now).err();
        let Some(until) = parked.max(full.map(|wait| wait.until)) else { return };
        if let Some(wait) = full {
            shared.tell(&Event::Waiting { reason: wait.reason, duration: until - now });
        }
        clock::sleep_until(Some(until)).await;
    }
}

fn learn(shared: &Shared, method: &'static str, reply: &Reply) {
    let envelope = envelope::read(method, reply, shared.redactor()).ok();
    if let Some(time) = envelope.and_then(|envelope| envelope.time) {
        shared.limiter().learn(method, &time, clock::now());
    }
}

fn value(result: &RawValue) -> Result<Value> {
    serde_json::from_str(result.get())
        .map_err(|_| Error::new(ErrorKind::InvalidResponse, "the result is not valid JSON"))
}

struct ReadCommand<'a> {
    key: String,
    read: &'a Read,
}

impl<'a> ReadCommand<'a> {
    fn new((index, read): (usize, &'a Read)) -> Self {
        Self { key: format!("r{index}"), read }
    }

    fn query(&self) -> String {
        format!("{}?{}", self.read.method, query::encode(&self.read.parameters))
    }
}

impl Command for ReadCommand<'_> {
    fn key(&self) -> &str {
        &self.key
    }

    fn method(&self) -> &'static str {
        self.read.method
    }
}
