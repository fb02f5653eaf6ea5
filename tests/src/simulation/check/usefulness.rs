//! Doubt is not overused: where an honest portal could be asked, the client knows.

use b24delete::{Status, Summary};

use super::Findings;
use crate::simulation::history::{Command, Fate, Sent, Verdict};
use crate::simulation::setup::{CONTACT, LEAD, Work};
use crate::simulation::story::Story;
use crate::simulation::thing::Thing;

/// After so many sends the client may give up.
const MAX_SENDS: usize = 3;

pub(super) fn check(story: &Story, found: &mut Findings) {
    for verdict in story.events.verdicts.iter().filter(|verdict| verdict.status == Status::Unknown) {
        let Some(thing) = story.thing(verdict.operation) else { continue };
        found.expect(is_excused(story, verdict, thing), Some(verdict.operation), || {
            format!("the {thing} is unknown, yet the portal could be asked")
        });
    }
}

fn is_excused(story: &Story, verdict: &Verdict, thing: Thing) -> bool {
    if was_cut_short(story, verdict) {
        return true;
    }
    let sends: Vec<_> = story.events.sends(verdict.operation).collect();
    let Some((first, _)) = sends.iter().find(|(_, command)| command.fate.could_have_run()) else {
        return false;
    };
    let rights = story.setup.portal.restricts(LEAD, thing.lead())
        || story.setup.portal.restricts(CONTACT, thing.contact());
    // A refusal after a loss proves nothing about what was lost.
    let refused = sends.iter().any(|(_, command)| is_denied(&command.fate));
    let last = story.events.looks(thing).filter(|(look, _)| look.sent.at <= verdict.given.at).last();
    let blind = last.is_none_or(|(look, command)| look.disturbed || !matches!(command.fate, Fate::Done(_)));
    sends.len() >= MAX_SENDS
        || rights
        || refused
        || blind
        || story.others_linked(thing)
        || came_too_late(story, thing, first)
}

/// Words that end an operation, or all of them, without telling what an earlier attempt did.
fn is_denied(fate: &Fate) -> bool {
    const ENDINGS: [&str; 7] = [
        "ACCESS_DENIED",
        "INVALID_CREDENTIALS",
        "OVERLOAD_LIMIT",
        "PAYMENT_REQUIRED",
        "PORTAL_DELETED",
        "expired_token",
        "insufficient_scope",
    ];
    let speaks_of_rights = |text: &str| text.contains("denied") || text.contains("permission");
    matches!(fate, Fate::Said(code, text) if ENDINGS.contains(&code.as_str()) || speaks_of_rights(text))
}

/// Without a look before the settle time nobody knows which links were there when they were to go.
fn came_too_late(story: &Story, thing: Thing, lost: &Sent) -> bool {
    let is_good = |(look, command): &(&Sent, &Command)| {
        look.sent.at >= lost.sent.at && !look.disturbed && matches!(command.fate, Fate::Done(_))
    };
    let mut looks = story.events.looks(thing).filter(is_good);
    let settled = lost.sent.at.as_secs_f64() + story.setup.client.settle_time;
    matches!(thing, Thing::Links(_))
        && looks.next().is_none_or(|(look, _)| look.sent.at.as_secs_f64() >= settled)
}

/// The run ended before the doubt could be settled.
fn was_cut_short(story: &Story, verdict: &Verdict) -> bool {
    match &story.setup.work {
        Work::Run(_) => {
            let stopped = |summary: &Summary| summary.stopped_by.is_some();
            story.summary.as_ref().is_none_or(stopped)
        }
        Work::Calls(calls) => {
            let call = calls.get(verdict.operation);
            call.is_none_or(|call| call.deadline.is_some())
        }
    }
}
