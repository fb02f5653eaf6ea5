//! Reads from the job file what a report tells.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use b24delete::{Error, ErrorKind, Operation, Status, StopReason};
use jiff::Timestamp;

use super::content::{Content, JobHead, PlanTotals, Reason, Record, Row, RunSpan, Timeline, Wait};
use crate::store::{Fault, Kept, Line, Part, Result, RunRow, Store};
use crate::{chain, clock, verify};

/// The most reasons that are told one by one.
const MAX_REASONS: usize = 50;

/// The most reasons that are told apart while counting.
const MAX_KNOWN: usize = 10_000;

/// Operations that are named for each reason.
const EXAMPLES: usize = 5;

/// Points of the timeline, several for each bar of the chart.
const POINTS: u64 = 2_400;

/// Reads everything but the single outcomes.
pub(super) fn content(store: &mut Store) -> Result<Content> {
    let job = store.job()?;
    let runs = store.runs()?;
    let timeline = timeline(store, job.created_at, &runs)?;
    let mut summary = store.summary()?;
    summary.elapsed = timeline.running();
    summary.stopped_by = runs.last().and_then(stop_reason);
    let (reasons, other_reasons) = reasons(store)?;
    let head = runs.last().map_or(job.head.as_deref().unwrap_or_default(), |run| run.head.as_slice());
    Ok(Content {
        plan: PlanTotals { operations: job.operations, found: found(store)? },
        open: job.operations.saturating_sub(summary.total),
        summary,
        reasons,
        other_reasons,
        timeline,
        record: Record { head: chain::hex(head), fault: fault(store)? },
        written_at: time(clock::now())?,
        job: JobHead {
            name: file_name(store.path()),
            host: job.host,
            user: job.user_id,
            state: job.state.as_str(),
            planned_at: time(job.created_at)?,
            backups: store.count_backups()?,
            restored: store.count_restored()?,
            deletes_records: store.deletes_records()?,
        },
    })
}

/// The first `limit` operations, those that need attention before the others.
pub(super) fn first_rows(store: &Store, limit: usize) -> Result<Vec<Row>> {
    let created_at = store.job()?.created_at;
    let mut rows = Vec::new();
    for part in [Part::Attention, Part::Done, Part::Open] {
        for line in store.first_lines(part, limit - rows.len())? {
            rows.push(row(line, created_at)?);
        }
    }
    Ok(rows)
}

/// An operation with its outcome.
pub(super) fn row(line: Line, created_at: u64) -> Result<Row> {
    let at = line.kept.as_ref().map(|kept| time(created_at.saturating_add(kept.at))).transpose()?;
    Ok(Row {
        seq: line.seq,
        operation: line.operation,
        title: line.title.unwrap_or_default(),
        outcome: line.kept.map(|kept| kept.outcome),
        at,
    })
}

fn found(store: &Store) -> Result<Vec<(&'static str, u64)>> {
    let [rows, visible, bindings, leads, deals, activities, shared] = store.sum_facts()?;
    let counts = [
        ("records seen", visible),
        ("not visible", rows.saturating_sub(visible)),
        ("bindings of leads", bindings),
        ("leads of contacts", leads),
        ("deals of contacts", deals),
        ("activities that go", activities),
        ("activities that stay", shared),
    ];
    Ok(counts.into_iter().filter(|(_, count)| *count > 0).collect())
}

fn stop_reason(run: &RunRow) -> Option<StopReason> {
    let word = run.stopped_by.as_deref()?;
    Some(match (word, run.stop_error.clone()) {
        ("cancelled", _) => StopReason::Cancelled,
        ("max_failures", _) => StopReason::MaxFailures,
        ("all_absent", _) => StopReason::AllAbsent,
        ("source", Some(error)) => StopReason::Source(error),
        ("journal", Some(error)) => StopReason::Journal(error),
        (_, Some(error)) => StopReason::Portal(error),
        (_, None) => return None,
    })
}

