//! What a delete is to do.

use b24delete::{MaxFailures, RunOptions};
use b24delete_jobs::PlanOptions;

use super::{ConnectionSettings, JobSettings};
use crate::arguments::{DeleteArguments, Output};
use crate::failure::Failure;
use crate::filter::Filter;
use crate::targets::{Kind, Plan};

/// So many first answers that are all `absent` point to the wrong portal.
const FIRST_ABSENT: u64 = 100;

/// What a delete is to do.
#[derive(Debug)]
pub(crate) struct DeleteSettings {
    pub(crate) kind: Kind,
    pub(crate) connection: ConnectionSettings,
    pub(crate) dry_run: bool,
    pub(crate) yes: bool,
    pub(crate) expect: Option<u64>,
    pub(crate) output: Output,
    pub(crate) job: JobSettings,
    max_failures: Option<MaxFailures>,
    allow_absent: bool,
}

/// The targets, or how to find them.
#[derive(Debug)]
pub(crate) enum Selection {
    Given(Plan),
    Filter(Filter),
}

impl DeleteSettings {
    /// Reads and checks everything that can be checked without the portal.
    ///
    /// # Errors
    /// For the first thing that is wrong.
    pub(crate) fn resolve(kind: Kind, arguments: DeleteArguments) -> Result<(Self, Selection), Failure> {
        let DeleteArguments { targets, safety, job, connection, output } = arguments;
        let inputs = targets.from.iter().chain(&connection.webhook_file);
        if inputs.filter(|path| path.as_os_str() == "-").count() > 1 {
            return Err(Failure::usage("stdin can be read only once, but `-` is given twice"));
        }
        let selection = match targets.filter.is_empty() {
            true if targets.targets.is_empty() && targets.from.is_empty() => return Err(no_targets(kind)),
            true => Selection::Given(Plan::read(kind, &targets.targets, &targets.from)?),
            false if kind == Kind::LeadContact => return Err(no_filter_for_bindings()),
            false => Selection::Filter(Filter::parse(&targets.filter)?),
        };
        let settings = Self {
            kind,
            connection: ConnectionSettings::resolve(connection)?,
            dry_run: safety.dry_run,
            yes: safety.yes,
            expect: safety.expect,
            output: output.output,
            job: JobSettings::new(job, safety.if_unchanged),
            max_failures: safety.max_failures,
            allow_absent: safety.allow_absent,
        };
        Ok((settings, selection))
    }

    /// When the run stops early.
    pub(crate) fn run_options(&self) -> RunOptions {
        let mut options = RunOptions::default();
        options.max_failures = self.max_failures;
        options.stop_if_first_absent = (!self.allow_absent).then_some(FIRST_ABSENT);
        options
    }

    /// What a job is told when it is planned.
    pub(crate) fn plan_options(&self) -> PlanOptions {
        let mut options = PlanOptions::default();
        options.look = self.job.plan_only;
        options.backup = self.job.backup;
        options.if_unchanged = self.job.if_unchanged;
        options.max_failures = self.max_failures;
        options.stop_if_first_absent = self.run_options().stop_if_first_absent;
        // The targets are handed out once each.
        options.distinct = true;
        options
    }
}

fn no_targets(kind: Kind) -> Failure {
    let hint = match kind {
        Kind::Lead | Kind::Contact => {
            "name ids or ranges such as `100-200`, a file with `--from`, or `--filter KEY=VALUE`"
        }
        Kind::LeadContact => "name bindings such as `1:1010`, or a file with `--from`",
        Kind::LeadContactItems => "name ids of leads, a file with `--from`, or `--filter KEY=VALUE`",
    };
    Failure::usage("no targets were given").hint(hint)
}

fn no_filter_for_bindings() -> Failure {
    Failure::usage("`--filter` selects leads, but `lead-contact` needs a contact for each")
        .hint("`lead-contact-items --filter KEY=VALUE` takes all contacts off the leads that it selects")
}
