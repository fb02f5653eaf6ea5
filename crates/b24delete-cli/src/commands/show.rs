//! `show`: how far a job is, whether its record is intact, and which jobs there are.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use b24delete_jobs::text::{counted, grouped};
use b24delete_jobs::{Job, Overview, Place, PlanSummary, State, Verification};
use serde_json::json;

use super::job_run::moment;
use super::run::targets;
use crate::arguments::{Output, ShowArguments};
use crate::exit_status::ExitStatus;
use crate::failure::{self, Failure};
use crate::outcome_lines::print_json;
use crate::printer::Printer;
use crate::settings::job_directory;

/// What a check cannot find, in plain words.
const BEYOND_A_CHECK: &str = "this does not show whether outcomes are true, nor what was never recorded; whoever can write \
     the file can also write all of it anew, which only a head kept elsewhere shows (`--head`)";

/// Shows a job, or lists them.
pub(crate) fn show(arguments: &ShowArguments, printer: &Printer) -> Result<ExitStatus, Failure> {
    let output = arguments.output.output;
    let status = match &arguments.job {
        None => list(output, printer),
        Some(path) if arguments.verify => {
            verify(&Job::open(path)?, arguments.head.as_deref(), output, printer)
        }
        Some(path) => {
            let job = Job::open(path)?;
            print(&job, &job.overview()?, &job.plan_summary()?, output, printer)
        }
    }?;
    printer.flush().map_err(|error| failure::shown(&error))?;
    Ok(status)
}

fn print(
    job: &Job,
    overview: &Overview,
    plan: &PlanSummary,
    output: Output,
    printer: &Printer,
) -> Result<ExitStatus, Failure> {
    let printed = match output {
        Output::Jsonl => print_json(printer, &as_json(job.path(), overview, Some(plan))),
        Output::Text => lines(job.path(), overview, plan)
            .into_iter()
            .try_for_each(|(name, text)| printer.data(format_args!("{name:<9} {text}"))),
    };
    printed.map_err(|error| failure::shown(&error))?;
    Ok(ExitStatus::Success)
}

fn lines(path: &Path, job: &Overview, plan: &PlanSummary) -> Vec<(&'static str, String)> {
    let user = job.user_id.map_or_else(|| "the application's user".to_owned(), |id| format!("user {id}"));
    let mut lines = vec![
        ("job", format!("{} ({})", path.display(), job.name)),
        ("portal", format!("{} as {user}", job.host)),
        ("state", state(job)),
        ("plan", format!("{}, made {}", targets(job), moment(job.created))),
    ];
    if job.duplicates > 0 {
        let left_out = counted(job.duplicates, "duplicate left out", "duplicates left out");
        lines.push(("", left_out));
    }
    if plan.looked_at > 0 {
        lines.push(("", found(plan)));
    }
    lines.push(("record", counts(job)));
    if job.backup || job.backups > 0 {
        lines.push(("copies", grouped(job.backups)));
    }
    if let Some(time) = job.forgotten {
        lines.push(("forgotten", moment(time)));
    }
    lines.push(("head", job.head.clone()));
    lines
}

fn state(job: &Overview) -> String {
    let runs = counted(job.runs, "run", "runs");
    match job.state {
        State::Planned => "planned: nothing was sent yet".to_owned(),
        State::Finished => format!("finished {}, {runs}", job.finished.map(moment).unwrap_or_default()),
        State::Running => format!("running, or it was interrupted and can go on; {runs}"),
        State::Aborted => format!("aborted, and can go on; {runs}"),
        other => other.to_string(),
    }
}

fn found(plan: &PlanSummary) -> String {
    let mut parts = vec![format!("{} not visible", grouped(plan.not_visible))];
    for (count, one, many) in [
        (plan.bindings, "binding", "bindings"),
        (plan.leads, "link with a lead", "links with leads"),
        (plan.deals, "deal with a contact", "deals with contacts"),
        (plan.activities, "activity", "activities"),
        (plan.shared_activities, "shared activity", "shared activities"),
    ] {
        if count > 0 {
            parts.push(counted(count, one, many));
        }
    }
    parts.join(", ")
}

/// The outcomes of a job, in words.
pub(super) fn counts(job: &Overview) -> String {
    let summary = &job.summary;
    let mut text = format!("{} of {} deleted", grouped(summary.deleted), grouped(job.operations));
    for (count, name) in [
        (summary.absent, "absent"),
        (summary.failed, "failed"),
        (summary.unknown, "unknown"),
        (summary.not_run, "not run"),
        (job.operations - summary.total, "still open"),
        (job.in_doubt, "of these in doubt until a run looks them up"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {} {name}", grouped(count)));
        }
    }
    text
}

