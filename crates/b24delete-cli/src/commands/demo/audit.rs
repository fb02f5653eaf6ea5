//! Compares outcomes with what the portal did.

use std::collections::HashMap;

use b24delete::{Operation, Outcome, Status};
use b24delete_emulator::store::{Execution, ExecutionResult, Snapshot};

/// How much was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Audit {
    pub(super) outcomes: u64,
    pub(super) deletions: u64,
}

type Key = (&'static str, Option<i64>, Option<i64>);

/// Every `deleted` must stand in the log exactly once, nothing else may, and the thing must be gone or still be there.
///
/// # Errors
/// The first difference, in words.
pub(super) fn compare(outcomes: &[Outcome], log: &[Execution], now: &Snapshot) -> Result<Audit, String> {
    let mut applied: HashMap<Key, u64> = HashMap::new();
    for execution in log.iter().filter(|execution| execution.result == ExecutionResult::Applied) {
        *applied.entry((execution.method, execution.lead_id, execution.contact_id)).or_default() += 1;
    }
    let deletions = applied.values().sum();
    for outcome in outcomes {
        let operation = outcome.operation;
        let executed = applied.remove(&key(&operation)).unwrap_or_default();
        let expected = u64::from(outcome.status == Status::Deleted);
        if executed != expected {
            return Err(format!("{operation} is {}, but was executed {executed} times", outcome.status));
        }
        let gone = matches!(outcome.status, Status::Deleted | Status::Absent);
        if gone == exists(&operation, now) {
            return Err(format!("{operation} is {}, but the portal's records say otherwise", outcome.status));
        }
    }
    match applied.keys().next() {
        Some((method, ..)) => Err(format!("the log has a {method} that nobody asked for")),
        None => Ok(Audit { outcomes: outcomes.len() as u64, deletions }),
    }
}

fn key(operation: &Operation) -> Key {
    let lead = operation.lead_id().and_then(|id| i64::try_from(id.get()).ok());
    let contact = operation.contact_id().and_then(|id| i64::try_from(id.get()).ok());
    (operation.method(), lead, contact)
}

fn exists(operation: &Operation, now: &Snapshot) -> bool {
    let (_, lead, contact) = key(operation);
    match operation {
        Operation::DeleteLead { .. } => lead.is_some_and(|lead| now.leads.contains(&lead)),
        Operation::DeleteContact { .. } => contact.is_some_and(|contact| now.contacts.contains(&contact)),
        Operation::DeleteLeadContact { .. } | Operation::DeleteLeadContactItems { .. } => {
            now.lead_contacts.iter().any(|link| {
                Some(link.lead_id) == lead && (contact.is_none() || Some(link.contact_id) == contact)
            })
        }
    }
}
