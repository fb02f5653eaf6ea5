//! What the acting user may not see or delete.

use serde::{Deserialize, Serialize};

/// Limits what the acting user may do with one record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Restriction {
    /// The record's type: 1 lead, 2 deal, 3 contact, 4 company.
    pub entity_type_id: i64,
    /// The record.
    pub id: i64,
    /// The user may not read it: lists leave it out, get methods answer "Access denied".
    pub unreadable: bool,
    /// The user may not change or delete it.
    pub undeletable: bool,
    /// Lists leave it out although get methods find it.
    pub unlisted: bool,
}
