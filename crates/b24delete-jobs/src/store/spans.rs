//! Outcomes as rows: those of neighbours that are alike stand in one.

use b24delete::{ConfirmedBy, Outcome, Status};
use rusqlite::{Row, params};

use super::{Fault, Result, Store, stored, unsigned};

/// The columns of a row, in `outcomes` as in `superseded`.
pub(super) const COLUMNS: &str = "seq, count, entry, status, confirmed_by, attempts, error, at";

/// Outcomes of operations that follow each other, were recorded one after the other and are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) seq: u64,
    pub(super) count: u64,
    pub(super) entry: u64,
    pub(super) status: Status,
    pub(super) confirmed_by: Option<ConfirmedBy>,
    pub(super) attempts: u32,
    /// Its row in `errors`.
    pub(super) error: Option<i64>,
    pub(super) at: u64,
}

impl Span {
    /// That of a single outcome.
    pub(super) fn of(outcome: &Outcome, entry: u64, error: Option<i64>, at: u64) -> Self {
        let Outcome { seq, status, confirmed_by, attempts, .. } = *outcome;
        Self { seq, count: 1, entry, status, confirmed_by, attempts, error, at }
    }

    /// Takes the outcome of the next operation in, if it is alike and the next entry; false when it does not fit.
    pub(super) fn takes(&mut self, next: &Self) -> bool {
        let (seq, entry) = (self.end(), self.entry.saturating_add(self.count));
        let fits = Self { seq, entry, count: 1, ..*self } == *next;
        self.count += u64::from(fits);
        fits
    }

    /// The number of the operation after its last one.
    pub(super) fn end(&self) -> u64 {
        self.seq.saturating_add(self.count)
    }

    /// What it holds of the operations from `from` to before `to`.
    pub(super) fn part(&self, from: u64, to: u64) -> Option<Self> {
        let (from, to) = (from.max(self.seq), to.min(self.end()));
        let entry = self.entry.saturating_add(from - self.seq);
        (from < to).then(|| Self { seq: from, count: to - from, entry, ..*self })
    }

    /// Each of its outcomes by itself.
    pub(super) fn each(self) -> impl Iterator<Item = Self> {
        (self.seq..self.end()).filter_map(move |seq| self.part(seq, seq + 1))
    }

    pub(super) fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            seq: unsigned(row.get(0)?)?,
            count: unsigned(row.get(1)?)?,
            entry: unsigned(row.get(2)?)?,
            status: status(row.get(3)?)?,
            confirmed_by: confirmed_by(row.get(4)?)?,
            attempts: row.get(5)?,
            error: row.get(6)?,
            at: unsigned(row.get(7)?)?,
        })
    }
}

impl Store {
    /// The last outcomes of the operations from `from` to before `to`, in their order.
    pub(super) fn spans(&self, from: u64, to: u64) -> Result<Vec<Span>> {
        Ok(self.rows_over(from, to)?.iter().filter_map(|row| row.part(from, to)).collect())
    }

    /// The rows in which they stand.
    fn rows_over(&self, from: u64, to: u64) -> Result<Vec<Span>> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM outcomes WHERE seq < ?1 ORDER BY seq DESC"))?;
        let mut rows = statement.query([stored(to)])?;
        let mut found = Vec::new();
        // Rows do not overlap: those before one that ends too early end earlier still.
        while let Some(row) = rows.next()?.map(Span::read).transpose()?.filter(|row| row.end() > from) {
            found.push(row);
        }
        found.reverse();
        Ok(found)
    }

    /// Writes the last outcomes of operations; those that were the last ones until now move into the history.
    pub(super) fn save_span(&self, span: &Span) -> Result<()> {
        let (from, to) = (span.seq, span.end());
        for row in self.rows_over(from, to)? {
            self.connection
                .prepare_cached("DELETE FROM outcomes WHERE seq = ?1")?
                .execute([stored(row.seq)])?;
            for rest in [row.part(0, from), row.part(to, u64::MAX)].into_iter().flatten() {
                self.insert_span("outcomes", &rest)?;
            }
            if let Some(replaced) = row.part(from, to) {
                self.insert_span("superseded", &replaced)?;
            }
        }
        self.insert_span("outcomes", span)
    }

    fn insert_span(&self, table: &str, span: &Span) -> Result<()> {
        self.connection
            .prepare_cached(&format!(
                "INSERT INTO {table} ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
            ))?
            .execute(params![
                stored(span.seq),
                stored(span.count),
                stored(span.entry),
                status_number(span.status),
                span.confirmed_by.map(confirmed_number),
                span.attempts,
                span.error,
                stored(span.at),
            ])?;
        Ok(())
    }
}

/// The number of a status, as it is stored and hashed.
pub(crate) const fn status_number(status: Status) -> i64 {
    match status {
        Status::Deleted => 0,
        Status::Absent => 1,
        Status::Failed => 2,
        Status::Unknown => 3,
        Status::NotRun => 4,
    }
}

/// The number of a confirmation, as it is stored and hashed.
pub(crate) const fn confirmed_number(confirmed_by: ConfirmedBy) -> i64 {
    match confirmed_by {
        ConfirmedBy::Reply => 0,
        ConfirmedBy::Lookup => 1,
    }
}

pub(super) fn status(number: i64) -> Result<Status> {
    Ok(match number {
        0 => Status::Deleted,
        1 => Status::Absent,
        2 => Status::Failed,
        3 => Status::Unknown,
        4 => Status::NotRun,
        other => return Err(Fault::damaged(format!("the status {other}"))),
    })
}

pub(super) fn confirmed_by(number: Option<i64>) -> Result<Option<ConfirmedBy>> {
    Ok(match number {
        None => None,
        Some(0) => Some(ConfirmedBy::Reply),
        Some(1) => Some(ConfirmedBy::Lookup),
        Some(other) => return Err(Fault::damaged(format!("the confirmation {other}"))),
    })
}
