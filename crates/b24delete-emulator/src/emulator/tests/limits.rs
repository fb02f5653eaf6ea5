use super::*;

#[tokio::test(start_paused = true)]
async fn the_bucket_counts_requests_not_commands() {
    let portal = portal(|settings| settings.limits = Some(RateLimit { capacity: 2.0, per_second: 0.5 }));
    assert_eq!(delete(&portal, &[1, 2, 3, 4]).await.0, 200);
    assert_eq!(post(&portal, "profile", json!({})).await.0, 200);
    let refused = json!({"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"});
    assert_eq!(delete(&portal, &[5]).await, (503, refused));
    portal.portal().clock.sleep(2.0).await;
    assert_eq!(delete(&portal, &[5]).await.0, 200);
    let statistics = portal.statistics();
    assert_eq!((statistics.requests, statistics.refused["QUERY_LIMIT_EXCEEDED"]), (4, 1));
    assert_eq!(portal.executions(0).len(), 5);
}

fn slow(charge: Charge) -> Emulator {
    portal(|settings| {
        settings.operating = Some(OperatingLimit { seconds: 5.0, window: 600.0 });
        settings.cost = vec!["crm.lead.delete=2".parse().unwrap()];
        settings.charge = charge;
    })
}

#[tokio::test(start_paused = true)]
async fn operating_time_is_charged_to_the_commands() {
    let portal = slow(Charge::Nested);
    let (_, reply) = delete(&portal, &[1, 2, 3, 4]).await;
    let blocked = json!({"error": "OPERATION_TIME_LIMIT", "error_description": "Method is blocked due to operation time limit."});
    assert_eq!(reply["result"]["result"], json!({"d1": true, "d2": true, "d3": true}));
    assert_eq!(reply["result"]["result_error"], json!({"d4": blocked}));
    assert_eq!(reply["result"]["result_time"]["d2"]["operating"], json!(4.0));
    assert_eq!(reply["result"]["result_time"]["d3"]["operating_reset_at"], json!(1_800_000_602));
    assert_eq!(reply["time"]["operating"], json!(0.0));
    assert_eq!(post(&portal, "crm.lead.delete", json!({"id": 4})).await, (429, blocked));
    assert_eq!(post(&portal, "crm.lead.get", json!({"id": 4})).await.0, 200);
    portal.portal().clock.sleep(596.0).await;
    assert_eq!(post(&portal, "crm.lead.delete", json!({"id": 4})).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn operating_time_is_charged_to_the_batch() {
    let portal = slow(Charge::Batch);
    let (_, reply) = delete(&portal, &[1, 2, 3, 4]).await;
    assert_eq!(reply["result"]["result_error"], json!([]));
    for key in ["d1", "d4"] {
        assert_eq!(reply["result"]["result_time"][key]["operating"], json!(8.0), "{key}");
    }
    assert_eq!(reply["time"]["operating"], json!(8.0));
    assert_eq!(delete(&portal, &[5]).await.0, 429);
    let (status, reply) = post(&portal, "crm.lead.delete", json!({"id": 5})).await;
    assert_eq!((status, &reply["time"]["operating"]), (200, &json!(2.0)));
    let (_, reply) = post(&portal, "crm.lead.get", json!({"id": 6})).await;
    assert_eq!(reply["time"]["operating"], json!(0.0));
}

#[tokio::test(start_paused = true)]
async fn a_skewed_clock_shows_in_replies_only() {
    let portal = slow(Charge::Nested);
    portal.set_clock_skew(-7_200.0);
    let (_, reply) = post(&portal, "crm.lead.delete", json!({"id": 1})).await;
    assert_eq!(reply["time"]["finish"], json!(1_799_992_802.0));
    assert_eq!(reply["time"]["operating_reset_at"], json!(1_799_993_402));
}

/// What executed of a batch of four that is cut in its third command, by the cut and after it.
async fn cut(after_cut: AfterCut) -> (usize, usize) {
    let portal = portal(|settings| {
        settings.cost = vec!["crm.lead.delete=2".parse().unwrap()];
        (settings.cut, settings.after_cut) = (Some(5.0), after_cut);
    });
    let (status, body) = raw(&portal, "batch", deletes(&[1, 2, 3, 4])).await.unwrap();
    assert_eq!((status, elapsed(&portal)), (504, 5.0));
    assert!(body.starts_with("<html>"), "{body}");
    let by_then = portal.executions(0).len();
    idle(&portal).await;
    assert_eq!(portal.statistics().cut, 1);
    (by_then, portal.executions(0).len())
}

#[tokio::test(start_paused = true)]
async fn a_cut_request_goes_on_as_it_is_set() {
    assert_eq!(cut(AfterCut::Stop).await, (2, 2));
    assert_eq!(cut(AfterCut::FinishCommand).await, (2, 3));
    assert_eq!(cut(AfterCut::RunOn).await, (2, 4));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_just_as_long_is_not_cut() {
    let portal = portal(|settings| {
        settings.cost = vec!["crm.lead.delete=0.1".parse().unwrap()];
        settings.cut = Some(0.3);
    });
    assert_eq!(delete(&portal, &[1, 2, 3]).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn requests_run_side_by_side() {
    let portal = portal(|settings| settings.cost = vec!["*=2".parse().unwrap()]);
    let (first, second) = tokio::join!(delete(&portal, &[1, 2]), delete(&portal, &[3, 4]));
    assert_eq!((first.0, second.0, elapsed(&portal)), (200, 200, 4.0));
}
