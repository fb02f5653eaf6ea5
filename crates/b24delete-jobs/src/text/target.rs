//! What an operation is about.

use b24delete::Operation;

/// The record that an operation concerns: `lead 1`, `lead 1 contact 1010`.
pub fn target(operation: Operation) -> String {
    match operation {
        Operation::DeleteLead { lead_id } => format!("lead {lead_id}"),
        Operation::DeleteContact { contact_id } => format!("contact {contact_id}"),
        Operation::DeleteLeadContact { lead_id, contact_id } => {
            format!("lead {lead_id} contact {contact_id}")
        }
        Operation::DeleteLeadContactItems { lead_id } => format!("lead {lead_id} contacts"),
    }
}
