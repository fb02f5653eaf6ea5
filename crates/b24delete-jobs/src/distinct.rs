//! A compact set of operations.

use std::collections::HashSet;

use b24delete::Operation;
use roaring::RoaringTreemap;

/// Operations, each once: ids in compressed bitmaps, so that ten million take a few megabytes; pairs of ids in a hash
/// set.
#[derive(Debug, Default)]
pub struct Distinct {
    leads: RoaringTreemap,
    contacts: RoaringTreemap,
    all_bindings: RoaringTreemap,
    bindings: HashSet<(u64, u64)>,
}

impl Distinct {
    /// Adds an operation; false when it was there already.
    pub fn insert(&mut self, operation: &Operation) -> bool {
        match *operation {
            Operation::DeleteLead { lead_id } => self.leads.insert(lead_id.get()),
            Operation::DeleteContact { contact_id } => self.contacts.insert(contact_id.get()),
            Operation::DeleteLeadContactItems { lead_id } => self.all_bindings.insert(lead_id.get()),
            Operation::DeleteLeadContact { lead_id, contact_id } => {
                self.bindings.insert((lead_id.get(), contact_id.get()))
            }
        }
    }

    /// Takes an operation out; false when it is not there.
    pub fn remove(&mut self, operation: &Operation) -> bool {
        match *operation {
            Operation::DeleteLead { lead_id } => self.leads.remove(lead_id.get()),
            Operation::DeleteContact { contact_id } => self.contacts.remove(contact_id.get()),
            Operation::DeleteLeadContactItems { lead_id } => self.all_bindings.remove(lead_id.get()),
            Operation::DeleteLeadContact { lead_id, contact_id } => {
                self.bindings.remove(&(lead_id.get(), contact_id.get()))
            }
        }
    }

    /// How many operations it holds.
    pub fn len(&self) -> u64 {
        self.leads.len() + self.contacts.len() + self.all_bindings.len() + self.bindings.len() as u64
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
