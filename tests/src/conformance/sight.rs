//! What the portal saw of a request.

use b24delete_emulator::ReceivedRequest;
use serde_json::{Map, Value};

/// A request for tokens.
pub(super) const TOKEN: &str = "oauth.token";

/// A batch takes no more commands.
const LONGEST_BATCH: usize = 50;

/// A request as vectors tell it.
pub(super) struct Sight {
    /// Such as `crm.lead.delete`, `batch(crm.lead.delete*2, crm.lead.get)` or `oauth.token`.
    pub(super) summary: String,
    /// What its body says.
    pub(super) parameters: Value,
    received: ReceivedRequest,
}

pub(super) fn sight(received: &ReceivedRequest) -> Sight {
    let method = received.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let method = method.trim_end_matches(".json");
    let parameters: Value = serde_json::from_str(&received.body).unwrap_or_default();
    let summary = match (method, commands(&parameters)) {
        ("token", _) => TOKEN.to_owned(),
        ("batch", Some(commands)) => format!("batch({})", counted(commands).join(", ")),
        _ => method.to_owned(),
    };
    Sight { summary, parameters, received: received.clone() }
}

fn commands(parameters: &Value) -> Option<&Map<String, Value>> {
    parameters.get("cmd").and_then(Value::as_object)
}

/// The methods of the commands in their order; those of neighbours that are the same are counted.
fn counted(commands: &Map<String, Value>) -> Vec<String> {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for command in commands.values() {
        let method = command.as_str().unwrap_or_default().split('?').next().unwrap_or_default();
        match counted.last_mut() {
            Some((last, count)) if *last == method => *count += 1,
            _ => counted.push((method, 1)),
        }
    }
    let text = |(method, count): &(&str, usize)| {
        if *count == 1 { (*method).to_owned() } else { format!("{method}*{count}") }
    };
    counted.iter().map(text).collect()
}

/// What no request may be like, whatever the vector.
pub(super) fn faults(sight: &Sight, asks_with_get: bool) -> Vec<String> {
    let received = &sight.received;
    let is_token = sight.summary == TOKEN;
    let (verb, content_type) = match is_token {
        true if asks_with_get => ("GET", ""),
        true => ("POST", "application/x-www-form-urlencoded"),
        false => ("POST", "application/json"),
    };
    let mut faults = Vec::new();
    if received.verb != verb {
        faults.push(format!("was a {}", received.verb));
    }
    if !received.content_type.starts_with(content_type) {
        faults.push(format!("has a body of type `{}`", received.content_type));
    }
    if verb == "POST" && !received.query.is_empty() {
        faults.push("has a query".to_owned());
    }
    if let Some(commands) = commands(&sight.parameters) {
        if commands.len() > LONGEST_BATCH || commands.keys().any(|key| key.parse::<i64>().is_ok()) {
            faults.push("has too many commands, or numbers as keys".to_owned());
        }
        if sight.parameters.get("halt") != Some(&Value::from(0)) {
            faults.push("has `halt`".to_owned());
        }
    }
    faults
}
