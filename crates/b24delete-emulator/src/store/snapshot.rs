//! The state of the portal in one piece, for comparison in tests.

use serde::Serialize;

/// Which records exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// The ids of all leads, ascending.
    pub leads: Vec<i64>,
    /// The ids of all contacts, ascending.
    pub contacts: Vec<i64>,
    /// The ids of all companies, ascending.
    pub companies: Vec<i64>,
    /// The ids of all deals, ascending.
    pub deals: Vec<i64>,
    /// All links between leads and contacts, by lead, SORT and contact.
    pub lead_contacts: Vec<LeadContact>,
    /// All activities with what they are bound to.
    pub activities: Vec<Bound>,
    /// All timeline comments with what they are bound to.
    pub comments: Vec<Bound>,
}

/// A link between a lead and a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeadContact {
    /// The lead.
    pub lead_id: i64,
    /// The contact.
    pub contact_id: i64,
    /// The place of the contact among those of the lead.
    pub sort: i64,
    /// Whether it is the one that the lead names as its contact.
    pub primary: bool,
}

/// A record that hangs on others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bound {
    /// The record.
    pub id: i64,
    /// What it is bound to, as `[entityTypeId, entityId]`, ascending.
    pub bindings: Vec<(i64, i64)>,
}
