//! Outcomes and the errors in them.

use std::error::Error as _;

use b24delete::{ConfirmedBy, Effect, Error, ErrorKind, Outcome, Status, Summary};
use rusqlite::{ErrorCode, Row, params};

use super::operations::operation;
use super::rows::{self, Numbers};
use super::{Fault, Result, Store, stored, unsigned};

/// So many different errors are told apart; others are stored again.
const KNOWN_ERRORS: usize = 1000;

/// Methods that errors name.
const METHODS: [&str; 8] = [
    "crm.lead.delete",
    "crm.contact.delete",
    "crm.lead.contact.delete",
    "crm.lead.contact.items.delete",
    "crm.item.delete",
    "crm.lead.contact.add",
    "crm.lead.contact.items.set",
    "batch",
];

/// Where outcomes go, and in which order their columns are written.
const TABLE: &str = "outcomes (seq, entry, status, confirmed_by, attempts, error, at)";

/// Columns of an outcome, with its operation and its error.
pub(super) const COLUMNS: &str = "outcomes.seq, operations.kind, operations.lead_id, operations.contact_id, outcomes.status,
    outcomes.confirmed_by, outcomes.attempts, outcomes.entry, outcomes.at, errors.kind, errors.effect, errors.method,
    errors.code, errors.description, errors.http_status, errors.cause";

/// An outcome as the job keeps it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    pub(crate) outcome: Outcome,
    /// Its place in the record.
    pub(crate) entry: u64,
    /// When it was recorded, in milliseconds since the job was made.
    pub(crate) at: u64,
}

/// Everything of an error that is stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ErrorFields {
    kind: &'static str,
    effect: &'static str,
    method: Option<&'static str>,
    code: String,
    description: String,
    http_status: Option<u16>,
    cause: Option<String>,
}

impl ErrorFields {
    fn of(error: &Error) -> Self {
        let mut causes = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        Self {
            kind: error.kind().as_str(),
            effect: error.effect().as_str(),
            method: error.method(),
            code: error.code().to_owned(),
            description: error.description().to_owned(),
            http_status: error.http_status(),
            cause: (!causes.is_empty()).then(|| causes.join(": ")),
        }
    }
}

impl Store {
    /// The id of the row that holds this error.
    pub(super) fn error_id(&mut self, error: &Error) -> Result<i64> {
        let fields = ErrorFields::of(error);
        if let Some(id) = self.known_errors.get(&fields) {
            return Ok(*id);
        }
        self.connection
            .prepare_cached(
                "INSERT INTO errors (kind, effect, method, code, description, http_status, cause)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                fields.kind,
                fields.effect,
                fields.method,
                fields.code,
                fields.description,
                fields.http_status,
                fields.cause
            ])?;
        let id = self.connection.last_insert_rowid();
        if self.known_errors.len() >= KNOWN_ERRORS {
            self.known_errors.clear();
        }
        self.known_errors.insert(fields, id);
        Ok(id)
    }

    /// The error in a row of `errors`.
    pub(crate) fn error(&self, id: i64) -> Result<Option<Error>> {
        self.connection
            .prepare_cached(
                "SELECT kind, effect, method, code, description, http_status, cause FROM errors WHERE id = ?1",
            )?
            .query_row([id], |row| Ok(error(row, 0)))?
    }

    /// Records outcomes, the first of which is the entry `entry`; those that are there already move into the history.
    pub(crate) fn insert_outcomes(&mut self, outcomes: &[Outcome], entry: u64, at: u64) -> Result<()> {
        let mut rows = Vec::with_capacity(outcomes.len());
        for (entry, outcome) in (entry..).zip(outcomes) {
            rows.push([
                Some(stored(outcome.seq)),
                Some(stored(entry)),
                Some(status_number(outcome.status)),
                outcome.confirmed_by.map(confirmed_number),
                Some(outcome.attempts.into()),
                outcome.error.as_ref().map(|error| self.error_id(error)).transpose()?,
                Some(stored(at)),
            ]);
        }
        Ok(rows::insert(&self.connection, TABLE, &rows, |error, rows| match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => rows.iter().try_for_each(|row| self.replace_outcome(row)),
            _ => Err(error),
        })?)
    }

    /// Moves the outcome that an operation has into the history.
    fn replace_outcome(&self, row: &Numbers<7>) -> rusqlite::Result<()> {
        let [seq, ..] = row;
        self.connection
            .prepare_cached(
                "INSERT INTO superseded (entry, seq, status, confirmed_by, attempts, error, at)
                 SELECT entry, seq, status, confirmed_by, attempts, error, at FROM outcomes WHERE seq = ?1",
            )?
            .execute([seq])?;
        self.connection.prepare_cached("DELETE FROM outcomes WHERE seq = ?1")?.execute([seq])?;
        rows::insert(&self.connection, TABLE, &[*row], |error, _| Err(error))
    }

    /// At most `limit` outcomes of operations from `seq` on.
    pub(crate) fn outcomes(&self, seq: u64, limit: usize) -> Result<Vec<Kept>> {
        let query = format!(
            "SELECT {COLUMNS} FROM outcomes JOIN operations ON operations.seq = outcomes.seq
             LEFT JOIN errors ON errors.id = outcomes.error
             WHERE outcomes.seq >= ?1 ORDER BY outcomes.seq LIMIT ?2"
        );
        let mut statement = self.connection.prepare_cached(&query)?;
        let mut rows = statement.query(params![stored(seq), stored(limit as u64)])?;
        let mut outcomes = Vec::new();
        while let Some(row) = rows.next()? {
            outcomes.push(kept(row)?);
        }
        Ok(outcomes)
    }

    /// Gives every outcome that was ever recorded to `each`, in the order in which they were.
    pub(crate) fn each_entry(&self, mut each: impl FnMut(Kept) -> Result<()>) -> Result<()> {
        let query = format!(
            "SELECT {COLUMNS} FROM (
                 SELECT seq, entry, status, confirmed_by, attempts, error, at FROM outcomes
                 UNION ALL SELECT seq, entry, status, confirmed_by, attempts, error, at FROM superseded
             ) AS outcomes JOIN operations ON operations.seq = outcomes.seq
             LEFT JOIN errors ON errors.id = outcomes.error ORDER BY outcomes.entry"
        );
        let mut statement = self.connection.prepare(&query)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(kept(row)?)?;
        }
        Ok(())
    }

    /// How many operations have which last outcome, and how many requests all runs took.
    pub(crate) fn summary(&self) -> Result<Summary> {
        let mut summary = Summary::default();
        summary.requests = unsigned(self.connection.query_row(
            "SELECT coalesce(sum(requests), 0) FROM runs",
            [],
            |row| row.get(0),
        )?)?;
        let mut statement = self
            .connection
            .prepare_cached("SELECT status, confirmed_by, count(*) FROM outcomes GROUP BY 1, 2")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            summary.count(status(row.get(0)?)?, confirmed_by(row.get(1)?)?, unsigned(row.get(2)?)?);
        }
        Ok(summary)
    }
}

