//! Where a job is kept.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;
use jiff::Timestamp;

use crate::arguments::JobArguments;
use crate::failure::Failure;
use crate::targets::Kind;

/// Whether and where a job is kept, and what it does beside deleting.
#[derive(Debug)]
pub(crate) struct JobSettings {
    file: Option<PathBuf>,
    never: bool,
    pub(crate) plan_only: bool,
    pub(crate) backup: bool,
    pub(crate) if_unchanged: bool,
}

impl JobSettings {
    pub(super) fn new(arguments: JobArguments, if_unchanged: bool) -> Self {
        let JobArguments { job, no_job, plan_only, backup } = arguments;
        Self { file: job, never: no_job, plan_only, backup, if_unchanged }
    }

    /// The new file for a job of so many targets; none when no job is kept.
    ///
    /// # Errors
    /// When the user has no state directory.
    pub(crate) fn file_for(&self, kind: Kind, targets: u64) -> Result<Option<PathBuf>, Failure> {
        let needed = self.plan_only || self.backup || self.if_unchanged || targets > 1;
        match &self.file {
            Some(file) => Ok(Some(file.clone())),
            None if self.never || !needed => Ok(None),
            None => fresh(kind).map(Some),
        }
    }
}

/// Where jobs are kept that were given no file: `b24delete/jobs` in the user's state directory.
///
/// # Errors
/// When the user has none.
pub(crate) fn job_directory() -> Result<PathBuf, Failure> {
    let base = etcetera::choose_base_strategy().map_err(|error| {
        Failure::usage(format!("there is no state directory for the job file: {error}"))
            .hint("name a file with `--job FILE`, or keep none with `--no-job`")
    })?;
    let state = base.state_dir().unwrap_or_else(|| base.data_dir());
    Ok(state.join("b24delete").join("jobs"))
}

/// A file that is not there yet, named after the time and the kind of targets.
fn fresh(kind: Kind) -> Result<PathBuf, Failure> {
    let directory = job_directory()?;
    let name = format!("{}-{}", Timestamp::now().strftime("%Y%m%d-%H%M%S"), kind.command());
    let named = |suffix: &str| directory.join(format!("{name}{suffix}.b24job"));
    let numbered = (2..).map(|number: u32| named(&format!("-{number}")));
    let mut paths = std::iter::once(named("")).chain(numbered);
    Ok(paths.find(|path| path.symlink_metadata().is_err()).unwrap_or_else(|| named("")))
}
