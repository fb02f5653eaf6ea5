//! What must come of a vector.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::vector::spelled_out;

/// What must come of a call: one of `deletion`, `error` and `outcomes`, or `opened`, and what the portal saw.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The client was made, and nothing else was asked for.
    #[serde(default)]
    pub opened: bool,
    /// What the single call returns.
    #[serde(default)]
    pub deletion: Option<ExpectedDeletion>,
    /// What the single call, or the making of the client or the operations, fails with.
    #[serde(default)]
    pub error: Option<ExpectedError>,
    /// The outcomes of the run, by `seq`.
    #[serde(default)]
    pub outcomes: Option<Vec<ExpectedOutcome>>,
    /// The word for what stopped the run. All other figures of the summary follow from the outcomes and the requests.
    #[serde(default)]
    pub stopped_by: Option<String>,
    /// The requests that the portal saw, such as `crm.lead.delete`, `batch(crm.lead.delete*2, crm.lead.get)` and
    /// `oauth.token`. Absent: any.
    #[serde(default)]
    pub requests: Option<Vec<String>>,
    /// The parameters of some of those requests, by their place from 0.
    #[serde(default)]
    pub parameters: BTreeMap<usize, Value>,
    /// How many calls of each method changed something on the portal.
    #[serde(default)]
    pub applied: BTreeMap<String, u64>,
    /// Bounds on the seconds that all of it took.
    #[serde(default)]
    pub seconds: Seconds,
    /// How often tokens were saved in the caller's own store.
    #[serde(default)]
    pub saves: Option<u64>,
}

/// Bounds on a time.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Seconds {
    /// It took no less.
    pub at_least: Option<f64>,
    /// It took no longer.
    pub at_most: Option<f64>,
}

/// The answer of a single call.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedDeletion {
    /// `deleted` or `absent`.
    pub status: String,
    /// `reply` or `lookup`.
    pub confirmed_by: String,
    /// Sends that could have executed it.
    pub attempts: u32,
    /// The portal's time, with exactly these fields. Absent: any.
    #[serde(default)]
    pub time: Option<Map<String, Value>>,
}

/// An error.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedError {
    /// The stable word of the kind, from which the class follows.
    pub kind: String,
    /// `not_sent`, `rejected` or `may_have_applied`.
    pub effect: String,
    /// The REST method that was called.
    #[serde(default)]
    pub method: Option<String>,
    /// The portal's own code.
    #[serde(default)]
    pub code: String,
    /// The portal's own words. Absent: the library's, which are no contract.
    #[serde(default)]
    pub description: Option<String>,
    /// Status of the HTTP reply that carried the error.
    #[serde(default)]
    pub http_status: Option<u16>,
    /// Sends that could have executed the delete.
    #[serde(default)]
    pub attempts: u32,
    /// The kinds of the errors that led to it, the nearest first.
    #[serde(default)]
    pub causes: Vec<String>,
}

/// The outcome of one operation, or of several that end alike.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedOutcome {
    /// The operations, such as `lead:7` or `lead:1-50`.
    pub of: String,
    /// The verdict.
    pub status: String,
    /// `reply` or `lookup`; absent for `unknown` and `not_run`.
    #[serde(default)]
    pub confirmed_by: Option<String>,
    /// Sends that could have executed it.
    pub attempts: u32,
    /// The reason.
    #[serde(default)]
    pub error: Option<ExpectedError>,
}

impl Expectation {
    /// Every error that is expected, of the call or of an outcome.
    pub(super) fn errors(&self) -> impl Iterator<Item = &ExpectedError> {
        let outcomes = self.outcomes.iter().flatten();
        self.error.iter().chain(outcomes.filter_map(|outcome| outcome.error.as_ref()))
    }
}

impl ExpectedDeletion {
    /// As drivers tell it; without the time.
    pub(super) fn to_json(&self) -> Value {
        json!({"status": self.status, "confirmed_by": self.confirmed_by, "attempts": self.attempts})
    }
}

impl ExpectedError {
    /// As drivers tell it.
    pub(super) fn to_json(&self) -> Value {
        let mut fields = json!({
            "kind": self.kind,
            "effect": self.effect,
            "method": self.method,
            "code": self.code,
            "http_status": self.http_status,
            "attempts": self.attempts,
            "causes": self.causes,
        });
        if let (Some(description), Value::Object(fields)) = (&self.description, &mut fields) {
            fields.insert("description".to_owned(), description.as_str().into());
        }
        fields
    }
}

impl ExpectedOutcome {
    /// The outcomes in the form of their JSON lines.
    fn lines(&self) -> Vec<Value> {
        let line = |operation: &String| {
            let mut parts = operation.split(':');
            let word = parts.next().unwrap_or_default();
            let ids: Vec<u64> = parts.filter_map(|id| id.parse().ok()).collect();
            let (first, second) = (ids.first().copied(), ids.get(1).copied());
            let (method, lead_id, contact_id) = match word {
                "contact" => ("crm.contact.delete", None, first),
                "lead_contact" => ("crm.lead.contact.delete", first, second),
                "lead_contact_items" => ("crm.lead.contact.items.delete", first, None),
                _ => ("crm.lead.delete", first, None),
            };
            json!({
                "method": method, "lead_id": lead_id, "contact_id": contact_id, "status": self.status,
                "confirmed_by": self.confirmed_by, "attempts": self.attempts,
                "error": self.error.as_ref().map(ExpectedError::to_json),
            })
        };
        spelled_out(std::slice::from_ref(&self.of)).iter().map(line).collect()
    }
}

/// The outcomes of a run as drivers tell them, with their `seq`.
pub(super) fn outcome_lines(outcomes: &[ExpectedOutcome]) -> Vec<Value> {
    let mut lines: Vec<_> = outcomes.iter().flat_map(ExpectedOutcome::lines).collect();
    for (seq, line) in lines.iter_mut().enumerate() {
        if let Value::Object(fields) = line {
            fields.insert("seq".to_owned(), seq.into());
        }
    }
    lines
}

/// The figures of the summary that follow from the outcomes.
pub(super) fn counts(outcomes: &[Value]) -> Map<String, Value> {
    let count = |is: &dyn Fn(&Value) -> bool| Value::from(outcomes.iter().filter(|line| is(line)).count());
    let status =
        |word: &'static str| move |line: &Value| line.get("status").is_some_and(|status| status == word);
    let by_lookup =
        |line: &Value| status("deleted")(line) && line.get("confirmed_by").is_some_and(|by| by == "lookup");
    let mut counts = Map::new();
    counts.insert("total".to_owned(), outcomes.len().into());
    for word in ["deleted", "absent", "failed", "unknown", "not_run"] {
        counts.insert(word.to_owned(), count(&status(word)));
    }
    counts.insert("deleted_by_lookup".to_owned(), count(&by_lookup));
    counts
}