pub(super) fn kept(row: &Row<'_>) -> Result<Kept> {
    let mut outcome = Outcome::new(unsigned(row.get(0)?)?, operation(row, 1)?, status(row.get(4)?)?);
    outcome.confirmed_by = confirmed_by(row.get(5)?)?;
    outcome.attempts = row.get(6)?;
    outcome.error = error(row, 9)?.map(|error| error.with_attempts(outcome.attempts));
    Ok(Kept { outcome, entry: unsigned(row.get(7)?)?, at: unsigned(row.get(8)?)? })
}

/// The error whose fields stand in seven columns, beginning with `first`.
fn error(row: &Row<'_>, first: usize) -> Result<Option<Error>> {
    let Some(word) = row.get::<_, Option<String>>(first)? else { return Ok(None) };
    let kind =
        ErrorKind::from_word(&word).ok_or_else(|| Fault::damaged(format!("the error kind `{word}`")))?;
    let word: String = row.get(first + 1)?;
    let effect = Effect::from_word(&word).ok_or_else(|| Fault::damaged(format!("the effect `{word}`")))?;
    let description: String = row.get(first + 4)?;
    let mut error = Error::not_sent(kind, description).with_effect(effect);
    error = error.with_code(row.get::<_, String>(first + 3)?);
    let method: Option<String> = row.get(first + 2)?;
    if let Some(method) = METHODS.into_iter().find(|known| Some(*known) == method.as_deref()) {
        error = error.with_method(method);
    }
    if let Some(status) = row.get(first + 5)? {
        error = error.with_http_status(status);
    }
    if let Some(cause) = row.get::<_, Option<String>>(first + 6)? {
        error = error.with_source(cause);
    }
    Ok(Some(error))
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

fn status(number: i64) -> Result<Status> {
    Ok(match number {
        0 => Status::Deleted,
        1 => Status::Absent,
        2 => Status::Failed,
        3 => Status::Unknown,
        4 => Status::NotRun,
        other => return Err(Fault::damaged(format!("the status {other}"))),
    })
}

fn confirmed_by(number: Option<i64>) -> Result<Option<ConfirmedBy>> {
    Ok(match number {
        None => None,
        Some(0) => Some(ConfirmedBy::Reply),
        Some(1) => Some(ConfirmedBy::Lookup),
        Some(other) => return Err(Fault::damaged(format!("the confirmation {other}"))),
    })
}
