//! When tokens are renewed.

use std::time::Duration;

use b24delete::{CallOptions, Effect, ErrorKind, Operation, Read, RunOptions, Status};
use b24delete_emulator::settings::MethodCost;
use b24delete_tests::in_process::pass;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_hundred_calls_with_an_expired_token_share_one_renewal() {
    let mut settings = expiring(100, 60.0);
    settings.cost = vec![MethodCost { method: "oauth.token".into(), seconds: 3.0 }];
    let portal = portal(settings);
    let client = application_client(&portal, |_| {});
    pass(Duration::from_secs(61)).await;
    let calls: Vec<_> = (1..=100)
        .map(|id| {
            let client = client.clone();
            tokio::spawn(async move { client.delete_lead(lead(id)).await })
        })
        .collect();
    for call in calls {
        let deletion = call.await.unwrap().unwrap();
        assert_eq!((deletion.status, deletion.attempts), (Status::Deleted, 1));
    }
    assert_eq!(asked(&portal), 1);
    assert_eq!(refused(&portal, "expired_token"), 100);
    assert_eq!(portal.executions(0).len(), 100);
    assert_eq!(client.user_id(), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_before_it_expires_and_not_sooner() {
    let portal = portal(expiring(3, 3_600.0));
    let client = application_client(&portal, |oauth| oauth.access_token = None);
    for (after, renewals) in [(0, 1), (3_500, 1), (50, 2)] {
        pass(Duration::from_secs(after)).await;
        client.read("app.info", &serde_json::json!({})).await.unwrap();
        assert_eq!(asked(&portal), renewals, "after {after} s");
    }
    assert_eq!(refused(&portal, "expired_token"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_run_outlives_its_tokens() {
    let mut settings = expiring(1_000, 30.0);
    settings.cost = vec![MethodCost { method: "crm.lead.delete".into(), seconds: 1.0 }];
    let portal = portal(settings);
    let client = application_client(&portal, |_| {});
    let operations = (1..=1_000).map(|id| Operation::lead(id).unwrap());
    let summary = client.delete_many(operations, RunOptions::default()).finish().await;
    assert_eq!((summary.deleted, summary.total), (1_000, 1_000), "{summary:?}");
    assert_eq!(summary.requests, portal.statistics().requests, "repeats are counted too");
    assert_eq!(portal.executions(0).len(), 1_000);
    // Only the first token, of which the client cannot know the age, is met expired.
    assert!(refused(&portal, "expired_token") <= 8, "{:?}", portal.statistics());
    assert!((3..=6).contains(&asked(&portal)), "{}", asked(&portal));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_during_a_batch_repeats_the_commands_that_did_not_run() {
    let portal = portal(expiring(30, 3_600.0));
    let expired = Fault::Error {
        status: 401,
        code: "expired_token".into(),
        description: "The access token provided has expired.".into(),
    };
    portal.add_faults(vec![FaultRule {
        every: Some(3),
        count: Some(4),
        ..FaultRule::new("crm.lead.delete", expired)
    }]);
    let client = application_client(&portal, |_| {});
    let operations = (1..=30).map(|id| Operation::lead(id).unwrap());
    let mut run = client.delete_many(operations, RunOptions::default());
    while let Some(outcome) = run.next().await {
        assert_eq!((outcome.status, outcome.attempts), (Status::Deleted, 1), "{outcome:?}");
    }
    assert_eq!(portal.executions(0).len(), 30);
    assert!((1..=4).contains(&asked(&portal)), "{}", asked(&portal));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_during_a_batch_of_reads_repeats_it_once() {
    let portal = portal(expiring(3, 3_600.0));
    let expired = Fault::Error { status: 401, code: "expired_token".into(), description: String::new() };
    portal.add_faults(vec![FaultRule { nth: Some(2), ..FaultRule::new("crm.lead.get", expired.clone()) }]);
    let client = application_client(&portal, |_| {});
    let reads: Vec<_> = (1..=3)
        .map(|id| Read { method: "crm.lead.get", parameters: serde_json::json!({ "id": id }) })
        .collect();
    let answers = client.read_batch(&reads).await.unwrap();
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((answers.len(), asked(&portal)), (3, 1));
    // A new token that has expired too is told, and not renewed for ever.
    portal.add_faults(vec![FaultRule::new("crm.lead.get", expired)]);
    let error = client.read_batch(&reads).await.unwrap_err();
    assert_eq!((error.kind(), asked(&portal)), (ErrorKind::ExpiredToken, 2));
    assert_eq!(client.read_batch(&[]).await.unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn the_settle_time_counts_from_the_request_that_left() {
    let mut settings = expiring(1, 60.0);
    settings.cost = vec![MethodCost { method: "oauth.token".into(), seconds: 25.0 }];
    let portal = portal(settings);
    pass(Duration::from_secs(61)).await;
    // The delete is lost and runs 170 s later: within its settle time of 180 s, but not within one that began earlier.
    let lost = FaultRule {
        nth: Some(1),
        moment: Moment::Later(170.0),
        ..FaultRule::new("crm.lead.delete", Fault::Reset {})
    };
    portal.add_faults(vec![lost]);
    let mut options = in_process(ClientOptions::oauth(application(&portal)), &portal);
    options.settle_time = Duration::from_secs(180);
    let deletion = client(options).delete_lead(lead(1)).await.unwrap();
    assert_eq!((deletion.status, deletion.attempts), (Status::Deleted, 1));
    assert_eq!(portal.executions(0).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_after_a_deadline_that_passed_during_the_renewal() {
    let mut settings = expiring(1, 60.0);
    settings.cost = vec![MethodCost { method: "oauth.token".into(), seconds: 20.0 }];
    let portal = portal(settings);
    pass(Duration::from_secs(61)).await;
    let client = application_client(&portal, |_| {});
    let operation = Operation::lead(1).unwrap();
    let error = client.delete(operation, CallOptions::within(Duration::from_secs(5))).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.effect(), error.attempts()),
        (ErrorKind::Timeout, Effect::NotSent, 0),
        "{error}"
    );
    pass(Duration::from_secs(30)).await;
    assert_eq!(portal.executions(0), []);
    // The renewal itself was seen through.
    assert_eq!(asked(&portal), 1);
    client.delete_lead(lead(1)).await.unwrap();
    assert_eq!(asked(&portal), 1);
}
