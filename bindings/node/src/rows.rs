//! Operations and outcomes as rows of numbers: they cross the border by the hundred in one array.

use b24delete::{ConfirmedBy, Operation, Outcome, Result, Status};
use napi::bindgen_prelude::Float64Array;
use napi_derive::napi;

use crate::errors::ErrorFields;
use crate::ids;

/// Numbers of an operation: code, lead, contact.
const OPERATION: usize = 3;
/// Numbers of an outcome: seq, code, lead, contact, status, confirmed by, attempts.
const OUTCOME: usize = 7;

/// Outcomes that became final.
#[napi(object, object_from_js = false)]
pub struct Chunk {
    /// Rows of seven numbers.
    pub rows: Float64Array,
    /// The errors of some of them.
    pub errors: Vec<RowError>,
}

/// The error of one outcome.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct RowError {
    /// Which row, from 0.
    pub row: u32,
    /// What went wrong.
    pub error: ErrorFields,
}

/// The operations of rows of three numbers.
///
/// # Errors
/// `invalid_id` for the first row with an id that is none.
pub(crate) fn operations(rows: &[f64]) -> Result<Vec<Operation>> {
    let (rows, _) = rows.as_chunks::<OPERATION>();
    rows.iter().map(|&[code, lead, contact]| ids::operation(code, lead, contact)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "ids and counts stay below 2^53")]
pub(crate) fn chunk(outcomes: &[Outcome]) -> Chunk {
    let mut rows = Vec::with_capacity(outcomes.len() * OUTCOME);
    let mut errors = Vec::new();
    for (row, outcome) in (0..).zip(outcomes) {
        let operation = &outcome.operation;
        rows.extend([
            outcome.seq as f64,
            ids::code(operation),
            operation.lead_id().map_or(0.0, |id| id.get() as f64),
            operation.contact_id().map_or(0.0, |id| id.get() as f64),
            status(outcome.status),
            confirmed_by(outcome.confirmed_by),
            f64::from(outcome.attempts),
        ]);
        errors.extend(outcome.error.as_ref().map(|error| RowError { row, error: ErrorFields::from(error) }));
    }
    Chunk { rows: Float64Array::new(rows), errors }
}

/// Place of the word in the list of TypeScript, as the next one.
fn status(status: Status) -> f64 {
    match status {
        Status::Deleted => 0.0,
        Status::Absent => 1.0,
        Status::Failed => 2.0,
        Status::Unknown => 3.0,
        Status::NotRun => 4.0,
    }
}

fn confirmed_by(confirmed_by: Option<ConfirmedBy>) -> f64 {
    match confirmed_by {
        None => 0.0,
        Some(ConfirmedBy::Reply) => 1.0,
        Some(ConfirmedBy::Lookup) => 2.0,
    }
}
