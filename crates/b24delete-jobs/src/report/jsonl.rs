//! The outcomes and the summary as lines of JSON.

use std::io::Write;

use b24delete::{Result, Summary};
use serde::Serialize;

use super::content::Row;
use super::failed;
use crate::text::harmless_json;

/// Writes a line for each outcome, and the summary.
///
/// # Errors
/// `job` when a row cannot be read, or not be written.
pub(super) fn write(
    rows: impl Iterator<Item = Result<Row>>,
    summary: &Summary,
    to: &mut dyn Write,
) -> Result<()> {
    for row in rows {
        if let Some(outcome) = row?.outcome {
            line(&outcome, to)?;
        }
    }
    line(summary, to)
}

fn line(value: &impl Serialize, to: &mut dyn Write) -> Result<()> {
    let json = serde_json::to_string(value).map_err(|error| failed(&error))?;
    writeln!(to, "{}", harmless_json(json)).map_err(|error| failed(&error))
}