fn as_json(path: &Path, job: &Overview, plan: Option<&PlanSummary>) -> serde_json::Value {
    let time = |time: Option<SystemTime>| {
        time.and_then(|time| jiff::Timestamp::try_from(time).ok()).map(|time| time.to_string())
    };
    let summary = &job.summary;
    json!({
        "v": 1,
        "type": "job",
        "file": path.to_string_lossy(),
        "name": job.name,
        "host": job.host,
        "user_id": job.user_id,
        "state": job.state.as_str(),
        "created": time(Some(job.created)),
        "started": time(job.started),
        "finished": time(job.finished),
        "forgotten": time(job.forgotten),
        "backup": job.backup,
        "if_unchanged": job.if_unchanged,
        "operations": job.operations,
        "duplicates": job.duplicates,
        "deleted": summary.deleted,
        "deleted_by_lookup": summary.deleted_by_lookup,
        "absent": summary.absent,
        "failed": summary.failed,
        "unknown": summary.unknown,
        "not_run": summary.not_run,
        "open": job.operations - summary.total,
        "in_doubt": job.in_doubt,
        "backups": job.backups,
        "runs": job.runs,
        "requests": summary.requests,
        "head": job.head,
        "plan": plan.filter(|plan| plan.looked_at > 0).map(|plan| json!({
            "looked_at": plan.looked_at,
            "not_visible": plan.not_visible,
            "bindings": plan.bindings,
            "leads": plan.leads,
            "deals": plan.deals,
            "activities": plan.activities,
            "shared_activities": plan.shared_activities,
        })),
    })
}

fn verify(job: &Job, head: Option<&str>, output: Output, printer: &Printer) -> Result<ExitStatus, Failure> {
    let verification = job.verify(head).map_err(|error| match error.kind() {
        b24delete::ErrorKind::InvalidArgument => Failure::usage(error.description()),
        _ => Failure::from(error),
    })?;
    match output {
        Output::Jsonl => {
            let findings: Vec<_> = verification.findings.iter().map(ToString::to_string).collect();
            let line = json!({
                "v": 1, "type": "verification", "intact": verification.is_intact(), "findings": findings,
                "entries": verification.entries, "head": verification.head,
            });
            print_json(printer, &line).map_err(|error| failure::shown(&error))?;
        }
        Output::Text => tell(&verification, printer).map_err(|error| failure::shown(&error))?,
    }
    printer.note(BEYOND_A_CHECK);
    Ok(if verification.is_intact() { ExitStatus::Success } else { ExitStatus::Incomplete })
}

fn tell(verification: &Verification, printer: &Printer) -> std::io::Result<()> {
    let entries = counted(verification.entries, "recorded outcome", "recorded outcomes");
    if verification.is_intact() {
        printer.data(format_args!("intact: the plan and {entries} fit together"))?;
    }
    for finding in &verification.findings {
        printer.data(format_args!("not intact: {finding}"))?;
    }
    match verification.kept_head {
        Some(Place::Run(run)) => printer.data(format_args!("the given head is that of run {run}"))?,
        Some(_) => printer.data("the given head is that of the plan")?,
        None => {}
    }
    printer.data(format_args!("head {}", verification.head))
}

/// The jobs in the user's state directory, the latest first.
fn list(output: Output, printer: &Printer) -> Result<ExitStatus, Failure> {
    let directory = job_directory()?;
    let mut paths: Vec<PathBuf> = match std::fs::read_dir(&directory) {
        Ok(entries) => entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            return Err(Failure::usage(format!("`{}` cannot be read: {error}", directory.display())));
        }
    };
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "b24job"));
    paths.sort();
    if paths.is_empty() {
        printer.note(format_args!("there are no jobs in `{}`", directory.display()));
        printer.note("one that was kept with `--job FILE` is shown by `b24delete show FILE`");
    }
    for path in paths.iter().rev() {
        let printed = match Job::open(path).and_then(|job| job.overview()) {
            Err(error) => {
                printer.warning(failure::describe(&error));
                continue;
            }
            Ok(job) if output == Output::Jsonl => print_json(printer, &as_json(path, &job, None)),
            Ok(job) => printer.data(format_args!(
                "{:<9} {}  {}, {}\n          {}",
                job.state,
                path.display(),
                targets(&job),
                job.host,
                counts(&job)
            )),
        };
        printed.map_err(|error| failure::shown(&error))?;
    }
    Ok(ExitStatus::Success)
}
