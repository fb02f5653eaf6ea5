//! Following a run: its outcomes on stdout, Ctrl-C, and why it stopped.

use std::io;

use b24delete::{Canceller, ErrorKind, Outcome, Run, StopReason};
use b24delete_jobs::JobRun;
use futures_util::{FutureExt as _, Stream, StreamExt as _};

use crate::arguments::Output;
use crate::exit_status::ExitStatus;
use crate::failure::{self, Failure};
use crate::interrupt::Interrupts;
use crate::outcome_lines::print_outcome;
use crate::printer::Printer;
use crate::progress::Progress;

/// A run that can be followed.
pub(super) trait Running: Stream<Item = Outcome> + Unpin {
    /// A handle that cancels it.
    fn canceller(&self) -> Canceller;
}

impl Running for Run {
    fn canceller(&self) -> Canceller {
        self.canceller()
    }
}

impl Running for JobRun {
    fn canceller(&self) -> Canceller {
        self.canceller()
    }
}

/// Where outcomes go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Follower<'a> {
    pub(super) printer: &'a Printer,
    pub(super) progress: &'a Progress,
    pub(super) output: Output,
}

/// Why the outcomes were not followed to the end.
pub(super) enum Ended {
    /// The user would not wait for the request on the wire.
    Left,
    Stdout(io::Error),
}

impl Follower<'_> {
    /// Prints outcomes until the run ends; true when it was interrupted.
    pub(super) async fn follow(
        &self,
        run: &mut impl Running,
        interrupts: &mut Interrupts,
    ) -> Result<bool, Ended> {
        let canceller = run.canceller();
        let mut interrupted = false;
        let mut stdout = Ok(());
        loop {
            let outcome = match run.next().now_or_never() {
                Some(outcome) => outcome,
                None => {
                    // Nothing more for now: what is there goes out.
                    keep_first(&mut stdout, &canceller, || self.printer.flush());
                    tokio::select! {
                        outcome = run.next() => outcome,
                        () = interrupts.next() => {
                            if interrupted {
                                return Err(Ended::Left);
                            }
                            interrupted = true;
                            canceller.cancel();
                            self.printer.warning("stops after the request on the wire; Ctrl-C again leaves at once");
                            continue;
                        }
                    }
                }
            };
            let Some(outcome) = outcome else { break };
            self.progress.advance(1);
            keep_first(&mut stdout, &canceller, || print_outcome(self.printer, self.output, &outcome));
        }
        stdout.map_or_else(|error| Err(Ended::Stdout(error)), |()| Ok(interrupted))
    }
}

/// Writes while stdout takes it; at its first fault the run is cancelled, because nobody sees the outcomes any more.
fn keep_first(stdout: &mut io::Result<()>, canceller: &Canceller, write: impl FnOnce() -> io::Result<()>) {
    if stdout.is_ok() {
        *stdout = write();
        if stdout.is_err() {
            canceller.cancel();
        }
    }
}

/// The user left before the last answer; `hint` says how to go on.
pub(super) fn left_at_once(hint: &str) -> Failure {
    let mut failure = Failure::interrupted();
    "left before the last answer: what was on the wire may have been deleted"
        .clone_into(&mut failure.message);
    failure.hint(hint)
}

/// Tells why a run stopped before its end.
pub(super) fn stop(reason: &StopReason, printer: &Printer) -> ExitStatus {
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
        StopReason::Journal(error) if error.kind() == ErrorKind::Job => {
            printer.error(format_args!("stopped: {}", failure::describe(error)));
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
