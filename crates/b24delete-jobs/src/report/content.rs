//! What a report tells, apart from the single outcomes.

use std::time::Duration;

use b24delete::{Error, ErrorKind, Operation, Outcome, Status, Summary};
use jiff::Timestamp;

/// The word for the status of an operation without an outcome.
pub(crate) const OPEN: &str = "open";

/// The account of a job, apart from its single outcomes.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub(crate) job: JobHead,
    pub(crate) plan: PlanTotals,
    /// What came of the operations that are final.
    pub(crate) summary: Summary,
    /// Operations without an outcome so far.
    pub(crate) open: u64,
    /// Why operations were not carried out, the most frequent first.
    pub(crate) reasons: Vec<Reason>,
    /// Operations whose reason is not among [`reasons`](Self::reasons), because there are too many.
    pub(crate) other_reasons: u64,
    pub(crate) timeline: Timeline,
    pub(crate) record: Record,
    pub(crate) written_at: Timestamp,
}

/// The job itself.
#[derive(Debug, Clone)]
pub(crate) struct JobHead {
    /// Name of the job file.
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) user: Option<u64>,
    /// `planned`, `running`, `finished` or `aborted`.
    pub(crate) state: &'static str,
    pub(crate) planned_at: Timestamp,
    /// Copies of records that the job file holds.
    pub(crate) backups: u64,
    /// Leads, contacts and bindings that were restored.
    pub(crate) restored: [u64; 3],
    /// True when it deletes records, which may land in the recycle bin.
    pub(crate) deletes_records: bool,
}

/// What the plan counted, where it looked.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlanTotals {
    pub(crate) operations: u64,
    /// Counts that were found, each with what it counts.
    pub(crate) found: Vec<(&'static str, u64)>,
}

/// Operations that ended in the same way for the same reason.
#[derive(Debug, Clone)]
pub(crate) struct Reason {
    pub(crate) status: Status,
    /// The error's kind; none without an error.
    pub(crate) kind: Option<ErrorKind>,
    /// The portal's own code and words.
    pub(crate) code: String,
    pub(crate) description: String,
    pub(crate) count: u64,
    /// The first few operations.
    pub(crate) examples: Vec<Operation>,
}

/// When the job ran, and what it did then.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timeline {
    /// In the order of time, none overlapping.
    pub(crate) runs: Vec<RunSpan>,
    /// How many operations got their outcome at about this time.
    pub(crate) settled: Vec<(Timestamp, u64)>,
    /// Waits as they were foreseen; they may overlap and go beyond the end of their run.
    pub(crate) waits: Vec<Wait>,
}

/// From the start of a run to its end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RunSpan {
    pub(crate) started: Timestamp,
    pub(crate) ended: Timestamp,
}

/// A time in which nothing could be sent.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    pub(crate) at: Timestamp,
    pub(crate) duration: Duration,
    /// A few words for people.
    pub(crate) reason: String,
}

/// The chain of hashes over plan and outcomes.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// The last hash of the chain, in hexadecimal.
    pub(crate) head: String,
    /// What is wrong with the chain, if anything is.
    pub(crate) fault: Option<String>,
}

/// One operation with its outcome.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) seq: u64,
    pub(crate) operation: Operation,
    /// The record's title in the plan; empty where none was read.
    pub(crate) title: String,
    /// None while the operation has none.
    pub(crate) outcome: Option<Outcome>,
    /// When the outcome became final.
    pub(crate) at: Option<Timestamp>,
}

impl Timeline {
    /// The time that the job ran, without the breaks between its runs.
    pub(crate) fn running(&self) -> Duration {
        self.runs.iter().map(RunSpan::length).sum()
    }

    /// The waits in seconds of running time, from and to, each moment in one of them at most.
    pub(crate) fn waiting(&self) -> Vec<(f64, f64, &str)> {
        let mut waiting: Vec<(f64, f64, &str)> = Vec::new();
        for wait in &self.waits {
            let end = wait.at.checked_add(jiff::SignedDuration::try_from(wait.duration).unwrap_or_default());
            // A later wait was foreseen with more knowledge than the one before it.
            let (from, to) =
                (self.place(wait.at), self.place(end.unwrap_or(wait.at)).min(self.run_end(wait.at)));
            if let Some(before) = waiting.last_mut() {
                before.1 = before.1.min(from.max(before.0));
            }
            waiting.push((from, to, wait.reason.as_str()));
        }
        waiting
    }

    /// Seconds of running time before `at`: the breaks between runs are left out.
    pub(crate) fn place(&self, at: Timestamp) -> f64 {
        let inside = |run: &RunSpan| {
            at.duration_since(run.started).as_secs_f64().clamp(0.0, run.length().as_secs_f64())
        };
        self.runs.iter().map(inside).sum()
    }

    /// Seconds of running time before the end of the run that goes on at `at`.
    fn run_end(&self, at: Timestamp) -> f64 {
        let begun = self.runs.iter().take_while(|run| run.started <= at);
        begun.map(|run| run.length().as_secs_f64()).sum()
    }
}

impl RunSpan {
    /// How long the run took.
    pub(crate) fn length(&self) -> Duration {
        Duration::try_from(self.ended.duration_since(self.started)).unwrap_or_default()
    }
}

impl Row {
    /// The status; none for an operation without an outcome.
    pub(crate) fn status(&self) -> Option<Status> {
        self.outcome.as_ref().map(|outcome| outcome.status)
    }

    /// Why the operation was not carried out, where that is known.
    pub(crate) fn error(&self) -> Option<&Error> {
        self.outcome.as_ref().and_then(|outcome| outcome.error.as_ref())
    }
}

/// A point in time for people: `2026-11-22 07:03 UTC`.
pub(crate) fn shown_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// The end of a time that began at `start`: the day is left out where it is the same.
pub(crate) fn shown_end(start: Timestamp, end: Timestamp) -> String {
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    match day(start) == day(end) {
        true => end.strftime("%H:%M UTC").to_string(),
        false => shown_time(end),
    }
}
