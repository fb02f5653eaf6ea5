//! The method `batch`: its commands, their references to earlier results, and the sections of its reply.

mod references;
mod sections;

use serde_json::{Map, Value};

use crate::params::{is_truthy, parse_str};

pub(crate) use references::resolve;
pub(crate) use sections::{Section, Sections};

/// A batch executes so many commands; the others are refused.
pub(crate) const LONGEST: usize = 50;

/// The commands of a batch in order.
#[derive(Debug, PartialEq)]
pub(crate) struct Batch {
    pub(crate) commands: Vec<Command>,
    /// Nothing runs after the first command that fails.
    pub(crate) halt: bool,
}

/// One command of a batch.
#[derive(Debug, PartialEq)]
pub(crate) struct Command {
    /// The key that the client gave it.
    pub(crate) key: String,
    /// The method in lower case.
    pub(crate) method: String,
    /// The parameters, still as a query string.
    pub(crate) query: String,
}

impl Batch {
    /// Reads the parameters of `batch`. As in PHP, a `cmd` that is neither map nor list has no commands.
    pub(crate) fn read(params: &Map<String, Value>) -> Self {
        let commands = match params.get("cmd") {
            Some(Value::Object(map)) => {
                map.iter().map(|(key, call)| Command::read(key.clone(), call)).collect()
            }
            Some(Value::Array(list)) => {
                list.iter().enumerate().map(|(index, call)| Command::read(index.to_string(), call)).collect()
            }
            _ => Vec::new(),
        };
        Self { commands, halt: params.get("halt").is_some_and(is_truthy) }
    }
}

impl Command {
    fn read(key: String, call: &Value) -> Self {
        // A call that is no text names no method.
        let call = call.as_str().unwrap_or_default();
        let (method, query) = call.split_once('?').unwrap_or((call, ""));
        let method = method.trim().trim_matches('/').to_lowercase();
        let method = method.strip_suffix(".json").unwrap_or(&method).to_owned();
        Self { key, method, query: query.to_owned() }
    }

    /// The parameters as PHP decodes them.
    pub(crate) fn params(&self) -> Map<String, Value> {
        parse_str(&self.query)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(params: &Value) -> Batch {
        Batch::read(params.as_object().unwrap())
    }

    #[test]
    fn maps_and_lists_keep_their_order() {
        let batch = read(
            &json!({"cmd": {"z": "crm.lead.get?id=1", "a": "CRM.Lead.Delete.json?ID=2&x"}, "halt": "1"}),
        );
        let keys: Vec<_> = batch.commands.iter().map(|command| (&*command.key, &*command.method)).collect();
        assert_eq!(keys, [("z", "crm.lead.get"), ("a", "crm.lead.delete")]);
        assert_eq!(Value::Object(batch.commands[1].params()), json!({"ID": "2", "x": ""}));
        assert!(batch.halt);
        let batch = read(&json!({"cmd": ["profile", "scope"], "halt": 0}));
        assert_eq!(batch.commands[1].key, "1");
        assert!(!batch.halt);
    }

    #[test]
    fn nonsense_is_no_command() {
        assert_eq!(read(&json!({"cmd": "profile"})).commands, []);
        assert_eq!(read(&json!({})).commands, []);
        assert_eq!(read(&json!({"cmd": {"a": 5}})).commands[0].method, "");
    }
}
