//! A run that ends early, in every way, loses nothing.

use std::time::Duration;

use b24delete::{ConfirmedBy, Operation, Status};
use b24delete_emulator::Emulator;
use b24delete_emulator::faults::{Fault, FaultRule, Moment};
use b24delete_emulator::store::{ExecutionResult, Restriction};
use b24delete_jobs::{JobRunOptions, State};
use b24delete_tests::in_process::{client, options, pass, portal, unlimited};

use super::crash::die;
use super::{Place, body, leads, recorded, run};

fn applied(portal: &Emulator) -> usize {
    portal.executions(0).iter().filter(|execution| execution.result == ExecutionResult::Applied).count()
}

#[tokio::test(start_paused = true)]
async fn a_job_runs_to_its_end_and_a_second_run_has_nothing_to_do() {
    let portal = portal(unlimited(120));
    let (place, client) = (Place::new(), client(options(&portal)));
    let mut operations = leads(1..=119);
    operations.extend(leads(1..=5));
    operations.push(Operation::lead(999).unwrap());
    let job = place.plan(&client, operations).await;
    let overview = job.overview().unwrap();
    assert_eq!((overview.state, overview.operations, overview.duplicates), (State::Planned, 120, 5));
    let (outcomes, summary) = run(&job, &client).await;
    assert_eq!((summary.total, summary.deleted, summary.absent), (120, 119, 1));
    assert_eq!(summary.stopped_by, None);
    let mut in_order = outcomes.clone();
    in_order.sort_by_key(|outcome| outcome.seq);
    assert_eq!(recorded(&job), in_order, "the file holds what was told, errors included");
    assert_eq!(job.overview().unwrap().state, State::Finished);
    let sent = portal.executions(0).len();
    let (outcomes, summary) = run(&job, &client).await;
    assert_eq!((outcomes.len(), summary.total, portal.executions(0).len()), (0, 0, sent));
    assert!(job.verify(None).unwrap().is_intact());
    let mut files: Vec<_> =
        std::fs::read_dir(place.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["cleanup.b24job", "cleanup.b24job.lock"], "nothing is left beside a job at rest");
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_job_goes_on_and_what_is_final_stands() {
    let portal = portal(unlimited(300));
    let guarded =
        Restriction { entity_type_id: 1, id: 7, unreadable: false, undeletable: true, unlisted: false };
    portal.restrict(&guarded).unwrap();
    let (place, client) = (Place::new(), client(options(&portal)));
    let job = place.plan(&client, leads(1..=300)).await;
    let mut first = job.run(&client, JobRunOptions::default()).await.unwrap();
    let mut told = Vec::new();
    for _ in 0..10 {
        told.push(first.next().await.unwrap());
    }
    first.cancel();
    while let Some(outcome) = first.next().await {
        told.push(outcome);
    }
    assert_eq!(first.summary().stopped_by.unwrap().as_str(), "cancelled");
    assert_eq!(job.overview().unwrap().state, State::Running);
    assert!(told.iter().any(|outcome| outcome.status == Status::NotRun), "it was interrupted amid the work");
    let (rest, _) = run(&job, &client).await;
    let is_final = |seq| told.iter().any(|before| before.seq == seq && before.status != Status::NotRun);
    assert!(rest.iter().all(|outcome| !is_final(outcome.seq)));
    let outcomes = recorded(&job);
    assert_eq!(outcomes.len(), 300);
    assert_eq!(outcomes[6].status, Status::Failed);
    assert_eq!(outcomes.iter().filter(|outcome| outcome.status == Status::Deleted).count(), 299);
    assert_eq!(applied(&portal), 299);
    let overview = job.overview().unwrap();
    assert_eq!((overview.state, overview.runs), (State::Finished, 2));
    assert!(job.verify(None).unwrap().is_intact());
}

#[tokio::test(start_paused = true)]
async fn what_was_on_the_wire_at_a_crash_is_looked_up_first() {
    for arrives in [true, false] {
        let portal = portal(unlimited(200));
        let (place, after) = (Place::new(), Place::new());
        let client = client(options(&portal));
        let job = place.plan(&client, leads(1..=200)).await;
        let crashed = die(&portal, &job, &after, 3, arrives).await;
        let in_doubt = crashed.overview().unwrap().in_doubt;
        assert!(in_doubt > 0, "the intent is in the file before the request is sent");
        let before = applied(&portal);
        let started = tokio::time::Instant::now();
        let (_, summary) = run(&crashed, &client).await;
        assert_eq!(summary.stopped_by, None);
        let outcomes = recorded(&crashed);
        assert_eq!(outcomes.len(), 200);
        assert!(outcomes.iter().all(|outcome| outcome.status == Status::Deleted));
        let by_lookup =
            outcomes.iter().filter(|outcome| outcome.confirmed_by == Some(ConfirmedBy::Lookup)).count();
        assert_eq!(by_lookup > 0, arrives);
        assert_eq!(applied(&portal), 200, "nothing is done twice; {before} before the crash");
        // Records that are there might still be deleted by the lost request: that is waited for.
        assert_eq!(started.elapsed() >= Duration::from_secs(250), !arrives, "{:?}", started.elapsed());
        assert!(crashed.verify(None).unwrap().is_intact());
        assert!(outcomes.iter().all(|outcome| outcome.attempts >= 1));
    }
}

#[tokio::test(start_paused = true)]
async fn long_after_a_crash_nothing_is_waited_for() {
    let portal = portal(unlimited(100));
    let (place, after, client) = (Place::new(), Place::new(), client(options(&portal)));
    let job = place.plan(&client, leads(1..=100)).await;
    let crashed = die(&portal, &job, &after, 2, false).await;
    pass(Duration::from_secs(1000)).await;
    let started = tokio::time::Instant::now();
    let (_, summary) = run(&crashed, &client).await;
    assert_eq!(summary.deleted + crashed.overview().unwrap().summary.deleted - summary.deleted, 100);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn while_the_portal_is_out_of_reach_nothing_is_decided() {
    let portal = portal(unlimited(100));
    let (place, after, client) = (Place::new(), Place::new(), client(options(&portal)));
    let job = place.plan(&client, leads(1..=100)).await;
    let crashed = die(&portal, &job, &after, 2, true).await;
    let before = crashed.overview().unwrap();
    portal.add_faults(vec![FaultRule::new("*", Fault::Reset {})]);
    let (outcomes, summary) = run(&crashed, &client).await;
    assert_eq!(summary.stopped_by.unwrap().as_str(), "connection");
    assert!(outcomes.iter().all(|outcome| outcome.status == Status::NotRun), "{outcomes:?}");
    let overview = crashed.overview().unwrap();
    assert_eq!(overview.state, State::Running);
    // Requests that got no answer in this run are in doubt too.
    assert!(overview.in_doubt >= before.in_doubt);
    portal.clear_faults();
    let (_, summary) = run(&crashed, &client).await;
    assert_eq!(summary.stopped_by, None);
    assert_eq!(crashed.overview().unwrap().summary.deleted, 100);
    assert_eq!(applied(&portal), 100);
    assert!(crashed.verify(None).unwrap().is_intact());
}

#[tokio::test(start_paused = true)]
async fn unknown_is_opened_again_and_looked_up() {
    let portal = portal(unlimited(20));
    let (place, client) = (Place::new(), client(options(&portal)));
    let job = place.plan(&client, leads(1..=20)).await;
    // The delete is lost after it was carried out, and for a while nobody may look.
    portal.add_faults(vec![
        FaultRule { moment: Moment::After, ..FaultRule::new("crm.lead.delete", Fault::Reset {}) },
        FaultRule::new("crm.lead.get", body(200, "null")),
    ]);
    let mut first = job.run(&client, JobRunOptions::default()).await.unwrap();
    pass(Duration::from_secs(5)).await;
    first.cancel();
    let mut unknown = 0;
    while let Some(outcome) = first.next().await {
        unknown += usize::from(outcome.status == Status::Unknown);
    }
    assert!(unknown > 0);
    portal.clear_faults();
    let (outcomes, _) = run(&job, &client).await;
    let by_lookup =
        outcomes.iter().filter(|outcome| outcome.confirmed_by == Some(ConfirmedBy::Lookup)).count();
    assert_eq!(by_lookup, unknown, "an own attempt was lost and the lead is gone");
    assert_eq!(job.overview().unwrap().summary.deleted, 20);
    assert!(job.verify(None).unwrap().is_intact());
}
