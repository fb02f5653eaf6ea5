//! Statements about a job that both the text and the page make.

use std::time::Duration;

use b24delete::Status;

use super::content::{Content, OPEN, Reason, Timeline, shown_end, shown_time};
use crate::text::{counted, grouped, harmless, spell, target};

/// What `deleted` promises about records, and what it does not.
pub(super) const RECYCLE_BIN: &str =
    "`deleted` may mean: in the CRM recycle bin for 30 days, which REST cannot purge";

/// What the head of the record is good for.
pub(super) const RECORD: &str = "whoever kept the head finds edits, cuts and rewriting with `b24delete show JOB --verify --head HASH`; \
     that the portal told the truth it cannot show";

/// The whole of it in one sentence.
pub(super) fn headline(content: &Content) -> String {
    let summary = &content.summary;
    let total = counted(content.plan.operations, "operation", "operations");
    if content.timeline.runs.is_empty() {
        return format!("Planned, not yet run: {total}");
    }
    let mut text = format!("{} of {total} deleted", grouped(summary.deleted));
    let bad = summary.failed + summary.unknown + summary.not_run;
    for (count, one, many) in [
        (summary.absent, "was absent", "were absent"),
        (bad, "needs attention", "need attention"),
        (content.open, "is still open", "are still open"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {}", counted(count, one, many)));
        }
    }
    text
}

/// A state, and what it does not tell.
pub(super) fn in_words(state: &'static str) -> &'static str {
    match state {
        "running" => "running, or interrupted and can go on",
        "aborted" => "aborted, and can go on",
        other => other,
    }
}

/// What is known of the job, as names and values.
pub(super) fn facts(content: &Content) -> Vec<(&'static str, String)> {
    let job = &content.job;
    let user = job.user.map_or_else(String::new, |user| format!(", as user {user}"));
    let mut facts = vec![
        ("job", harmless(&job.name).into_owned()),
        ("portal", format!("{}{user}", harmless(&job.host))),
        ("state", in_words(job.state).to_owned()),
        (
            "planned",
            format!(
                "{}, {}",
                shown_time(job.planned_at),
                counted(content.plan.operations, "operation", "operations")
            ),
        ),
    ];
    let found = content.plan.found.iter().map(|(what, count)| (*what, grouped(*count)));
    facts.extend(found);
    let timeline = &content.timeline;
    if let Some((first, last)) = timeline.runs.first().zip(timeline.runs.last()) {
        facts.push((
            "ran",
            format!("{} to {}", shown_time(first.started), shown_end(first.started, last.ended)),
        ));
        facts.push(("took", took(timeline)));
        facts.push(("requests", grouped(content.summary.requests)));
    }
    let copies = match job.backups {
        0 => "none".to_owned(),
        count => counted(count, "record or list of bindings", "records or lists of bindings"),
    };
    facts.push(("copies", copies));
    let [leads, contacts, bindings] = job.restored;
    if leads + contacts + bindings > 0 {
        let (leads, contacts) = (counted(leads, "lead", "leads"), counted(contacts, "contact", "contacts"));
        facts
            .push(("restored", format!("{leads}, {contacts}, {}", counted(bindings, "binding", "bindings"))));
    }
    facts.push(("head of the record", content.record.head.clone()));
    facts
}

/// How long the job ran and for what it waited.
pub(super) fn took(timeline: &Timeline) -> String {
    let mut reasons: Vec<(&str, f64)> = Vec::new();
    for (from, to, reason) in timeline.waiting() {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, seconds)) => *seconds += to - from,
            None => reasons.push((reason, to - from)),
        }
    }
    reasons.retain(|(_, seconds)| *seconds >= 0.05);
    reasons.sort_by(|a, b| b.1.total_cmp(&a.1));
    let runs = counted(timeline.runs.len() as u64, "run", "runs");
    let mut text = format!("{} in {runs}", spell(timeline.running()));
    for (index, (reason, seconds)) in reasons.iter().enumerate() {
        let lead = if index == 0 { ", waited " } else { ", " };
        text.push_str(&format!("{lead}{} ({reason})", spell(Duration::from_secs_f64(*seconds))));
    }
    text
}

/// How many reasons are not told one by one.
pub(super) fn other_reasons(content: &Content) -> Option<String> {
    let others = content.other_reasons;
    (others > 0)
        .then(|| format!("{} for other reasons", counted(others, "more operation", "more operations")))
}

/// The first operations with this reason, and how many more there are.
pub(super) fn examples(reason: &Reason) -> String {
    let mut text = reason.examples.iter().map(|operation| target(*operation)).collect::<Vec<_>>().join(", ");
    let more = reason.count.saturating_sub(reason.examples.len() as u64);
    if more > 0 {
        text.push_str(&format!(" and {} more", grouped(more)));
    }
    text
}

/// The status in words; without one the operation is still open.
pub(super) fn status_name(status: Option<Status>) -> &'static str {
    match status {
        Some(Status::NotRun) => "not run",
        Some(status) => status.as_str(),
        None => OPEN,
    }
}

impl Reason {
    /// The portal's own words, harmless to show.
    pub(super) fn words(&self) -> String {
        let description = harmless(&self.description);
        match self.code.trim() {
            "" => description.into_owned(),
            code => format!("{description} ({})", harmless(code)),
        }
    }
}
