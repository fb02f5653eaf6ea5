//! Wrong engines, played by doubles around the right one: the simulation must find each of them out.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use b24delete::ClientOptions;
use b24delete::transport::{Failure, Reply, Request, SendFuture, Transport};
use serde_json::{Map, Value, json};

use super::reading;
use super::thing::Thing;

/// A way to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    /// What is there right after a loss is taken for not executed.
    NoSettleTime,
    /// A link that a list does not show is taken for gone.
    UnlistedIsGone,
    /// Not found after an own lost attempt is taken for absent.
    AbsentAfterLoss,
    /// Results are attached in their order, whatever their keys.
    ByPosition,
    /// A request that was lost is simply sent again.
    BlindResend,
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::NoSettleTime,
        Self::UnlistedIsGone,
        Self::AbsentAfterLoss,
        Self::ByPosition,
        Self::BlindResend,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoSettleTime => "no-settle-time",
            Self::UnlistedIsGone => "unlisted-is-gone",
            Self::AbsentAfterLoss => "absent-after-loss",
            Self::ByPosition => "by-position",
            Self::BlindResend => "blind-resend",
        }
    }

    /// Makes the client wrong; `wire` is its way to the portal.
    pub fn infect(self, options: &mut ClientOptions, wire: Arc<dyn Transport>) {
        if self == Self::NoSettleTime {
            options.settle_time = Duration::ZERO;
        }
        options.transport = Some(Arc::new(Double { mutant: self, wire }));
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Mutant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || Self::ALL.map(Self::name).join(", ");
        Self::ALL
            .into_iter()
            .find(|mutant| mutant.name() == text)
            .ok_or_else(|| format!("no such mutant: one of {}", names()))
    }
}

/// Stands between the client and its way to the portal.
#[derive(Debug)]
struct Double {
    mutant: Mutant,
    wire: Arc<dyn Transport>,
}

impl Transport for Double {
    fn send(&self, request: Request) -> SendFuture {
        let commands = reading::commands(&request);
        let again = self.mutant == Mutant::BlindResend && commands.iter().any(|command| command.deletes);
        let copies: Vec<_> = (0..2).filter(|_| again).map(|_| request.clone()).collect();
        let (wire, mutant) = (Arc::clone(&self.wire), self.mutant);
        Box::pin(async move {
            let mut reply = wire.send(request).await;
            for copy in copies {
                if is_lost(&reply) {
                    reply = wire.send(copy).await;
                }
            }
            let mut reply = reply?;
            let changed = serde_json::from_slice(&reply.body).ok().and_then(|body: Value| match mutant {
                Mutant::UnlistedIsGone => unlisted_is_gone(body, &commands),
                Mutant::ByPosition => by_position(body, &commands),
                _ => None,
            });
            if let Some(body) = changed {
                reply.body = body.to_string().into_bytes();
            }
            Ok(reply)
        })
    }
}

fn is_lost(reply: &Result<Reply, Failure>) -> bool {
    match reply {
        Ok(reply) => serde_json::from_slice::<Map<String, Value>>(&reply.body).is_err(),
        Err(Failure::Connect(_) | Failure::Tls(_)) => false,
        Err(_) => true,
    }
}

/// Turns "not in the list" into "not found".
fn unlisted_is_gone(mut body: Value, commands: &[super::history::Command]) -> Option<Value> {
    let sections = body.get_mut("result")?.as_object_mut()?;
    let mut gone = Map::new();
    let results = sections.get_mut("result")?.as_object_mut()?;
    for command in commands.iter().filter(|command| matches!(command.thing, Thing::Links(_))) {
        // The key of a lookup of one link ends with the contact.
        let contact = command.key.rsplit_once('_').and_then(|(_, contact)| contact.parse::<i64>().ok());
        let Some(rows) = results.get(&command.key).and_then(Value::as_array) else { continue };
        let wanted = |row: &Value| contact.is_none_or(|contact| row["CONTACT_ID"] == json!(contact));
        if !rows.iter().any(wanted) {
            results.remove(&command.key);
            gone.insert(
                command.key.clone(),
                json!({"error": "NOT_FOUND", "error_description": "Not found."}),
            );
        }
    }
    if let Some(errors) = sections.get_mut("result_error").and_then(Value::as_object_mut) {
        errors.extend(gone);
    } else {
        sections.insert("result_error".to_owned(), gone.into());
    }
    Some(body)
}

/// Gives the keys of the commands to the results in their order.
fn by_position(mut body: Value, commands: &[super::history::Command]) -> Option<Value> {
    let sections = body.get_mut("result")?.as_object_mut()?;
    let mut keys = commands.iter().map(|command| command.key.clone());
    for name in ["result", "result_error"] {
        let Some(section) = sections.get_mut(name).and_then(Value::as_object_mut) else { continue };
        let values: Vec<_> = section.iter().map(|(_, value)| value.clone()).collect();
        *section = keys.by_ref().zip(values).collect();
    }
    Some(body)
}
