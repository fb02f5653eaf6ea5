//! Compares what a driver told and what the portal saw with what the vector expects. This is the only place that does.

use std::collections::BTreeMap;
use std::time::Duration;

use b24delete::ErrorKind;
use b24delete_emulator::store::{ExecutionResult, Snapshot};
use serde_json::{Map, Value, json};

use super::Broken;
use super::driver::Language;
use super::expectation::{Expectation, ExpectedDeletion, ExpectedError, Seconds, counts, outcome_lines};
use super::message::Told;
use super::scene::Scene;
use super::sight::{self, Sight};
use super::vector::{Store, Vector};

/// The fields of lines of JSON, beside their version and type.
const OUTCOME_LINE: [&str; 8] =
    ["seq", "method", "lead_id", "contact_id", "status", "confirmed_by", "attempts", "error"];
const ERROR_OF_LINE: [&str; 5] = ["kind", "code", "description", "http_status", "effect"];
const SUMMARY_LINE: [&str; 10] = [
    "total",
    "deleted",
    "deleted_by_lookup",
    "absent",
    "failed",
    "unknown",
    "not_run",
    "requests",
    "seconds",
    "stopped_by",
];

/// What came of a vector in one language.
pub(super) struct Course<'a> {
    pub(super) language: Language,
    pub(super) vector: &'a Vector,
    pub(super) scene: &'a Scene,
    pub(super) told: &'a Told,
    pub(super) took: Duration,
    /// Requests for the plan of a job.
    pub(super) sent_before: usize,
}

/// Everything in which a vector did not come out as expected.
pub(super) fn differences(course: &Course<'_>) -> Result<Vec<String>, Broken> {
    let mut differences = Vec::new();
    let Course { vector: Vector { expect, .. }, told, .. } = course;
    let expected = expected(expect);
    difference("", &expected, &actual(told), &mut differences);
    if let (Some(expected), Some(deletion)) = (&expect.deletion, &told.deletion) {
        time(expected, deletion, &mut differences);
    }
    errors(course, &mut differences);
    lines(told, &mut differences);
    let sights: Vec<_> = course.scene.portal.emulator().received().iter().map(sight::sight).collect();
    requests(course, &sights, &mut differences);
    summary(course, &sights, &mut differences);
    executions(course, &mut differences)?;
    tokens(course, &mut differences);
    seconds(expect.seconds, course.took, &mut differences);
    Ok(differences)
}

/// What the driver is expected to tell, but for the summary and the times.
fn expected(expect: &Expectation) -> Value {
    json!({
        "opened": expect.opened,
        "deletion": expect.deletion.as_ref().map(ExpectedDeletion::to_json),
        "error": expect.error.as_ref().map(ExpectedError::to_json),
        "outcomes": expect.outcomes.as_deref().map(outcome_lines).unwrap_or_default(),
        "saves": expect.saves,
    })
}

fn actual(told: &Told) -> Value {
    let mut outcomes: Vec<Value> = told.outcomes.iter().cloned().map(Value::Object).collect();
    outcomes.sort_by_key(|outcome| outcome.get("seq").and_then(Value::as_u64));
    json!({
        "opened": told.opened,
        "deletion": told.deletion,
        "error": told.error,
        "outcomes": outcomes,
        "saves": told.saves,
    })
}

/// Compares every field that is expected, all the way down; what is not expected in words of its own is null.
fn difference(place: &str, expected: &Value, actual: &Value, differences: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, expected) in expected {
                let actual = actual.get(name).unwrap_or(&Value::Null);
                difference(&format!("{place}/{name}"), expected, actual, differences);
            }
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                difference(&format!("{place}/{index}"), expected, actual, differences);
            }
        }
        _ if expected == actual => {}
        _ => differences.push(format!("{place}: expected {expected}, told {actual}")),
    }
}

