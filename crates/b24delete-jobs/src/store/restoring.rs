//! What there is to restore.

use b24delete::{Operation, Status};
use roaring::RoaringTreemap;

use super::operations::columns;
use super::walk::Standing;
use super::{Result, Store, unsigned};

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
        let deleted = self.walk(seq).filter_map(|standing| match standing {
            Ok(standing) => deleted(standing).filter(|found| columns(&found.operation).0 == kind).map(Ok),
            Err(fault) => Some(Err(fault)),
        });
        deleted.take(limit).collect()
    }

    /// Counts what there is to restore.
    pub(crate) fn restorable(&self) -> Result<Restorable> {
        let copied = self.numbers("SELECT seq FROM backups")?;
        let linked = self.numbers("SELECT seq FROM facts WHERE bindings IS NOT NULL")?;
        let mut counts = Restorable::default();
        for standing in self.walk(0) {
            let Some(Deleted { seq, operation, .. }) = deleted(standing?) else { continue };
            let kind = columns(&operation).0;
            let has_copy = copied.contains(seq) || (kind >= 2 && linked.contains(seq));
            let kind = usize::try_from(kind).unwrap_or_default();
            if let Some((all, with_copy)) = counts.deleted.get_mut(kind).zip(counts.with_copy.get_mut(kind)) {
                *all += 1;
                *with_copy += u64::from(has_copy);
            }
        }
        Ok(counts)
    }

    /// The numbers of the operations that a query gives.
    fn numbers(&self, query: &str) -> Result<RoaringTreemap> {
        let mut statement = self.connection.prepare(query)?;
        let mut rows = statement.query([])?;
        let mut numbers = RoaringTreemap::new();
        while let Some(row) = rows.next()? {
            numbers.insert(unsigned(row.get(0)?)?);
        }
        Ok(numbers)
    }
}

fn deleted((seq, operation, span): Standing) -> Option<Deleted> {
    match span?.status {
        Status::Deleted => Some(Deleted { seq, operation, certain: true }),
        Status::Unknown => Some(Deleted { seq, operation, certain: false }),
        _ => None,
    }
}
