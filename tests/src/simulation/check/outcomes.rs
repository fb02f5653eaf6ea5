//! Verdicts are true, and stay true.

use b24delete::{ConfirmedBy, Effect, Status};

use super::Findings;
use crate::simulation::history::{Fate, Sent, Verdict};
use crate::simulation::story::Story;
use crate::simulation::thing::Thing;

/// A delete is sent at most so often.
const MAX_SENDS: usize = 3;

pub(super) fn check(story: &Story, found: &mut Findings) {
    for verdict in &story.events.verdicts {
        let Some(thing) = story.thing(verdict.operation) else { continue };
        match verdict.status {
            Status::Deleted | Status::Absent => is_gone(story, verdict, thing, found),
            Status::Failed | Status::NotRun => did_not_apply(story, verdict, found),
            Status::Unknown => {}
        }
        nothing_follows(story, verdict, found);
        attempts_are_counted(story, verdict, found);
        claims_fit(verdict, found);
    }
    for operation in 0..story.pulled().len() {
        resends_are_careful(story, operation, found);
    }
}

/// The thing was missing at some moment between the last request about it and the verdict. Somebody may have linked
/// again by then; records never come back.
fn is_gone(story: &Story, verdict: &Verdict, thing: Thing, found: &mut Findings) {
    let operation = Some(verdict.operation);
    let to = verdict.given.executed;
    // A caller who lags gets a verdict long after it became final: later looks were about something else.
    let looks = story.events.looks(thing).filter(|_| story.caller_keeps_up());
    let asked = story.events.sends(verdict.operation).chain(looks);
    let asked = asked.map(|(request, _)| request.sent).filter(|sent| sent.at <= verdict.given.at).max();
    let from = asked.map_or(to, |sent| sent.executed);
    found.expect_of_log(story.truth.was_missing(thing, from, to), operation, || {
        format!("the {thing} is {}, yet it was there", verdict.status)
    });
    let mut own = story.executions_of(verdict.operation);
    match (verdict.status, verdict.confirmed_by) {
        (Status::Deleted, Some(ConfirmedBy::Reply)) => {
            let last = story.events.sends(verdict.operation).last();
            let number = last.and_then(|(request, _)| request.number);
            let done = own.any(|own| {
                Some(own.execution.request) == number && own.succeeded() && own.execution.sequence <= to
            });
            found.expect_of_log(done, operation, || format!("no own attempt deleted the {thing} by reply"));
        }
        (Status::Deleted, Some(ConfirmedBy::Lookup)) => {
            let lost =
                story.events.sends(verdict.operation).any(|(_, command)| command.fate.could_have_run());
            found.expect(lost, operation, || format!("no own attempt on the {thing} was lost"));
        }
        (Status::Absent, Some(ConfirmedBy::Reply)) => {
            found.expect_of_log(!own.any(|own| own.applied()), operation, || {
                format!("the {thing} is absent, yet an own attempt deleted it")
            });
        }
        other => found.expect(false, operation, || format!("a verdict cannot rest on {other:?}")),
    }
}

fn did_not_apply(story: &Story, verdict: &Verdict, found: &mut Findings) {
    let applied = story.executions_of(verdict.operation).find(|own| own.applied());
    found.expect_of_log(applied.is_none(), Some(verdict.operation), || {
        format!("{}, yet an own attempt applied: {applied:?}", verdict.status)
    });
    let could = story.events.sends(verdict.operation).any(|(_, command)| command.fate.could_have_run());
    found.expect(verdict.status == Status::Failed || !could, Some(verdict.operation), || {
        "not run, yet a send of it could have run".to_owned()
    });
}

/// Nothing is sent after the verdict; nothing that was sent before executes after it, except where the thing was seen
/// to be gone: then it must do nothing.
fn nothing_follows(story: &Story, verdict: &Verdict, found: &mut Findings) {
    let operation = Some(verdict.operation);
    for (request, _) in story.events.sends(verdict.operation) {
        found.expect(request.sent.at <= verdict.given.at, operation, || {
            format!("sent at {:?}, after its verdict at {:?}", request.sent.at, verdict.given.at)
        });
    }
    for own in story.executions_of(verdict.operation) {
        let later = own.execution.sequence > verdict.given.executed;
        let harmless = match (verdict.status, verdict.confirmed_by) {
            // The verdict itself says that this may happen.
            (Status::Unknown, _) => true,
            (_, Some(ConfirmedBy::Lookup)) => !own.applied(),
            _ => false,
        };
        found.expect_of_log(!later || harmless, operation, || {
            format!("{} at {:?}, executed after that: {:?}", verdict.status, verdict.given.at, own.execution)
        });
    }
}

