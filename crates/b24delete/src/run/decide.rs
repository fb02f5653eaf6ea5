//! From what came back to what happens next: pure functions, no waiting, no sending.

use crate::clock::Instant;
use crate::error::{Effect, Error, ErrorKind, Follow};
use crate::id::ContactId;
use crate::journal::{Lost, Start};
use crate::operation::Operation;
use crate::outcome::{ConfirmedBy, Status};
use crate::wire::lookup::{Link, Sight};

/// A delete is sent at most so often.
pub(super) const MAX_SENDS: u32 = 3;

/// A binding that limits hold back is looked at again so often at most before it is sent again.
const MOST_LATE_LOOKS: u32 = 3;

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

impl Task {
    /// An operation as a run takes it up.
    pub(super) fn new(start: Start) -> Self {
        let Start { seq, operation, lost } = start;
        let doubt = lost.as_ref().map(|lost| Doubt::of_earlier_process(operation, lost));
        let attempts = lost.map_or(0, |lost| lost.attempts);
        Self { seq, operation, attempts, doubt, look_holds_until: None, late_looks: 0 }
    }

    /// True when the look that it would be sent again on is too old: a binding can be made anew at any time, while a
    /// record that is gone never comes back under its id. Where looks alone use up what a limit leaves, none is fresher
    /// than the last, and it goes on that one.
    pub(super) fn needs_another_look(&self, now: Instant) -> bool {
        let is_binding = matches!(
            self.operation,
            Operation::DeleteLeadContact { .. } | Operation::DeleteLeadContactItems { .. }
        );
        let may_look = self.late_looks < MOST_LATE_LOOKS;
        is_binding && may_look && self.look_holds_until.is_some_and(|until| until < now)
    }
}

impl Doubt {
    fn of_earlier_process(operation: Operation, lost: &Lost) -> Self {
        let cause =
            Error::new(ErrorKind::Cancelled, "the process that sent it ended before the answer was recorded")
                .with_effect(Effect::MayHaveApplied)
                .with_method(operation.method());
        let link = |(contact_id, sort): &(ContactId, i64)| Link { contact_id: contact_id.get(), sort: *sort };
        Self { cause, seen: lost.bindings.as_ref().map(|links| links.iter().map(link).collect()) }
    }
}

impl Answer {
    /// The error, where it is one.
    pub(super) fn error(&self) -> Option<&Error> {
        match self {
            Self::Error(error) => Some(error),
            Self::Done | Self::NothingToDo => None,
        }
    }
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
    /// Until when it may be sent again on the strength of the last look; `None` when it rests on none.
    pub(super) look_holds_until: Option<Instant>,
    /// How often it was looked at again because a limit had held it back since the last look.
    pub(super) late_looks: u32,
}

/// What is known of an operation whose answer was lost.
#[derive(Debug)]
pub(super) struct Doubt {
    /// How the answer was lost.
    pub(super) cause: Error,
    /// The bindings that every successful lookup showed.
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

/// Not sent by the word of the journal; that proves nothing about an earlier attempt that was lost.
pub(super) fn refused_by_journal(task: &Task, error: Error) -> Verdict {
    match &task.doubt {
        Some(_) => Verdict::unknown("not sent again after an earlier attempt was lost", error, task.attempts),
        None => Verdict {
            status: Status::Failed,
            confirmed_by: Some(ConfirmedBy::Lookup),
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
    let known = doubt.seen.clone();
    if let Some(links) = &today {
        // What was once seen gone and comes back was made anew, even with the same SORT.
        let stayed = |link: &&Link| known.as_ref().is_none_or(|known| known.contains(link));
        doubt.seen = Some(links.iter().filter(stayed).copied().collect());
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
            // Without an earlier look nobody can tell which of a lead's bindings were there when the delete was asked for.
            let all_of_lead = matches!(task.operation, Operation::DeleteLeadContactItems { .. });
            let untold = known.is_none() && all_of_lead && !links.is_empty();
            let stayed = known.is_none_or(|known| links.iter().all(|link| known.contains(link)));
            match !untold && stayed {
                true => Next::Again,
                false => unknown("a binding may have been made anew since the answer was lost"),
            }
        }
    }
}

#[cfg(test)]
mod tests;
