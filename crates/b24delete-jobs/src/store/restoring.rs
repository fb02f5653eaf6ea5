//! What there is to restore.

use b24delete::{Operation, Status};
use rusqlite::params;

use super::operations::operation;
use super::{Result, Store, stored, unsigned};

/// An operation that deleted something, or may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deleted {
    pub(crate) seq: u64,
    pub(crate) operation: Operation,
    /// False where it could not be settled.
    pub(crate) certain: bool,
}

/// Operations that deleted something, by what they are, and those of them with a copy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Restorable {
    /// Deleted leads and contacts, lists of one binding and of all.
    pub(crate) deleted: [u64; 4],
    pub(crate) with_copy: [u64; 4],
}

impl Store {
    /// At most `limit` operations from `seq` on that deleted something, or may have: of leads (0), contacts (1), one
    /// binding (2) or all bindings of a lead (3).
    pub(crate) fn deleted(&self, kind: i64, seq: u64, limit: usize) -> Result<Vec<Deleted>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT operations.seq, kind, lead_id, contact_id, status FROM operations
             JOIN outcomes ON outcomes.seq = operations.seq
             WHERE operations.seq >= ?1 AND kind = ?2 AND status IN (0, 3) ORDER BY operations.seq LIMIT ?3",
        )?;
        let mut rows = statement.query(params![stored(seq), kind, stored(limit as u64)])?;
        let mut deleted = Vec::new();
        while let Some(row) = rows.next()? {
            deleted.push(Deleted {
                seq: unsigned(row.get(0)?)?,
                operation: operation(row, 1)?,
                certain: row.get::<_, i64>(4)? == super::outcomes::status_number(Status::Deleted),
            });
        }
        Ok(deleted)
    }

    /// Counts what there is to restore.
    pub(crate) fn restorable(&self) -> Result<Restorable> {
        let mut statement = self.connection.prepare_cached(
            "SELECT kind, count(*), sum(backups.seq IS NOT NULL OR (kind >= 2 AND facts.bindings IS NOT NULL))
             FROM operations JOIN outcomes ON outcomes.seq = operations.seq
             LEFT JOIN backups ON backups.seq = operations.seq LEFT JOIN facts ON facts.seq = operations.seq
             WHERE status IN (0, 3) GROUP BY kind",
        )?;
        let mut rows = statement.query([])?;
        let mut counts = Restorable::default();
        while let Some(row) = rows.next()? {
            let kind = usize::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
            let (deleted, with_copy) = (unsigned(row.get(1)?)?, unsigned(row.get(2)?)?);
            if let Some((all, copied)) = counts.deleted.get_mut(kind).zip(counts.with_copy.get_mut(kind)) {
                (*all, *copied) = (deleted, with_copy);
            }
        }
        Ok(counts)
    }
}
