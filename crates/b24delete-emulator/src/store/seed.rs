//! Fills an empty portal with plausible records.

use serde::{Deserialize, Serialize};

/// How many records to create.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seed {
    /// Leads.
    pub leads: u64,
    /// Contacts.
    pub contacts: u64,
    /// Contacts linked to each lead.
    pub links_per_lead: u64,
    /// Activities bound to each lead only.
    pub activities_per_lead: u64,
    /// Activities that are bound to two leads each.
    pub shared_activities: u64,
}
