//! What a report reads beyond the single tables.

use b24delete::{Operation, Status};
use rusqlite::OptionalExtension as _;

use super::operations::Finder;
use super::outcomes::Kept;
use super::spans::{COLUMNS, Span};
use super::walk::Standing;
use super::{Result, Store, stored, unsigned};

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
        self.walk(seq).take(limit).map(|standing| self.line(standing?)).collect()
    }

    /// The first `limit` operations of one part.
    pub(crate) fn first_lines(&self, part: Part, limit: usize) -> Result<Vec<Line>> {
        let belongs: fn(Option<Status>) -> bool = match part {
            Part::Attention => return self.worst_lines(limit),
            Part::Done => |status| matches!(status, Some(Status::Deleted | Status::Absent)),
            Part::Open => |status| status.is_none(),
        };
        let wanted = self.walk(0).filter(|standing| match standing {
            Ok((.., span)) => belongs(span.map(|span| span.status)),
            Err(_) => true,
        });
        wanted.take(limit).map(|standing| self.line(standing?)).collect()
    }

    /// Those that failed, then those that are unknown, then those that were not run.
    fn worst_lines(&self, limit: usize) -> Result<Vec<Line>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM outcomes WHERE status >= 2 ORDER BY status, seq LIMIT ?1"
        ))?;
        let mut rows = statement.query([stored(limit as u64)])?;
        let mut operations = Finder::new(self);
        let mut lines = Vec::new();
        while lines.len() < limit
            && let Some(row) = rows.next()?
        {
            for span in Span::read(row)?.each().take(limit - lines.len()) {
                let Some(operation) = operations.find(span.seq)? else { break };
                lines.push(self.line((span.seq, operation, Some(span)))?);
            }
        }
        Ok(lines)
    }

    /// Gives every operation that failed, is unknown or was not run, with its error, in order.
    pub(crate) fn each_bad(&self, mut each: impl FnMut(Kept) -> Result<()>) -> Result<()> {
        for standing in self.walk(0) {
            if let (_, operation, Some(span)) = standing?
                && matches!(span.status, Status::Failed | Status::Unknown | Status::NotRun)
            {
                each(self.kept(operation, &span)?)?;
            }
        }
        Ok(())
    }

    fn line(&self, (seq, operation, span): Standing) -> Result<Line> {
        let title = self
            .connection
            .prepare_cached("SELECT title FROM facts WHERE seq = ?1")?
            .query_row([stored(seq)], |row| row.get(0))
            .optional()?;
        let kept = span.map(|span| self.kept(operation, &span)).transpose()?;
        Ok(Line { seq, operation, title: title.flatten(), kept })
    }

    /// How many operations got their last outcome in each `step` of milliseconds since the job was made, where any did.
    pub(crate) fn settled(&self, step: u64) -> Result<Vec<(u64, u64)>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT at / ?1 * ?1, sum(count) FROM outcomes GROUP BY 1 ORDER BY 1")?;
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
}
