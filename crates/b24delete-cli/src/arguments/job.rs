//! The commands about job files.

use std::path::PathBuf;

use b24delete::MaxFailures;
use clap::Args;

use super::connection::read;
use super::delete::whole_number;
use super::{ConnectionArguments, OutputArguments};

/// `run`
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// Job file
    #[arg(value_name = "JOB", display_order = 10)]
    pub(crate) job: PathBuf,
    #[command(flatten)]
    pub(crate) safety: RunSafetyArguments,
    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// What keeps a run from going wrong.
#[derive(Debug, Args)]
#[command(next_help_heading = "Safety")]
pub(crate) struct RunSafetyArguments {
    /// Do not ask for confirmation; a job that ran before is not asked about anyway
    #[arg(short, long, display_order = 31)]
    pub(crate) yes: bool,
    /// Delete nothing unless the job has exactly so many operations
    #[arg(long, value_name = "N", value_parser = whole_number, display_order = 32)]
    pub(crate) expect: Option<u64>,
    /// Stop when more operations than this fail or stay unknown in this run, whatever the plan says
    #[arg(long, value_name = "N|P%", value_parser = read::<MaxFailures>, display_order = 33)]
    pub(crate) max_failures: Option<MaxFailures>,
    /// Go on even when the first 100 answers are all `absent`
    #[arg(long, display_order = 34)]
    pub(crate) allow_absent: bool,
}

/// `show`
#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// Job file; without it, the jobs in the user's state directory are listed
    #[arg(value_name = "JOB", display_order = 10)]
    pub(crate) job: Option<PathBuf>,
    /// Compare plan and record with their hash chain
    #[arg(long, requires = "job", display_order = 20)]
    pub(crate) verify: bool,
    /// A head that a run printed: shows also whether the record was cut or written anew since
    #[arg(long, value_name = "HASH", requires = "verify", display_order = 21)]
    pub(crate) head: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// `forget`
#[derive(Debug, Args)]
pub(crate) struct ForgetArguments {
    /// Job file
    #[arg(value_name = "JOB", display_order = 10)]
    pub(crate) job: PathBuf,
    /// Do not ask for confirmation
    #[arg(short, long, display_order = 31)]
    pub(crate) yes: bool,
}
