//! Lost answers: what is looked up, when it is believed, and what is sent again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use b24delete::{
    CallOptions, ClientOptions, ConfirmedBy, ErrorKind, Event, OperatingLimit, Operation, Outcome, RateLimit,
    RunOptions, Status,
};
use b24delete_emulator::faults::{Fault, FaultRule, Moment};
use b24delete_emulator::settings::{AfterCut, Charge, MethodCost};
use b24delete_emulator::store::ExecutionResult;
use b24delete_emulator::{Emulator, Settings};
use b24delete_tests::in_process::{client, options, pass, portal, unlimited};

fn lost(method: &str, nth: u64, moment: Moment) -> FaultRule {
    FaultRule { nth: Some(nth), moment, ..FaultRule::new(method, Fault::Reset {}) }
}

/// The outcomes of a run over `operations`, in their order.
async fn outcomes(options: ClientOptions, operations: Vec<Operation>) -> Vec<Outcome> {
    let mut run = client(options).delete_many(operations, RunOptions::default());
    let mut outcomes = Vec::new();
    while let Some(outcome) = run.next().await {
        outcomes.push(outcome);
    }
    outcomes.sort_by_key(|outcome| outcome.seq);
    outcomes
}

fn leads(count: i64) -> Vec<Operation> {
    (1..=count).map(|id| Operation::lead(id).unwrap()).collect()
}

/// How often a delete of the lead really ran.
fn applied(portal: &Emulator, lead_id: i64) -> usize {
    let executions = portal.executions(0);
    let of_lead = executions.iter().filter(|execution| execution.lead_id == Some(lead_id));
    of_lead.filter(|execution| execution.result == ExecutionResult::Applied).count()
}

fn with_links() -> Settings {
    let mut settings = unlimited(5);
    (settings.seed.contacts, settings.seed.links_per_lead) = (5, 2);
    settings
}

#[tokio::test(start_paused = true)]
async fn a_pack_that_ran_and_lost_its_answer_is_deleted_by_lookup_at_once() {
    let portal = portal(unlimited(60));
    portal.add_faults(vec![lost("batch", 3, Moment::After)]);
    let started = tokio::time::Instant::now();
    let outcomes = outcomes(options(&portal), leads(60)).await;
    let by_lookup = outcomes.iter().filter(|outcome| outcome.confirmed_by == Some(ConfirmedBy::Lookup));
    // Packs of 2 and 8 came through, that of 32 was lost.
    assert_eq!(by_lookup.map(|outcome| outcome.seq).collect::<Vec<_>>(), (10..42).collect::<Vec<_>>());
    assert!(outcomes.iter().all(|outcome| outcome.status == Status::Deleted && outcome.attempts == 1));
    assert!(started.elapsed() < Duration::from_secs(5), "gone is final: nothing waits for the settle time");
}

