//! Whether a job's record, the portal's log and what the processes told agree.

use std::collections::BTreeMap;

use b24delete::Status;
use b24delete_emulator::Emulator;
use b24delete_emulator::store::ExecutionResult;
use b24delete_jobs::Job;
use serde_json::Value;

use crate::faults::Broken;

/// Everything that does not agree, in words. Leads whose id `protected` divides cannot be deleted.
pub(super) fn judge(
    portal: &Emulator,
    job: &Job,
    told: &[String],
    protected: i64,
) -> Result<Vec<String>, Broken> {
    let mut found = Vec::new();
    let mut applied: BTreeMap<i64, u64> = BTreeMap::new();
    for execution in portal.executions(0) {
        if let (ExecutionResult::Applied, Some(lead)) = (execution.result, execution.lead_id) {
            *applied.entry(lead).or_default() += 1;
        }
    }
    let leads: Vec<_> = portal.snapshot()?.leads;
    let mut statuses = BTreeMap::new();
    for outcome in job.outcomes()? {
        let outcome = outcome?;
        let lead = outcome.operation.lead_id().map_or(0, |id| i64::try_from(id.get()).unwrap_or(0));
        let times = applied.get(&lead).copied().unwrap_or(0);
        let is_there = leads.binary_search(&lead).is_ok();
        let is_right = match lead % protected {
            0 => matches!(outcome.status, Status::Failed | Status::Unknown) && times == 0 && is_there,
            _ => outcome.status == Status::Deleted && times == 1 && !is_there,
        };
        if !is_right {
            found.push(format!(
                "lead {lead}: recorded {}, deleted {times} times, there: {is_there}",
                outcome.status
            ));
        }
        statuses.insert(outcome.seq, outcome.status);
    }
    let operations = job.overview()?.operations;
    if statuses.len() as u64 != operations {
        found.push(format!("{} outcomes of {operations} operations", statuses.len()));
    }
    found.extend(compare_told(told, &statuses));
    found.extend(job.verify(None)?.findings.iter().map(ToString::to_string));
    Ok(found)
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
