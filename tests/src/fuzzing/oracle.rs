//! What a reply says, read a second time in another and simpler way. It may grant too much, never too little.

#![expect(clippy::indexing_slicing, reason = "a field that a JSON value does not have is null")]

use b24delete::{Api, Operation};
use serde_json::Value;

/// Deeper replies cannot be read here.
const DEEPEST: usize = 100;

/// The second reading of a reply.
#[derive(Debug)]
pub(super) struct Oracle {
    /// `None` when this reading cannot tell.
    reply: Option<Value>,
    good_status: bool,
}

impl Oracle {
    pub(super) fn new(body: &[u8], status: u16) -> Self {
        let reply = serde_json::from_slice(body).ok();
        let unreadable = reply.is_none() && (is_deep(body) || has_odd_texts_or_numbers(body));
        Self {
            reply: if unreadable { None } else { reply.or(Some(Value::Null)) },
            good_status: (200..300).contains(&status),
        }
    }

    /// The call says that the delete was done.
    pub(super) fn call_done(&self, operation: &Operation, api: Api) -> bool {
        self.good_status && self.says(|reply| done(&reply["result"], operation, api))
    }

    /// The call was refused.
    pub(super) fn call_refused(&self) -> bool {
        self.says(|reply| !reply["error"].is_null())
    }

    /// The call says that there was nothing to delete.
    pub(super) fn call_found_nothing(&self) -> bool {
        self.good_status && self.says(|reply| reply["result"] == Value::Bool(false))
    }

    /// The batch says that the command was done, and does not also say that it was refused.
    pub(super) fn command_done(&self, key: &str, operation: &Operation, api: Api) -> bool {
        self.good_status
            && self.says(|reply| {
                let (results, errors) = (&reply["result"]["result"], &reply["result"]["result_error"]);
                done(&results[key], operation, api) && errors.get(key).is_none()
            })
    }

    /// Some command of the batch was refused.
    pub(super) fn refuses_commands(&self) -> bool {
        let is_filled = |section: &Value| section.as_object().is_some_and(|section| !section.is_empty());
        self.good_status && self.says(|reply| is_filled(&reply["result"]["result_error"]))
    }

    /// Some command of the batch was answered in some way.
    pub(super) fn mentions_commands(&self) -> bool {
        self.refuses_commands()
            || self.good_status && self.says(|reply| reply["result"]["result"].is_object())
    }

    fn says(&self, what: impl Fn(&Value) -> bool) -> bool {
        self.reply.as_ref().is_none_or(what)
    }
}

fn done(result: &Value, operation: &Operation, api: Api) -> bool {
    let is_record = matches!(operation, Operation::DeleteLead { .. } | Operation::DeleteContact { .. });
    match api == Api::Item && is_record {
        true => result.as_array().is_some_and(Vec::is_empty),
        false => *result == Value::Bool(true),
    }
}

fn is_deep(body: &[u8]) -> bool {
    body.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() > DEEPEST
}

/// The client does not read texts and numbers that it has no use for, so they may be anything.
fn has_odd_texts_or_numbers(body: &[u8]) -> bool {
    body.iter().any(|byte| matches!(byte, b'\\' | b'e' | b'E'))
        && body
            .windows(4)
            .any(|window| window == b"true" || window == b"fals" || window == b"erro" || window == b"resu")
}
