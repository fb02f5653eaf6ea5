//! Copies that cannot be made keep their records from being deleted.

use b24delete::{ErrorKind, Status, StopReason};
use b24delete_emulator::faults::{Fault, FaultRule};
use b24delete_emulator::store::Restriction;
use b24delete_jobs::{Job, JobRunOptions, PlanOptions};

use super::{Scene, leads};

fn refusal() -> Fault {
    Fault::Error { status: 403, code: String::new(), description: "Access denied".to_owned() }
}

#[tokio::test(start_paused = true)]
async fn a_record_that_cannot_be_copied_is_not_deleted() {
    let scene = Scene::new(40, 0, 0, 0);
    scene
        .portal
        .restrict(&Restriction { entity_type_id: 1, id: 7, unreadable: true, ..Restriction::default() })
        .unwrap();
    let job = scene.planned(leads(1..=40), true).await;
    let summary = job.run(&scene.client, JobRunOptions::default()).await.unwrap().finish().await;
    assert_eq!((summary.deleted, summary.failed), (39, 1));
    let failed = job.outcomes().unwrap().map(Result::unwrap).find(|outcome| outcome.status == Status::Failed);
    let failed = failed.unwrap();
    let error = failed.error.unwrap();
    assert_eq!(
        (failed.operation.lead_id().unwrap().get(), error.kind(), failed.attempts),
        (7, ErrorKind::Job, 0)
    );
    assert!(error.description().contains("not deleted, because its backup could not be read"), "{error}");
    assert_eq!(scene.portal.snapshot().unwrap().leads, [7]);
}

#[tokio::test(start_paused = true)]
async fn a_missing_right_stops_the_job_before_anything_is_deleted() {
    let scene = Scene::new(40, 0, 0, 0);
    scene.portal.add_faults(vec![FaultRule::new("crm.timeline.comment.list", refusal())]);
    let job = scene.planned(leads(1..=40), true).await;
    let summary = job.run(&scene.client, JobRunOptions::default()).await.unwrap().finish().await;
    let Some(StopReason::Journal(error)) = summary.stopped_by else { panic!("{summary:?}") };
    assert!(error.description().contains("crm.timeline.comment.list: Access denied"), "{error}");
    assert!(scene.executed("crm.lead.delete").is_empty());
    // With the right the job goes on.
    scene.portal.clear_faults();
    let summary = job.run(&scene.client, JobRunOptions::default()).await.unwrap().finish().await;
    assert_eq!(summary.deleted, 40);
}

#[tokio::test(start_paused = true)]
async fn records_and_bindings_take_one_more_request_for_each_pack() {
    let bare = requests(false).await;
    let copied = requests(true).await;
    // 300 leads in packs of at most 50, and five commands for each lead: 1 of a list, bindings, rows, activities, comments.
    let packs = copied.packs;
    let reads = copied.requests - bare.requests - (copied.packs - bare.packs);
    assert!(reads <= packs * 5, "{reads} reads for {packs} packs");
}

#[tokio::test(start_paused = true)]
async fn every_request_of_a_run_counts_those_that_compare_and_copy_among_them() {
    let scene = Scene::new(120, 10, 2, 1);
    let mut options = PlanOptions::default();
    (options.backup, options.if_unchanged) = (true, true);
    let job = Job::plan(scene.file(), &scene.client, leads(1..=120), options).await.unwrap();
    // One of the reads is repeated.
    let fault = Fault::Html { status: 502 };
    scene.portal.add_faults(vec![FaultRule { nth: Some(2), ..FaultRule::new("crm.lead.list", fault) }]);
    let before = scene.portal.statistics().requests;
    let summary = job.run(&scene.client, JobRunOptions::default()).await.unwrap().finish().await;
    assert_eq!(summary.deleted, 120);
    assert_eq!(summary.requests, scene.portal.statistics().requests - before);
    assert_eq!(job.overview().unwrap().summary.requests, summary.requests);
}

struct Sent {
    requests: u64,
    packs: u64,
}

async fn requests(backup: bool) -> Sent {
    let scene = Scene::new(300, 20, 2, 0);
    let job = scene.planned(leads(1..=300), backup).await;
    let before = scene.portal.statistics().requests;
    let summary = job.run(&scene.client, JobRunOptions::default()).await.unwrap().finish().await;
    let requests = scene.portal.statistics().requests - before;
    assert_eq!((summary.deleted, summary.requests), (300, requests));
    let mut packs: Vec<u64> =
        scene.executed("crm.lead.delete").iter().map(|execution| execution.request).collect();
    packs.dedup();
    Sent { requests, packs: packs.len() as u64 }
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_already_is_absent_and_has_no_copy() {
    let scene = Scene::new(10, 0, 0, 0);
    let job = scene.planned(leads(1..=10), true).await;
    scene.act("crm.lead.delete", serde_json::json!({ "id": 4 }));
    let summary = job.run(&scene.client, JobRunOptions::default()).await.unwrap().finish().await;
    assert_eq!((summary.deleted, summary.absent, summary.failed), (9, 1, 0));
    assert_eq!(job.overview().unwrap().backups, 9);
}
