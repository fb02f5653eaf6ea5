//! What the four deletes have in common.

use std::path::PathBuf;

use b24delete::MaxFailures;
use clap::Args;

use super::connection::read;
use super::{ConnectionArguments, OutputArguments};

/// Targets, safety and connection of a delete.
#[derive(Debug, Args)]
pub(crate) struct DeleteArguments {
    #[command(flatten)]
    pub(crate) targets: TargetArguments,
    #[command(flatten)]
    pub(crate) safety: SafetyArguments,
    #[command(flatten)]
    pub(crate) job: JobArguments,
    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// What is to be deleted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Targets")]
pub(crate) struct TargetArguments {
    #[arg(allow_negative_numbers = true, display_order = 10)]
    pub(crate) targets: Vec<String>,
    /// Read targets from a file, `-` for stdin: one a line, or CSV with the columns `id`, or `lead_id` and `contact_id`
    #[arg(long, value_name = "FILE", display_order = 20)]
    pub(crate) from: Vec<PathBuf>,
    /// Records whose field has this value; several filters must all hold. Operators stand before the name:
    /// `>=DATE_CREATE=2024-01-01`, `%TITLE=junk`, `@STATUS_ID=A,B`, `!SOURCE_ID=WEB`
    #[arg(long, value_name = "KEY=VALUE", conflicts_with_all = ["targets", "from"], display_order = 21)]
    pub(crate) filter: Vec<String>,
}

/// What keeps a deletion from going wrong.
#[derive(Debug, Args)]
#[command(next_help_heading = "Safety")]
pub(crate) struct SafetyArguments {
    /// Show what would go, with titles and counts; delete nothing
    #[arg(long, display_order = 30)]
    pub(crate) dry_run: bool,
    /// Do not ask for confirmation
    #[arg(short, long, display_order = 31)]
    pub(crate) yes: bool,
    /// Delete nothing unless there are exactly so many targets
    #[arg(long, value_name = "N", value_parser = whole_number, display_order = 32)]
    pub(crate) expect: Option<u64>,
    /// Stop when more operations than this fail or stay unknown
    #[arg(long, value_name = "N|P%", value_parser = read::<MaxFailures>, display_order = 33)]
    pub(crate) max_failures: Option<MaxFailures>,
    /// Go on even when the first 100 answers are all `absent`
    #[arg(long, display_order = 34)]
    pub(crate) allow_absent: bool,
    /// Spare records that were modified since the targets were looked up; their outcome is `failed`
    #[arg(long, display_order = 35)]
    pub(crate) if_unchanged: bool,
}

/// The job file: plan, journal, copies and record in one.
#[derive(Debug, Args)]
#[command(next_help_heading = "Job")]
pub(crate) struct JobArguments {
    /// Keep the job in this new file; without it, jobs of more than one target are kept in the user's state directory
    #[arg(long, value_name = "FILE", display_order = 36)]
    pub(crate) job: Option<PathBuf>,
    /// Keep no job file: what is deleted cannot be resumed, restored or accounted for
    #[arg(long, conflicts_with_all = ["job", "plan_only", "backup", "if_unchanged"], display_order = 37)]
    pub(crate) no_job: bool,
    /// Look at every record and keep the plan in the job file; `b24delete run FILE` carries it out
    #[arg(long, conflicts_with = "dry_run", display_order = 38)]
    pub(crate) plan_only: bool,
    /// Copy every record and its bindings into the job file before it goes; what cannot be copied stays
    #[arg(long, display_order = 39)]
    pub(crate) backup: bool,
}

pub(super) fn whole_number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "a whole number is needed".to_owned())
}
