use super::*;

#[tokio::test(start_paused = true)]
async fn success_has_a_result_and_a_time() {
    let portal = portal(|settings| settings.cost = vec!["crm.lead.delete=1.5".parse().unwrap()]);
    let (status, reply) = post(&portal, "crm.lead.delete", json!({"id": "3"})).await;
    let time = json!({
        "start": 1_800_000_000.0, "finish": 1_800_000_001.5, "duration": 1.5, "processing": 1.5,
        "date_start": "2027-01-15T11:00:00+03:00", "date_finish": "2027-01-15T11:00:01+03:00",
        "operating_reset_at": 1_800_000_601, "operating": 0.0,
    });
    assert_eq!((status, reply), (200, json!({"result": true, "time": time})));
    assert_eq!(leads(&portal), [1, 2, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(portal.executions(0).len(), 1);
    assert_eq!(portal.statistics().executed["crm.lead.delete"], 1);
}

#[tokio::test]
async fn a_refusal_has_no_time() {
    let (status, reply) = post(&portal(|_| ()), "crm.lead.delete", json!({"id": 99})).await;
    assert_eq!((status, reply), (400, json!({"error": "", "error_description": "Not found"})));
}

#[tokio::test]
async fn the_address_is_checked_first() {
    let portal = portal(|settings| settings.webhook_code = Some("c0de".to_owned()));
    let invalid = json!({"error": "INVALID_CREDENTIALS", "error_description": "Invalid request credentials"});
    let unknown = json!({"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"});
    let missing = json!({"error": "NO_AUTH_FOUND", "error_description": "Wrong authorization data"});
    for (path, status, body) in [
        ("/rest/1/wrong/profile", 401, &invalid),
        ("/rest/2/c0de/profile", 401, &invalid),
        ("/rest/1/profile", 401, &invalid),
        ("/rest/1/c0de/crm.lead.erase", 404, &unknown),
        ("/rest/1/c0de/", 404, &unknown),
        ("/rest/1/c0de/profile/x", 404, &unknown),
        ("/rest/profile.json", 401, &missing),
        ("/rest", 401, &missing),
    ] {
        let response = portal.handle(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{path}");
        let reply: Value =
            serde_json::from_slice(&to_bytes(response.into_body(), 9_999).await.unwrap()).unwrap();
        assert_eq!(&reply, body, "{path}");
    }
    assert_eq!(portal.statistics().refused["INVALID_CREDENTIALS"], 3);
}

#[tokio::test]
async fn gets_work_like_posts() {
    let portal = portal(|_| ());
    let uri = format!("{}CRM.Lead.Delete.json/?ID=4&bx24_request_id=x", portal.webhook_path());
    let response = portal.handle(Request::get(uri).body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    assert!(!leads(&portal).contains(&4));
}

#[tokio::test]
async fn xml_is_answered_with_xml() {
    let portal = portal(|_| ());
    let (status, body) = raw(&portal, "crm.lead.delete.xml", json!({"id": 99})).await.unwrap();
    assert_eq!(status, 400);
    assert!(
        body.ends_with("<error></error><error_description>Not found</error_description></response>"),
        "{body}"
    );
}

#[tokio::test]
async fn unreadable_requests_get_an_answer() {
    let portal = portal(|_| ());
    let request = Request::post(format!("{}crm.lead.delete", portal.webhook_path()))
        .header("content-type", "application/json")
        .body(Body::from("{\"id\": 1"));
    assert_eq!(portal.handle(request.unwrap()).await.unwrap().status(), 400);
    let request = Request::delete(format!("{}crm.lead.delete", portal.webhook_path())).body(Body::empty());
    assert_eq!(portal.handle(request.unwrap()).await.unwrap().status(), 405);
    assert_eq!(leads(&portal).len(), 10);
}

#[tokio::test]
async fn scopes_are_asked_for() {
    let portal = portal(|settings| settings.scopes = vec!["user".to_owned()]);
    let (status, reply) = post(&portal, "crm.lead.delete", json!({"id": 1})).await;
    assert_eq!((status, &reply["error"]), (403, &json!("insufficient_scope")));
    assert_eq!(leads(&portal).len(), 10);
}

#[tokio::test]
async fn another_actor_is_told_apart_in_the_log() {
    let portal = portal(|settings| settings.faults = vec![FaultRule::new("*", Fault::Reset {})]);
    let params = json!({"id": 1});
    assert_eq!(portal.act("crm.lead.delete", params.as_object().unwrap()), Ok(json!(true)));
    let refused = portal.act("crm.lead.delete", params.as_object().unwrap()).unwrap_err();
    assert_eq!((&*refused.code, &*refused.description), ("", "Not found"));
    assert_eq!(&*portal.executions(0)[0].credential, "actor");
    assert_eq!(portal.statistics().requests, 0);
}
