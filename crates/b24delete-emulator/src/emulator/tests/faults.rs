use super::*;

fn broken(method: &str, moment: Moment, fault: Fault) -> Emulator {
    portal(|settings| {
        settings.faults = vec![FaultRule { moment, count: Some(1), ..FaultRule::new(method, fault) }];
    })
}

#[tokio::test(start_paused = true)]
async fn lost_answers_execute_what_the_rule_says() {
    for (moment, at_once, later) in [
        (Moment::Before, 0, 0),
        (Moment::After, 3, 3),
        (Moment::AfterCommands(2), 2, 2),
        (Moment::Later(30.0), 0, 3),
    ] {
        let portal = broken("crm.lead.delete", moment, Fault::Reset {});
        assert_eq!(raw(&portal, "batch", deletes(&[1, 2, 3])).await, Err(Dropped), "{moment:?}");
        assert_eq!(portal.executions(0).len(), at_once, "{moment:?}");
        idle(&portal).await;
        assert_eq!(portal.executions(0).len(), later, "{moment:?}");
        assert_eq!(delete(&portal, &[9]).await.0, 200);
        assert_eq!(portal.statistics().faults["reset"], 1);
    }
}

#[tokio::test]
async fn pages_and_torn_answers_are_no_json() {
    let portal = broken("batch", Moment::After, Fault::Html { status: 503 });
    let (status, body) = raw(&portal, "batch", deletes(&[1])).await.unwrap();
    assert_eq!(status, 503);
    assert!(body.contains("503 Service Unavailable"), "{body}");
    let portal = broken("*", Moment::Before, Fault::Truncated {});
    let (status, body) = raw(&portal, "crm.lead.delete", json!({"id": 1})).await.unwrap();
    assert_eq!((status, leads(&portal).len()), (200, 10));
    assert!(serde_json::from_str::<Value>(&body).is_err(), "{body}");
}

#[tokio::test(start_paused = true)]
async fn stalls_end_or_not() {
    let portal = broken("*", Moment::Before, Fault::Stall { seconds: Some(7.0) });
    assert_eq!(delete(&portal, &[1]).await.0, 200);
    assert_eq!(elapsed(&portal), 7.0);
    let portal = broken("*", Moment::After, Fault::Stall { seconds: None });
    let patience = std::time::Duration::from_secs(100_000);
    assert!(tokio::time::timeout(patience, delete(&portal, &[1])).await.is_err());
    assert!(!leads(&portal).contains(&1));
}

#[tokio::test]
async fn refusals_strike_calls_whole_batches_and_commands() {
    let portal = broken("batch", Moment::Before, Fault::RateLimit {});
    assert_eq!(delete(&portal, &[1]).await.0, 503);
    let portal = broken("crm.lead.delete", Moment::Before, Fault::Overload {});
    let (status, reply) = post(&portal, "crm.lead.delete", json!({"id": 1})).await;
    assert_eq!((status, &reply["error"]), (503, &json!("OVERLOAD_LIMIT")));
    let portal = broken("crm.lead.delete", Moment::Before, Fault::OperatingLimit {});
    let (status, reply) = delete(&portal, &[1, 2]).await;
    assert_eq!(
        (status, &reply["result"]["result_error"]["d1"]["error"]),
        (200, &json!("OPERATION_TIME_LIMIT"))
    );
    assert_eq!(reply["result"]["result"], json!({"d2": true}));
    assert_eq!(leads(&portal).len(), 9);
}

#[tokio::test]
async fn an_error_may_follow_the_execution() {
    let error = || Fault::Error {
        status: 500,
        code: "INTERNAL_SERVER_ERROR".to_owned(),
        description: "oops".to_owned(),
    };
    let expected = json!({"error": "INTERNAL_SERVER_ERROR", "error_description": "oops"});
    let portal = broken("crm.lead.delete", Moment::After, error());
    assert_eq!(post(&portal, "crm.lead.delete", json!({"id": 1})).await, (500, expected.clone()));
    assert_eq!(leads(&portal).len(), 9);
    let portal = broken("crm.lead.delete", Moment::After, error());
    let (_, reply) = delete(&portal, &[1]).await;
    assert_eq!(reply["result"]["result_error"], json!({"d1": expected}));
    assert_eq!((&reply["result"]["result"], leads(&portal).len()), (&json!([]), 9));
}

#[tokio::test]
async fn commands_can_vanish_or_contradict_themselves() {
    for (moment, left) in [(Moment::Before, 9), (Moment::After, 8)] {
        let portal = broken("crm.lead.delete", moment, Fault::Drop {});
        let (_, reply) = delete(&portal, &[1, 2]).await;
        assert_eq!(
            (&reply["result"]["result"], &reply["result"]["result_error"]),
            (&json!({"d2": true}), &json!([]))
        );
        assert_eq!(leads(&portal).len(), left);
        let both = Fault::Both { code: "X".to_owned(), description: String::new() };
        let portal = broken("crm.lead.delete", moment, both);
        let (_, reply) = delete(&portal, &[1, 2]).await;
        assert_eq!(reply["result"]["result"], json!({"d1": true, "d2": true}));
        assert_eq!(reply["result"]["result_error"], json!({"d1": {"error": "X", "error_description": ""}}));
        assert_eq!(leads(&portal).len(), left);
    }
}
