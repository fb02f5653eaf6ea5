//! The report as one page that needs nothing else, neither files nor a network.

use std::io::Write;

use askama::Template as _;
use b24delete::{ConfirmedBy, ErrorKind, Outcome, Result, Status};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::chart::Chart;
use super::content::{Content, OPEN, Reason, Row, shown_time};
use super::facts::{RECORD, RECYCLE_BIN, examples, facts, headline, other_reasons, status_name};
use super::failed;
use crate::text::{counted, grouped, harmless, target};

/// The most outcomes on a page.
pub(super) const MAX_ROWS: usize = 10_000;

const STYLE: &str = include_str!("../../templates/report.css");
const SCRIPT: &str = include_str!("../../templates/report.js");

#[derive(askama::Template)]
#[template(path = "report.html")]
struct Page {
    style: &'static str,
    script: &'static str,
    /// Only text with these hashes is obeyed: whatever a title brings along stays text.
    style_hash: String,
    script_hash: String,
    name: String,
    host: String,
    headline: String,
    fault: Option<String>,
    tiles: Vec<Tile>,
    recycle_bin: Option<Marked>,
    reasons: Vec<ReasonBlock>,
    more_reasons: Option<String>,
    chart: Option<Chart>,
    facts: Vec<(&'static str, String)>,
    record: Marked,
    /// How many outcomes are not on the page.
    left_out: Option<String>,
    rows: Vec<Line>,
    /// Whether any of them is known.
    has_titles: bool,
    shown: String,
    written: String,
}

struct Tile {
    class: &'static str,
    name: &'static str,
    count: String,
    remark: String,
}

struct ReasonBlock {
    status: &'static str,
    status_name: &'static str,
    count: String,
    kind: &'static str,
    words: String,
    meaning: &'static str,
    examples: String,
}

struct Line {
    number: u64,
    status: &'static str,
    status_name: &'static str,
    target: String,
    title: String,
    reason: String,
}

/// A text of ours in parts, true for those that stood in backticks.
type Marked = Vec<(bool, &'static str)>;

fn marked(text: &'static str) -> Marked {
    text.split('`').enumerate().map(|(index, part)| (index % 2 == 1, part)).collect()
}

/// Writes the page with these outcomes, which are the first of those that there are.
///
/// # Errors
/// `job` when it cannot be written.
pub(super) fn write(content: &Content, rows: &[Row], to: &mut dyn Write) -> Result<()> {
    let page = Page {
        style: STYLE,
        script: SCRIPT,
        style_hash: hash(STYLE),
        script_hash: hash(SCRIPT),
        name: harmless(&content.job.name).into_owned(),
        host: harmless(&content.job.host).into_owned(),
        headline: headline(content),
        fault: content.record.fault.as_deref().map(|fault| harmless(fault).into_owned()),
        tiles: tiles(content),
        recycle_bin: (content.job.deletes_records && content.summary.deleted > 0)
            .then(|| marked(RECYCLE_BIN)),
        record: marked(RECORD),
        reasons: content.reasons.iter().map(ReasonBlock::of).collect(),
        more_reasons: other_reasons(content),
        chart: Chart::of(&content.timeline),
        facts: facts(content),
        left_out: left_out(content, rows.len()),
        rows: rows.iter().map(Line::of).collect(),
        has_titles: rows.iter().any(|row| !row.title.is_empty()),
        shown: grouped(rows.len() as u64),
        written: format!(
            "Written {} by b24delete {}",
            shown_time(content.written_at),
            env!("CARGO_PKG_VERSION")
        ),
    };
    let text = page.render().map_err(|error| failed(&error))?;
    to.write_all(text.as_bytes()).map_err(|error| failed(&error))
}

/// A source expression of a content security policy.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

fn tiles(content: &Content) -> Vec<Tile> {
    let summary = &content.summary;
    let by_lookup = match summary.deleted_by_lookup {
        0 => String::new(),
        count => format!("{} by lookup", grouped(count)),
    };
    let statuses = [
        (Some(Status::Deleted), summary.deleted, by_lookup),
        (Some(Status::Absent), summary.absent, String::new()),
        (Some(Status::Failed), summary.failed, String::new()),
        (Some(Status::Unknown), summary.unknown, String::new()),
        (Some(Status::NotRun), summary.not_run, String::new()),
        (None, content.open, "the job can go on".to_owned()),
    ];
    let always = |status| matches!(status, Some(Status::Deleted | Status::Failed));
    let tile = |(status, count, remark): (Option<Status>, u64, String)| Tile {
        class: status.map_or(OPEN, Status::as_str),
        name: status_name(status),
        count: grouped(count),
        remark,
    };
    statuses.into_iter().filter(|(status, count, _)| *count > 0 || always(*status)).map(tile).collect()
}

fn left_out(content: &Content, rows: usize) -> Option<String> {
    let count = content.plan.operations.saturating_sub(rows as u64);
    (count > 0).then(|| counted(count, "more is", "more are"))
}

impl ReasonBlock {
    fn of(reason: &Reason) -> Self {
        Self {
            status: reason.status.as_str(),
            status_name: status_name(Some(reason.status)),
            count: grouped(reason.count),
            kind: reason.kind.map_or("", ErrorKind::as_str),
            words: reason.words(),
            meaning: reason.kind.map_or("", ErrorKind::summary),
            examples: examples(reason),
        }
    }
}

impl Line {
    fn of(row: &Row) -> Self {
        Self {
            number: row.seq,
            status: row.status().map_or(OPEN, Status::as_str),
            status_name: status_name(row.status()),
            target: target(row.operation),
            title: harmless(&row.title).into_owned(),
            reason: row.outcome.as_ref().map_or_else(String::new, reason),
        }
    }
}

fn reason(outcome: &Outcome) -> String {
    let by_lookup = outcome.status == Status::Deleted && outcome.confirmed_by == Some(ConfirmedBy::Lookup);
    match &outcome.error {
        Some(error) if error.description().is_empty() => error.kind().to_string(),
        Some(error) => format!("{}: {}", error.kind(), harmless(error.description())),
        None if by_lookup => "the answer was lost, and the thing is gone".to_owned(),
        None if outcome.status == Status::Absent => "was not linked".to_owned(),
        None => String::new(),
    }
}
