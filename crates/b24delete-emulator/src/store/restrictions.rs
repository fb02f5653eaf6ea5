//! What the acting user may not see or delete.

use rusqlite::{OptionalExtension, Result};
use serde::{Deserialize, Serialize};

use super::field::Entity;
use super::{Store, StoreError};

/// Limits what the acting user may do with one record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
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

impl Store {
    /// Limits what the acting user may do with one record; all flags false lifts the limits.
    ///
    /// # Errors
    ///
    /// When the database cannot be written.
    pub fn restrict(&mut self, restriction: &Restriction) -> Result<(), StoreError> {
        let Restriction { entity_type_id, id, unreadable, undeletable, unlisted } = *restriction;
        let sql = "INSERT OR REPLACE INTO restriction VALUES (?, ?, ?, ?, ?)";
        self.connection.prepare_cached(sql)?.execute((
            entity_type_id,
            id,
            unreadable,
            undeletable,
            unlisted,
        ))?;
        self.restricted = true;
        Ok(())
    }

    /// Whether any record has ever been restricted; saves a lookup for each call while none has.
    pub(super) fn is_restricted(&self) -> bool {
        self.restricted
    }

    /// Whether the acting user may read a record.
    pub(crate) fn may_read(&self, entity: &Entity, id: i64) -> Result<bool> {
        Ok(!self.restriction(entity, id)?.0)
    }

    /// Whether lists show a record to the acting user.
    pub(crate) fn is_listed(&self, entity: &Entity, id: i64) -> Result<bool> {
        if !self.restricted {
            return Ok(true);
        }
        let sql = "SELECT unreadable OR unlisted FROM restriction WHERE entity_type = ? AND entity = ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let hidden: Option<bool> = statement.query_row((entity.type_id, id), |row| row.get(0)).optional()?;
        Ok(hidden != Some(true))
    }

    /// Whether the acting user may change and delete a record.
    pub(crate) fn may_change(&self, entity: &Entity, id: i64) -> Result<bool> {
        Ok(self.restriction(entity, id)? == (false, false))
    }

    /// Whether a record is unreadable, and whether it is undeletable.
    fn restriction(&self, entity: &Entity, id: i64) -> Result<(bool, bool)> {
        if !self.restricted {
            return Ok((false, false));
        }
        let sql = "SELECT unreadable, undeletable FROM restriction WHERE entity_type = ? AND entity = ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found =
            statement.query_row((entity.type_id, id), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(found.unwrap_or_default())
    }
}
