//! Compares what the client told with what the portal knows.

use std::collections::{BTreeMap, BTreeSet};

use b24delete::Operation;
use b24delete_emulator::Emulator;
use b24delete_emulator::store::{ExecutionResult, Snapshot};
use serde_json::Value;

use super::cases::Case;
use super::scene::Told;
use super::{Broken, SECRET, operations};

/// Whatever the portal sends, eight runs at a time need less: each may hold one reply of 16 MiB.
const MOST_KIBIBYTES: u64 = 512 * 1024;

/// Always possible: the outcome that owns up to a doubt, and a machine so busy that an answer comes late.
const ALWAYS: [&str; 2] = ["outcome_unknown", "timeout"];

/// An operation by its REST method, lead and contact.
type Key = (String, Option<i64>, Option<i64>);

/// How often an operation ran on the portal, and how often it changed anything.
#[derive(Debug, Default, Clone, Copy)]
struct Ran {
    times: u64,
    applied: u64,
}

/// Everything that must not be, in words.
pub(super) fn disagreements(case: &Case, told: &Told, portal: &Emulator) -> Result<Vec<String>, Broken> {
    let mut found = Vec::new();
    let ran = executions(portal);
    let asked = asked(told)?;
    found.extend(
        ran.keys().filter(|key| !asked.contains(*key)).map(|key| format!("{key:?} was not asked for")),
    );
    let left = Left::of(&portal.snapshot()?);
    let mut open = asked;
    for (run, outcome) in &told.outcomes {
        let key = key_of(outcome);
        if !open.remove(&key) {
            found.push(format!("run {run} has a second outcome, or one of its own making: {outcome}"));
        }
        let ran = ran.get(&key).copied().unwrap_or_default();
        if let Some(lie) = lie(outcome, ran, left.has(&key)) {
            found.push(format!("{lie}: {outcome}, {ran:?}"));
        }
    }
    found.extend(open.iter().map(|key| format!("{key:?} has no outcome")));
    found.extend(about_the_client(case, told));
    Ok(found)
}

/// Whether the portal contradicts an outcome.
fn lie(outcome: &Value, ran: Ran, is_there: bool) -> Option<&'static str> {
    let attempts = outcome["attempts"].as_u64().unwrap_or_default();
    let by_lookup = outcome["confirmed_by"] == "lookup";
    match outcome["status"].as_str().unwrap_or_default() {
        _ if ran.times > attempts => Some("ran more often than it was sent"),
        "deleted" | "absent" if is_there => Some("is still there"),
        "deleted" if !by_lookup && ran.applied == 0 => Some("nobody deleted it"),
        "absent" if ran.applied > 0 => Some("was deleted by this run"),
        "failed" | "not_run" if ran.applied > 0 || !is_there => Some("is gone"),
        "deleted" | "absent" | "failed" | "unknown" | "not_run" => None,
        _ => Some("has no status"),
    }
}

fn about_the_client(case: &Case, told: &Told) -> Vec<String> {
    let mut found = Vec::new();
    let strange = |word: &&String| !case.errors.contains(&word.as_str()) && !ALWAYS.contains(&word.as_str());
    found.extend(
        told.errors.keys().filter(strange).map(|word| format!("`{word}` is not what the fault stands for")),
    );
    if told.text.contains(SECRET) {
        found.push("the webhook's code was told".to_owned());
    }
    if told.peak_kib.is_some_and(|peak| peak > MOST_KIBIBYTES) {
        found.push("the client took too much memory".to_owned());
    }
    if told.summaries.len() != told.runs.len() {
        found.push("a run has no summary".to_owned());
    }
    found
}

/// What the runs were asked for; no operation is in two of them.
fn asked(told: &Told) -> Result<BTreeSet<Key>, Broken> {
    let mut asked = BTreeSet::new();
    for run in &told.runs {
        asked.extend(operations(*run)?.iter().map(key));
    }
    Ok(asked)
}

fn executions(portal: &Emulator) -> BTreeMap<Key, Ran> {
    let mut all: BTreeMap<Key, Ran> = BTreeMap::new();
    for execution in portal.executions(0) {
        let ran =
            all.entry((execution.method.to_owned(), execution.lead_id, execution.contact_id)).or_default();
        ran.times += 1;
        ran.applied += u64::from(execution.result == ExecutionResult::Applied);
    }
    all
}

fn key(operation: &Operation) -> Key {
    let number = |id: u64| i64::try_from(id).unwrap_or_default();
    let lead = operation.lead_id().map(|id| number(id.get()));
    let contact = operation.contact_id().map(|id| number(id.get()));
    (operation.method().to_owned(), lead, contact)
}

fn key_of(outcome: &Value) -> Key {
    let method = outcome["method"].as_str().unwrap_or_default();
    (method.to_owned(), outcome["lead_id"].as_i64(), outcome["contact_id"].as_i64())
}

/// The things that still exist.
struct Left {
    leads: BTreeSet<i64>,
    contacts: BTreeSet<i64>,
    links: BTreeSet<(i64, i64)>,
}

impl Left {
    fn of(snapshot: &Snapshot) -> Self {
        Self {
            leads: snapshot.leads.iter().copied().collect(),
            contacts: snapshot.contacts.iter().copied().collect(),
            links: snapshot.lead_contacts.iter().map(|link| (link.lead_id, link.contact_id)).collect(),
        }
    }

    /// Whether what the operation is to delete is there. Every lead has one link, to the contact of the same number.
    fn has(&self, (method, lead, contact): &Key) -> bool {
        let link = |lead: i64| self.links.contains(&(lead, contact.unwrap_or(lead)));
        match (method.as_str(), lead) {
            ("crm.lead.delete", Some(lead)) => self.leads.contains(lead),
            (_, Some(lead)) => link(*lead),
            (_, None) => contact.is_some_and(|contact| self.contacts.contains(&contact)),
        }
    }
}
