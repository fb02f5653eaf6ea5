//! `lead`, `contact`, `lead-contact`, `lead-contact-items`: the deletion itself.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use b24delete::{Client, Operation, Run, StopReason, Summary};
use b24delete_jobs::text::{counted, grouped};
use futures_util::FutureExt as _;

use super::dry_run::dry_run;
use crate::arguments::DeleteArguments;
use crate::confirm::Question;
use crate::exit_status::ExitStatus;
use crate::failure::{self, Failure};
use crate::filter::{Filter, Resolver};
use crate::interrupt::Interrupts;
use crate::outcome_lines::{print_outcome, print_summary};
use crate::printer::Printer;
use crate::progress::Progress;
use crate::settings::{DeleteSettings, Selection};
use crate::targets::{Kind, Operations, Plan};

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
    let job = Job { settings: &settings, client: &client, printer, progress: &progress };
    let prepared = tokio::select! {
        prepared = job.prepare(selection) => prepared,
        () = interrupts.next() => Err(Failure::interrupted()),
    };
    let result = match prepared {
        Ok(Step::Run(plan)) => job.run(plan, &mut interrupts).await,
        Ok(Step::Done(status)) => Ok(status),
        Err(failure) => Err(failure),
    };
    progress.end();
    result
}

/// What is left to do after the preparation.
enum Step {
    Run(Plan),
    Done(ExitStatus),
}

struct Job<'a> {
    settings: &'a DeleteSettings,
    client: &'a Client,
    printer: &'a Printer,
    progress: &'a Progress,
}

impl Job<'_> {
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
            return Err(Failure::usage(format!("found {found}, but `--expect` says {}", grouped(expected))));
        }
        if plan.len() == 0 {
            self.printer.note("no record matches the filter, nothing to delete");
            let done = Step::Done(ExitStatus::Success);
            return Ok(if self.settings.dry_run { done } else { Step::Run(plan) });
        }
        if self.settings.dry_run {
            dry_run(self.client, plan, self.settings.output, self.printer, self.progress).await?;
            return Ok(Step::Done(ExitStatus::Success));
        }
        let question = Question { client: self.client, kind: self.settings.kind, count: plan.len() };
        if question.ask(self.settings.yes, self.printer).await? {
            return Ok(Step::Run(plan));
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
        Ok(Plan::of_ids(kind, matches.ids))
    }

    async fn run(&self, plan: Plan, interrupts: &mut Interrupts) -> Result<ExitStatus, Failure> {
        let planned = plan.len();
        let source = Arc::new(Mutex::new(SourceEnd::default()));
        let operations = Source { operations: plan.into_operations(), end: Arc::clone(&source) };
        self.progress.start(planned);
        let mut run = self.client.delete_many(operations, self.settings.run_options());
        let end = self.follow(&mut run, interrupts).await;
        self.progress.end();
        let summary = run.summary();
        let end = match end {
            Ok(interrupted) => {
                let printed = print_summary(self.printer, self.settings.output, self.settings.kind, &summary);
                End { interrupted, stdout: printed }
            }
            Err(Ended::Left) => return Err(left_at_once()),
            Err(Ended::Stdout(error)) => End { interrupted: false, stdout: Err(error) },
        };
        let source = std::mem::take(&mut *source.lock().unwrap_or_else(PoisonError::into_inner));
        let verdict = Verdict { planned, summary: &summary, source, end };
        Ok(verdict.tell(self.printer))
    }

    /// Prints outcomes until the run ends; true when it was interrupted.
    async fn follow(&self, run: &mut Run, interrupts: &mut Interrupts) -> Result<bool, Ended> {
        let mut interrupted = false;
        let mut stdout = Ok(());
        loop {
            let outcome = match run.next().now_or_never() {
                Some(outcome) => outcome,
                None => {
                    // Nothing more for now: what is there goes out.
                    keep_first(&mut stdout, run, || self.printer.flush());
                    tokio::select! {
                        outcome = run.next() => outcome,
                        () = interrupts.next() => {
                            if interrupted {
                                return Err(Ended::Left);
                            }
                            interrupted = true;
                            run.cancel();
                            self.printer.warning("stops after the request on the wire; Ctrl-C again leaves at once");
                            continue;
                        }
                    }
                }
            };
            let Some(outcome) = outcome else { break };
            self.progress.advance(1);
            keep_first(&mut stdout, run, || print_outcome(self.printer, self.settings.output, &outcome));
        }
        stdout.map_or_else(|error| Err(Ended::Stdout(error)), |()| Ok(interrupted))
    }
}

/// Writes while stdout takes it; at its first fault the run is cancelled, because nobody sees the outcomes any more.
fn keep_first(stdout: &mut io::Result<()>, run: &Run, write: impl FnOnce() -> io::Result<()>) {
    if stdout.is_ok() {
        *stdout = write();
        if stdout.is_err() {
            run.cancel();
        }
    }
}

/// Why the outcomes were not followed to the end.
enum Ended {
    /// The user would not wait for the request on the wire.
    Left,
    Stdout(io::Error),
}

fn left_at_once() -> Failure {
    let mut failure = Failure::interrupted();
    "left before the last answer: what was on the wire may have been deleted"
        .clone_into(&mut failure.message);
    failure.hint("running the same targets again is safe: what is gone will be `absent`")
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
            printer
                .error("an input changed while it was read: targets that were confirmed are no longer in it");
        }
        if let Err(error) = &self.end.stdout {
            printer.failure(&failure::stdout(error));
            complete = false;
        }
        if not_started > 0 {
            let (started, planned) = (grouped(not_started), grouped(self.planned));
            printer.warning(format_args!("{started} of {planned} targets were not started"));
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

/// Tells why a run stopped before its end.
fn stop(reason: &StopReason, printer: &Printer) -> ExitStatus {
    match reason {
        StopReason::Cancelled => ExitStatus::Interrupted,
        StopReason::MaxFailures => {
            printer.error("stopped: more operations failed or stayed unknown than `--max-failures` allows");
            ExitStatus::Incomplete
        }
        StopReason::AllAbsent => {
            printer.error("stopped: all answers so far are `absent`");
            printer.hint("is this the right portal? `b24delete check` shows it; `--allow-absent` goes on");
            ExitStatus::Incomplete
        }
        StopReason::Source(error) | StopReason::Journal(error) | StopReason::Portal(error) => {
            printer.error(format_args!("stopped: {}", failure::describe(error)));
            if let Some(hint) = failure::hint_for(error.kind()) {
                printer.hint(hint);
            }
            failure::status_of(error)
        }
        _ => ExitStatus::Incomplete,
    }
}
