//! Describes executions for the log, which is the ground truth of tests.

use std::sync::Arc;

use serde_json::Value;

use crate::store::{Execution, ExecutionResult};

use super::{Answer, Call, Refusal, params};

/// The records that a writing method changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// The lead `id`, or the one that the call adds.
    Lead,
    /// The contact `id`, or the one that the call adds.
    Contact,
    /// The lead `id` and the contact `fields[CONTACT_ID]`.
    LeadContact,
    /// A record of a type without a place of its own in the log, and the contact `fields[CONTACT_ID]`.
    OtherContact,
    /// A record whose type the call names as `entityTypeId`.
    Item,
    /// A record of a type without a place of its own in the log.
    Other,
}

/// The log's entry for a call and what came of it. Whether it applied is told by the database itself.
pub(super) fn describe(
    method: &'static str,
    subject: Subject,
    call: &Call<'_>,
    answer: &Result<Answer, Refusal>,
    applied: bool,
) -> Execution {
    let result = match answer {
        Ok(_) if applied => ExecutionResult::Applied,
        Ok(_) => ExecutionResult::NothingToDo,
        Err(refusal) => ExecutionResult::Refused {
            code: refusal.code.clone().into_owned(),
            description: refusal.description.clone().into_owned(),
        },
    };
    let [lead_id, contact_id, record_id] = ids(subject, call, answer);
    Execution {
        sequence: 0,
        portal_time: call.now,
        method,
        lead_id,
        contact_id,
        record_id,
        credential: Arc::clone(&call.origin.credential),
        request: call.origin.request,
        result,
    }
}

/// The lead, the contact and the other record that a call names or adds.
fn ids(subject: Subject, call: &Call<'_>, answer: &Result<Answer, Refusal>) -> [Option<i64>; 3] {
    let record = named(call).or_else(|| added(answer));
    match subject {
        Subject::Lead => [record, None, None],
        Subject::Contact => [None, record, None],
        Subject::LeadContact => [record, contact(call), None],
        Subject::OtherContact => [None, contact(call), record],
        Subject::Item => match params::find(call.params, "entityTypeId").and_then(params::integer) {
            Some(1) => [record, None, None],
            Some(3) => [None, record, None],
            _ => [None, None, record],
        },
        Subject::Other => [None, None, record],
    }
}

fn named(call: &Call<'_>) -> Option<i64> {
    ["id", "activityId"].into_iter().find_map(|name| params::id(params::find(call.params, name)))
}

fn added(answer: &Result<Answer, Refusal>) -> Option<i64> {
    let result = &answer.as_ref().ok()?.result;
    result.as_i64().or_else(|| result.pointer("/item/id").and_then(Value::as_i64))
}

fn contact(call: &Call<'_>) -> Option<i64> {
    params::id(params::find(call.params, "fields")?.get("CONTACT_ID"))
}
