//! What a restore did: its journal, and the map from old ids to new ones.

use b24delete::Error;
use rusqlite::{OptionalExtension as _, Row, params};

use super::{Fault, Result, Store, stored, unsigned};

/// How far the restoring of a record or a binding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RestoreState {
    /// About to be sent: after a crash it is looked up.
    Intended = 0,
    Done = 1,
    Failed = 2,
}

/// A record or a binding that is, was or could not be restored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Restore {
    /// 1 a lead, 3 a contact, 0 a binding.
    pub(crate) entity: u64,
    /// The record's id before, or the lead's of a binding.
    pub(crate) old_id: u64,
    /// The contact's id of a binding before, else 0.
    pub(crate) other_id: u64,
    /// The operation that deleted it.
    pub(crate) seq: u64,
    pub(crate) state: RestoreState,
    /// The record's id now.
    pub(crate) new_id: Option<u64>,
    pub(crate) error: Option<Error>,
    pub(crate) at: u64,
}

const COLUMNS: &str = "entity, old_id, other_id, seq, state, new_id, error, at";

impl Store {
    /// Writes how far the restoring of a record or a binding is.
    pub(crate) fn save_restore(&mut self, restore: &Restore) -> Result<()> {
        let error = restore.error.as_ref().map(|error| self.error_id(error)).transpose()?;
        self.connection
            .prepare_cached(&format!(
                "INSERT OR REPLACE INTO restores ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
            ))?
            .execute(params![
                stored(restore.entity),
                stored(restore.old_id),
                stored(restore.other_id),
                stored(restore.seq),
                restore.state as i64,
                restore.new_id.map(stored),
                error,
                stored(restore.at),
            ])?;
        Ok(())
    }

    /// How far the restoring of one record or binding is.
    pub(crate) fn restore(&self, entity: u64, old_id: u64, other_id: u64) -> Result<Option<Restore>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM restores WHERE entity = ?1 AND old_id = ?2 AND other_id = ?3"
        ))?;
        let key = params![stored(entity), stored(old_id), stored(other_id)];
        let row = statement.query_row(key, |row| Ok(self.read_restore(row))).optional()?;
        row.transpose()
    }

    /// At most `limit` rows after this one: contacts, leads and bindings, ordered by their old ids.
    pub(crate) fn restores(&self, after: Option<(u64, u64, u64)>, limit: usize) -> Result<Vec<Restore>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM restores
             WHERE entity < ?1 OR (entity = ?1 AND (old_id, other_id) > (?2, ?3))
             ORDER BY entity DESC, old_id, other_id LIMIT ?4"
        ))?;
        let (entity, old_id, other_id) = after.map_or((i64::MAX, 0, 0), |(entity, old_id, other_id)| {
            (stored(entity), stored(old_id), stored(other_id))
        });
        let mut rows = statement.query(params![entity, old_id, other_id, stored(limit as u64)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(self.read_restore(row)?);
        }
        Ok(found)
    }

    fn read_restore(&self, row: &Row<'_>) -> Result<Restore> {
        let number = |column: usize| -> Result<u64> { unsigned(row.get(column)?) };
        let state = match number(4)? {
            0 => RestoreState::Intended,
            1 => RestoreState::Done,
            2 => RestoreState::Failed,
            other => return Err(Fault::damaged(format!("the state {other} of a restore"))),
        };
        let error = row.get::<_, Option<i64>>(6)?.map(|id| self.error(id)).transpose()?.flatten();
        Ok(Restore {
            entity: number(0)?,
            old_id: number(1)?,
            other_id: number(2)?,
            seq: number(3)?,
            state,
            new_id: row.get::<_, Option<i64>>(5)?.map(unsigned).transpose()?,
            error,
            at: number(7)?,
        })
    }
}
