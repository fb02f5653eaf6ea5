//! Thin entries to what reads the user's input, for fuzzing: only with the feature `fuzzing`.

use std::io::Write as _;

use b24delete::Operation;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::filter::Filter;
use crate::targets::{Kind, Plan};

/// Which of the four operations targets are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// `crm.lead.delete`
    Lead,
    /// `crm.contact.delete`
    Contact,
    /// `crm.lead.contact.delete`
    LeadContact,
    /// `crm.lead.contact.items.delete`
    LeadContactItems,
}

impl From<TargetKind> for Kind {
    fn from(kind: TargetKind) -> Self {
        match kind {
            TargetKind::Lead => Self::Lead,
            TargetKind::Contact => Self::Contact,
            TargetKind::LeadContact => Self::LeadContact,
            TargetKind::LeadContactItems => Self::LeadContactItems,
        }
    }
}

/// Larger ranges are valid, and only take long.
const LARGEST_RANGE: u64 = 1_000;

/// Reads targets from arguments and, unless it is empty, a file, and hands them out.
///
/// # Errors
/// What the user is told, hints included.
pub fn targets(kind: TargetKind, arguments: &[String], file: &[u8]) -> Result<Vec<Operation>, String> {
    let kind = Kind::from(kind);
    for argument in arguments {
        if kind.range_length(argument).map_err(|failure| text(&failure))? > LARGEST_RANGE {
            return Ok(Vec::new());
        }
    }
    let mut input = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    input.write_all(file).map_err(|error| error.to_string())?;
    let files = if file.is_empty() { Vec::new() } else { vec![input.path().to_owned()] };
    let plan = Plan::read(kind, arguments, &files).map_err(|failure| text(&failure))?;
    let planned = plan.len();
    let operations =
        plan.into_operations().collect::<Result<Vec<_>, _>>().map_err(|failure| text(&failure))?;
    match operations.len() as u64 == planned {
        true => Ok(operations),
        false => Err(format!("{planned} planned, {} handed out", operations.len())),
    }
}

/// Reads conditions, holds them against a row, and gives the filter as the portal gets it.
///
/// # Errors
/// What the user is told, hints included.
pub fn filter(conditions: &[String], row: &Map<String, Value>) -> Result<Map<String, Value>, String> {
    let filter = Filter::parse(conditions).map_err(|failure| text(&failure))?;
    filter.check_as_every_type(row);
    Ok(filter.page(0))
}

fn text(failure: &Failure) -> String {
    format!("{}\n{}", failure.message, failure.hints.join("\n"))
}