/// The portal's time has exactly the expected fields; numbers are compared as numbers.
fn time(expected: &ExpectedDeletion, deletion: &Map<String, Value>, differences: &mut Vec<String>) {
    let Some(expected) = &expected.time else { return };
    let numbers = |time: &Map<String, Value>| -> BTreeMap<String, Value> {
        let number = |value: &Value| value.as_f64().map_or_else(|| value.clone(), Value::from);
        time.iter().map(|(name, value)| (name.clone(), number(value))).collect()
    };
    let told = deletion.get("time").and_then(Value::as_object).cloned().unwrap_or_default();
    let (expected, told) = (numbers(expected), numbers(&told));
    if expected != told {
        differences.push(format!("/deletion/time: expected {expected:?}, told {told:?}"));
    }
}

/// Every error has a text for people, and where there are classes that of its family.
fn errors(course: &Course<'_>, differences: &mut Vec<String>) {
    let of_outcomes = course.told.outcomes.iter().filter_map(|outcome| outcome.get("error")?.as_object());
    for error in course.told.error.iter().chain(of_outcomes) {
        let field = |name: &str| error.get(name).and_then(Value::as_str);
        let kind = field("kind").and_then(ErrorKind::from_word);
        let class = kind.map(|kind| kind.family().class_name()).filter(|_| course.language.has_classes());
        if field("class") != class {
            differences.push(format!("the class is {:?}, expected {class:?}", field("class")));
        }
        if field("message").is_none_or(str::is_empty) || field("debug").is_none_or(str::is_empty) {
            differences.push("an error has no text".to_owned());
        }
    }
}

/// The lines of JSON say the same as the fields, with exactly the documented names.
fn lines(told: &Told, differences: &mut Vec<String>) {
    let mut compare = |record: &Map<String, Value>, kind: &str, names: &[&str]| {
        let line = record.get("json").and_then(Value::as_str).unwrap_or_default();
        let line: Value = serde_json::from_str(line).unwrap_or_default();
        let mut expected = Map::from_iter([("v".to_owned(), json!(1)), ("type".to_owned(), kind.into())]);
        expected.extend(
            names.iter().map(|name| ((*name).to_owned(), record.get(*name).cloned().unwrap_or_default())),
        );
        if let Some(Value::Object(error)) = expected.get_mut("error") {
            error.retain(|name, _| ERROR_OF_LINE.contains(&name.as_str()));
        }
        if let Some(seconds) = expected.get("seconds").and_then(Value::as_f64) {
            expected.insert("seconds".to_owned(), json!((seconds * 1000.0).round() / 1000.0));
        }
        let numbers = |value: Value| value.as_f64().map_or(value, Value::from);
        let plain = |line: Map<String, Value>| -> BTreeMap<String, Value> {
            line.into_iter().map(|(name, value)| (name, numbers(value))).collect()
        };
        let told = plain(line.as_object().cloned().unwrap_or_default());
        let expected = plain(expected);
        if told != expected {
            differences.push(format!("the line of JSON is {told:?}, the fields are {expected:?}"));
        }
    };
    told.outcomes.iter().for_each(|outcome| compare(outcome, "outcome", &OUTCOME_LINE));
    told.summary.iter().for_each(|summary| compare(summary, "summary", &SUMMARY_LINE));
}

fn requests(course: &Course<'_>, sights: &[Sight], differences: &mut Vec<String>) {
    let expect = &course.vector.expect;
    let seen: Vec<_> = sights.iter().map(|sight| sight.summary.clone()).collect();
    if expect.requests.as_ref().is_some_and(|expected| *expected != seen) {
        let expected = expect.requests.as_deref().unwrap_or_default();
        differences.push(format!("requests: expected {expected:?}, the portal saw {seen:?}"));
    }
    for (index, expected) in &expect.parameters {
        let actual = sights.get(*index).map_or(&Value::Null, |sight| &sight.parameters);
        if expected != actual {
            differences.push(format!("request {index}: expected {expected}, the portal saw {actual}"));
        }
    }
    let asks_with_get = course
        .vector
        .client
        .oauth
        .as_ref()
        .is_some_and(|oauth| oauth.token_request.as_deref() == Some("get"));
    for sight in sights {
        let faults = sight::faults(sight, asks_with_get);
        differences.extend(faults.into_iter().map(|fault| format!("`{}` {fault}", sight.summary)));
    }
    if course.scene.visitors() > 0 {
        differences.push("a redirect was followed".to_owned());
    }
}

