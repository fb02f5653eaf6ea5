//! Jobs: planned, run, interrupted, resumed, verified, all on paused time against the real portal.

mod crash;
mod record;
mod resume;
mod rules;
mod unchanged;

use std::path::PathBuf;

use b24delete::{Client, Operation, Outcome, Summary};
use b24delete_emulator::faults::Fault;
use b24delete_jobs::{Job, JobRunOptions, PlanOptions};
use tempfile::TempDir;

/// A directory for job files that goes with the test.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("cleanup.b24job")
    }

    async fn plan(&self, client: &Client, operations: Vec<Operation>) -> Job {
        Job::plan(self.file(), client, operations, PlanOptions::default()).await.unwrap()
    }
}

fn leads(ids: std::ops::RangeInclusive<i64>) -> Vec<Operation> {
    ids.map(|id| Operation::lead(id).unwrap()).collect()
}

/// Runs a job to its end.
async fn run(job: &Job, client: &Client) -> (Vec<Outcome>, Summary) {
    let mut run = job.run(client, JobRunOptions::default()).await.unwrap();
    let mut outcomes = Vec::new();
    while let Some(outcome) = run.next().await {
        outcomes.push(outcome);
    }
    (outcomes, run.summary())
}

/// What the file holds, in the order of the operations.
fn recorded(job: &Job) -> Vec<Outcome> {
    job.outcomes().unwrap().map(Result::unwrap).collect()
}

/// A portal that answers with these bytes.
fn body(status: u16, text: &str) -> Fault {
    Fault::Body { status, content_type: "application/json".to_owned(), text: text.to_owned() }
}
