//! How a run goes: it ends, asks for nothing else, in order, and stops when it is told to.

use std::collections::BTreeSet;

use b24delete::{Status, Summary};

use super::Findings;
use crate::simulation::history::{Fate, Mark, Sent};
use crate::simulation::setup::{Ending, Pulling, Work};
use crate::simulation::story::Story;
use crate::simulation::thing::Thing;

pub(super) fn check(story: &Story, found: &mut Findings) {
    found.expect(story.finished, None, || "the run does not end".to_owned());
    found.expect(story.truth.agrees_with(&story.end), None, || {
        "the portal's log and its records disagree".to_owned()
    });
    for leak in &story.events.leaks {
        found.expect(false, None, || format!("the secret shows: {leak}"));
    }
    only_what_was_asked(story, found);
    never_twice_in_flight(story, found);
    in_order(story, found);
    a_bounded_number_of_requests(story, found);
    nothing_after_the_end(story, found);
    one_verdict_each(story, found);
    if let Some(summary) = &story.summary {
        the_account_is_right(story, summary, found);
    }
}

fn only_what_was_asked(story: &Story, found: &mut Findings) {
    let asked: BTreeSet<_> = story.pulled().iter().map(Thing::of).collect();
    for own in story.own_executions() {
        found.expect_of_log(asked.contains(&own.thing), own.operation, || {
            format!("nobody asked to delete the {}", own.thing)
        });
    }
}

fn is_aloft(request: &Sent, at: Mark) -> bool {
    request.sent.at <= at.at && request.landed.is_none_or(|landed| landed.at > at.at)
}

fn never_twice_in_flight(story: &Story, found: &mut Findings) {
    let requests = &story.events.requests;
    for (place, request) in requests.iter().enumerate() {
        let earlier = requests.iter().take(place).filter(|earlier| is_aloft(earlier, request.sent));
        for other in earlier.flat_map(|earlier| &earlier.commands).filter(|command| command.deletes) {
            let twice =
                request.commands.iter().any(|command| command.deletes && command.thing == other.thing);
            found.expect(!twice, other.operation, || {
                format!("the {} is in flight twice at {:?}", other.thing, request.sent.at)
            });
        }
    }
}

/// An operation is sent only after every earlier one that it must follow has its verdict.
fn in_order(story: &Story, found: &mut Findings) {
    if !story.caller_keeps_up() || matches!(story.setup.work, Work::Calls(_)) {
        return;
    }
    for (place, operation) in story.pulled().iter().enumerate() {
        let thing = Thing::of(operation);
        let Some((first, _)) = story.events.sends(place).next() else { continue };
        for earlier in
            (0..place).filter(|earlier| story.thing(*earlier).is_some_and(|other| thing.follows(other)))
        {
            let given = story.verdict(earlier).map(|verdict| verdict.given.at);
            // A caller who leaves does not take the verdicts that were ready.
            let left = given.is_none() && story.events.ended.is_some_and(|ended| ended.at <= first.sent.at);
            found.expect(left || given.is_some_and(|given| given <= first.sent.at), Some(place), || {
                format!("operation {place} is sent at {:?}, before {earlier} has its verdict", first.sent.at)
            });
        }
    }
}

fn a_bounded_number_of_requests(story: &Story, found: &mut Findings) {
    // Three sends, seven looks after each, and a few refusals: most runs need far less than one per operation.
    let most = 60 + 40 * story.pulled().len();
    // Refusals by a limit are waited out however many there are: a client without limits of its own meets them.
    let ran = |request: &&Sent| request.commands.iter().any(|command| command.fate != Fate::Refused);
    let sent = story.events.requests.iter().filter(ran).count();
    found.expect(sent <= most, None, || format!("{sent} requests, at most {most} are reasonable"));
}

