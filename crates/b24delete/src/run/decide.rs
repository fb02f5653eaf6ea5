//! From what came back to what happens next: pure functions, no waiting, no sending.

use crate::error::{Effect, Error, ErrorKind, Follow};
use crate::operation::Operation;
use crate::outcome::{ConfirmedBy, Status};
use crate::wire::lookup::{Link, Sight};

/// A delete is sent at most so often.
pub(super) const MAX_SENDS: u32 = 3;

/// What came back for a delete.
#[derive(Debug)]
pub(super) enum Answer {
    /// The portal did it.
    Done,
    /// The portal found nothing to do.
    NothingToDo,
    /// An error: what the attempt may have done is in its effect.
    Error(Error),
}

/// An operation on its way to its outcome.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) seq: u64,
    pub(super) operation: Operation,
    /// Sends that could have executed it.
    pub(super) attempts: u32,
    /// An own attempt was lost.
    pub(super) doubt: Option<Doubt>,
}

/// What is known of an operation whose answer was lost.
#[derive(Debug)]
pub(super) struct Doubt {
    /// How the answer was lost.
    pub(super) cause: Error,
    /// The bindings that the first successful lookup showed.
    pub(super) seen: Option<Vec<Link>>,
}

/// The verdict on an operation.
#[derive(Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) status: Status,
    pub(super) confirmed_by: Option<ConfirmedBy>,
    pub(super) error: Option<Error>,
}

/// What happens to an operation next.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// Its outcome is final.
    Final(Verdict),
    /// Nothing ran: it goes back into the queue.
    Again,
    /// It may have run: look, and wait for it to settle.
    LookUp,
}

impl Verdict {
    fn deleted(confirmed_by: ConfirmedBy) -> Self {
        Self { status: Status::Deleted, confirmed_by: Some(confirmed_by), error: None }
    }

    /// Never sent in a way that could have executed it.
    pub(super) fn not_run() -> Self {
        Self { status: Status::NotRun, confirmed_by: None, error: None }
    }

    /// In doubt for good; `why` says what kept it from being settled.
    pub(super) fn unknown(why: impl Into<String>, cause: Error, attempts: u32) -> Self {
        let error = Error::outcome_unknown(why, Some(cause)).with_attempts(attempts);
        Self { status: Status::Unknown, confirmed_by: None, error: Some(error) }
    }
}

/// Decides on a task whose delete was answered; notes the attempt and the doubt in the task.
pub(super) fn after_delete(task: &mut Task, answer: Answer) -> Next {
    let error = match answer {
        Answer::Done => {
            task.attempts += 1;
            return Next::Final(Verdict::deleted(ConfirmedBy::Reply));
        }
        Answer::NothingToDo => {
            task.attempts += 1;
            return Next::Final(nothing_there(task, None));
        }
        Answer::Error(error) => error,
    };
    match (error.effect(), error.kind().follow()) {
        (Effect::NotSent, _) | (Effect::Rejected, Follow::Wait) => Next::Again,
        (Effect::Rejected, _) => {
            task.attempts += 1;
            Next::Final(refused(task, error))
        }
        (Effect::MayHaveApplied, follow) => {
            task.attempts += 1;
            let cause = error.with_attempts(task.attempts);
            match follow {
                // The portal as a whole is gone or elsewhere: there is nothing to look at.
                Follow::Stop => {
                    Next::Final(Verdict::unknown("the portal cannot be asked", cause, task.attempts))
                }
                _ => {
                    let seen = task.doubt.take().and_then(|doubt| doubt.seen);
                    task.doubt = Some(Doubt { cause, seen });
                    Next::LookUp
                }
            }
        }
    }
}

/// Refused for good; after a lost attempt that proves nothing about the earlier one.
fn refused(task: &Task, error: Error) -> Verdict {
    match &task.doubt {
        _ if error.kind() == ErrorKind::NotFound => nothing_there(task, Some(error)),
        Some(_) => Verdict::unknown("refused after an earlier attempt was lost", error, task.attempts),
        None => Verdict {
            status: Status::Failed,
            confirmed_by: Some(ConfirmedBy::Reply),
            error: Some(error.with_attempts(task.attempts)),
        },
    }
}

/// Not there: our own lost attempt may have done it, else somebody else had.
fn nothing_there(task: &Task, error: Option<Error>) -> Verdict {
    match task.doubt {
        Some(_) => Verdict::deleted(ConfirmedBy::Lookup),
        None => Verdict {
            status: Status::Absent,
            confirmed_by: Some(ConfirmedBy::Reply),
            error: error.map(|error| error.with_attempts(task.attempts)),
        },
    }
}

/// When a lookup is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// The lost request may still be at work.
    Settling,
    /// The settle time has passed.
    Settled,
    /// The run ends: this is the last look.
    Ending,
}

/// Decides on a task in doubt by what a lookup showed.
pub(super) fn after_lookup(task: &mut Task, sight: Sight, moment: Moment) -> Next {
    let attempts = task.attempts;
    let Some(doubt) = task.doubt.as_mut() else { return Next::LookUp };
    let today = match sight {
        Sight::Gone => return Next::Final(Verdict::deleted(ConfirmedBy::Lookup)),
        Sight::Present(links) => Some(links),
        Sight::NotListed => Some(Vec::new()),
        Sight::NoProof(_) => None,
    };
    let first = doubt.seen.is_none();
    if let (true, Some(links)) = (first, &today) {
        doubt.seen = Some(links.clone());
    }
    let unknown = |why: &str| Next::Final(Verdict::unknown(why, doubt.cause.clone(), attempts));
    match (moment, today) {
        (Moment::Settling, _) => Next::LookUp,
        (Moment::Ending, _) => unknown("the run ended before it could be settled"),
        (Moment::Settled, None) => unknown("the portal does not show what became of it"),
        (Moment::Settled, Some(_)) if attempts >= MAX_SENDS => {
            unknown("sent three times without a clear answer")
        }
        (Moment::Settled, Some(links)) => {
            let known = doubt.seen.as_deref().unwrap_or_default();
            // Without an earlier look nobody can tell which of a lead's bindings were there when the delete was asked for.
            let all_of_lead = matches!(task.operation, Operation::DeleteLeadContactItems { .. });
            let untold = first && all_of_lead && !links.is_empty();
            match !untold && links.iter().all(|link| known.contains(link)) {
                true => Next::Again,
                false => unknown("a binding may have been made anew since the answer was lost"),
            }
        }
    }
}