#[tokio::test(start_paused = true)]
async fn a_pack_that_never_ran_is_sent_again_only_after_the_settle_time() {
    let portal = portal(unlimited(2));
    portal.add_faults(vec![lost("batch", 1, Moment::Before)]);
    let started = tokio::time::Instant::now();
    let outcomes = outcomes(options(&portal), leads(2)).await;
    assert!(started.elapsed() >= Duration::from_secs(300));
    for outcome in &outcomes {
        assert_eq!((outcome.status, outcome.confirmed_by), (Status::Deleted, Some(ConfirmedBy::Reply)));
        assert_eq!(outcome.attempts, 2);
    }
    assert_eq!((applied(&portal, 1), applied(&portal, 2)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_pack_that_still_runs_on_is_waited_for_and_not_sent_twice() {
    let portal = portal(unlimited(2));
    portal.add_faults(vec![lost("batch", 1, Moment::Later(120.0))]);
    let outcomes = outcomes(options(&portal), leads(2)).await;
    for outcome in &outcomes {
        assert_eq!((outcome.status, outcome.confirmed_by), (Status::Deleted, Some(ConfirmedBy::Lookup)));
        assert_eq!(outcome.attempts, 1);
    }
    assert_eq!(
        portal.executions(0).iter().filter(|execution| execution.method == "crm.lead.delete").count(),
        2
    );
}

#[tokio::test(start_paused = true)]
async fn half_a_pack_is_settled_operation_by_operation() {
    let portal = portal(unlimited(10));
    portal.add_faults(vec![lost("batch", 2, Moment::AfterCommands(3))]);
    let outcomes = outcomes(options(&portal), leads(10)).await;
    let attempts: Vec<_> = outcomes.iter().map(|outcome| outcome.attempts).collect();
    assert_eq!(attempts, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    assert!((1..=10).all(|lead| applied(&portal, lead) == 1));
}

#[tokio::test(start_paused = true)]
async fn three_sends_without_an_answer_leave_the_outcome_unknown() {
    let portal = portal(unlimited(1));
    portal.add_faults(vec![FaultRule::new("crm.lead.delete", Fault::Reset {})]);
    let outcomes = outcomes(options(&portal), leads(1)).await;
    let outcome = &outcomes[0];
    assert_eq!((outcome.status, outcome.confirmed_by, outcome.attempts), (Status::Unknown, None, 3));
    let error = outcome.error.as_ref().unwrap();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    let cause = std::error::Error::source(error).unwrap().to_string();
    assert!(cause.contains("connection"), "{cause}");
}

#[tokio::test(start_paused = true)]
async fn a_record_that_cannot_be_read_is_never_taken_for_gone() {
    let portal = portal(unlimited(1));
    let restriction = b24delete_emulator::store::Restriction {
        entity_type_id: 1,
        id: 1,
        unreadable: true,
        ..Default::default()
    };
    portal.restrict(&restriction).unwrap();
    portal.add_faults(vec![lost("batch", 1, Moment::Before)]);
    let outcomes = outcomes(options(&portal), leads(1)).await;
    assert_eq!((outcomes[0].status, outcomes[0].attempts), (Status::Unknown, 1));
    assert!(portal.snapshot().unwrap().leads.contains(&1));
}

#[tokio::test(start_paused = true)]
async fn a_missing_binding_is_proved_by_sending_once_more() {
    let portal = portal(with_links());
    let link = portal.snapshot().unwrap().lead_contacts[0].clone();
    portal.add_faults(vec![lost("batch", 1, Moment::After)]);
    let operation = Operation::lead_contact(link.lead_id, link.contact_id).unwrap();
    let outcomes = outcomes(options(&portal), vec![operation]).await;
    let outcome = &outcomes[0];
    assert_eq!((outcome.status, outcome.confirmed_by), (Status::Deleted, Some(ConfirmedBy::Lookup)));
    assert_eq!((outcome.attempts, &outcome.error), (2, &None));
}

#[tokio::test(start_paused = true)]
async fn a_binding_that_somebody_made_anew_is_left_alone() {
    let portal = portal(with_links());
    let link = portal.snapshot().unwrap().lead_contacts[0].clone();
    portal.add_faults(vec![lost("batch", 1, Moment::After)]);
    let actor = portal.clone();
    let (lead_id, contact_id) = (link.lead_id, link.contact_id);
    tokio::spawn(async move {
        pass(Duration::from_secs(60)).await;
        let fields =
            serde_json::json!({ "id": lead_id, "fields": { "CONTACT_ID": contact_id, "SORT": 990 } });
        actor.act("crm.lead.contact.add", fields.as_object().unwrap()).unwrap();
    });
    let outcomes =
        outcomes(options(&portal), vec![Operation::lead_contact(lead_id, contact_id).unwrap()]).await;
    assert_eq!((outcomes[0].status, outcomes[0].attempts), (Status::Unknown, 1));
    let left = portal.snapshot().unwrap().lead_contacts;
    assert!(left.iter().any(|link| (link.lead_id, link.contact_id, link.sort) == (lead_id, contact_id, 990)));
}

#[tokio::test(start_paused = true)]
async fn a_binding_that_a_limit_held_back_is_looked_at_again_before_it_is_sent_again() {
    for all_of_lead in [false, true] {
        let portal = portal(with_links());
        let link = portal.snapshot().unwrap().lead_contacts[0].clone();
        let operation = match all_of_lead {
            false => Operation::lead_contact(link.lead_id, link.contact_id).unwrap(),
            true => Operation::lead_contact_items(link.lead_id).unwrap(),
        };
        // The first attempt is lost, and the second, right after the settle time, is parked for a minute.
        let parked =
            FaultRule { count: Some(1), ..FaultRule::new(operation.method(), Fault::OperatingLimit {}) };
        portal.add_faults(vec![lost("batch", 1, Moment::Before), parked]);
        let actor = portal.clone();
        tokio::spawn(async move {
            pass(Duration::from_secs(330)).await;
            let fields = serde_json::json!({ "CONTACT_ID": link.contact_id, "SORT": 990 });
            let anew = serde_json::json!({ "id": link.lead_id, "fields": fields });
            for method in ["crm.lead.contact.delete", "crm.lead.contact.add"] {
                actor.act(method, anew.as_object().unwrap()).unwrap();
            }
        });
        let outcomes = outcomes(options(&portal), vec![operation]).await;
        assert_eq!((outcomes[0].status, outcomes[0].attempts), (Status::Unknown, 1), "{operation}");
        let left = portal.snapshot().unwrap().lead_contacts;
        assert!(left.iter().any(|link| link.sort == 990), "{operation}: the new binding stays");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_look_costs_no_more_than_the_limits_ask_for() {
    let portal = portal(with_links());
    portal.add_faults(vec![lost("batch", 1, Moment::Before)]);
    let mut options = options(&portal);
    options.rate_limit = RateLimit::new(1.0, 0.01).unwrap();
    let run = client(options).delete_many([Operation::lead_contact(1, 1).unwrap()], RunOptions::default());
    let summary = run.finish().await;
    // One request in a hundred seconds: no look can be fresher than the one right before.
    assert_eq!((summary.deleted, summary.unknown), (1, 0));
    assert!(summary.requests <= 6, "{summary:?}");
}

#[tokio::test(start_paused = true)]
async fn looks_that_use_up_what_a_limit_leaves_come_to_an_end() {
    let mut settings = with_links();
    settings.operating = Some("1/100".parse().unwrap());
    settings.charge = Charge::Batch;
    settings.cost = ["crm.lead.contact.items.get", "crm.lead.contact.delete"]
        .map(|method| MethodCost { method: method.into(), seconds: 1.0 })
        .to_vec();
    let portal = portal(settings);
    portal.add_faults(vec![lost("batch", 1, Moment::Before)]);
    let mut options = options(&portal);
    options.operating_limit = OperatingLimit::new(1.0, 100.0).unwrap();
    let run = client(options).delete_many([Operation::lead_contact(1, 1).unwrap()], RunOptions::default());
    let summary = tokio::time::timeout(Duration::from_secs(86_400), run.finish()).await.unwrap();
    assert_eq!((summary.deleted, summary.unknown), (1, 0));
    assert!(summary.requests <= 12, "{summary:?}");
}

#[tokio::test(start_paused = true)]
async fn the_observer_is_told_of_single_operations_that_come_to_nothing() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let portal = portal(unlimited(10));
    let failing = |code: &str| Fault::Error { status: 400, code: code.into(), description: "odd".into() };
    portal.add_faults(vec![
        FaultRule { nth: Some(4), ..FaultRule::new("crm.lead.delete", failing("SOMETHING_ELSE")) },
        FaultRule { nth: Some(6), ..FaultRule::new("crm.lead.delete", Fault::OperatingLimit {}) },
    ]);
    let mut options = options(&portal);
    let seen = Arc::clone(&told);
    options.observer = Some(Arc::new(move |event: &Event<'_>| {
        if let Event::Retrying { operations, error } = event {
            seen.lock().unwrap().push((*operations, error.kind()));
        }
    }));
    let outcomes = outcomes(options, leads(10)).await;
    assert!(outcomes.iter().all(|outcome| outcome.status == Status::Deleted));
    let told = told.lock().unwrap().clone();
    assert_eq!(told, [(1, ErrorKind::PortalError), (1, ErrorKind::OperationTimeLimit)]);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_the_gateway_cuts_is_settled_and_the_next_one_is_smaller() {
    for after_cut in [AfterCut::Stop, AfterCut::FinishCommand, AfterCut::RunOn] {
        let mut settings = unlimited(60);
        settings.cut = Some(60.0);
        settings.after_cut = after_cut;
        // Slow enough that the growing pack meets the cut before its size has followed the cost.
        settings.cost = vec![MethodCost { method: "crm.lead.delete".into(), seconds: 45.0 }];
        let portal = portal(settings);
        let outcomes = outcomes(options(&portal), leads(6)).await;
        assert!(
            outcomes.iter().all(|outcome| outcome.status == Status::Deleted),
            "{after_cut:?}: {outcomes:?}"
        );
        assert!((1..=6).all(|lead| applied(&portal, lead) == 1), "{after_cut:?}");
        assert_eq!(portal.statistics().cut, 1, "{after_cut:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_single_call_settles_like_a_run() {
    let portal = portal(unlimited(3));
    portal.add_faults(vec![
        lost("crm.lead.delete", 1, Moment::After),
        lost("crm.lead.delete", 2, Moment::Before),
    ]);
    let client = client(options(&portal));
    let first = client.delete(Operation::lead(1).unwrap(), CallOptions::default()).await.unwrap();
    assert_eq!((first.confirmed_by, first.attempts), (ConfirmedBy::Lookup, 1));
    let second = client.delete(Operation::lead(2).unwrap(), CallOptions::default()).await.unwrap();
    assert_eq!((second.confirmed_by, second.attempts), (ConfirmedBy::Reply, 2));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_call_in_doubt_and_the_record_may_still_go() {
    let portal = portal(unlimited(1));
    portal.add_faults(vec![lost("crm.lead.delete", 1, Moment::Later(60.0))]);
    let options = CallOptions::within(Duration::from_secs(10));
    let error = client(b24delete_tests::in_process::options(&portal))
        .delete(Operation::lead(1).unwrap(), options)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::OutcomeUnknown, 1), "{error}");
    pass(Duration::from_secs(120)).await;
    assert_eq!(applied(&portal, 1), 1);
}

#[tokio::test(start_paused = true)]
async fn a_portal_that_stays_away_halts_the_run_and_loses_nothing() {
    let portal = portal(unlimited(500));
    let fault = Fault::Html { status: 502 };
    let rule = FaultRule { moment: Moment::Before, ..FaultRule::new("", fault) };
    portal.add_faults(vec![FaultRule { method: "*".into(), ..rule }]);
    let mut run = client(options(&portal)).delete_many(leads(500), RunOptions::default());
    let mut total = 0;
    while let Some(outcome) = run.next().await {
        assert!(matches!(outcome.status, Status::Unknown | Status::NotRun), "{outcome:?}");
        total += 1;
    }
    let summary = run.summary();
    assert_eq!(summary.total, total);
    assert!(summary.unknown <= 4 && summary.requests <= 10, "a dying portal is not hammered: {summary:?}");
    assert_eq!(summary.stopped_by.as_ref().map(b24delete::StopReason::as_str), Some("invalid_response"));
}
