//! The report as text for people.

use std::io::{self, Write};

use super::content::Content;
use super::facts::{RECORD, RECYCLE_BIN, examples, facts, headline, other_reasons, status_name};
use crate::text::{grouped, shortened};
use b24delete::Status;

/// Writes the account of the job, without its single outcomes.
///
/// # Errors
/// When `to` does not take it.
pub(super) fn write(content: &Content, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "{}\n", headline(content))?;
    for (name, value) in facts(content) {
        writeln!(to, "{name:<18}  {value}")?;
    }
    if let Some(fault) = &content.record.fault {
        writeln!(to, "\nthe record does not hold: {}", shortened(fault, 500))?;
    }
    outcomes(content, to)?;
    reasons(content, to)?;
    if content.job.deletes_records && content.summary.deleted > 0 {
        writeln!(to, "\n{RECYCLE_BIN}")?;
    }
    writeln!(to, "\nrecord: {RECORD}")
}

fn outcomes(content: &Content, to: &mut dyn Write) -> io::Result<()> {
    let summary = &content.summary;
    writeln!(to, "\noutcomes")?;
    for (status, count) in [
        (Some(Status::Deleted), summary.deleted),
        (Some(Status::Absent), summary.absent),
        (Some(Status::Failed), summary.failed),
        (Some(Status::Unknown), summary.unknown),
        (Some(Status::NotRun), summary.not_run),
        (None, content.open),
    ] {
        let by_lookup = match summary.deleted_by_lookup {
            count if count > 0 && status == Some(Status::Deleted) => {
                format!("  ({} by lookup)", grouped(count))
            }
            _ => String::new(),
        };
        writeln!(to, "  {:<8} {:>12}{by_lookup}", status_name(status), grouped(count))?;
    }
    Ok(())
}

fn reasons(content: &Content, to: &mut dyn Write) -> io::Result<()> {
    if content.reasons.is_empty() {
        return Ok(());
    }
    writeln!(to, "\nwhat needs attention")?;
    for reason in &content.reasons {
        let count = grouped(reason.count);
        write!(to, "  {count} {}", status_name(Some(reason.status)))?;
        if let Some(kind) = reason.kind {
            write!(to, ", {kind}")?;
        }
        match reason.words() {
            words if words.is_empty() => writeln!(to)?,
            words => writeln!(to, ": {}", shortened(&words, 300))?,
        }
        writeln!(to, "    {}", examples(reason))?;
    }
    match other_reasons(content) {
        Some(others) => writeln!(to, "  {others}"),
        None => Ok(()),
    }
}
