//! What callers of a restore learn.

use b24delete::Error;
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::store::{Restorable, Restore, RestoreState};

/// What a job can restore.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RestorePlan {
    /// Leads that were deleted, or may have been, and have a copy.
    pub leads: u64,
    /// Contacts, likewise.
    pub contacts: u64,
    /// Operations that took bindings off leads, likewise.
    pub unlinked: u64,
    /// Operations that deleted something of which there is no copy.
    pub without_copy: u64,
}

/// The account of one restore.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RestoreSummary {
    /// Leads that were created anew.
    pub leads: u64,
    /// Contacts that were created anew.
    pub contacts: u64,
    /// Bindings between leads and contacts that are as they were again.
    pub bindings: u64,
    /// Records that are still there, or there again under their old id.
    pub present: u64,
    /// Records and bindings that an earlier restore took care of.
    pub earlier: u64,
    /// Records and bindings that could not be restored.
    pub failed: u64,
    /// Operations that deleted something of which there is no copy.
    pub without_copy: u64,
    /// True when it was cancelled before its end.
    pub cancelled: bool,
    /// What does not return with the records that were created anew, in sentences.
    pub losses: Vec<String>,
}

/// What a restore did about one record or binding.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Restored {
    /// What it is, by its old ids.
    pub thing: RestoredThing,
    /// How it went.
    pub status: RestoredStatus,
    /// The record's id now; the same as before when it is still there.
    pub new_id: Option<u64>,
    /// Why it could not be restored.
    pub error: Option<Error>,
}

/// A record or a binding, by its old ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RestoredThing {
    /// A lead.
    Lead(u64),
    /// A contact.
    Contact(u64),
    /// A contact of a lead.
    Binding {
        /// The lead.
        lead_id: u64,
        /// The contact.
        contact_id: u64,
    },
}

/// How the restoring of a record or a binding went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RestoredStatus {
    /// It is there again.
    Restored,
    /// It could not be restored; the next restore tries again.
    Failed,
    /// It was sent, and nobody has looked yet what came of it; the next restore does.
    Unsettled,
}

impl RestoredStatus {
    /// The stable word: `restored`, `failed` or `unsettled`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Restored => "restored",
            Self::Failed => "failed",
            Self::Unsettled => "unsettled",
        }
    }
}

impl RestorePlan {
    /// True when nothing can be restored.
    pub const fn is_empty(&self) -> bool {
        self.leads + self.contacts + self.unlinked == 0
    }
}

impl From<Restorable> for RestorePlan {
    fn from(counts: Restorable) -> Self {
        let [leads, contacts, one, all] = counts.with_copy;
        let deleted: u64 = counts.deleted.iter().sum();
        Self { leads, contacts, unlinked: one + all, without_copy: deleted - (leads + contacts + one + all) }
    }
}

impl From<Restore> for Restored {
    fn from(row: Restore) -> Self {
        Self {
            thing: match row.entity {
                1 => RestoredThing::Lead(row.old_id),
                3 => RestoredThing::Contact(row.old_id),
                _ => RestoredThing::Binding { lead_id: row.old_id, contact_id: row.other_id },
            },
            status: match row.state {
                RestoreState::Intended => RestoredStatus::Unsettled,
                RestoreState::Done => RestoredStatus::Restored,
                RestoreState::Failed => RestoredStatus::Failed,
            },
            new_id: row.new_id,
            error: row.error,
        }
    }
}

impl Serialize for Restored {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (what, lead_id, contact_id) = match self.thing {
            RestoredThing::Lead(id) => ("lead", Some(id), None),
            RestoredThing::Contact(id) => ("contact", None, Some(id)),
            RestoredThing::Binding { lead_id, contact_id } => ("binding", Some(lead_id), Some(contact_id)),
        };
        let error = self.error.as_ref();
        let mut line = serializer.serialize_struct("Restored", 8)?;
        line.serialize_field("v", &1)?;
        line.serialize_field("type", "restored")?;
        line.serialize_field("what", what)?;
        line.serialize_field("lead_id", &lead_id)?;
        line.serialize_field("contact_id", &contact_id)?;
        line.serialize_field("new_id", &self.new_id)?;
        line.serialize_field("status", self.status.as_str())?;
        line.serialize_field("error", &error.map(|error| (error.kind().as_str(), error.description())))?;
        line.end()
    }
}

impl Serialize for RestoreSummary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("RestoreSummary", 11)?;
        line.serialize_field("v", &1)?;
        line.serialize_field("type", "restore_summary")?;
        line.serialize_field("leads", &self.leads)?;
        line.serialize_field("contacts", &self.contacts)?;
        line.serialize_field("bindings", &self.bindings)?;
        line.serialize_field("present", &self.present)?;
        line.serialize_field("earlier", &self.earlier)?;
        line.serialize_field("failed", &self.failed)?;
        line.serialize_field("without_copy", &self.without_copy)?;
        line.serialize_field("cancelled", &self.cancelled)?;
        line.serialize_field("losses", &self.losses)?;
        line.end()
    }
}
