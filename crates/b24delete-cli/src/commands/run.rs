//! `run`: carries out a planned job, or goes on with one.

use std::sync::Arc;

use b24delete::Summary;
use b24delete_jobs::text::counted;
use b24delete_jobs::{Job, JobRunOptions, Overview, State};

use super::follow::Follower;
use super::job_run::{JobRunner, not_started, tell_plan};
use super::show::counts;
use crate::arguments::{Output, RunArguments};
use crate::confirm::Question;
use crate::exit_status::ExitStatus;
use crate::failure::{Failure, stdout};
use crate::interrupt::Interrupts;
use crate::outcome_lines::print_json;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::settings::ConnectionSettings;
use crate::targets::Kind;

/// Runs the job.
pub(crate) async fn run(arguments: RunArguments, printer: &Arc<Printer>) -> Result<ExitStatus, Failure> {
    let RunArguments { job, safety, connection, output } = arguments;
    let job = Job::open(job)?;
    let connection = ConnectionSettings::resolve(connection)?;
    let progress = Progress::new(printer);
    let client = connection.client(Some(progress.observer()))?;
    connection.warnings.iter().for_each(|warning| printer.warning(warning));
    let mut options = JobRunOptions::default();
    options.expect = safety.expect;
    options.max_failures = safety.max_failures;
    options.allow_absent = safety.allow_absent;
    job.check(&client, &options).map_err(|error| not_started(error, &job))?;
    let mut interrupts = Interrupts::listen().map_err(Failure::incomplete)?;
    let overview = job.overview()?;
    if is_done(&overview) {
        return done(&overview, output.output, printer);
    }
    if overview.state == State::Planned {
        tell_plan(&job, &connection, printer)?;
        let targets = targets(&overview);
        let question = Question {
            client: &client,
            targets,
            count: overview.operations,
            look: format!("`b24delete report {} --output csv` shows them", job.path().display()),
        };
        let answer = tokio::select! {
            answer = question.ask(safety.yes, printer) => answer?,
            () = interrupts.next() => return Err(Failure::interrupted()),
        };
        if !answer {
            printer.note("nothing was deleted");
            return Ok(ExitStatus::Incomplete);
        }
    }
    let follower = Follower { printer, progress: &progress, output: output.output };
    let result = JobRunner { client: &client, connection: &connection, follower }
        .run(&job, options, &mut interrupts)
        .await;
    progress.end();
    result
}

/// Whether every operation has an outcome that stands.
fn is_done(job: &Overview) -> bool {
    let Summary { total, unknown, not_run, .. } = job.summary;
    total == job.operations && unknown + not_run + job.in_doubt == 0
}

/// Tells that a run would change nothing; the record stays as it is.
fn done(job: &Overview, output: Output, printer: &Printer) -> Result<ExitStatus, Failure> {
    if output == Output::Jsonl {
        print_json(printer, &Summary::default())
            .and_then(|()| printer.flush())
            .map_err(|error| stdout(&error))?;
    }
    printer.note(format_args!("nothing is left to do: {}", counts(job)));
    if job.summary.failed == 0 {
        return Ok(ExitStatus::Success);
    }
    printer.note("what failed stands; a new command with the same targets tries it again");
    Ok(ExitStatus::Incomplete)
}

/// What a job is about, in words.
pub(super) fn targets(job: &Overview) -> String {
    let part = |(method, count): &(&str, u64)| match Kind::of_method(method) {
        Some(kind) => kind.count(*count),
        None => counted(*count, "operation", "operations"),
    };
    let parts: Vec<_> = job.methods.iter().map(part).collect();
    match parts.is_empty() {
        true => "nothing".to_owned(),
        false => parts.join(" and "),
    }
}
