//! What is told of runs: totals, and failures with the way to see them again.

use std::fmt;

use b24delete::Status;

use super::check::Violation;
use super::mutant::Mutant;
use super::story::Story;

/// What was counted over many runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Runs.
    pub runs: u64,
    /// Runs in which an answer to a delete was lost.
    pub with_losses: u64,
    /// Runs in which the portal executed a delete after the client had lost its answer.
    pub ran_on: u64,
    /// Runs in which lookups lagged or left out rows that were there.
    pub misled: u64,
    /// Runs in which nothing went wrong by itself.
    pub calm: u64,
    /// Verdicts: deleted by reply, deleted by lookup, absent, failed, unknown, not run.
    pub verdicts: [u64; 6],
    /// Requests.
    pub requests: u64,
    /// Executions of deletes.
    pub executions: u64,
}

impl Totals {
    /// Counts a run.
    pub(super) fn count(&mut self, story: &Story) {
        self.runs += 1;
        self.with_losses += u64::from(story.has_losses());
        self.ran_on += u64::from(story.ran_on());
        self.misled += u64::from(story.lookups_misled());
        self.calm += u64::from(story.setup.is_calm());
        for verdict in &story.events.verdicts {
            let [by_reply, by_lookup, absent, failed, unknown, not_run] = &mut self.verdicts;
            let count = match (verdict.status, verdict.confirmed_by) {
                (Status::Deleted, Some(b24delete::ConfirmedBy::Lookup)) => by_lookup,
                (Status::Deleted, _) => by_reply,
                (Status::Absent, _) => absent,
                (Status::Failed, _) => failed,
                (Status::Unknown, _) => unknown,
                (Status::NotRun, _) => not_run,
            };
            *count += 1;
        }
        self.requests += u64::try_from(story.events.requests.len()).unwrap_or_default();
        self.executions += u64::try_from(story.own_executions().count()).unwrap_or_default();
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "shares need no more than 52 bits")]
        let share = |count: u64| 100.0 * count as f64 / self.runs.max(1) as f64;
        let Self { runs, requests, executions, .. } = self;
        writeln!(formatter, "runs                     {runs}")?;
        for (name, count) in [
            ("with lost answers", self.with_losses),
            ("a lost request ran on", self.ran_on),
            ("lookups lagged or hid", self.misled),
            ("calm", self.calm),
        ] {
            writeln!(formatter, "{name:<24} {count} ({:.1} %)", share(count))?;
        }
        let names = ["deleted by reply", "deleted by lookup", "absent", "failed", "unknown", "not run"];
        for (name, count) in names.into_iter().zip(self.verdicts) {
            writeln!(formatter, "{name:<24} {count}")?;
        }
        writeln!(formatter, "requests                 {requests}")?;
        write!(formatter, "executions               {executions}")
    }
}

/// A run that broke an invariant.
#[derive(Debug)]
pub struct Failure {
    story: Story,
    violations: Vec<Violation>,
    mutant: Option<Mutant>,
}

impl Failure {
    pub(super) fn new(story: Story, violations: Vec<Violation>, mutant: Option<Mutant>) -> Self {
        Self { story, violations, mutant }
    }

    /// The seed of the run.
    pub fn seed(&self) -> u64 {
        self.story.setup.seed
    }

    /// The first violation, in one line.
    pub fn headline(&self) -> &str {
        self.violations.first().map_or("", |violation| &violation.text)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seed = self.seed();
        writeln!(formatter, "seed {seed} breaks an invariant:")?;
        for Violation { text, operation, .. } in &self.violations {
            let about = operation.map(|operation| format!("operation {operation}: ")).unwrap_or_default();
            writeln!(formatter, "- {about}{text}")?;
        }
        writeln!(formatter, "{:#?}", self.story.setup)?;
        let about: Vec<_> = self.violations.iter().filter_map(|violation| violation.operation).collect();
        let whole = self.violations.iter().any(|violation| violation.operation.is_none());
        write!(formatter, "{}", self.story.tell(if whole { &[] } else { &about }))?;
        let stopped_by = self.story.summary.as_ref().and_then(|summary| summary.stopped_by.as_ref());
        writeln!(formatter, "stopped by {stopped_by:?}")?;
        writeln!(formatter, "portal: {:?}", self.story.statistics)?;
        let mutant = self.mutant.map(|mutant| format!(" --mutant {mutant}")).unwrap_or_default();
        write!(formatter, "again: cargo xtask simulate --first {seed} --seeds 1{mutant}")
    }
}
