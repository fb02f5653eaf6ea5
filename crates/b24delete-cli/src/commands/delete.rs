//! `lead`, `contact`, `lead-contact`, `lead-contact-items`: the deletion itself.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use b24delete::{Client, Error, Operation, Summary};
use b24delete_jobs::text::{counted, grouped};
use b24delete_jobs::{Job, JobRunOptions};
use futures_util::stream;

use super::dry_run::dry_run;
use super::follow::{Ended, Follower, left_at_once, stop};
use super::job_run::{JobRunner, run_command, tell_plan};
use crate::arguments::DeleteArguments;
use crate::confirm::Question;
use crate::exit_status::ExitStatus;
use crate::failure::{self, Failure};
use crate::filter::{Filter, Resolver};
use crate::interrupt::Interrupts;
use crate::outcome_lines::{Account, print_summary};
use crate::printer::Printer;
use crate::progress::Progress;
use crate::settings::{DeleteSettings, Selection};
use crate::targets::{Kind, Operations, Plan};

const INPUT_SHRANK: &str =
    "an input changed while it was read: targets that were confirmed are no longer in it";

/// Deletes what the arguments name, or shows it.
pub(crate) async fn delete(
    kind: Kind,
    arguments: DeleteArguments,
    printer: &Arc<Printer>,
) -> Result<ExitStatus, Failure> {
    let (settings, selection) = DeleteSettings::resolve(kind, arguments)?;
    let progress = Progress::new(printer);
    let client = settings.connection.client(Some(progress.observer()))?;
    settings.connection.warnings.iter().for_each(|warning| printer.warning(warning));
    let mut interrupts = Interrupts::listen().map_err(Failure::incomplete)?;
    let work = Work { settings: &settings, client: &client, printer, progress: &progress };
    let prepared = tokio::select! {
        prepared = work.prepare(selection) => prepared,
        () = interrupts.next() => Err(Failure::interrupted()),
    };
    let result = match prepared {
        Ok(Step::Run(plan)) => work.run(plan, &mut interrupts).await,
        Ok(Step::RunJob(job)) => work.run_job(&job, &mut interrupts).await,
        Ok(Step::Done(status)) => Ok(status),
        Err(failure) => Err(failure),
    };
    progress.end();
    result
}

/// What is left to do after the preparation.
enum Step {
    /// Without a job file.
    Run(Plan),
    RunJob(Job),
    Done(ExitStatus),
}

struct Work<'a> {
    settings: &'a DeleteSettings,
    client: &'a Client,
    printer: &'a Printer,
    progress: &'a Progress,
}

