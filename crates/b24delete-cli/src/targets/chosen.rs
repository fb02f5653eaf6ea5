//! A compact set of targets.

use std::collections::HashSet;

use b24delete::Operation;
use roaring::RoaringTreemap;

/// The targets that are still to be handed out.
///
/// The first reading fills it and thereby counts what is given once; the second takes out what it hands out, so
/// that nothing goes twice and nothing that was not checked and confirmed goes at all.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    ids: RoaringTreemap,
    bindings: HashSet<(u64, u64)>,
}

enum Key {
    Id(u64),
    Binding(u64, u64),
}

impl Chosen {
    /// Adds a target; false when it was there already.
    pub(super) fn insert(&mut self, operation: &Operation) -> bool {
        match key(operation) {
            Key::Id(id) => self.ids.insert(id),
            Key::Binding(lead, contact) => self.bindings.insert((lead, contact)),
        }
    }

    /// Takes a target out; false when it is not there.
    pub(super) fn remove(&mut self, operation: &Operation) -> bool {
        match key(operation) {
            Key::Id(id) => self.ids.remove(id),
            Key::Binding(lead, contact) => self.bindings.remove(&(lead, contact)),
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.ids.len() + self.bindings.len() as u64
    }
}

/// All operations of one command are of one kind, so that their ids tell them apart.
fn key(operation: &Operation) -> Key {
    match *operation {
        Operation::DeleteLead { lead_id } | Operation::DeleteLeadContactItems { lead_id } => {
            Key::Id(lead_id.get())
        }
        Operation::DeleteContact { contact_id } => Key::Id(contact_id.get()),
        Operation::DeleteLeadContact { lead_id, contact_id } => Key::Binding(lead_id.get(), contact_id.get()),
    }
}