fn timeline(store: &Store, created_at: u64, runs: &[RunRow]) -> Result<Timeline> {
    let last = store.last_settled()?.map(|at| created_at.saturating_add(at));
    let span = last.zip(runs.first()).map_or(0, |(last, first)| last.saturating_sub(first.started_at));
    let settled = store.settled((span / POINTS).max(1_000))?;
    let mut timeline = Timeline::default();
    for (index, run) in runs.iter().enumerate() {
        let next = runs.get(index + 1).map_or(u64::MAX, |next| next.started_at);
        // After a crash, or while it runs, the last outcome tells how far it came.
        let seen = settled.iter().map(|(at, _)| created_at.saturating_add(*at)).take_while(|at| *at < next);
        let seen = seen.chain(last.filter(|at| *at < next)).max().unwrap_or(run.started_at);
        let ended = run.ended_at.unwrap_or(seen).clamp(run.started_at, next.max(run.started_at));
        timeline.runs.push(RunSpan { started: time(run.started_at)?, ended: time(ended)? });
    }
    for (at, count) in settled {
        timeline.settled.push((time(created_at.saturating_add(at))?, count));
    }
    for wait in store.waits()? {
        let duration = Duration::from_millis(wait.duration);
        timeline.waits.push(Wait { at: time(wait.at)?, duration, reason: wait.reason });
    }
    Ok(timeline)
}

/// What makes operations alike: status, kind, code and text.
type Key = (u8, Option<ErrorKind>, String, String);

/// Why operations were not carried out, failures first, and how many are left out.
fn reasons(store: &Store) -> Result<(Vec<Reason>, u64)> {
    let mut known: HashMap<Key, (Status, u64, Vec<Operation>)> = HashMap::new();
    let mut others = 0;
    store.each_bad(|kept| {
        let key = key(&kept);
        if known.len() >= MAX_KNOWN && !known.contains_key(&key) {
            others += 1;
            return Ok(());
        }
        let (_, count, examples) = known.entry(key).or_insert((kept.outcome.status, 0, Vec::new()));
        *count += 1;
        if examples.len() < EXAMPLES {
            examples.push(kept.outcome.operation);
        }
        Ok(())
    })?;
    let mut reasons: Vec<_> = known.into_iter().collect();
    reasons.sort_by(|(a_key, (_, a, _)), (b_key, (_, b, _))| {
        (a_key.0, std::cmp::Reverse(a), &a_key.3).cmp(&(b_key.0, std::cmp::Reverse(b), &b_key.3))
    });
    others += reasons.iter().skip(MAX_REASONS).map(|(_, (_, count, _))| count).sum::<u64>();
    reasons.truncate(MAX_REASONS);
    let reason = |((_, kind, code, description), (status, count, examples))| Reason {
        status,
        kind,
        code,
        description,
        count,
        examples,
    };
    Ok((reasons.into_iter().map(reason).collect(), others))
}

fn key(kept: &Kept) -> Key {
    let error = kept.outcome.error.as_ref();
    let order = match kept.outcome.status {
        Status::Failed => 0,
        Status::Unknown => 1,
        _ => 2,
    };
    let text = |text: fn(&Error) -> &str| error.map_or_else(String::new, |error| text(error).to_owned());
    (order, error.map(Error::kind), text(Error::code), text(Error::description))
}

fn time(milliseconds: u64) -> Result<Timestamp> {
    let time = i64::try_from(milliseconds).ok().and_then(|time| Timestamp::from_millisecond(time).ok());
    time.ok_or_else(|| Fault::damaged(format!("the time {milliseconds}")))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What does not fit in the chain of hashes, if anything does not.
fn fault(store: &mut Store) -> Result<Option<String>> {
    let findings = verify::verify(store, None)?.findings;
    let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
    Ok(Some(told.join("; ")).filter(|told| !told.is_empty()))
}
