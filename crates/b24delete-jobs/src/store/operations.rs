//! The operations of a job, in order.

use b24delete::Operation;
use rusqlite::{Row, params};
use serde::de::DeserializeOwned;

use super::{Fault, Result, Store, stored, unsigned};

/// The most operations of a row: so many that the row itself hardly counts, so few that one of them is found quickly.
const LARGEST_ROW: usize = 1000;

/// The number of the kind and the ids, as they are hashed.
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

/// The ids of operations of one kind, as they are stored.
fn ids(operations: &[Operation]) -> String {
    let ids = operations.iter().map(|operation| {
        let (_, lead, contact) = columns(operation);
        (lead, contact)
    });
    let json = match operations.first() {
        Some(Operation::DeleteLeadContact { .. }) => serde_json::to_string(&ids.collect::<Vec<_>>()),
        _ => serde_json::to_string(&ids.map(|(lead, contact)| lead.or(contact)).collect::<Vec<_>>()),
    };
    json.unwrap_or_default()
}

/// The operations of a row of kind and ids.
fn operations(kind: i64, ids: &str) -> Result<Vec<Operation>> {
    match kind {
        0 => read(ids, Operation::lead),
        1 => read(ids, Operation::contact),
        2 => read(ids, |(lead, contact): (i64, i64)| Operation::lead_contact(lead, contact)),
        3 => read(ids, Operation::lead_contact_items),
        _ => Err(Fault::damaged(format!("operations of kind {kind}"))),
    }
}

fn read<I: DeserializeOwned>(
    ids: &str,
    operation: impl Fn(I) -> b24delete::Result<Operation>,
) -> Result<Vec<Operation>> {
    let ids: Vec<I> = serde_json::from_str(ids)
        .map_err(|error| Fault::damaged(format!("operations that cannot be read: {error}")))?;
    let wrong = |error: b24delete::Error| {
        Fault::damaged(format!("an operation with a wrong id: {}", error.description()))
    };
    ids.into_iter().map(|id| operation(id).map_err(wrong)).collect()
}

/// The number of the first operation of a row, and all of them.
fn row(row: &Row<'_>) -> Result<(u64, Vec<Operation>)> {
    Ok((unsigned(row.get(0)?)?, operations(row.get(1)?, row.get_ref(2)?.as_str().unwrap_or_default())?))
}

impl Store {
    /// Adds operations, the first of which has the number `seq`.
    pub(crate) fn insert_operations(&mut self, mut seq: u64, operations: &[Operation]) -> Result<()> {
        let mut insert =
            self.connection.prepare_cached("INSERT INTO operations (seq, kind, ids) VALUES (?1, ?2, ?3)")?;
        let alike = operations.chunk_by(|one, other| columns(one).0 == columns(other).0);
        for row in alike.flat_map(|alike| alike.chunks(LARGEST_ROW)) {
            let kind = row.first().map(|operation| columns(operation).0);
            insert.execute(params![stored(seq), kind, ids(row)])?;
            seq += row.len() as u64;
        }
        Ok(())
    }

    /// At most `limit` operations from `seq` on.
    pub(crate) fn operations(&self, seq: u64, limit: usize) -> Result<Vec<(u64, Operation)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT seq, kind, ids FROM operations
             WHERE seq >= coalesce((SELECT max(seq) FROM operations WHERE seq <= ?1), 0) ORDER BY seq",
        )?;
        let mut rows = statement.query([stored(seq)])?;
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(next) = rows.next()?
        {
            let (first, operations) = row(next)?;
            let wanted = (first..).zip(operations).filter(|(place, _)| *place >= seq);
            found.extend(wanted.take(limit - found.len()));
        }
        Ok(found)
    }

    /// How many operations go through each REST method, those that occur.
    pub(crate) fn count_methods(&self) -> Result<Vec<(&'static str, u64)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT kind, min(ids), sum(json_array_length(ids)) FROM operations GROUP BY kind ORDER BY kind",
        )?;
        let mut rows = statement.query([])?;
        let mut methods = Vec::new();
        while let Some(row) = rows.next()? {
            let some = operations(row.get(0)?, row.get_ref(1)?.as_str().unwrap_or_default())?;
            methods.extend(some.first().map(Operation::method).zip(Some(unsigned(row.get(2)?)?)));
        }
        Ok(methods)
    }

    /// Whether any operation deletes a record, not only bindings.
    pub(crate) fn deletes_records(&self) -> Result<bool> {
        let query = "SELECT EXISTS (SELECT 1 FROM operations WHERE kind < 2)";
        Ok(self.connection.query_row(query, [], |row| row.get(0))?)
    }
}

/// Finds single operations. The row of the last one is kept, since the next is mostly beside it.
pub(super) struct Finder<'a> {
    store: &'a Store,
    first: u64,
    row: Vec<Operation>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self { store, first: 0, row: Vec::new() }
    }

    /// The operation with this number.
    pub(super) fn find(&mut self, seq: u64) -> Result<Option<Operation>> {
        let beside = self.in_row(seq);
        if beside.is_some() {
            return Ok(beside);
        }
        let mut statement = self.store.connection.prepare_cached(
            "SELECT seq, kind, ids FROM operations WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1",
        )?;
        let mut rows = statement.query([stored(seq)])?;
        if let Some(next) = rows.next()? {
            (self.first, self.row) = row(next)?;
        }
        Ok(self.in_row(seq))
    }

    fn in_row(&self, seq: u64) -> Option<Operation> {
        let place = usize::try_from(seq.checked_sub(self.first)?).ok()?;
        self.row.get(place).copied()
    }
}
