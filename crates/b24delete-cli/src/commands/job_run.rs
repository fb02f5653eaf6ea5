//! A run of a job: followed, summed up, and how it goes on.

use std::path::Path;
use std::time::SystemTime;

use b24delete::{Client, Error, Summary};
use b24delete_jobs::text::{counted, grouped, spell};
use b24delete_jobs::{Estimate, Job, JobRunOptions, Overview};

use super::follow::{Ended, Follower, left_at_once, stop};
use crate::exit_status::ExitStatus;
use crate::failure::{self, Failure};
use crate::interrupt::Interrupts;
use crate::outcome_lines::{Account, print_summary};
use crate::printer::Printer;
use crate::settings::ConnectionSettings;

/// Runs jobs.
pub(super) struct JobRunner<'a> {
    pub(super) client: &'a Client,
    pub(super) connection: &'a ConnectionSettings,
    pub(super) follower: Follower<'a>,
}

impl JobRunner<'_> {
    /// Runs the job to its end or its stop.
    ///
    /// # Errors
    /// When it cannot be started, and when the user does not wait for the last answer.
    pub(super) async fn run(
        &self,
        job: &Job,
        options: JobRunOptions,
        interrupts: &mut Interrupts,
    ) -> Result<ExitStatus, Failure> {
        let Follower { printer, progress, output } = self.follower;
        let before = job.overview()?;
        let done = before.summary.total - before.summary.unknown - before.summary.not_run;
        progress.start(before.operations, done);
        let mut run = job.run(self.client, options).await.map_err(|error| not_started(error, job))?;
        let followed = self.follower.follow(&mut run, interrupts).await;
        progress.end();
        let (summary, head, after) = (run.summary(), run.head(), job.overview()?);
        let (interrupted, written) = match followed {
            Ok(interrupted) => {
                let account = Account {
                    summary: &summary,
                    deletes_records: deletes_records(&before),
                    not_started: open(&after),
                };
                (interrupted, print_summary(printer, output, &account))
            }
            Err(Ended::Left) => return Err(left_at_once(&self.go_on(job.path()))),
            Err(Ended::Stdout(error)) => (false, Err(error)),
        };
        if let Err(error) = &written {
            printer.failure(&failure::stdout(error));
        }
        printer.note(format_args!("record: head {head} after run {}", before.runs + 1));
        let stopped = summary.stopped_by.as_ref().filter(|_| written.is_ok());
        let status = stopped.map(|reason| stop(reason, printer));
        let complete = self.tell_rest(job.path(), &summary, &after) && written.is_ok();
        Ok(match (complete, interrupted) {
            (true, _) => ExitStatus::Success,
            (false, true) => ExitStatus::Interrupted,
            (false, false) => status.unwrap_or(ExitStatus::Incomplete),
        })
    }

    /// Tells what is left of the whole job; true when nothing is.
    fn tell_rest(&self, path: &Path, run: &Summary, job: &Overview) -> bool {
        let printer = self.follower.printer;
        let Summary { deleted, absent, failed, unknown, not_run, .. } = job.summary;
        if job.runs > 1 {
            let (deleted, operations) = (grouped(deleted), grouped(job.operations));
            let mut text = format!("the whole job: {deleted} of {operations} deleted");
            for (count, name) in [
                (absent, "absent"),
                (failed, "failed"),
                (unknown, "unknown"),
                (not_run, "not run"),
                (open(job), "not started"),
            ] {
                if count > 0 {
                    text.push_str(&format!(", {} {name}", grouped(count)));
                }
            }
            printer.note(text);
        }
        if job.in_doubt > 0 {
            let operations = counted(job.in_doubt, "operation stays", "operations stay");
            printer.warning(format_args!(
                "{operations} in doubt: the portal could not be asked, nothing was decided"
            ));
        }
        let left = open(job) + job.in_doubt + unknown + not_run;
        if left > 0 && run.stopped_by.is_some() {
            printer.hint(self.go_on(path));
        }
        left + failed == 0
    }

    fn go_on(&self, path: &Path) -> String {
        format!("`{}` goes on; what has an outcome stands", run_command(path, self.connection))
    }
}

/// Why a job cannot be run now; what is in the file stands.
pub(super) fn not_started(error: Error, job: &Job) -> Failure {
    let failure = Failure::from(error);
    let show = format!("b24delete show {}", job.path().display());
    failure.hint(format!("nothing was sent; `{show}` tells what is in the job and how far it is"))
}

/// Operations that no run came to.
fn open(job: &Overview) -> u64 {
    let open = job.operations - job.summary.total;
    open - job.in_doubt.min(open)
}

/// The command that runs the job, to be copied.
pub(super) fn run_command(path: &Path, connection: &ConnectionSettings) -> String {
    format!("b24delete run {}{}", path.display(), connection.spelled)
}

/// Whether records go, rather than bindings between them.
pub(super) fn deletes_records(job: &Overview) -> bool {
    job.methods.iter().any(|(method, _)| matches!(*method, "crm.lead.delete" | "crm.contact.delete"))
}

/// Tells what a plan found.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn tell_plan(
    job: &Job,
    connection: &ConnectionSettings,
    printer: &Printer,
) -> Result<(), Failure> {
    let plan = job.plan_summary()?;
    if plan.looked_at > 0 {
        let visible = plan.looked_at - plan.not_visible;
        printer.note(format_args!("{} visible, {} not visible", grouped(visible), grouped(plan.not_visible)));
    }
    let parts = [
        (plan.bindings, counted(plan.bindings, "binding of a lead would go", "bindings of leads would go")),
        (
            plan.leads,
            counted(
                plan.leads,
                "link between a contact and a lead would go",
                "links between contacts and leads would go",
            ),
        ),
        (
            plan.deals,
            counted(plan.deals, "deal uses a contact that would go", "deals use contacts that would go"),
        ),
        (plan.activities, counted(plan.activities, "activity would go", "activities would go")),
        (
            plan.shared_activities,
            counted(
                plan.shared_activities,
                "shared activity would lose a link",
                "shared activities would lose a link",
            ),
        ),
    ];
    parts.iter().filter(|(count, _)| *count > 0).for_each(|(_, text)| printer.note(text));
    let overview = job.overview()?;
    if overview.backup {
        printer.note("every record is copied into the job before it goes");
    }
    tell_estimate(&overview.estimate(connection.limits.value, connection.operating.value), printer);
    Ok(())
}

/// Tells how long a run may take, and what that rests on.
pub(super) fn tell_estimate(estimate: &Estimate, printer: &Printer) {
    let costs: Vec<String> =
        estimate.assumed.iter().map(|(method, seconds)| format!("{seconds} s for a `{method}`")).collect();
    printer.note(format_args!(
        "it takes about {} within the limits, if the portal needs {}, which a run measures",
        spell(estimate.duration),
        costs.join(" and "),
    ));
}

/// A time for people.
pub(super) fn moment(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time).map_or_else(
        |_| "at an unknown time".to_owned(),
        |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}
