//! What a job refuses, and what stops it.

use b24delete::{Client, ErrorKind, MaxFailures, Operation, Status};
use b24delete_emulator::Emulator;
use b24delete_emulator::faults::{Fault, FaultRule};
use b24delete_emulator::store::Restriction;
use b24delete_jobs::{Job, JobRunOptions, PlanOptions, State};
use b24delete_tests::in_process::{client, options, portal, unlimited};
use futures_util::stream;
use serde_json::json;

use super::{Place, body, leads, recorded, run};

/// The text of the error that `run` gives, before anything was sent.
async fn refusal(job: &Job, portal: &Emulator, client: &Client) -> String {
    let sent = portal.statistics().requests;
    let error = job.run(client, JobRunOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Job);
    assert_eq!(portal.statistics().requests, sent);
    error.description().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_job_file_that_cannot_be_used_is_refused_before_anything_is_sent() {
    let portal = portal(unlimited(50));
    let client = client(options(&portal));
    let place = Place::new();
    let job = place.plan(&client, leads(1..=50)).await;
    let good = std::fs::read(place.file()).unwrap();
    let damaged = |at: usize| {
        let mut bytes = good.clone();
        bytes[at..at + 64].fill(0xa5);
        bytes
    };
    let newer = {
        let mut bytes = good.clone();
        bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
        bytes
    };
    let foreign = {
        let mut bytes = good.clone();
        bytes[68..72].fill(1);
        bytes
    };
    for (bytes, text) in [
        (
            b"These are not the bytes you are looking for, but there are enough of them.".repeat(20),
            "is not a job file",
        ),
        (good[..good.len() / 2].to_vec(), "is damaged"),
        (good[..100].to_vec(), ""),
        (Vec::new(), "is not a job file"),
        (damaged(4096 + 8), "is damaged"),
        (newer, "is of version 99, which this program does not know"),
        (foreign, "is not a job file"),
    ] {
        std::fs::write(place.file(), &bytes).unwrap();
        let told = refusal(&job, &portal, &client).await;
        assert!(told.contains("cleanup.b24job` ") && told.contains(text), "{told}");
    }
    std::fs::remove_file(place.file()).unwrap();
    assert!(refusal(&job, &portal, &client).await.ends_with("does not exist"));
    assert_eq!(Job::open(place.file()).unwrap_err().kind(), ErrorKind::Job);
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_was_edited_is_not_run() {
    let portal = portal(unlimited(50));
    let (place, client) = (Place::new(), client(options(&portal)));
    let job = place.plan(&client, leads(1..=10)).await;
    let connection = rusqlite::Connection::open(place.file()).unwrap();
    connection.execute("UPDATE operations SET ids = json_set(ids, '$[3]', 40)", []).unwrap();
    drop(connection);
    assert!(refusal(&job, &portal, &client).await.contains("the plan was changed"));
}

#[tokio::test(start_paused = true)]
async fn two_runs_of_one_job_do_not_meet() {
    let portal = portal(unlimited(50));
    let (place, client) = (Place::new(), client(options(&portal)));
    let job = place.plan(&client, leads(1..=50)).await;
    let first = job.run(&client, JobRunOptions::default()).await.unwrap();
    let told = refusal(&job, &portal, &client).await;
    assert!(told.ends_with("is in use by another process"), "{told}");
    assert_eq!(job.forget().unwrap_err().kind(), ErrorKind::Job);
    assert_eq!(job.overview().unwrap().state, State::Running, "looking at it is allowed");
    assert_eq!(first.finish().await.deleted, 50);
    assert_eq!(run(&job, &client).await.1.total, 0);
}

#[tokio::test(start_paused = true)]
async fn another_portal_or_another_count_is_refused() {
    let portal = portal(unlimited(50));
    let (place, client) = (Place::new(), client(options(&portal)));
    let job = place.plan(&client, leads(1..=50)).await;
    let mut elsewhere = options(&portal);
    elsewhere.webhook = elsewhere.webhook.replace("portal.b24.test", "other.b24.test");
    let elsewhere = b24delete_tests::in_process::client(elsewhere);
    let told = refusal(&job, &portal, &elsewhere).await;
    assert!(told.ends_with("was planned for `portal.b24.test`, not for `other.b24.test`"), "{told}");
    let mut wrong = JobRunOptions::default();
    wrong.expect = Some(51);
    let told = job.run(&client, wrong).await.unwrap_err();
    assert!(told.description().ends_with("has 50 operations, not 51 as expected"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_fails_leaves_no_file() {
    let portal = portal(unlimited(5));
    let (place, client) = (Place::new(), client(options(&portal)));
    let mut plan = PlanOptions::default();
    plan.expect = Some(6);
    let error = Job::plan(place.file(), &client, leads(1..=5), plan.clone()).await.unwrap_err();
    assert_eq!(error.description(), "5 different operations were given, not 6 as expected");
    let broken = stream::iter(vec![Operation::lead(1), Operation::lead(0)]);
    let error = Job::plan_stream(place.file(), &client, broken, PlanOptions::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidId);
    assert_eq!(std::fs::read_dir(place.0.path()).unwrap().count(), 0);
    plan.expect = Some(5);
    Job::plan(place.file(), &client, leads(1..=5), plan.clone()).await.unwrap();
    let error = Job::plan(place.file(), &client, leads(1..=5), plan).await.unwrap_err();
    assert!(error.description().ends_with("exists already"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_job_is_not_planned_beside_what_another_left() {
    let portal = portal(unlimited(5));
    let (place, client) = (Place::new(), client(options(&portal)));
    // As when a job file was removed after a crash: SQLite would take the rest for a part of the new one.
    let rest = place.0.path().join("cleanup.b24job-wal");
    std::fs::write(&rest, vec![0x37; 4096]).unwrap();
    let plan = || Job::plan(place.file(), &client, leads(1..=5), PlanOptions::default());
    let error = plan().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Job);
    let told = error.description();
    assert!(told.contains("cannot be made") && told.contains("-wal` is left of an earlier job"), "{told}");
    assert_eq!(std::fs::read_dir(place.0.path()).unwrap().count(), 1, "nothing is made beside it");
    std::fs::write(&rest, []).unwrap();
    assert_eq!(run(&plan().await.unwrap(), &client).await.1.deleted, 5, "an empty one holds nothing");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn only_its_owner_can_read_a_job() {
    use std::os::unix::fs::PermissionsExt as _;

    let portal = portal(unlimited(5));
    let (place, client) = (Place::new(), client(options(&portal)));
    let path = place.0.path().join("jobs/first.b24job");
    let job = Job::plan(&path, &client, leads(1..=5), PlanOptions::default()).await.unwrap();
    let mut running = job.run(&client, JobRunOptions::default()).await.unwrap();
    running.next().await.unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for entry in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{path:?}");
        let bytes = std::fs::read(&path).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("s3cret"), "{path:?} holds the secret");
    }
    running.finish().await;
}

#[tokio::test(start_paused = true)]
async fn records_that_changed_since_the_plan_are_spared() {
    let portal = portal(unlimited(4));
    let (place, client) = (Place::new(), client(options(&portal)));
    let mut plan = PlanOptions::default();
    plan.if_unchanged = true;
    let mut operations = leads(1..=4);
    operations.push(Operation::lead(77).unwrap());
    let job = Job::plan(place.file(), &client, operations, plan).await.unwrap();
    b24delete_tests::in_process::pass(std::time::Duration::from_secs(60)).await;
    let update = json!({ "id": 2, "fields": { "TITLE": "still needed" } });
    portal.act("crm.lead.update", update.as_object().unwrap()).unwrap();
    portal.act("crm.lead.delete", json!({ "id": 3 }).as_object().unwrap()).unwrap();
    run(&job, &client).await;
    let statuses: Vec<_> = recorded(&job).iter().map(|outcome| outcome.status).collect();
    assert_eq!(statuses, [Status::Deleted, Status::Failed, Status::Absent, Status::Deleted, Status::Failed]);
    for seq in [1, 4] {
        let error = recorded(&job)[seq].error.clone().unwrap();
        assert_eq!((error.kind(), recorded(&job)[seq].attempts), (ErrorKind::Changed, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn stop_rules_abort_a_job_that_can_go_on() {
    let portal = portal(unlimited(300));
    for id in 1..=20 {
        let guarded =
            Restriction { entity_type_id: 1, id, unreadable: false, undeletable: true, unlisted: false };
        portal.restrict(&guarded).unwrap();
    }
    let (place, client) = (Place::new(), client(options(&portal)));
    let mut plan = PlanOptions::default();
    plan.max_failures = Some(MaxFailures::Count(5));
    let job = Job::plan(place.file(), &client, leads(1..=300), plan).await.unwrap();
    let (_, summary) = run(&job, &client).await;
    assert_eq!(summary.stopped_by.unwrap().as_str(), "max_failures");
    assert_eq!(job.overview().unwrap().state, State::Aborted);
    let mut lenient = JobRunOptions::default();
    lenient.max_failures = Some(MaxFailures::Count(100));
    let summary = job.run(&client, lenient).await.unwrap().finish().await;
    assert_eq!(summary.stopped_by, None);
    let overview = job.overview().unwrap();
    assert_eq!(
        (overview.state, overview.summary.failed, overview.summary.deleted),
        (State::Finished, 20, 280)
    );
}

#[tokio::test(start_paused = true)]
async fn the_wrong_portal_stops_a_job() {
    let portal = portal(unlimited(0));
    let (place, client) = (Place::new(), client(options(&portal)));
    let job = place.plan(&client, leads(1..=400)).await;
    let (_, summary) = run(&job, &client).await;
    assert_eq!(summary.stopped_by.unwrap().as_str(), "all_absent");
    assert_eq!(job.overview().unwrap().state, State::Aborted);
    let mut sure = JobRunOptions::default();
    sure.allow_absent = true;
    assert_eq!(job.run(&client, sure).await.unwrap().finish().await.stopped_by, None);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_fails_amid_the_run_stops_it_and_nothing_is_lost() {
    let portal = portal(unlimited(400));
    let (place, client) = (Place::new(), client(options(&portal)));
    let job = place.plan(&client, leads(1..=400)).await;
    let mut first = job.run(&client, JobRunOptions::default()).await.unwrap();
    first.next().await.unwrap();
    // Another program takes the file for itself.
    let other = rusqlite::Connection::open(place.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    while first.next().await.is_some() {}
    let stopped = first.summary().stopped_by.unwrap();
    assert_eq!(stopped.as_str(), "journal");
    assert!(stopped.error().unwrap().description().ends_with("is in use by another program"), "{stopped:?}");
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    let (_, summary) = run(&job, &client).await;
    assert_eq!(summary.stopped_by, None);
    assert_eq!(job.overview().unwrap().summary.deleted, 400);
    assert!(job.verify(None).unwrap().is_intact());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_the_portal_aborts_and_a_dead_portal_does_not() {
    for (fault, state) in
        [(body(401, r#"{"error":"INVALID_CREDENTIALS"}"#), State::Aborted), (Fault::Reset {}, State::Running)]
    {
        let portal = portal(unlimited(30));
        let (place, client) = (Place::new(), client(options(&portal)));
        let job = place.plan(&client, leads(1..=30)).await;
        portal.add_faults(vec![FaultRule::new("*", fault)]);
        run(&job, &client).await;
        assert_eq!(job.overview().unwrap().state, state);
    }
}
