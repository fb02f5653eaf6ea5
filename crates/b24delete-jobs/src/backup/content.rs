//! What a copy holds, and its form in the job file.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A copy of what one operation deletes, in the portal's own words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Backup {
    /// All fields of a lead or contact; none where only bindings go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) record: Option<Map<String, Value>>,
    /// A lead's contacts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bindings: Option<Vec<LeadContact>>,
    /// The leads that a contact belongs to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) leads: Vec<ContactLink>,
    /// Rows of `crm.contact.company.items.get`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) companies: Vec<Value>,
    /// Rows of `crm.lead.productrows.get`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) product_rows: Vec<Value>,
    /// Answers of `crm.activity.get`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) activities: Vec<Value>,
    /// Rows of `crm.timeline.comment.list`, which are what `crm.timeline.comment.get` gives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) comments: Vec<Value>,
}

/// A row of `crm.lead.contact.items.get`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) struct LeadContact {
    pub(crate) contact_id: u64,
    #[serde(default)]
    pub(crate) sort: i64,
    #[serde(default)]
    pub(crate) role_id: i64,
    #[serde(default, with = "yes_or_no")]
    pub(crate) is_primary: bool,
}

/// The place of a contact in a lead's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContactLink {
    pub(crate) lead_id: u64,
    pub(crate) row: LeadContact,
}

impl Backup {
    /// The copy as it is stored.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// A copy that was stored.
    ///
    /// # Errors
    /// When it is not one.
    pub(crate) fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(json)
    }
}

/// The portal's `Y` and `N`.
mod yes_or_no {
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
    pub(super) fn serialize<S: Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if *value { "Y" } else { "N" })
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        Ok(String::deserialize(deserializer)?.eq_ignore_ascii_case("y"))
    }
}
