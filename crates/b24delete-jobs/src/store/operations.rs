//! The operations of a job, in order.

use b24delete::Operation;
use roaring::RoaringTreemap;
use rusqlite::{Row, params};

use super::{Fault, Result, Store, rows, stored, unsigned};

/// An operation that is still to be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) seq: u64,
    pub(crate) operation: Operation,
    /// An earlier run left it in doubt: when that was recorded, in milliseconds since the job was made, and its sends.
    pub(crate) unknown: Option<(u64, u32)>,
}

/// The number of the kind and the ids, as they are stored.
pub(crate) fn columns(operation: &Operation) -> (i64, Option<u64>, Option<u64>) {
    let kind = match operation {
        Operation::DeleteLead { .. } => 0,
        Operation::DeleteContact { .. } => 1,
        Operation::DeleteLeadContact { .. } => 2,
        Operation::DeleteLeadContactItems { .. } => 3,
    };
    let lead = operation.lead_id().map(|id| id.get());
    let contact = operation.contact_id().map(|id| id.get());
    (kind, lead, contact)
}

/// The operation whose kind and ids stand in three columns, beginning with `first`.
pub(super) fn operation(row: &Row<'_>, first: usize) -> Result<Operation> {
    let kind: i64 = row.get(first)?;
    let ids: (Option<i64>, Option<i64>) = (row.get(first + 1)?, row.get(first + 2)?);
    let operation = match (kind, ids) {
        (0, (Some(lead), None)) => Operation::lead(lead),
        (1, (None, Some(contact))) => Operation::contact(contact),
        (2, (Some(lead), Some(contact))) => Operation::lead_contact(lead, contact),
        (3, (Some(lead), None)) => Operation::lead_contact_items(lead),
        _ => return Err(Fault::damaged(format!("an operation of kind {kind} with the ids {ids:?}"))),
    };
    operation
        .map_err(|error| Fault::damaged(format!("an operation with a wrong id: {}", error.description())))
}

impl Store {
    /// Adds operations, the first of which has the number `seq`.
    pub(crate) fn insert_operations(&mut self, seq: u64, operations: &[Operation]) -> Result<()> {
        let row = |(seq, operation)| {
            let (kind, lead, contact) = columns(operation);
            [Some(stored(seq)), Some(kind), lead.map(stored), contact.map(stored)]
        };
        let rows: Vec<_> = (seq..).zip(operations).map(row).collect();
        let table = "operations (seq, kind, lead_id, contact_id)";
        Ok(rows::insert(&self.connection, table, &rows, |error, _| Err(error))?)
    }

    /// At most `limit` operations from `seq` on.
    pub(crate) fn operations(&self, seq: u64, limit: usize) -> Result<Vec<(u64, Operation)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT seq, kind, lead_id, contact_id FROM operations WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
        )?;
        let mut rows = statement.query(params![stored(seq), stored(limit as u64)])?;
        let mut operations = Vec::new();
        while let Some(row) = rows.next()? {
            operations.push((unsigned(row.get(0)?)?, operation(row, 1)?));
        }
        Ok(operations)
    }

    /// At most `limit` operations from `seq` on that have no final outcome, with the outcome that they have.
    pub(crate) fn open_operations(&self, seq: u64, limit: usize) -> Result<Vec<Open>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT operations.seq, kind, lead_id, contact_id, status = 3, attempts, at
             FROM operations LEFT JOIN outcomes ON outcomes.seq = operations.seq
             WHERE operations.seq >= ?1 AND coalesce(status, 4) >= 3 ORDER BY operations.seq LIMIT ?2",
        )?;
        let mut rows = statement.query(params![stored(seq), stored(limit as u64)])?;
        let mut open = Vec::new();
        while let Some(row) = rows.next()? {
            let unknown = match row.get::<_, Option<bool>>(4)? {
                Some(true) => Some((unsigned(row.get(6)?)?, row.get(5)?)),
                _ => None,
            };
            open.push(Open { seq: unsigned(row.get(0)?)?, operation: operation(row, 1)?, unknown });
        }
        Ok(open)
    }

    /// Leads that the job took contacts off, or may have: by operations that were sent, and by those in doubt.
    pub(crate) fn unlinked_leads(&self, in_doubt: impl Iterator<Item = u64>) -> Result<RoaringTreemap> {
        let mut leads = RoaringTreemap::new();
        let mut statement = self.connection.prepare(
            "SELECT lead_id FROM operations JOIN outcomes ON outcomes.seq = operations.seq
             WHERE kind >= 2 AND attempts > 0",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            leads.insert(unsigned(row.get(0)?)?);
        }
        for seq in in_doubt {
            let operation = self.operations(seq, 1)?.into_iter().find(|(found, _)| *found == seq);
            if let Some((_, operation)) = operation.filter(|(_, operation)| columns(operation).0 >= 2) {
                leads.extend(operation.lead_id().map(|id| id.get()));
            }
        }
        Ok(leads)
    }

    /// How many operations go through each REST method, those that occur.
    pub(crate) fn count_methods(&self) -> Result<Vec<(&'static str, u64)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT kind, lead_id, contact_id, count(*) FROM operations GROUP BY kind ORDER BY kind",
        )?;
        let mut rows = statement.query([])?;
        let mut methods = Vec::new();
        while let Some(row) = rows.next()? {
            methods.push((operation(row, 0)?.method(), unsigned(row.get(3)?)?));
        }
        Ok(methods)
    }
}
