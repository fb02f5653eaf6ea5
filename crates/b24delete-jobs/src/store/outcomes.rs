//! Outcomes and the errors in them.

use std::error::Error as _;

use b24delete::{Effect, Error, ErrorKind, Operation, Outcome, Summary};
use rusqlite::{Row, params};

use super::operations::Finder;
use super::spans::{self, Span, confirmed_by, status};
use super::{Fault, Result, Store, unsigned};

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
            .query_row([id], |row| Ok(error(row)))?
    }

    /// Records outcomes, the first of which is the entry `entry`; those that are there already move into the history.
    pub(crate) fn insert_outcomes(&mut self, outcomes: &[Outcome], entry: u64, at: u64) -> Result<()> {
        let mut spans: Vec<Span> = Vec::new();
        for (entry, outcome) in (entry..).zip(outcomes) {
            let error = outcome.error.as_ref().map(|error| self.error_id(error)).transpose()?;
            let next = Span::of(outcome, entry, error, at);
            if !spans.last_mut().is_some_and(|last| last.takes(&next)) {
                spans.push(next);
            }
        }
        spans.iter().try_for_each(|span| self.save_span(span))
    }

    /// At most `limit` last outcomes of operations from `seq` on.
    pub(crate) fn outcomes(&self, seq: u64, limit: usize) -> Result<Vec<Outcome>> {
        let outcome = |standing| match standing {
            Ok((_, operation, span)) => Some(self.kept(operation, &span?).map(|kept| kept.outcome)),
            Err(fault) => Some(Err(fault)),
        };
        self.walk(seq).filter_map(outcome).take(limit).collect()
    }

    /// Gives every outcome that was ever recorded to `each`, in the order in which they were.
    pub(crate) fn each_entry(&self, mut each: impl FnMut(Kept) -> Result<()>) -> Result<()> {
        let columns = spans::COLUMNS;
        let mut statement = self.connection.prepare(&format!(
            "SELECT {columns} FROM outcomes UNION ALL SELECT {columns} FROM superseded ORDER BY entry"
        ))?;
        let mut rows = statement.query([])?;
        let mut operations = Finder::new(self);
        while let Some(row) = rows.next()? {
            for span in Span::read(row)?.each() {
                // What is recorded of an operation that is not there is missing for the caller.
                let Some(operation) = operations.find(span.seq)? else { break };
                each(self.kept(operation, &span)?)?;
            }
        }
        Ok(())
    }

    /// The outcome of an operation whose row this is.
    pub(super) fn kept(&self, operation: Operation, span: &Span) -> Result<Kept> {
        let mut outcome = Outcome::new(span.seq, operation, span.status);
        outcome.confirmed_by = span.confirmed_by;
        outcome.attempts = span.attempts;
        let error = span.error.map(|id| self.error(id)).transpose()?.flatten();
        outcome.error = error.map(|error| error.with_attempts(outcome.attempts));
        Ok(Kept { outcome, entry: span.entry, at: span.at })
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
            .prepare_cached("SELECT status, confirmed_by, sum(count) FROM outcomes GROUP BY 1, 2")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            summary.count(status(row.get(0)?)?, confirmed_by(row.get(1)?)?, unsigned(row.get(2)?)?);
        }
        Ok(summary)
    }
}

fn error(row: &Row<'_>) -> Result<Option<Error>> {
    let Some(word) = row.get::<_, Option<String>>(0)? else { return Ok(None) };
    let kind =
        ErrorKind::from_word(&word).ok_or_else(|| Fault::damaged(format!("the error kind `{word}`")))?;
    let word: String = row.get(1)?;
    let effect = Effect::from_word(&word).ok_or_else(|| Fault::damaged(format!("the effect `{word}`")))?;
    let description: String = row.get(4)?;
    let mut error = Error::not_sent(kind, description).with_effect(effect);
    error = error.with_code(row.get::<_, String>(3)?);
    let method: Option<String> = row.get(2)?;
    if let Some(method) = METHODS.into_iter().find(|known| Some(*known) == method.as_deref()) {
        error = error.with_method(method);
    }
    if let Some(status) = row.get(5)? {
        error = error.with_http_status(status);
    }
    if let Some(cause) = row.get::<_, Option<String>>(6)? {
        error = error.with_source(cause);
    }
    Ok(Some(error))
}
