//! What activities and timeline comments hang on.

use rusqlite::{OptionalExtension, Result};

use super::Store;
use super::entities::{ACTIVITY, COMMENT};
use super::field::Entity;

/// A record that something hangs on: its type and number.
pub(crate) type Owner = (i64, i64);

impl Store {
    /// Binds an activity or comment to a record; false when it is already.
    pub(crate) fn bind(&mut self, entity: &Entity, id: i64, owner: Owner) -> Result<bool> {
        let sql = "INSERT OR IGNORE INTO bound (entity_type, entity, kind, record) VALUES (?, ?, ?, ?)";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.execute((owner.0, owner.1, entity.type_id, id))? > 0)
    }

    /// Removes one binding of an activity or comment; false when there was none.
    pub(crate) fn unbind(&mut self, entity: &Entity, id: i64, owner: Owner) -> Result<bool> {
        let sql = "DELETE FROM bound WHERE entity_type = ? AND entity = ? AND kind = ? AND record = ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.execute((owner.0, owner.1, entity.type_id, id))? > 0)
    }

    /// What an activity or comment is bound to, in the order of types and numbers.
    pub(crate) fn bindings(&self, entity: &Entity, id: i64) -> Result<Vec<Owner>> {
        let sql = "SELECT entity_type, entity FROM bound WHERE kind = ? AND record = ? ORDER BY entity_type, entity";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_map((entity.type_id, id), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }

    /// Deletes an activity or comment with its bindings; false when there is none of that number.
    pub(crate) fn delete_bound(&mut self, entity: &Entity, id: i64) -> Result<bool> {
        let sql = "DELETE FROM bound WHERE kind = ? AND record = ?";
        self.connection.prepare_cached(sql)?.execute((entity.type_id, id))?;
        self.delete_row(entity, id)
    }

    /// Removes all bindings to a record that is going. What hung on it only, goes with it.
    pub(super) fn release(&mut self, owner: Owner) -> Result<()> {
        for (kind, record) in self.unbind_all(owner)? {
            let entity = if kind == ACTIVITY.type_id { &ACTIVITY } else { &COMMENT };
            match self.first_binding(entity, record)? {
                None => {
                    self.delete_row(entity, record)?;
                }
                Some(next) if kind == ACTIVITY.type_id => self.hand_over(record, owner, next)?,
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Makes another record the owner of an activity whose owner is going.
    fn hand_over(&self, activity: i64, from: Owner, to: Owner) -> Result<()> {
        let sql = "UPDATE activity SET OWNER_TYPE_ID = ?, OWNER_ID = ?
                   WHERE ID = ? AND OWNER_TYPE_ID = ? AND OWNER_ID = ?";
        self.connection.prepare_cached(sql)?.execute((to.0, to.1, activity, from.0, from.1))?;
        Ok(())
    }

    /// Removes all bindings to a record and tells what was bound to it, as type and number.
    fn unbind_all(&self, owner: Owner) -> Result<Vec<(i64, i64)>> {
        let sql = "DELETE FROM bound WHERE entity_type = ? AND entity = ? RETURNING kind, record";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_map(owner, |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }

    fn first_binding(&self, entity: &Entity, id: i64) -> Result<Option<Owner>> {
        let sql = "SELECT entity_type, entity FROM bound WHERE kind = ? AND record = ? LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_row((entity.type_id, id), |row| Ok((row.get(0)?, row.get(1)?))).optional()
    }
}