fn nothing_after_the_end(story: &Story, found: &mut Findings) {
    let pulled = story.events.pulled_after_end;
    found.expect(pulled == 0, None, || format!("{pulled} operations were pulled after the caller's end"));
    let Some(ended) = story.events.ended else { return };
    for request in story.events.requests.iter().filter(|request| request.sent.at > ended.at) {
        let deletes = request.commands.iter().any(|command| command.deletes);
        found.expect(!deletes, request.commands.first().and_then(|command| command.operation), || {
            format!("a delete is sent at {:?}, after the caller's end at {:?}", request.sent.at, ended.at)
        });
    }
}

fn one_verdict_each(story: &Story, found: &mut Findings) {
    let mut seen = BTreeSet::new();
    for verdict in &story.events.verdicts {
        let operation = verdict.operation;
        found.expect(seen.insert(operation), Some(operation), || {
            format!("operation {operation} has two verdicts")
        });
        found.expect(operation < story.pulled().len(), None, || {
            format!("a verdict on {operation}, which was not pulled")
        });
        found.expect(verdict.late < 0.002, Some(operation), || {
            format!("the call ends {} s after its deadline", verdict.late)
        });
    }
    let stayed = match &story.setup.work {
        Work::Run(plan) => {
            !matches!(plan.ending, Ending::LeaveAfter(_) | Ending::LeaveAt(_)) || story.summary.is_some()
        }
        Work::Calls(calls) => calls.iter().all(|call| call.abandoned.is_none()),
    };
    if stayed && story.finished {
        for operation in (0..story.pulled().len()).filter(|operation| !seen.contains(operation)) {
            found.expect(false, Some(operation), || format!("operation {operation} has no verdict"));
        }
    }
}

fn the_account_is_right(story: &Story, summary: &Summary, found: &mut Findings) {
    let count = |status| {
        let of_status = story.events.verdicts.iter().filter(|verdict| verdict.status == status);
        u64::try_from(of_status.count()).unwrap_or(u64::MAX)
    };
    let counted =
        [summary.deleted, summary.absent, summary.failed, summary.unknown, summary.not_run, summary.total];
    let total = u64::try_from(story.events.verdicts.len()).unwrap_or(u64::MAX);
    let [deleted, absent, failed, unknown, not_run] =
        [Status::Deleted, Status::Absent, Status::Failed, Status::Unknown, Status::NotRun].map(count);
    found.expect(counted == [deleted, absent, failed, unknown, not_run, total], None, || {
        format!("the summary disagrees with the outcomes: {summary:?}")
    });
    let requests = u64::try_from(story.events.requests.len()).unwrap_or(u64::MAX);
    found.expect(summary.requests == requests, None, || {
        format!("the summary counts {} requests, sent were {requests}", summary.requests)
    });
    stops_are_obeyed(story, summary, failed + unknown, found);
}

fn stops_are_obeyed(story: &Story, summary: &Summary, bad: u64, found: &mut Findings) {
    let Work::Run(plan) = &story.setup.work else { return };
    let stopped_by = summary.stopped_by.as_ref().map(|reason| reason.as_str());
    if let Some(most) = plan.max_failures {
        found.expect(bad <= most || stopped_by.is_some(), None, || {
            format!("{bad} failures, {most} were allowed, and the run was not stopped")
        });
        found.expect(bad > most || stopped_by != Some("max_failures"), None, || {
            format!("stopped for {bad} failures, {most} were allowed")
        });
    }
    let all = match plan.pulling {
        Pulling::FailsAfter(count) => {
            let fails = count <= plan.operations.len();
            found.expect(!fails || stopped_by.is_some(), None, || {
                "the source failed, and the run was not stopped".to_owned()
            });
            count.min(plan.operations.len())
        }
        Pulling::AtOnce | Pulling::Paced(_) => plan.operations.len(),
    };
    found.expect(stopped_by.is_some() || story.pulled().len() == all, None, || {
        format!("only {} of {all} operations were pulled", story.pulled().len())
    });
    found.expect(stopped_by.is_some() || summary.not_run == 0, None, || {
        "operations were not run although nothing stopped the run".to_owned()
    });
}