impl Work<'_> {
    /// Everything before the first deletion.
    async fn prepare(&self, selection: Selection) -> Result<Step, Failure> {
        let plan = match selection {
            Selection::Given(plan) => plan,
            Selection::Filter(filter) => self.resolve(&filter).await?,
        };
        if let Some(text) = plan.duplicates() {
            self.printer.warning(text);
        }
        if let Some(expected) = self.settings.expect.filter(|expected| *expected != plan.len()) {
            let found = self.settings.kind.count(plan.len());
            let expected = grouped(expected);
            return Err(Failure::usage(format!("found {found}, but `--expect` says {expected}"))
                .hint("nothing was deleted; `--dry-run` without `--expect` shows what was found"));
        }
        if plan.len() == 0 {
            self.printer.note("no record matches the filter, nothing to delete");
            let done = Step::Done(ExitStatus::Success);
            return Ok(if self.settings.dry_run { done } else { Step::Run(plan) });
        }
        if self.settings.dry_run {
            dry_run(self.client, plan, self.settings, self.printer, self.progress).await?;
            return Ok(Step::Done(ExitStatus::Success));
        }
        let file = self.settings.job.file_for(self.settings.kind, plan.len())?;
        if let Some(file) = file.as_ref().filter(|file| file.symlink_metadata().is_ok()) {
            let file = file.display();
            let spelled = &self.settings.connection.spelled;
            return Err(Failure::usage(format!("job file `{file}` exists already")).hint(format!(
                "`b24delete run {file}{spelled}` goes on with that job; a new one needs a new file"
            )));
        }
        if self.settings.job.plan_only {
            let Some(file) = file else { return Ok(Step::Done(ExitStatus::Success)) };
            let job = self.plan_job(file, plan).await?;
            tell_plan(&job, &self.settings.connection, self.printer)?;
            let command = run_command(job.path(), &self.settings.connection);
            let path = job.path().display();
            self.printer.note("nothing was deleted");
            self.printer.note(format_args!(
                "`b24delete report {path} --output csv` lists the records, `{command}` carries it out"
            ));
            return Ok(Step::Done(ExitStatus::Success));
        }
        let (targets, count) = (self.settings.kind.count(plan.len()), plan.len());
        let question =
            Question { client: self.client, targets, count, look: "`--dry-run` shows them".to_owned() };
        if question.ask(self.settings.yes, self.printer).await? {
            return Ok(match file {
                Some(file) => Step::RunJob(self.plan_job(file, plan).await?),
                None => Step::Run(plan),
            });
        }
        self.printer.note("nothing was deleted");
        Ok(Step::Done(ExitStatus::Incomplete))
    }

    async fn resolve(&self, filter: &Filter) -> Result<Plan, Failure> {
        let kind = self.settings.kind;
        let resolver = match kind {
            Kind::Contact => Resolver::contacts(self.client, filter),
            Kind::Lead | Kind::LeadContact | Kind::LeadContactItems => Resolver::leads(self.client, filter),
        };
        let found = resolver.find(|count| self.progress.count(format!("found {}", kind.count(count)))).await;
        self.progress.end();
        let matches = found?;
        if matches.left_out > 0 {
            let rows = counted(matches.left_out, "row", "rows");
            let first = matches.first_left_out;
            self.printer.warning(format_args!(
                "the portal returned {rows} that do not meet the filter, the first with id {first}: left out"
            ));
        }
        for condition in &matches.unchecked {
            self.printer
                .note(format_args!("`{condition}` rests on the portal's word: it cannot be checked here"));
        }
        if matches.everything && self.settings.expect.is_none() {
            let found = kind.count(matches.ids.len());
            let message = format!("the filter matches everything that the portal shows: {found}");
            return Err(Failure::usage(message)
                .hint(format!("if that is meant, add `--expect {}`", matches.ids.len())));
        }
        Plan::of_ids(kind, matches.ids)
    }

    /// Makes the job file.
    async fn plan_job(&self, file: PathBuf, plan: Plan) -> Result<Job, Failure> {
        self.progress.start(plan.len(), 0);
        let mut operations = plan.into_operations();
        let progress = self.progress.clone();
        let planned = std::iter::from_fn(move || match operations.next() {
            Some(operation) => {
                progress.advance(1);
                Some(operation.map_err(Error::from))
            }
            None if operations.remaining() > 0 => {
                operations.give_up();
                Some(Err(Failure::usage(INPUT_SHRANK).into()))
            }
            None => None,
        });
        let job =
            Job::plan_stream(file, self.client, stream::iter(planned), self.settings.plan_options()).await;
        self.progress.end();
        let job = job?;
        self.printer.note(format_args!("the job is kept in `{}`", job.path().display()));
        Ok(job)
    }

    async fn run_job(&self, job: &Job, interrupts: &mut Interrupts) -> Result<ExitStatus, Failure> {
        let runner = JobRunner {
            client: self.client,
            connection: &self.settings.connection,
            follower: self.follower(),
        };
        runner.run(job, JobRunOptions::default(), interrupts).await
    }

    fn follower(&self) -> Follower<'_> {
        Follower { printer: self.printer, progress: self.progress, output: self.settings.output }
    }

    async fn run(&self, plan: Plan, interrupts: &mut Interrupts) -> Result<ExitStatus, Failure> {
        let planned = plan.len();
        let source = Arc::new(Mutex::new(SourceEnd::default()));
        let operations = Source { operations: plan.into_operations(), end: Arc::clone(&source) };
        self.progress.start(planned, 0);
        let mut run = self.client.delete_many(operations, self.settings.run_options());
        let end = self.follower().follow(&mut run, interrupts).await;
        self.progress.end();
        let summary = run.summary();
        let end = match end {
            Ok(interrupted) => {
                let account = Account {
                    summary: &summary,
                    deletes_records: self.settings.kind.deletes_records(),
                    not_started: planned.saturating_sub(summary.total),
                };
                let printed = print_summary(self.printer, self.settings.output, &account);
                End { interrupted, stdout: printed }
            }
            Err(Ended::Left) => {
                return Err(left_at_once(
                    "running the same targets again is safe: what is gone will be `absent`",
                ));
            }
            Err(Ended::Stdout(error)) => End { interrupted: false, stdout: Err(error) },
        };
        let source = std::mem::take(&mut *source.lock().unwrap_or_else(PoisonError::into_inner));
        let verdict = Verdict { planned, summary: &summary, source, end };
        Ok(verdict.tell(self.printer))
    }
}

/// How the source of the operations ended.
#[derive(Debug, Default)]
struct SourceEnd {
    fault: Option<Failure>,
    missing: u64,
}

/// Hands out operations to the run and keeps the reason of an early end.
struct Source {
    operations: Operations,
    end: Arc<Mutex<SourceEnd>>,
}

impl Iterator for Source {
    type Item = Operation;

    fn next(&mut self) -> Option<Operation> {
        let fault = match self.operations.next() {
            Some(Ok(operation)) => return Some(operation),
            Some(Err(failure)) => Some(failure),
            None => None,
        };
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        *end = SourceEnd { fault, missing: self.operations.remaining() };
        None
    }
}

struct End {
    interrupted: bool,
    stdout: io::Result<()>,
}

/// What remains to be said after the last outcome.
struct Verdict<'a> {
    planned: u64,
    summary: &'a Summary,
    source: SourceEnd,
    end: End,
}

impl Verdict<'_> {
    fn tell(self, printer: &Printer) -> ExitStatus {
        let not_started = self.planned.saturating_sub(self.summary.total);
        let mut complete = self.summary.is_clean() && not_started == 0;
        if let Some(failure) = &self.source.fault {
            printer.failure(failure);
        } else if self.source.missing > 0 {
            printer.error(INPUT_SHRANK);
        }
        if let Err(error) = &self.end.stdout {
            printer.failure(&failure::stdout(error));
            complete = false;
        }
        let stopped = self.summary.stopped_by.as_ref().filter(|_| self.end.stdout.is_ok());
        let status = stopped.map(|reason| stop(reason, printer));
        match (complete, self.end.interrupted) {
            (true, _) => ExitStatus::Success,
            (false, true) => ExitStatus::Interrupted,
            (false, false) => status.unwrap_or(ExitStatus::Incomplete),
        }
    }
}
