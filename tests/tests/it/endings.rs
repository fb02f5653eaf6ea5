//! Endings: what a run still does, and what its errors say, when it is stopped in odd moments.

use std::time::Duration;

use b24delete::{
    CallOptions, Canceller, ConfirmedBy, Effect, ErrorKind, Operation, RateLimit, RunOptions, Status,
};
use b24delete_emulator::faults::{Fault, FaultRule, Moment};
use b24delete_emulator::settings::MethodCost;
use b24delete_tests::in_process::{client, options, pass, portal, unlimited};
use futures_util::{StreamExt, stream};

fn refusal(code: &str) -> Fault {
    Fault::Error { status: 401, code: code.to_owned(), description: String::new() }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_fails_before_anything_is_sent_ends_the_run() {
    let portal = portal(unlimited(3));
    let operations = vec![Operation::lead(1), Operation::lead(2), Operation::lead(0)];
    let run = client(options(&portal)).delete_stream(stream::iter(operations), RunOptions::default());
    let summary = tokio::time::timeout(Duration::from_secs(3600), run.finish()).await.unwrap();
    assert_eq!((summary.not_run, summary.total), (2, 2));
    assert_eq!(summary.stopped_by.unwrap().as_str(), "source");
    assert!(portal.executions(0).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_cancelled_while_its_caller_lags_sends_nothing_more() {
    let portal = portal(unlimited(200));
    let operations = (1..=200).map(|id| Operation::lead(id).unwrap());
    let mut run = client(options(&portal)).delete_many(operations, RunOptions::default());
    // The run has outcomes to hand over, and waits for a caller who takes none of them.
    pass(Duration::from_secs(60)).await;
    run.cancel();
    let executed = portal.executions(0).len();
    let mut outcomes = Vec::new();
    while let Some(outcome) = run.next().await {
        outcomes.push(outcome.status);
    }
    assert_eq!(portal.executions(0).len(), executed, "nothing is sent after the cancellation");
    assert_eq!(outcomes.iter().filter(|status| **status == Status::Deleted).count(), executed);
    assert!(outcomes.contains(&Status::NotRun));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_cancelled_while_a_limit_holds_back_its_lookups_ends() {
    let portal = portal(unlimited(1));
    let lost = FaultRule { moment: Moment::After, ..FaultRule::new("crm.lead.delete", Fault::Reset {}) };
    portal.add_faults(vec![lost, FaultRule::new("crm.lead.get", Fault::OperatingLimit {})]);
    let operations = vec![Operation::lead(1).unwrap()];
    let mut run = client(options(&portal)).delete_many(operations, RunOptions::default());
    pass(Duration::from_secs(30)).await;
    run.cancel();
    let outcome = tokio::time::timeout(Duration::from_secs(3600), run.next()).await.unwrap().unwrap();
    assert_eq!(outcome.status, Status::Unknown);
    assert!(run.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_the_lookup_does_not_hide_that_the_call_may_have_applied() {
    for stop in ["expired_token", "INVALID_CREDENTIALS", "PAYMENT_REQUIRED"] {
        let portal = portal(unlimited(1));
        let lost = FaultRule { moment: Moment::After, ..FaultRule::new("crm.lead.delete", Fault::Reset {}) };
        portal.add_faults(vec![lost, FaultRule::new("crm.lead.get", refusal(stop))]);
        let operation = Operation::lead(1).unwrap();
        let error = client(options(&portal)).delete(operation, CallOptions::default()).await.unwrap_err();
        assert!(portal.snapshot().unwrap().leads.is_empty(), "the attempt applied");
        assert_eq!((error.kind(), error.effect()), (ErrorKind::OutcomeUnknown, Effect::MayHaveApplied));
        assert_eq!(error.attempts(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_by_a_limit_do_not_keep_a_run_going_on_a_dead_portal() {
    let portal = portal(unlimited(1));
    portal.add_faults(vec![
        FaultRule { every: Some(2), ..FaultRule::new("batch", Fault::RateLimit {}) },
        FaultRule::new("*", Fault::Html { status: 502 }),
    ]);
    let mut options = options(&portal);
    options.settle_time = Duration::from_secs(24 * 3600);
    let operations = vec![Operation::lead(1).unwrap()];
    let summary = client(options).delete_many(operations, RunOptions::default()).finish().await;
    assert_eq!(summary.unknown, 1);
    assert!(summary.requests <= 21, "ten failures, each after a refusal at most: {summary:?}");
}

#[tokio::test(start_paused = true)]
async fn the_secret_does_not_show_in_the_host_of_a_redirect() {
    let portal = portal(unlimited(1));
    let location = "https://s3cretwebhookcode.elsewhere.test/rest/".to_owned();
    portal.add_faults(vec![FaultRule::new("*", Fault::Redirect { status: 302, location })]);
    let run = client(options(&portal)).delete_many([Operation::lead(1).unwrap()], RunOptions::default());
    let summary = run.finish().await;
    let text = format!("{summary:?}");
    assert!(text.contains("elsewhere.test") && !text.contains("s3cret"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn time_of_refused_commands_and_of_parallel_packs_counts() {
    for (concurrency, leads) in [(1, 0), (4, 60)] {
        let mut settings = unlimited(leads);
        settings.operating = Some("20/120".parse().unwrap());
        settings.cost = vec![MethodCost { method: "crm.lead.delete".into(), seconds: 2.0 }];
        let portal = portal(settings);
        let mut options = options(&portal);
        options.rate_limit = RateLimit::OFF;
        options.operating_limit = b24delete::OperatingLimit::new(20.0, 120.0).unwrap();
        options.concurrency = concurrency;
        let operations = (1..=60).map(|id| Operation::lead(id).unwrap());
        let summary = client(options).delete_many(operations, RunOptions::default()).finish().await;
        assert_eq!((summary.deleted, summary.absent), (leads, 60 - leads), "{summary:?}");
        assert!(portal.statistics().refused.is_empty(), "{:?}", portal.statistics());
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_in_a_hidden_row_is_not_taken_for_gone() {
    let mut settings = unlimited(1);
    (settings.seed.contacts, settings.seed.links_per_lead) = (1, 1);
    let portal = portal(settings);
    let hidden = b24delete_emulator::store::Restriction {
        entity_type_id: 3,
        id: 1,
        unlisted: true,
        ..Default::default()
    };
    portal.restrict(&hidden).unwrap();
    let lost = FaultRule { nth: Some(1), ..FaultRule::new("crm.lead.contact.delete", Fault::Reset {}) };
    portal.add_faults(vec![lost]);
    let operations = vec![Operation::lead_contact(1, 1).unwrap()];
    let mut run = client(options(&portal)).delete_many(operations, RunOptions::default());
    let outcome = run.next().await.unwrap();
    assert_eq!((outcome.status, outcome.confirmed_by), (Status::Deleted, Some(ConfirmedBy::Reply)));
    assert_eq!(outcome.attempts, 2, "it was sent again, since a list proves nothing");
}

#[tokio::test(start_paused = true)]
async fn a_pack_does_not_exceed_a_budget_of_which_nothing_is_used() {
    let mut settings = unlimited(60);
    settings.operating = Some("12/24".parse().unwrap());
    settings.cost = vec![MethodCost { method: "crm.lead.delete".into(), seconds: 1.0 }];
    let portal = portal(settings);
    let mut options = options(&portal);
    options.operating_limit = b24delete::OperatingLimit::new(12.0, 24.0).unwrap();
    // The second part comes when all that the first has used is forgotten.
    let second = stream::once(pass(Duration::from_secs(200))).flat_map(|()| stream::iter(31..=60));
    let operations = stream::iter(1..=30).chain(second).map(Operation::lead);
    let summary = client(options).delete_stream(operations, RunOptions::default()).finish().await;
    assert_eq!(summary.deleted, 60);
    assert!(portal.statistics().refused.is_empty(), "{:?}", portal.statistics());
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_ends_at_once_and_says_what_may_have_happened() {
    let mut settings = unlimited(2);
    settings.cost = vec![MethodCost { method: "crm.lead.delete".into(), seconds: 40.0 }];
    let portal = portal(settings);
    let mut options = options(&portal);
    options.rate_limit = RateLimit::new(1.0, 0.01).unwrap();
    let client = client(options);
    let call = |id| {
        let canceller = Canceller::new();
        let mut options = CallOptions::default();
        options.canceller = Some(canceller.clone());
        let client = client.clone();
        let call = async move { client.delete(Operation::lead(id).unwrap(), options).await };
        (canceller, tokio::spawn(call))
    };
    let (on_the_wire, first) = call(1);
    pass(Duration::from_secs(5)).await;
    let (waiting, second) = call(2);
    pass(Duration::from_secs(5)).await;
    on_the_wire.cancel();
    waiting.cancel();
    let ended = tokio::time::Instant::now();
    let (first, second) = (first.await.unwrap().unwrap_err(), second.await.unwrap().unwrap_err());
    assert_eq!(ended.elapsed(), Duration::ZERO);
    let facts = |error: &b24delete::Error| (error.kind(), error.effect(), error.attempts());
    assert_eq!(facts(&first), (ErrorKind::Cancelled, Effect::MayHaveApplied, 1), "{first}");
    assert_eq!(facts(&second), (ErrorKind::Cancelled, Effect::NotSent, 0), "{second}");
    pass(Duration::from_secs(600)).await;
    let left = portal.snapshot().unwrap().leads;
    assert_eq!(left.len(), 1, "what was on the wire was seen through, what waited was not sent: {left:?}");
}

#[tokio::test(start_paused = true)]
async fn operations_that_a_finished_run_left_out_are_not_run_and_counted() {
    let portal = portal(unlimited(3));
    let operations = (1..=2).map(|id| Operation::lead(id).unwrap());
    let mut run = client(options(&portal)).delete_many(operations, RunOptions::default());
    let left_out = [Operation::lead(3).unwrap(), Operation::lead(4).unwrap()];
    assert!(run.leave_out(left_out).is_empty(), "the run may still pull them");
    while run.next().await.is_some() {}
    let outcomes = run.leave_out(left_out);
    let told: Vec<_> = outcomes.iter().map(|outcome| (outcome.seq, outcome.operation)).collect();
    let [third, fourth] = left_out;
    assert_eq!(told, [(2, third), (3, fourth)], "their numbers follow those of the run");
    for outcome in &outcomes {
        assert_eq!((outcome.status, outcome.confirmed_by, outcome.attempts), (Status::NotRun, None, 0));
        assert!(outcome.error.is_none());
    }
    let summary = run.summary();
    assert_eq!((summary.deleted, summary.not_run, summary.total), (2, 2, 4));
    assert_eq!(portal.snapshot().unwrap().leads.len(), 1, "nothing of them was sent");
}
