//! Whether a job's record, the portal's log and what the processes told agree.

use std::collections::BTreeMap;

use b24delete::Status;
use b24delete_emulator::store::ExecutionResult;
use b24delete_jobs::RestoredThing;
use serde_json::Value;

use super::scene::{Lead, PROTECTED, Scene};
use crate::faults::Broken;

/// Everything about the deletion that does not agree, in words.
pub(super) fn deleted(scene: &Scene, told: &[String]) -> Result<Vec<String>, Broken> {
    let mut found = Vec::new();
    let applied = executed(scene, "crm.lead.delete");
    let leads = scene.portal.snapshot()?.leads;
    let mut statuses = BTreeMap::new();
    for outcome in scene.job.outcomes()? {
        let outcome = outcome?;
        let lead = outcome.operation.lead_id().map_or(0, |id| id.get());
        let times = applied.get(&lead).copied().unwrap_or(0);
        let is_there = leads.binary_search(&lead.cast_signed()).is_ok();
        let is_right = match lead % PROTECTED {
            0 => matches!(outcome.status, Status::Failed | Status::Unknown) && times == 0 && is_there,
            _ => outcome.status == Status::Deleted && times == 1 && !is_there,
        };
        if !is_right {
            let status = outcome.status;
            found.push(format!("lead {lead}: recorded {status}, deleted {times} times, there: {is_there}"));
        }
        statuses.insert(outcome.seq, outcome.status);
    }
    let operations = scene.job.overview()?.operations;
    if statuses.len() as u64 != operations {
        found.push(format!("{} outcomes of {operations} operations", statuses.len()));
    }
    found.extend(compare_told(told, &statuses));
    found.extend(scene.job.verify(None)?.findings.iter().map(ToString::to_string));
    Ok(found)
}

/// How often the portal did this to each lead.
fn executed(scene: &Scene, method: &str) -> BTreeMap<u64, u64> {
    let mut times = BTreeMap::new();
    for execution in scene.portal.executions(0) {
        if let (true, ExecutionResult::Applied, Some(lead)) =
            (execution.method == method, execution.result, execution.lead_id)
        {
            *times.entry(lead.cast_unsigned()).or_default() += 1;
        }
    }
    times
}

/// What was told as final was told once, and is what the record says.
fn compare_told(told: &[String], statuses: &BTreeMap<u64, Status>) -> Vec<String> {
    let mut found = Vec::new();
    let mut last: BTreeMap<u64, String> = BTreeMap::new();
    // A kill may cut the last line.
    let lines = told.iter().flat_map(|text| text.lines()).filter_map(|line| serde_json::from_str(line).ok());
    for line in lines.filter(|line: &Value| line["type"] == "outcome") {
        let (Some(seq), Some(status)) = (line["seq"].as_u64(), line["status"].as_str()) else { continue };
        if !matches!(status, "deleted" | "absent" | "failed") {
            continue;
        }
        if let Some(before) = last.insert(seq, status.to_owned()) {
            found.push(format!("operation {seq} was told twice: {before}, {status}"));
        }
        if statuses.get(&seq).map(|status| status.as_str()) != Some(status) {
            found.push(format!("operation {seq} was told as {status}, but that is not what is recorded"));
        }
    }
    found
}

/// Everything about the restore that does not agree, in words.
pub(super) fn restored(scene: &Scene) -> Result<Vec<String>, Broken> {
    let mut found = Vec::new();
    let mut new_ids = BTreeMap::new();
    for row in scene.job.restored()? {
        let row = row?;
        if let RestoredThing::Lead(old) = row.thing {
            new_ids.insert(old, row.new_id);
        }
    }
    let created = executed(scene, "crm.lead.add");
    if created.len() as u64 != scene.deletable() {
        found.push(format!("{} leads were created, not {}", created.len(), scene.deletable()));
    }
    let there = scene.portal.snapshot()?.leads.len() as u64;
    if there != scene.leads {
        found.push(format!("{there} leads are there, not {}", scene.leads));
    }
    for (old, before) in (1..).zip(&scene.before) {
        let new = if old % PROTECTED == 0 { Some(old) } else { new_ids.get(&old).copied().flatten() };
        match new.map(|id| Lead::read(&scene.portal, id)).transpose()? {
            Some(after) if after == *before => {}
            after => found.push(format!("lead {old} is {after:?} again, was {before:?}")),
        }
    }
    Ok(found)
}