fn summary(course: &Course<'_>, sights: &[Sight], differences: &mut Vec<String>) {
    let expect = &course.vector.expect;
    let (Some(outcomes), Some(told)) = (&expect.outcomes, &course.told.summary) else {
        if expect.outcomes.is_some() || course.told.summary.is_some() {
            differences.push("a run has outcomes and a summary, and nothing else has".to_owned());
        }
        return;
    };
    let mut expected = counts(&outcome_lines(outcomes));
    let of_the_run = sights.iter().skip(course.sent_before);
    let requests = of_the_run.filter(|sight| sight.summary != sight::TOKEN).count();
    // What a job reads of its records beside the run is not the run's.
    if !course.vector.call.job.as_ref().is_some_and(|job| job.if_unchanged) {
        expected.insert("requests".to_owned(), requests.into());
    }
    expected.insert("stopped_by".to_owned(), json!(expect.stopped_by));
    difference("/summary", &expected.into(), &told.clone().into(), differences);
    let seconds = told.get("seconds").and_then(Value::as_f64);
    if !seconds.is_some_and(|seconds| (0.0..=course.took.as_secs_f64() + 0.01).contains(&seconds)) {
        differences.push(format!("/summary/seconds is {seconds:?}"));
    }
}

/// What the portal did is what was expected, and nobody claims anything else.
fn executions(course: &Course<'_>, differences: &mut Vec<String>) -> Result<(), Broken> {
    let portal = course.scene.portal.emulator();
    let mut applied = BTreeMap::new();
    for execution in
        portal.executions(0).iter().filter(|execution| execution.result == ExecutionResult::Applied)
    {
        *applied.entry(execution.method.to_owned()).or_default() += 1;
    }
    if applied != course.vector.expect.applied {
        let expected = &course.vector.expect.applied;
        differences.push(format!("the portal applied {applied:?}, expected {expected:?}"));
    }
    let snapshot = portal.snapshot()?;
    for outcome in &course.told.outcomes {
        let is = |status: &str| outcome.get("status").is_some_and(|told| told == status);
        if (is("deleted") || is("absent")) && is_there(outcome, &snapshot) {
            differences.push(format!("gone by its outcome, but there: {}", Value::from(outcome.clone())));
        }
    }
    Ok(())
}

/// True when what an operation was to delete is on the portal.
fn is_there(outcome: &Map<String, Value>, snapshot: &Snapshot) -> bool {
    let id = |name: &str| outcome.get(name).and_then(Value::as_i64);
    let (lead, contact) = (id("lead_id"), id("contact_id"));
    match outcome.get("method").and_then(Value::as_str) {
        Some("crm.lead.delete") => snapshot.leads.iter().any(|id| Some(*id) == lead),
        Some("crm.contact.delete") => snapshot.contacts.iter().any(|id| Some(*id) == contact),
        _ => snapshot.lead_contacts.iter().any(|link| {
            Some(link.lead_id) == lead && (contact.is_none() || Some(link.contact_id) == contact)
        }),
    }
}

/// Tokens that were renewed are in the library's file, the new refresh token among them.
fn tokens(course: &Course<'_>, differences: &mut Vec<String>) {
    let store = course.vector.client.oauth.as_ref().and_then(|oauth| oauth.store);
    let renewed = course.vector.expect.requests.iter().flatten().any(|request| request == sight::TOKEN);
    if store == Some(Store::File) && renewed && course.vector.expect.error.is_none() {
        let saved = course.scene.saved_tokens().unwrap_or_default();
        let saved = saved.get("refresh_token").and_then(Value::as_str);
        if saved.is_none_or(|saved| saved == course.scene.portal.addresses().refresh_token) {
            differences.push("the file of tokens does not hold the new refresh token".to_owned());
        }
    }
}

fn seconds(expected: Seconds, took: Duration, differences: &mut Vec<String>) {
    let took = took.as_secs_f64();
    if expected.at_least.is_some_and(|least| took < least) || expected.at_most.is_some_and(|most| took > most)
    {
        differences.push(format!("it took {took:.2} s, expected {expected:?}"));
    }
}