fn attempts_are_counted(story: &Story, verdict: &Verdict, found: &mut Findings) {
    let operation = Some(verdict.operation);
    let sends = story.events.sends(verdict.operation);
    let sends = sends.filter(|(request, _)| request.sent.at <= verdict.given.at);
    // What was still on its way at the time could have run for all that the client knew then.
    let aloft = |request: &Sent| request.landed.is_none_or(|landed| landed.at > verdict.given.at);
    let counted = sends.filter(|(request, command)| aloft(request) || command.fate.could_have_run()).count();
    found.expect(counted <= MAX_SENDS, operation, || format!("sent {counted} times"));
    if let Some(attempts) = verdict.attempts {
        found.expect(usize::try_from(attempts) == Ok(counted), operation, || {
            format!("{attempts} attempts are told, {counted} sends could have executed")
        });
    }
    let executed = story.executions_of(verdict.operation).count();
    found.expect(executed <= counted, operation, || format!("{executed} executions of {counted} sends"));
}

/// The error of a verdict says the same as its status.
fn claims_fit(verdict: &Verdict, found: &mut Findings) {
    let effect = verdict.error.map(|(_, effect)| effect);
    let fits = match verdict.status {
        Status::Deleted => effect.is_none(),
        Status::Absent | Status::Failed => effect.is_none_or(|effect| effect == Effect::Rejected),
        Status::Unknown => effect == Some(Effect::MayHaveApplied),
        Status::NotRun => effect.is_none_or(|effect| effect == Effect::NotSent),
    };
    found.expect(fits, Some(verdict.operation), || {
        format!("{} does not go with the error {:?}", verdict.status, verdict.error)
    });
}

/// A delete whose answer was lost is sent again only after the settle time and a look that shows the thing, and never
/// when a link was made anew meanwhile.
fn resends_are_careful(story: &Story, operation: usize, found: &mut Findings) {
    let Some(thing) = story.thing(operation) else { return };
    let sends: Vec<_> = story.events.sends(operation).collect();
    let settle = story.setup.client.settle_time;
    // For a caller who has left, nobody notes which of several operations on the thing is open.
    let ended = story.events.ended.filter(|_| story.verdict(operation).is_none());
    for (place, (again, _)) in sends.iter().enumerate().skip(1) {
        if ended.is_some_and(|ended| ended.at <= again.sent.at) {
            continue;
        }
        let before = sends.iter().take(place);
        let lost: Vec<_> = before.filter(|(_, command)| command.fate.could_have_run()).collect();
        let (Some((first, _)), Some((last, _))) = (lost.first(), lost.last()) else { continue };
        let waited = again.sent.at.as_secs_f64() - last.sent.at.as_secs_f64();
        found.expect(waited >= settle - 0.001, Some(operation), || {
            format!("sent again after {waited} s, the settle time is {settle} s")
        });
        let looks = story.events.looks(thing).filter(|(look, _)| {
            look.sent.at >= first.sent.at && look.landed.is_some_and(|landed| landed.at <= again.sent.at)
        });
        let seen = looks.filter_map(|(look, command)| match &command.fate {
            Fate::Done(rows) => Some((look.sent.at, rows)),
            _ => None,
        });
        let seen: Vec<_> = seen.collect();
        let settled =
            seen.iter().any(|(at, _)| at.as_secs_f64() - last.sent.at.as_secs_f64() >= settle - 0.001);
        found.expect(settled, Some(operation), || {
            "sent again without a look after the settle time".to_owned()
        });
        made_anew(story, operation, thing, &seen, found);
    }
}

fn made_anew(
    story: &Story,
    operation: usize,
    thing: Thing,
    seen: &[(std::time::Duration, &Vec<(i64, i64)>)],
    found: &mut Findings,
) {
    let (Some((_, first)), Some((_, last))) = (seen.first(), seen.last()) else { return };
    let anew = match thing {
        Thing::Link(_, contact) => {
            let sort =
                |rows: &[(i64, i64)]| rows.iter().find(|(shown, _)| *shown == contact).map(|(_, sort)| *sort);
            matches!((sort(first), sort(last)), (Some(before), Some(now)) if before != now)
        }
        Thing::Links(_) => !last.iter().all(|link| first.contains(link)),
        Thing::Lead(_) | Thing::Contact(_) => false,
    };
    found.expect(!anew, Some(operation), || {
        format!("the {thing} was made anew, from {first:?} to {last:?}, and deleted again")
    });
    let blind = matches!(thing, Thing::Links(_)) && seen.len() == 1 && !last.is_empty();
    found.expect(!blind, Some(operation), || {
        format!(
            "the {thing} were deleted again although nobody knows which were there before: {}",
            story.setup.seed
        )
    });
}
