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
mod tests {
    use super::*;

    fn task(operation: Operation, attempts: u32, lost: bool) -> Task {
        let doubt = lost.then(|| Doubt { cause: Error::new(ErrorKind::Timeout, ""), seen: None });
        Task { seq: 0, operation, attempts, doubt, look_holds_until: None, late_looks: 0 }
    }

    fn lead(attempts: u32, lost: bool) -> Task {
        task(Operation::lead(1).unwrap(), attempts, lost)
    }

    fn word(next: &Next) -> String {
        match next {
            Next::Final(verdict) => {
                let by = verdict.confirmed_by.map_or("", ConfirmedBy::as_str);
                format!(
                    "{} {by} {}",
                    verdict.status,
                    verdict.error.as_ref().map_or("", |error| error.kind().as_str())
                )
            }
            Next::Again => "again".to_owned(),
            Next::LookUp => "look up".to_owned(),
        }
    }

    fn answered(kind: ErrorKind, lost: bool) -> String {
        word(&after_delete(&mut lead(u32::from(lost), lost), Answer::Error(Error::new(kind, ""))))
    }

    #[test]
    fn answers_to_a_first_attempt() {
        assert_eq!(word(&after_delete(&mut lead(0, false), Answer::Done)), "deleted reply ");
        assert_eq!(word(&after_delete(&mut lead(0, false), Answer::NothingToDo)), "absent reply ");
        assert_eq!(answered(ErrorKind::NotFound, false), "absent reply not_found");
        assert_eq!(answered(ErrorKind::AccessDenied, false), "failed reply access_denied");
        assert_eq!(answered(ErrorKind::RateLimited, false), "again");
        assert_eq!(answered(ErrorKind::OperationTimeLimit, false), "again");
        assert_eq!(answered(ErrorKind::Tls, false), "again");
        assert_eq!(answered(ErrorKind::Timeout, false), "look up");
        assert_eq!(answered(ErrorKind::PortalError, false), "look up");
        assert_eq!(answered(ErrorKind::Redirected, false), "unknown  outcome_unknown");
    }

    #[test]
    fn after_a_lost_attempt_absence_is_our_own_doing_and_a_refusal_settles_nothing() {
        assert_eq!(word(&after_delete(&mut lead(1, true), Answer::Done)), "deleted reply ");
        assert_eq!(word(&after_delete(&mut lead(1, true), Answer::NothingToDo)), "deleted lookup ");
        assert_eq!(answered(ErrorKind::NotFound, true), "deleted lookup ");
        assert_eq!(answered(ErrorKind::AccessDenied, true), "unknown  outcome_unknown");
        assert_eq!(answered(ErrorKind::RateLimited, true), "again");
        assert_eq!(answered(ErrorKind::Timeout, true), "look up");
    }

    /// What becomes of an operation whose first attempt ended with an error of the kind.
    const NEXT_STEPS: [(&str, &str); 39] = [
        ("not_found", "absent reply not_found"),
        ("invalid_argument", "failed reply invalid_argument"),
        ("invalid_id", "failed reply invalid_id"),
        ("missing_fields", "failed reply missing_fields"),
        ("method_not_found", "failed reply method_not_found"),
        ("batch_method_not_allowed", "failed reply batch_method_not_allowed"),
        ("batch_too_long", "failed reply batch_too_long"),
        ("https_required", "failed reply https_required"),
        ("access_denied", "failed reply access_denied"),
        ("insufficient_scope", "failed reply insufficient_scope"),
        ("user_access", "failed reply user_access"),
        ("wrong_auth_type", "failed reply wrong_auth_type"),
        ("confirmation_required", "failed reply confirmation_required"),
        ("payment_required", "failed reply payment_required"),
        ("no_auth", "failed reply no_auth"),
        ("invalid_credentials", "failed reply invalid_credentials"),
        ("invalid_token", "failed reply invalid_token"),
        ("expired_token", "failed reply expired_token"),
        ("refresh_failed", "again"),
        ("application_not_found", "failed reply application_not_found"),
        ("rate_limited", "again"),
        ("operation_time_limit", "again"),
        ("overloaded", "failed reply overloaded"),
        ("internal_server_error", "look up"),
        ("unexpected_answer", "look up"),
        ("manifest_not_available", "look up"),
        ("portal_deleted", "unknown  outcome_unknown"),
        ("portal_error", "look up"),
        ("timeout", "look up"),
        ("connection", "look up"),
        ("tls", "again"),
        ("redirected", "unknown  outcome_unknown"),
        ("invalid_response", "look up"),
        ("outcome_unknown", "look up"),
        ("config", "again"),
        ("cancelled", "again"),
        ("job", "again"),
        ("changed", "again"),
        ("internal", "look up"),
    ];

