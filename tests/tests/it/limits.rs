//! Limits: kept without a refusal where nobody else uses them, and obeyed without a loss where somebody does.

use std::time::Duration;

use b24delete::{
    Effect, ErrorKind, OperatingLimit, Operation, RateLimit, RunOptions, Status, StopReason, Summary,
};
use b24delete_emulator::faults::{Fault, FaultRule};
use b24delete_emulator::settings::{Charge, MethodCost};
use b24delete_emulator::{Emulator, Settings};
use b24delete_tests::in_process::{client, options, portal, unlimited};

fn leads(ids: std::ops::RangeInclusive<i64>) -> Vec<Operation> {
    ids.map(|id| Operation::lead(id).unwrap()).collect()
}

fn cost(method: &str, seconds: f64) -> MethodCost {
    MethodCost { method: method.into(), seconds }
}

fn cloud(leads: u64) -> Settings {
    let mut settings = Settings::default();
    settings.seed.leads = leads;
    settings.start_time = Some(1_800_000_000.25);
    settings
}

async fn run(portal: &Emulator, operations: Vec<Operation>) -> Summary {
    client(options(portal)).delete_many(operations, RunOptions::default()).finish().await
}

#[tokio::test(start_paused = true)]
async fn a_portal_whose_clock_is_hours_away_is_waited_for_as_long_as_any_other() {
    for skew in [-7_200.0, 0.0, 86_400.0] {
        let mut settings = cloud(700);
        settings.clock_skew = skew;
        settings.cost = vec![cost("crm.lead.delete", 1.0)];
        let portal = portal(settings);
        let started = tokio::time::Instant::now();
        let summary = run(&portal, leads(1..=700)).await;
        assert_eq!(summary.deleted, 700);
        assert!(portal.statistics().refused.is_empty(), "{:?}", portal.statistics());
        let took = started.elapsed().as_secs_f64();
        assert!(
            (819.0..830.0).contains(&took),
            "skew {skew}: 600 s for the first 480, then the rest, but {took}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn two_clients_share_a_portal_and_lose_nothing() {
    for charge in [Charge::Nested, Charge::Batch] {
        let mut settings = cloud(2_000);
        settings.charge = charge;
        settings.cost = vec![cost("crm.lead.delete", 0.5)];
        let portal = portal(settings);
        let started = tokio::time::Instant::now();
        let (first, second) =
            tokio::join!(run(&portal, leads(1..=1_000)), run(&portal, leads(1_001..=2_000)));
        assert_eq!((first.deleted, second.deleted), (1_000, 1_000), "{charge:?}");
        assert!(portal.snapshot().unwrap().leads.is_empty());
        // 1,000 s of work of one method within 480 s in 600 s: both together cannot be faster.
        let (bound, took) = (600.0 * 2.0 + 40.0, started.elapsed().as_secs_f64());
        println!("{charge:?}: bound {bound} s, took {took:.1} s, refused {:?}", portal.statistics().refused);
        assert!(took <= 1.1 * bound + 5.0, "{charge:?}: took {took}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_method_is_parked_and_others_go_on() {
    let mut settings = unlimited(200);
    settings.seed.contacts = 100;
    let portal = portal(settings);
    portal.add_faults(vec![FaultRule {
        count: Some(3),
        ..FaultRule::new("crm.lead.delete", Fault::OperatingLimit {})
    }]);
    let mut operations = leads(1..=200);
    operations.extend((1..=100).map(|id| Operation::contact(id).unwrap()));
    let mut run = client(options(&portal)).delete_many(operations, RunOptions::default());
    let mut order = Vec::new();
    while let Some(outcome) = run.next().await {
        assert_eq!((outcome.status, outcome.attempts), (Status::Deleted, 1));
        order.push(outcome.operation.contact_id().is_some());
    }
    assert_eq!(order.len(), 300);
    assert!(order[..100].iter().all(|contact| *contact), "the contacts went while the leads were parked");
}

#[tokio::test(start_paused = true)]
async fn a_whole_request_refused_for_its_time_is_waited_out() {
    let portal = portal(unlimited(10));
    portal
        .add_faults(vec![FaultRule { count: Some(2), ..FaultRule::new("batch", Fault::OperatingLimit {}) }]);
    let started = tokio::time::Instant::now();
    let summary = run(&portal, leads(1..=10)).await;
    assert_eq!((summary.deleted, summary.unknown), (10, 0));
    assert!(started.elapsed() >= Duration::from_secs(60), "one basket at least");
}

#[tokio::test(start_paused = true)]
async fn a_rate_refusal_is_waited_out_with_growing_pauses() {
    let portal = portal(unlimited(10));
    portal.add_faults(vec![FaultRule { count: Some(4), ..FaultRule::new("batch", Fault::RateLimit {}) }]);
    let started = tokio::time::Instant::now();
    let summary = run(&portal, leads(1..=10)).await;
    assert_eq!(summary.deleted, 10);
    // 1, 2, 4 and 8 seconds, each shortened by a quarter at most.
    let waited = started.elapsed().as_secs_f64();
    assert!((11.0..16.0).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn a_rate_refusal_inside_a_batch_is_waited_out_like_any_other() {
    let portal = portal(unlimited(2));
    let refusals = FaultRule { count: Some(10), ..FaultRule::new("crm.lead.delete", Fault::RateLimit {}) };
    portal.add_faults(vec![refusals]);
    let started = tokio::time::Instant::now();
    let summary = run(&portal, leads(1..=2)).await;
    assert_eq!((summary.deleted, portal.statistics().requests), (2, 6));
    // Five refused requests with growing pauses.
    assert!(started.elapsed() > Duration::from_secs(20), "took {:?}", started.elapsed());
}

/// Whatever does not end within days of virtual time is taken to wait for ever.
async fn within_days<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(3 * 86_400), future).await.unwrap()
}

/// A limit that refuses for ever, as a whole request or as single commands, and the kind of error that it makes.
fn endless_refusals() -> [(&'static str, Fault, ErrorKind); 4] {
    [
        ("batch", Fault::RateLimit {}, ErrorKind::RateLimited),
        ("batch", Fault::OperatingLimit {}, ErrorKind::OperationTimeLimit),
        ("crm.lead.delete", Fault::RateLimit {}, ErrorKind::RateLimited),
        ("crm.lead.delete", Fault::OperatingLimit {}, ErrorKind::OperationTimeLimit),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_refuses_for_ever_ends_the_run_with_nothing_lost() {
    for (method, fault, kind) in endless_refusals() {
        let portal = portal(unlimited(100));
        portal.add_faults(vec![FaultRule::new(method, fault)]);
        let started = tokio::time::Instant::now();
        let run = client(options(&portal)).delete_many(leads(1..=100), RunOptions::default());
        let summary = within_days(run.finish()).await;
        assert_eq!(summary.stopped_by.as_ref().map(StopReason::as_str), Some(kind.as_str()), "{method}");
        assert_eq!((summary.not_run, summary.requests), (100, 30), "{method}: {summary:?}");
        assert!(started.elapsed() > Duration::from_secs(600), "{method}: a whole window at least");
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_refuses_every_lookup_ends_the_run_with_the_lost_ones_unknown() {
    let portal = portal(unlimited(4));
    let lost = FaultRule { nth: Some(1), ..FaultRule::new("batch", Fault::Reset {}) };
    portal.add_faults(vec![lost, FaultRule::new("crm.lead.get", Fault::OperatingLimit {})]);
    let run = client(options(&portal)).delete_many(leads(1..=4), RunOptions::default());
    let summary = within_days(run.finish()).await;
    assert_eq!(summary.stopped_by.as_ref().map(StopReason::as_str), Some("operation_time_limit"));
    assert_eq!((summary.unknown, summary.deleted), (2, 2), "{summary:?}");
}

#[tokio::test(start_paused = true)]
async fn a_method_that_is_refused_for_ever_does_not_end_a_run_that_moves() {
    let mut settings = unlimited(5);
    settings.seed.contacts = 60;
    settings.cost = vec![cost("crm.contact.delete", 55.0)];
    let portal = portal(settings);
    portal.add_faults(vec![FaultRule::new("crm.lead.delete", Fault::OperatingLimit {})]);
    let mut operations = leads(1..=5);
    operations.extend((1..=60).map(|id| Operation::contact(id).unwrap()));
    let run = client(options(&portal)).delete_many(operations, RunOptions::default());
    let summary = within_days(run.finish()).await;
    assert_eq!((summary.deleted, summary.not_run), (60, 5), "{summary:?}");
    assert_eq!(summary.stopped_by.as_ref().map(StopReason::as_str), Some("operation_time_limit"));
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_refuses_for_ever_ends_single_calls_and_reads_too() {
    for (fault, kind) in [
        (Fault::RateLimit {}, ErrorKind::RateLimited),
        (Fault::OperatingLimit {}, ErrorKind::OperationTimeLimit),
    ] {
        let portal = portal(unlimited(1));
        portal.add_faults(vec![FaultRule::new("*", fault)]);
        let client = client(options(&portal));
        let lead = b24delete::LeadId::new(1).unwrap();
        let error = within_days(client.delete_lead(lead)).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::Rejected), "{error}");
        let parameters = serde_json::json!({ "id": 1 });
        let error = within_days(client.read("crm.lead.get", &parameters)).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(portal.statistics().requests, 20);
    }
}

#[tokio::test(start_paused = true)]
async fn a_portal_blocked_by_hand_stops_the_run_at_once() {
    let portal = portal(unlimited(100));
    portal.add_faults(vec![FaultRule { nth: Some(2), ..FaultRule::new("batch", Fault::Overload {}) }]);
    let summary = run(&portal, leads(1..=100)).await;
    assert_eq!(summary.stopped_by.as_ref().map(StopReason::as_str), Some("overloaded"));
    assert_eq!((summary.deleted, summary.failed, summary.requests), (2, 8, 2));
    assert_eq!(portal.executions(0).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn enterprise_and_own_limits_are_kept() {
    for (limit, rate) in [("250/5", RateLimit::ENTERPRISE), ("3/0.5", RateLimit::new(3.0, 0.5).unwrap())] {
        let mut settings = cloud(1_000);
        settings.limits = Some(limit.parse().unwrap());
        let portal = portal(settings);
        let mut options = options(&portal);
        options.rate_limit = rate;
        let summary = client(options).delete_many(leads(1..=1_000), RunOptions::default()).finish().await;
        assert_eq!(summary.deleted, 1_000);
        assert!(portal.statistics().refused.is_empty(), "{limit}: {:?}", portal.statistics());
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_longer_than_the_budget_still_goes() {
    let mut settings = cloud(3);
    settings.operating = Some("10/60".parse().unwrap());
    settings.cost = vec![cost("crm.lead.delete", 25.0)];
    let portal = portal(settings);
    let mut options = options(&portal);
    options.operating_limit = OperatingLimit::new(10.0, 60.0).unwrap();
    let summary = client(options).delete_many(leads(1..=3), RunOptions::default()).finish().await;
    assert_eq!((summary.deleted, summary.unknown), (3, 0), "{:?}", portal.statistics());
}

#[tokio::test(start_paused = true)]
async fn parallel_requests_with_limits_off_bring_every_outcome_once() {
    let mut settings = unlimited(500);
    settings.cost = vec![cost("crm.lead.delete", 0.1)];
    let portal = portal(settings);
    let mut options = options(&portal);
    (options.rate_limit, options.operating_limit, options.concurrency) =
        (RateLimit::OFF, OperatingLimit::OFF, 4);
    let started = tokio::time::Instant::now();
    let mut run = client(options).delete_many(leads(1..=500), RunOptions::default());
    let mut seen = vec![0; 500];
    while let Some(outcome) = run.next().await {
        assert_eq!(outcome.status, Status::Deleted);
        seen[usize::try_from(outcome.seq).unwrap()] += 1;
    }
    assert!(seen.iter().all(|count| *count == 1));
    assert!(started.elapsed() < Duration::from_secs(25), "four at a time: {:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_wrong_webhook_stops_the_run_with_its_first_pack() {
    let portal = portal(unlimited(100));
    let mut options = options(&portal);
    options.webhook = options.webhook.replace("s3cretwebhookcode", "anotherwebhook");
    let mut run = client(options).delete_many(leads(1..=100), RunOptions::default());
    let mut statuses = Vec::new();
    while let Some(outcome) = run.next().await {
        statuses.push(outcome.status);
        if let Some(error) = outcome.error {
            assert_eq!(error.kind(), ErrorKind::InvalidCredentials);
        }
    }
    assert_eq!(statuses.iter().filter(|status| **status == Status::Failed).count(), 2);
    assert!(statuses[2..].iter().all(|status| *status == Status::NotRun));
    assert_eq!(run.summary().stopped_by.as_ref().map(StopReason::as_str), Some("invalid_credentials"));
}
