//! A job that had a bit of everything, with texts of a stranger who means harm.

use std::time::Duration;

use b24delete::{ConfirmedBy, Effect, Error, ErrorKind, Operation, Outcome, Status, Summary};
use jiff::Timestamp;

use super::content::{Content, JobHead, PlanTotals, Reason, Record, Row, RunSpan, Timeline, Wait};

/// Titles and portal texts that try to be more than text.
pub(super) const HOSTILE: [&str; 8] = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "=HYPERLINK(\"http://evil.example/\",\"click\")",
    " @SUM(1+1)*cmd|' /C calc'!A0",
    "invoice\u{202e}gpj.exe",
    "bell\u{7} and \u{1b}[31mred\u{1b}[0m",
    "line one\r\nline two\u{2028}three",
    "</style><style>*{display:none}</style>{{ 7*7 }}",
];

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_330_000 + seconds).unwrap()
}

pub(super) fn content() -> Content {
    let mut summary = Summary::default();
    summary.total = 4_960;
    summary.deleted = 4_868;
    summary.deleted_by_lookup = 3;
    summary.absent = 40;
    summary.failed = 45;
    summary.unknown = 2;
    summary.not_run = 5;
    summary.requests = 131;
    Content {
        job: JobHead {
            name: "junk-leads.b24job".to_owned(),
            host: "example.bitrix24.com".to_owned(),
            user: Some(1),
            state: "running",
            planned_at: at(-300),
            backups: 4_868,
            restored: [2, 0, 5],
            deletes_records: true,
        },
        plan: PlanTotals {
            operations: 5_000,
            found: vec![("bindings", 7_410), ("activities that go", 12_077), ("activities that stay", 31)],
        },
        summary,
        open: 40,
        reasons: reasons(),
        other_reasons: 3,
        timeline: timeline(),
        record: Record { head: "9f2c".repeat(16), fault: None },
        written_at: at(9_000),
    }
}

fn reasons() -> Vec<Reason> {
    let lead = |id| Operation::lead(id).unwrap();
    let reason = |status, kind, description: &str, count, examples: &[i64]| Reason {
        status,
        kind,
        code: String::new(),
        description: description.to_owned(),
        count,
        examples: examples.iter().map(|id| lead(*id)).collect(),
    };
    vec![
        reason(Status::Failed, Some(ErrorKind::AccessDenied), "Access denied", 37, &[12, 15, 19, 23, 88]),
        reason(Status::Failed, Some(ErrorKind::PortalError), HOSTILE[0], 8, &[7]),
        reason(Status::Unknown, Some(ErrorKind::OutcomeUnknown), HOSTILE[4], 2, &[3, 4]),
        reason(Status::NotRun, None, "", 5, &[4996, 4997]),
    ]
}

fn timeline() -> Timeline {
    let settled = |second: i64| (at(second), 4 + (second as u64 * 7919) % 5);
    let first = (0..600).map(settled);
    let second = (7_200..7_560).filter(|second| !(7_300..7_480).contains(second)).map(settled);
    let wait = |second, seconds, reason: &str| Wait {
        at: at(second),
        duration: Duration::from_secs(seconds),
        reason: reason.to_owned(),
    };
    Timeline {
        runs: vec![
            RunSpan { started: at(0), ended: at(600) },
            RunSpan { started: at(7_200), ended: at(7_560) },
        ],
        settled: first.chain(second).collect(),
        waits: vec![
            wait(50, 5, "request limit"),
            wait(52, 4, "request limit"),
            wait(7_300, 900, "operating time limit"),
            wait(7_480, 10, "portal not reachable"),
        ],
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> =
        HOSTILE.into_iter().zip(0..).map(|(text, seq)| row(seq, Status::Failed, text)).collect();
    rows.extend((8..60).map(|seq| row(seq, Status::Deleted, &format!("Request no. {seq} from Anna Weber"))));
    rows
}

fn row(seq: u64, status: Status, title: &str) -> Row {
    let operation = Operation::lead(seq as i64 + 1).unwrap();
    let mut outcome = Outcome::new(seq, operation, status);
    outcome.confirmed_by = Some(ConfirmedBy::Reply);
    outcome.attempts = 1;
    if status == Status::Failed {
        let error = Error::not_sent(ErrorKind::PortalError, title).with_effect(Effect::Rejected);
        outcome.error = Some(error.with_code("=1+1").with_http_status(200));
    }
    Row { seq, operation, title: title.to_owned(), outcome: Some(outcome), at: Some(at(seq as i64)) }
}