    #[test]
    fn every_kind_has_its_next_step() {
        let steps = ErrorKind::ALL.map(|kind| (kind.as_str(), answered(kind, false)));
        for ((kind, step), expected) in steps.iter().zip(NEXT_STEPS) {
            assert_eq!((*kind, step.as_str()), expected);
        }
    }

    fn looked(task: &mut Task, sight: Sight, moment: Moment) -> String {
        word(&after_lookup(task, sight, moment))
    }

    #[test]
    fn gone_is_final_and_present_is_provisional() {
        for moment in [Moment::Settling, Moment::Settled, Moment::Ending] {
            assert_eq!(looked(&mut lead(1, true), Sight::Gone, moment), "deleted lookup ");
        }
        let present = || Sight::Present(Vec::new());
        assert_eq!(looked(&mut lead(1, true), present(), Moment::Settling), "look up");
        assert_eq!(looked(&mut lead(1, true), present(), Moment::Settled), "again");
        assert_eq!(looked(&mut lead(3, true), present(), Moment::Settled), "unknown  outcome_unknown");
        assert_eq!(looked(&mut lead(1, true), present(), Moment::Ending), "unknown  outcome_unknown");
        let no_proof = Sight::NoProof(Error::new(ErrorKind::AccessDenied, ""));
        assert_eq!(looked(&mut lead(1, true), no_proof, Moment::Settled), "unknown  outcome_unknown");
    }

    #[test]
    fn a_binding_that_was_made_anew_is_left_alone() {
        let link = |contact_id, sort| Link { contact_id, sort };
        let unlink = || task(Operation::lead_contact(1, 5).unwrap(), 1, true);
        let settled = |first: Sight, second: Sight| {
            let mut task = unlink();
            assert_eq!(looked(&mut task, first, Moment::Settling), "look up");
            looked(&mut task, second, Moment::Settled)
        };
        assert_eq!(settled(Sight::Present(vec![link(5, 10)]), Sight::Present(vec![link(5, 10)])), "again");
        assert_eq!(settled(Sight::Present(vec![link(5, 10)]), Sight::NotListed), "again");
        let anew = "unknown  outcome_unknown";
        assert_eq!(settled(Sight::Present(vec![link(5, 10)]), Sight::Present(vec![link(5, 20)])), anew);
        assert_eq!(settled(Sight::NotListed, Sight::Present(vec![link(5, 10)])), anew);
        // Without an earlier look it is sent once more.
        assert_eq!(looked(&mut unlink(), Sight::Present(vec![link(5, 10)]), Moment::Settled), "again");
    }

    #[test]
    fn all_bindings_go_again_only_when_all_were_there_before() {
        let link = |contact_id| Link { contact_id, sort: 10 };
        let all = || task(Operation::lead_contact_items(1).unwrap(), 1, true);
        let settled = |first: Vec<Link>, second: Vec<Link>| {
            let mut task = all();
            looked(&mut task, Sight::Present(first), Moment::Settling);
            looked(&mut task, Sight::Present(second), Moment::Settled)
        };
        assert_eq!(settled(vec![link(1), link(2)], vec![link(2)]), "again");
        assert_eq!(settled(vec![link(1)], vec![link(1), link(2)]), "unknown  outcome_unknown");
        assert_eq!(
            looked(&mut all(), Sight::Present(vec![link(1)]), Moment::Settled),
            "unknown  outcome_unknown"
        );
        assert_eq!(looked(&mut all(), Sight::NotListed, Moment::Settled), "again");
    }
}
