//! Many operations against the emulator: one outcome each, and all of them true.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use b24delete::{
    Client, ClientOptions, ErrorKind, MaxFailures, OperatingLimit, Operation, RateLimit, RunOptions, Status,
    StopReason,
};
use b24delete_emulator::{Emulator, Running, Settings};

use crate::undeletable_lead;

async fn portal(leads: u64) -> (Running, Client) {
    let mut settings = Settings::default();
    (settings.seed.leads, settings.seed.contacts, settings.seed.links_per_lead) = (leads, 50, 2);
    (settings.limits, settings.operating) = (None, None);
    let portal = Emulator::serve(settings).await.unwrap();
    let mut options = ClientOptions::webhook(&portal.addresses().webhook);
    (options.rate_limit, options.operating_limit) = (RateLimit::OFF, OperatingLimit::OFF);
    (portal, Client::new(options).unwrap())
}

fn leads(ids: std::ops::RangeInclusive<i64>) -> impl Iterator<Item = Operation> + Send {
    ids.map(|id| Operation::lead(id).unwrap())
}

#[tokio::test]
async fn every_outcome_agrees_with_the_portals_own_log() {
    let (portal, client) = portal(1_000).await;
    for id in (10..=1_000).step_by(100) {
        portal.emulator().restrict(&undeletable_lead(id)).unwrap();
    }
    let mut run = client.delete_many(leads(1..=1_010), RunOptions::default());
    let mut outcomes = BTreeMap::new();
    while let Some(outcome) = run.next().await {
        assert!(outcomes.insert(outcome.seq, outcome).is_none(), "one outcome per operation");
    }
    let left = portal.emulator().snapshot().unwrap().leads;
    for (seq, outcome) in (0..).zip(outcomes.values()) {
        let id = i64::try_from(outcome.operation.lead_id().unwrap().get()).unwrap();
        assert_eq!(outcome.seq, seq);
        let (status, kind) = match (id > 1_000, id % 100 == 10) {
            (true, _) => (Status::Absent, Some(ErrorKind::NotFound)),
            (_, true) => (Status::Failed, Some(ErrorKind::AccessDenied)),
            _ => (Status::Deleted, None),
        };
        assert_eq!(
            (outcome.status, outcome.error.as_ref().map(b24delete::Error::kind)),
            (status, kind),
            "lead {id}"
        );
        assert_eq!(left.contains(&id), status == Status::Failed, "lead {id}");
        assert_eq!(outcome.attempts, 1);
    }
    let summary = run.summary();
    assert_eq!((summary.total, summary.deleted, summary.absent, summary.failed), (1_010, 990, 10, 10));
    assert_eq!((summary.unknown, summary.not_run, summary.stopped_by), (0, 0, None));
    // Packs of 2, 8, 32 and then of 50.
    assert_eq!(summary.requests, 3 + 968_u64.div_ceil(50));
}

#[tokio::test]
async fn leaving_early_sends_nothing_more_and_accounts_for_what_was_sent() {
    let (portal, client) = portal(2_000).await;
    let pulled = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&pulled);
    let source = leads(1..=2_000).inspect(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let mut run = client.delete_many(source, RunOptions::default());
    run.next().await.unwrap();
    run.cancel();
    let mut seen = 1;
    while run.next().await.is_some() {
        seen += 1;
    }
    let summary = run.summary();
    assert_eq!(summary.total, seen);
    assert_eq!(
        usize::try_from(seen).unwrap(),
        pulled.load(Ordering::SeqCst),
        "every operation that was pulled"
    );
    assert!(seen < 500, "{seen} were read ahead");
    assert_eq!(summary.stopped_by, Some(StopReason::Cancelled));
    assert_eq!(
        summary.deleted,
        u64::try_from(2_000 - portal.emulator().snapshot().unwrap().leads.len()).unwrap()
    );
    assert!(summary.not_run > 0 && summary.deleted + summary.not_run == summary.total);
}

#[tokio::test]
async fn too_many_failures_stop_the_run() {
    let (portal, client) = portal(1_000).await;
    for id in 1..=1_000 {
        portal.emulator().restrict(&undeletable_lead(id)).unwrap();
    }
    let mut options = RunOptions::default();
    options.max_failures = Some(MaxFailures::Count(5));
    let summary = client.delete_many(leads(1..=1_000), options).finish().await;
    assert_eq!(summary.stopped_by, Some(StopReason::MaxFailures));
    assert!((6..60).contains(&summary.failed), "{summary:?}");
    assert_eq!(summary.deleted, 0);
}

#[tokio::test]
async fn a_portal_that_knows_none_of_the_ids_stops_the_run() {
    let (_portal, client) = portal(10).await;
    let mut options = RunOptions::default();
    options.stop_if_first_absent = Some(100);
    let summary = client.delete_many(leads(5_001..=6_000), options).finish().await;
    assert_eq!(summary.stopped_by, Some(StopReason::AllAbsent));
    assert!((100..200).contains(&summary.absent), "{summary:?}");
}

#[tokio::test]
async fn mixed_operations_on_one_lead_keep_their_order() {
    let (portal, client) = portal(60).await;
    let links = portal.emulator().snapshot().unwrap().lead_contacts;
    let mut operations = Vec::new();
    for lead in 1..=60 {
        let contacts = links.iter().filter(|link| link.lead_id == lead).map(|link| link.contact_id);
        operations.extend(contacts.map(|contact| Operation::lead_contact(lead, contact).unwrap()));
        operations.push(Operation::lead_contact_items(lead).unwrap());
        operations.push(Operation::lead(lead).unwrap());
        operations.push(Operation::lead(lead).unwrap());
    }
    let count = operations.len();
    let summary = client.delete_many(operations, RunOptions::default()).finish().await;
    assert_eq!(summary.total, u64::try_from(count).unwrap());
    // Out of order an unlinking would meet a lead without links or without a record.
    assert_eq!((summary.deleted, summary.absent), (120 + 60 + 60, 60), "{summary:?}");
}

#[tokio::test]
async fn a_source_that_fails_stops_the_run_and_loses_nothing() {
    let (portal, client) = portal(100).await;
    let broken = Operation::lead(0).unwrap_err();
    let items = leads(1..=7).map(Ok).chain(std::iter::once(Err(broken.clone()))).chain(leads(8..=9).map(Ok));
    let summary = client.delete_stream(tokio_stream::iter(items), RunOptions::default()).finish().await;
    assert_eq!(summary.stopped_by, Some(StopReason::Source(broken)));
    assert_eq!(summary.total, 7);
    assert_eq!(
        summary.deleted,
        u64::try_from(100 - portal.emulator().snapshot().unwrap().leads.len()).unwrap()
    );
}
