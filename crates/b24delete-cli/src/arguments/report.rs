//! `report` and `restore`, as they are typed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ConnectionArguments, OutputArguments};

/// `report`
#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// Job file
    #[arg(value_name = "JOB", display_order = 10)]
    pub(crate) job: PathBuf,
    /// Form of the data on stdout; `text` where nothing else is asked for
    #[arg(long, value_enum, display_order = 20)]
    pub(crate) output: Option<ReportOutput>,
    /// Write one page of HTML that needs nothing else, with a chart and up to 10,000 outcomes; `-` for stdout
    #[arg(long, value_name = "FILE", display_order = 21)]
    pub(crate) html: Option<PathBuf>,
}

/// The form of a report on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportOutput {
    /// Counts, times and reasons for people
    Text,
    /// Every outcome as one JSON object a line, and the summary
    Jsonl,
    /// Every operation as a line of a table, safe to open as a spreadsheet
    Csv,
}

/// `restore`
#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    /// Job file
    #[arg(value_name = "JOB", display_order = 10)]
    pub(crate) job: PathBuf,
    /// Show what can be restored; change nothing
    #[arg(long, display_order = 30)]
    pub(crate) dry_run: bool,
    /// Do not ask for confirmation
    #[arg(short, long, display_order = 31)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}
