//! What a report reads beyond the single tables.

use rusqlite::{Row, params};

use super::operations::operation;
use super::outcomes::{COLUMNS, Kept, kept};
use super::{Result, Store, stored, unsigned};
use b24delete::Operation;

/// An operation with its title in the plan and its last outcome.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) seq: u64,
    pub(crate) operation: Operation,
    pub(crate) title: Option<String>,
    pub(crate) kept: Option<Kept>,
}

/// Which operations come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Those that failed, are unknown or were not run.
    Attention,
    /// Those that were deleted or absent.
    Done,
    /// Those without an outcome.
    Open,
}

impl Store {
    /// At most `limit` operations from `seq` on, with or without an outcome.
    pub(crate) fn lines(&self, seq: u64, limit: usize) -> Result<Vec<Line>> {
        self.select("operations.seq >= ?1 ORDER BY operations.seq", seq, limit)
    }

    /// The first `limit` operations of one part.
    pub(crate) fn first_lines(&self, part: Part, limit: usize) -> Result<Vec<Line>> {
        let condition = match part {
            Part::Attention => "outcomes.status >= ?1 ORDER BY outcomes.status, outcomes.seq",
            Part::Done => "outcomes.status < ?1 ORDER BY operations.seq",
            Part::Open => "outcomes.status IS NULL AND ?1 ORDER BY operations.seq",
        };
        self.select(condition, 2, limit)
    }

    fn select(&self, condition: &str, value: u64, limit: usize) -> Result<Vec<Line>> {
        let query = format!(
            "SELECT {COLUMNS}, operations.seq, facts.title FROM operations
             LEFT JOIN outcomes ON outcomes.seq = operations.seq
             LEFT JOIN errors ON errors.id = outcomes.error
             LEFT JOIN facts ON facts.seq = operations.seq
             WHERE {condition} LIMIT ?2"
        );
        let mut statement = self.connection.prepare_cached(&query)?;
        let mut rows = statement.query(params![stored(value), stored(limit as u64)])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            lines.push(line(row)?);
        }
        Ok(lines)
    }

    /// Gives every operation that failed, is unknown or was not run, with its error, in order.
    pub(crate) fn each_bad(&self, mut each: impl FnMut(Kept) -> Result<()>) -> Result<()> {
        let query = format!(
            "SELECT {COLUMNS} FROM outcomes JOIN operations ON operations.seq = outcomes.seq
             LEFT JOIN errors ON errors.id = outcomes.error WHERE outcomes.status >= 2 ORDER BY outcomes.seq"
        );
        let mut statement = self.connection.prepare(&query)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(kept(row)?)?;
        }
        Ok(())
    }

    /// How many operations got their last outcome in each `step` of milliseconds since the job was made, where any did.
    pub(crate) fn settled(&self, step: u64) -> Result<Vec<(u64, u64)>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT at / ?1 * ?1, count(*) FROM outcomes GROUP BY 1 ORDER BY 1")?;
        let mut rows = statement.query([stored(step.max(1))])?;
        let mut settled = Vec::new();
        while let Some(row) = rows.next()? {
            settled.push((unsigned(row.get(0)?)?, unsigned(row.get(1)?)?));
        }
        Ok(settled)
    }

    /// When the last outcome was recorded, in milliseconds since the job was made.
    pub(crate) fn last_settled(&self) -> Result<Option<u64>> {
        let last: Option<i64> =
            self.connection.query_row("SELECT max(at) FROM outcomes", [], |row| row.get(0))?;
        last.map(unsigned).transpose()
    }

    /// Leads, contacts and bindings that were restored.
    pub(crate) fn count_restored(&self) -> Result<[u64; 3]> {
        let mut counts = [0; 3];
        for (count, entity) in counts.iter_mut().zip([1, 3, 0]) {
            let query = "SELECT count(*) FROM restores WHERE entity = ?1 AND state = 1";
            *count = unsigned(self.connection.query_row(query, [entity], |row| row.get(0))?)?;
        }
        Ok(counts)
    }

    /// Whether any operation deletes a record, not only bindings.
    pub(crate) fn deletes_records(&self) -> Result<bool> {
        let query = "SELECT EXISTS (SELECT 1 FROM operations WHERE kind < 2)";
        Ok(self.connection.query_row(query, [], |row| row.get(0))?)
    }
}

fn line(row: &Row<'_>) -> Result<Line> {
    let has_outcome = row.get::<_, Option<i64>>(0)?.is_some();
    Ok(Line {
        seq: unsigned(row.get(16)?)?,
        operation: operation(row, 1)?,
        title: row.get(17)?,
        kept: has_outcome.then(|| kept(row)).transpose()?,
    })
}
