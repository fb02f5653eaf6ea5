//! The outcomes as CSV.

use std::borrow::Cow;
use std::io::Write;

use b24delete::{ConfirmedBy, Error, Result, Status};

use super::content::{OPEN, Row};
use super::failed;
use crate::text::harmless;

const COLUMNS: [&str; 14] = [
    "seq",
    "method",
    "lead_id",
    "contact_id",
    "title",
    "status",
    "confirmed_by",
    "attempts",
    "error_kind",
    "error_code",
    "error_description",
    "http_status",
    "effect",
    "settled_at",
];

/// Writes a line of names and one for each operation.
///
/// # Errors
/// `job` when a row cannot be read, or not be written.
pub(super) fn write(rows: impl Iterator<Item = Result<Row>>, to: &mut dyn Write) -> Result<()> {
    let mut lines = csv::Writer::from_writer(to);
    lines.write_record(COLUMNS).map_err(|error| failed(&error))?;
    for row in rows {
        lines
            .write_record(cells(&row?).iter().map(|cell| cell.as_bytes()))
            .map_err(|error| failed(&error))?;
    }
    lines.flush().map_err(|error| failed(&error))
}

fn cells(row: &Row) -> [Cow<'_, str>; COLUMNS.len()] {
    let number = |number: Option<String>| Cow::Owned(number.unwrap_or_default());
    let outcome = row.outcome.as_ref();
    let error = row.error();
    [
        row.seq.to_string().into(),
        row.operation.method().into(),
        number(row.operation.lead_id().map(|id| id.to_string())),
        number(row.operation.contact_id().map(|id| id.to_string())),
        defused(&row.title),
        row.status().map_or(OPEN, Status::as_str).into(),
        outcome.and_then(|outcome| outcome.confirmed_by).map_or("", ConfirmedBy::as_str).into(),
        number(outcome.map(|outcome| outcome.attempts.to_string())),
        error.map_or("", |error| error.kind().as_str()).into(),
        error.map_or(Cow::Borrowed(""), |error| defused(error.code())),
        error.map_or(Cow::Borrowed(""), |error| defused(error.description())),
        number(error.and_then(Error::http_status).map(|status| status.to_string())),
        error.map_or("", |error| error.effect().as_str()).into(),
        number(row.at.map(|at| at.to_string())),
    ]
}

/// Text that no spreadsheet takes for a formula, and that cannot break the line.
fn defused(text: &str) -> Cow<'_, str> {
    let shown = harmless(text);
    // Spreadsheets pass over spaces before a formula, and some take the wide forms for the narrow ones.
    match shown.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%']) {
        true => Cow::Owned(format!("'{shown}")),
        false => shown,
    }
}
