//! Outcomes and the summary as lines of data.

use std::fmt;
use std::io;

use anstyle::{AnsiColor, Style};
use b24delete::{ConfirmedBy, Outcome, Status, Summary};
use b24delete_jobs::text::{counted, grouped, harmless_json, shortened, spell, target};
use serde::Serialize;

use crate::arguments::Output;
use crate::printer::Printer;

/// Prints one outcome.
///
/// # Errors
/// When stdout does not take it.
pub(crate) fn print_outcome(printer: &Printer, output: Output, outcome: &Outcome) -> io::Result<()> {
    match output {
        Output::Text => printer.data(OutcomeLine(outcome)),
        Output::Jsonl => print_json(printer, outcome),
    }
}

/// Prints the account of a run.
///
/// # Errors
/// When stdout does not take it.
pub(crate) fn print_summary(printer: &Printer, output: Output, account: &Account<'_>) -> io::Result<()> {
    match output {
        Output::Text => printer.data(account)?,
        Output::Jsonl => {
            print_json(printer, account.summary)?;
            if account.not_started > 0 {
                let targets = counted(account.not_started, "target was", "targets were");
                printer.warning(format_args!("{targets} not started"));
            }
        }
    }
    printer.flush()
}

/// Prints a value as one line of JSON.
///
/// # Errors
/// When stdout does not take it.
pub(crate) fn print_json(printer: &Printer, value: &impl Serialize) -> io::Result<()> {
    printer.data(harmless_json(serde_json::to_string(value)?))
}

/// An outcome for people.
pub(crate) struct OutcomeLine<'a>(pub(crate) &'a Outcome);

impl fmt::Display for OutcomeLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = self.0;
        let style = style(outcome.status);
        let target = target(outcome.operation);
        write!(formatter, "{style}{:<8}{style:#} ", outcome.status)?;
        match detail(outcome) {
            Some(detail) => write!(formatter, "{target:<22} {detail}"),
            None => write!(formatter, "{target}"),
        }
    }
}

fn style(status: Status) -> Style {
    match status {
        Status::Deleted => AnsiColor::Green.on_default(),
        Status::Absent => Style::new().dimmed(),
        Status::Failed => AnsiColor::Red.on_default(),
        Status::Unknown => AnsiColor::Magenta.on_default(),
        Status::NotRun => AnsiColor::Yellow.on_default(),
    }
}

fn detail(outcome: &Outcome) -> Option<String> {
    let by_lookup = outcome.confirmed_by == Some(ConfirmedBy::Lookup) && outcome.status == Status::Deleted;
    match &outcome.error {
        Some(error) if error.description().is_empty() => Some(error.kind().to_string()),
        Some(error) => Some(format!("{}: {}", error.kind(), shortened(error.description(), 200))),
        None if by_lookup => Some("the answer was lost, and the thing is gone".to_owned()),
        None if outcome.status == Status::Absent => Some("was not linked".to_owned()),
        None => None,
    }
}

/// The account of a run.
pub(crate) struct Account<'a> {
    pub(crate) summary: &'a Summary,
    /// Whether records went, rather than bindings between them.
    pub(crate) deletes_records: bool,
    /// Targets that the run did not come to, and which have no outcome.
    pub(crate) not_started: u64,
}

impl fmt::Display for Account<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary {
            total,
            deleted,
            deleted_by_lookup,
            absent,
            failed,
            unknown,
            not_run,
            requests,
            elapsed,
            ..
        } = self.summary;
        write!(formatter, "\n{} of {} deleted", grouped(*deleted), grouped(total + self.not_started))?;
        if *deleted_by_lookup > 0 {
            write!(formatter, " ({} by lookup)", grouped(*deleted_by_lookup))?;
        }
        for (count, name) in [
            (absent, "absent"),
            (failed, "failed"),
            (unknown, "unknown"),
            (not_run, "not run"),
            (&self.not_started, "not started"),
        ] {
            if *count > 0 {
                write!(formatter, ", {} {name}", grouped(*count))?;
            }
        }
        write!(formatter, "; {} in {}", counted(*requests, "request", "requests"), spell(*elapsed))?;
        if *deleted > 0 && self.deletes_records {
            let place = "in the CRM recycle bin for 30 days, which REST cannot purge";
            write!(formatter, "\n`deleted` may mean: {place}")?;
        }
        Ok(())
    }
}
