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

#[tokio::test]
async fn hostile_answers_follow_an_execution() {
    async fn answer(fault: Fault) -> (u16, Vec<u8>) {
        let portal = broken("batch", Moment::After, fault);
        let request = Request::post(format!("{}batch", portal.webhook_path()))
            .header("content-type", "application/json")
            .body(Body::from(deletes(&[1]).to_string()));
        let response = portal.handle(request.unwrap()).await.unwrap();
        assert_eq!(leads(&portal).len(), 9);
        let status = response.status().as_u16();
        let mut body = response.into_body().into_data_stream();
        let mut bytes = Vec::new();
        // A megabyte is enough to know the endless ones.
        while let Some(Ok(chunk)) = futures_util::StreamExt::next(&mut body).await {
            bytes.extend(chunk);
            if bytes.len() > 1 << 20 {
                break;
            }
        }
        (status, bytes)
    }
    assert_eq!(answer(Fault::Empty {}).await, (200, Vec::new()));
    assert!(String::from_utf8(answer(Fault::InvalidUtf8 {}).await.1).is_err());
    let doubled = String::from_utf8(answer(Fault::DuplicateKeys {}).await.1).unwrap();
    assert!(doubled.starts_with(r#"{"result":{"result":{"d1":false,"d1":true}"#), "{doubled}");
    let deep = answer(Fault::DeepNesting { depth: 10_000 }).await.1;
    assert_eq!(deep.iter().filter(|byte| **byte == b'[').count(), 10_000);
    assert!(answer(Fault::Endless {}).await.1.len() > 1 << 20);
    let torn = answer(Fault::BrokenOff {}).await.1;
    assert!(!torn.is_empty() && serde_json::from_slice::<Value>(&torn).is_err());
    let location = "https://elsewhere.test/".to_owned();
    assert_eq!(answer(Fault::Redirect { status: 302, location }).await.0, 302);
    let html = Fault::Body { status: 418, content_type: "text/html".to_owned(), text: "[1".to_owned() };
    assert_eq!(answer(html).await, (418, b"[1".to_vec()));
    let bomb = answer(Fault::GzipBomb { mebibytes: 1_000 }).await.1;
    assert_eq!((&bomb[..2], bomb.len() > 1 << 20), (&[0x1f, 0x8b][..], true));
    assert!(answer(Fault::GzipBomb { mebibytes: 32 }).await.1.len() < 1 << 18);
}

#[tokio::test(start_paused = true)]
async fn slow_answers_drip() {
    let portal = broken("*", Moment::Before, Fault::Slow { bytes_per_second: 0.5 });
    let (_, body) = raw(&portal, "profile", json!({})).await.unwrap();
    assert_eq!(elapsed(&portal), body.len() as f64 * 2.0);
}

#[tokio::test(start_paused = true)]
async fn deleted_records_linger_in_lookups() {
    let portal = broken("crm.lead.delete", Moment::Before, Fault::Linger { seconds: 20.0 });
    assert_eq!(delete(&portal, &[1, 2]).await.1["result"]["result"], json!({"d1": true, "d2": true}));
    assert_eq!(post(&portal, "crm.lead.get", json!({"ID": "1"})).await.1["result"]["ID"], json!("1"));
    let item = json!({"entityTypeId": 1, "id": 1});
    assert_eq!(post(&portal, "crm.item.get", item.clone()).await.1["result"]["item"]["id"], json!(1));
    assert_eq!(post(&portal, "crm.lead.get", json!({"id": 2})).await.0, 400);
    assert_eq!(post(&portal, "crm.lead.delete", json!({"id": 1})).await.0, 400);
    portal.portal().clock.sleep(20.0).await;
    assert_eq!(post(&portal, "crm.lead.get", json!({"id": 1})).await.0, 400);
    assert_eq!(post(&portal, "crm.item.get", item).await.0, 400);
    assert_eq!(portal.executions(0).len(), 3);
}
