//! Copies and restores, compared field by field with the real portal.

mod backups;
mod bindings;
mod crashes;
mod records;

use std::path::PathBuf;

use b24delete::{Client, Operation};
use b24delete_emulator::Emulator;
use b24delete_emulator::store::Execution;
use b24delete_jobs::{Job, JobRunOptions, PlanOptions, RestoreOptions, RestoreSummary};
use b24delete_tests::in_process::{client, options, portal, unlimited};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A portal, a client of it, and a place for a job.
struct Scene {
    portal: Emulator,
    client: Client,
    place: TempDir,
}

impl Scene {
    fn new(leads: u64, contacts: u64, links_per_lead: u64, activities_per_lead: u64) -> Self {
        let mut settings = unlimited(leads);
        settings.seed.contacts = contacts;
        settings.seed.links_per_lead = links_per_lead;
        settings.seed.activities_per_lead = activities_per_lead;
        let portal = portal(settings);
        let client = client(options(&portal));
        Self { portal, client, place: tempfile::tempdir().unwrap() }
    }

    /// Calls a method as the portal's own user would, beside all limits.
    fn act(&self, method: &str, parameters: impl Into<Value>) -> Value {
        self.portal.act(method, parameters.into().as_object().unwrap()).unwrap()
    }

    fn get(&self, method: &str, id: u64) -> Value {
        self.act(method, json!({ "id": id }))
    }

    fn file(&self) -> PathBuf {
        self.place.path().join("cleanup.b24job")
    }

    async fn planned(&self, operations: Vec<Operation>, backup: bool) -> Job {
        let mut options = PlanOptions::default();
        options.backup = backup;
        options.look = !backup;
        Job::plan(self.file(), &self.client, operations, options).await.unwrap()
    }

    /// A job with copies, run to its end.
    async fn deleted(&self, operations: Vec<Operation>) -> Job {
        let job = self.planned(operations, true).await;
        let summary = job.run(&self.client, JobRunOptions::default()).await.unwrap().finish().await;
        assert!(summary.is_clean(), "{summary:?}");
        job
    }

    async fn restored(&self, job: &Job) -> RestoreSummary {
        job.restore(&self.client, RestoreOptions::default(), |_| {}).await.unwrap()
    }

    /// What was executed of these methods.
    fn executed(&self, method: &str) -> Vec<Execution> {
        self.portal.executions(0).into_iter().filter(|execution| execution.method == method).collect()
    }
}

fn leads(ids: std::ops::RangeInclusive<i64>) -> Vec<Operation> {
    ids.map(|id| Operation::lead(id).unwrap()).collect()
}
