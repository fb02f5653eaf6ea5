//! A transport whose replies are the input of a fuzz target.

#![expect(clippy::indexing_slicing, reason = "a field that a JSON value does not have is null")]

use std::sync::{Arc, Mutex, PoisonError};

use b24delete::transport::{Failure, Reply, Request, SendFuture, Transport};
use serde_json::{Map, Value, json};

/// So many requests are answered with the input, so that even a portal that always says "later" comes to an end.
const ANSWERED_WITH_INPUT: usize = 6;

/// No run over a handful of operations needs more: the portal would be hammered.
const MOST_REQUESTS: usize = 150;

/// Which requests the input answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Struck {
    /// The deletes; lookups show nothing.
    Deletes,
    /// The lookups, which are needed because the first delete is lost; later deletes are refused.
    Lookups,
}

/// What a client asked for so far.
#[derive(Debug, Default)]
struct Seen {
    requests: usize,
    deletes: usize,
    lookups: usize,
    /// The commands of all batches with their keys.
    commands: Vec<(String, String)>,
}

/// Answers some requests with the input and the others so that they prove nothing.
#[derive(Debug)]
pub(super) struct Scripted {
    struck: Struck,
    reply: Reply,
    seen: Mutex<Seen>,
}

impl Scripted {
    pub(super) fn new(struck: Struck, reply: Reply) -> Arc<Self> {
        Arc::new(Self { struck, reply, seen: Mutex::default() })
    }

    /// The keys under which batches carried a command, such as `crm.lead.delete?id=1`.
    pub(super) fn keys(&self, command: &str) -> Vec<String> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let carried = seen.commands.iter().filter(|(_, carried)| carried == command);
        carried.map(|(key, _)| key.clone()).collect()
    }

    fn answer(&self, request: &Request) -> Result<Reply, Failure> {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let commands: Map<String, Value> = body["cmd"].as_object().cloned().unwrap_or_default();
        let is_lookup = request.url().ends_with(".get.json")
            || commands.values().any(|command| command.as_str().is_some_and(|text| text.contains(".get?")));
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.requests += 1;
        assert!(seen.requests <= MOST_REQUESTS, "the portal is hammered");
        let texts =
            commands.iter().map(|(key, text)| (key.clone(), text.as_str().unwrap_or_default().to_owned()));
        seen.commands.extend(texts);
        let count = if is_lookup { &mut seen.lookups } else { &mut seen.deletes };
        *count += 1;
        let from_input = *count <= ANSWERED_WITH_INPUT;
        match (self.struck, is_lookup) {
            (Struck::Deletes, false) | (Struck::Lookups, true) if from_input => Ok(self.reply.clone()),
            (Struck::Lookups, false) if *count == 1 => Err(Failure::Timeout),
            _ => Ok(denied(&commands)),
        }
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request) -> SendFuture {
        Box::pin(std::future::ready(self.answer(&request)))
    }
}

/// A refusal of every command, or of the call.
fn denied(commands: &Map<String, Value>) -> Reply {
    let refusal = json!({ "error": "", "error_description": "Access denied" });
    let body = match commands.is_empty() {
        true => refusal,
        false => {
            let refused: Map<_, _> = commands.keys().map(|key| (key.clone(), refusal.clone())).collect();
            json!({ "result": { "result": [], "result_error": refused } })
        }
    };
    Reply::new(200, body.to_string().into_bytes())
}
