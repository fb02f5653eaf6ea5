//! Reads requests and replies for the history, independently of the client.

use b24delete::transport::{Failure, Reply, Request};
use serde_json::{Map, Value};

use super::history::{Command, Fate};
use super::thing::Thing;

/// The commands of a request.
pub(crate) fn commands(request: &Request) -> Vec<Command> {
    let method = request.url().rsplit('/').next().unwrap_or_default();
    let method = method.strip_suffix(".json").unwrap_or(method);
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let Some(body) = body.as_object() else { return Vec::new() };
    if method != "batch" {
        return command(String::new(), method, body).into_iter().collect();
    }
    let commands = body.get("cmd").and_then(Value::as_object);
    let commands = commands.into_iter().flatten();
    commands
        .filter_map(|(key, call)| {
            let (method, query) = call.as_str()?.split_once('?')?;
            command(key.clone(), method, &parameters(query))
        })
        .collect()
}

fn command(key: String, method: &str, params: &Map<String, Value>) -> Option<Command> {
    let deleted = Thing::deleted_by(method, params);
    let thing = deleted.or_else(|| Thing::shown_by(method, params))?;
    Some(Command { key, thing, deletes: deleted.is_some(), operation: None, fate: Fate::Pending })
}

fn parameters(query: &str) -> Map<String, Value> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.replace("%5B", "[").replace("%5D", "]"), Value::from(value))).collect()
}

/// What a reply says.
#[derive(Debug)]
pub(crate) enum Words {
    /// The same of every command.
    OfAll(Fate),
    /// A success of a single call.
    Result(Value),
    /// The two sections of a batch.
    Sections(Map<String, Value>, Map<String, Value>),
}

impl Words {
    /// Reads a reply, or why there is none.
    pub(crate) fn of(reply: &Result<Reply, Failure>) -> Self {
        let reply = match reply {
            Ok(reply) => reply,
            Err(Failure::Connect(_) | Failure::Tls(_)) => return Self::OfAll(Fate::NotSent),
            Err(_) => return Self::OfAll(Fate::Lost),
        };
        let Ok(Value::Object(mut body)) = serde_json::from_slice(&reply.body) else {
            return Self::OfAll(Fate::Lost);
        };
        let text = String::from_utf8_lossy(&reply.body);
        if repeated_key(&text) == Some("result") {
            return Self::OfAll(Fate::Lost);
        }
        if body.contains_key("error") {
            return Self::OfAll(said(&Value::Object(body)));
        }
        let Some(result) = body.remove("result").filter(|_| (200..300).contains(&reply.status)) else {
            return Self::OfAll(Fate::Lost);
        };
        match (section(&result, "result"), section(&result, "result_error")) {
            (Some(mut results), Some(errors)) => {
                if let Some(key) = repeated_key(&text) {
                    results.remove(key);
                }
                Self::Sections(results, errors)
            }
            _ => Self::Result(result),
        }
    }

    /// What it says of a command.
    pub(crate) fn fate(&self, command: &Command) -> Fate {
        match self {
            Self::OfAll(fate) => fate.clone(),
            Self::Result(result) if command.key.is_empty() => done(command, result),
            Self::Result(_) => Fate::Lost,
            Self::Sections(results, errors) => match (results.get(&command.key), errors.get(&command.key)) {
                (Some(result), None) => done(command, result),
                (None, Some(error)) => said(error),
                _ => Fate::Lost,
            },
        }
    }
}

/// The key that the fault of repeated keys has put twice: once with `false`, then with its value.
fn repeated_key(text: &str) -> Option<&str> {
    text.match_indices("\":false,\"").find_map(|(place, between)| {
        let key = text.get(..place)?.rsplit('"').next()?;
        let rest = text.get(place + between.len()..)?;
        rest.strip_prefix(key)?.starts_with("\":").then_some(key)
    })
}

fn done(command: &Command, result: &Value) -> Fate {
    let links = || {
        let rows = result.as_array()?.iter();
        rows.map(|row| Some((row.get("CONTACT_ID")?.as_i64()?, row.get("SORT")?.as_i64()?)))
            .collect::<Option<Vec<_>>>()
    };
    match (command.deletes, command.thing, result) {
        (true, Thing::Link(..), Value::Bool(_)) | (true, _, Value::Bool(true)) => Fate::Done(Vec::new()),
        (true, Thing::Lead(_) | Thing::Contact(_), Value::Array(list)) if list.is_empty() => {
            Fate::Done(Vec::new())
        }
        (false, Thing::Links(_), _) => links().map_or(Fate::Lost, Fate::Done),
        (false, _, Value::Object(_)) => Fate::Done(Vec::new()),
        _ => Fate::Lost,
    }
}

fn said(error: &Value) -> Fate {
    let text = |name| error.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (code, description) = (text("error"), text("error_description"));
    match code.as_str() {
        "QUERY_LIMIT_EXCEEDED" | "OPERATION_TIME_LIMIT" => Fate::Refused,
        _ => Fate::Said(code, description),
    }
}

/// A section of a batch reply; an empty one may be a list.
fn section(result: &Value, name: &str) -> Option<Map<String, Value>> {
    match result.get(name)? {
        Value::Object(section) => Some(section.clone()),
        Value::Array(list) if list.is_empty() => Some(Map::new()),
        _ => None,
    }
}
