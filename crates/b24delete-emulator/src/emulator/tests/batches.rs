use super::*;

#[tokio::test]
async fn every_command_has_its_verdict() {
    let (status, reply) = delete(&portal(|_| ()), &[1, 99, 2]).await;
    let result = &reply["result"];
    assert_eq!(status, 200);
    assert_eq!(result["result"], json!({"d1": true, "d2": true}));
    assert_eq!(result["result_error"], json!({"d99": {"error": "", "error_description": "Not found"}}));
    assert_eq!((&result["result_total"], &result["result_next"]), (&json!([]), &json!([])));
    assert_eq!(result["result_time"].as_object().unwrap().keys().collect::<Vec<_>>(), ["d1", "d2"]);
    assert!(reply["time"]["duration"].is_number());
}

#[tokio::test]
async fn halt_stops_at_the_first_failure() {
    let portal = portal(|_| ());
    let mut params = deletes(&[1, 99, 2]);
    params["halt"] = json!(1);
    let (_, reply) = post(&portal, "batch", params).await;
    assert_eq!(reply["result"]["result"], json!({"d1": true}));
    assert_eq!(reply["result"]["result_error"].as_object().unwrap().len(), 1);
    assert!(leads(&portal).contains(&2));
}

#[tokio::test]
async fn lists_and_empty_sections_have_php_shapes() {
    let portal = portal(|_| ());
    let (_, reply) =
        post(&portal, "batch", json!({"cmd": ["crm.lead.delete?id=1", "crm.lead.delete?id=2"]})).await;
    assert_eq!(
        (&reply["result"]["result"], &reply["result"]["result_error"]),
        (&json!([true, true]), &json!([]))
    );
    let (status, reply) = post(&portal, "batch", json!({})).await;
    assert_eq!((status, &reply["result"]["result"]), (200, &json!([])));
}

#[tokio::test]
async fn commands_use_earlier_results() {
    let portal = portal(|_| ());
    let cmd = json!({
        "list": "crm.lead.list?order[ID]=ASC&filter[%3EID]=3&select[]=ID",
        "gone": "crm.lead.delete?id=$result[list][0][ID]",
        "literal": "crm.lead.delete?id=$result[nothing]",
    });
    let (_, reply) = post(&portal, "batch", json!({"cmd": cmd})).await;
    assert_eq!(reply["result"]["result"]["gone"], json!(true), "{reply}");
    assert_eq!(reply["result"]["result_total"], json!({"list": 7}));
    assert_eq!(
        reply["result"]["result_error"]["literal"]["error_description"],
        json!("ID is not defined or invalid.")
    );
    assert!(!leads(&portal).contains(&4));
}

#[tokio::test]
async fn foreign_commands_are_refused_one_by_one() {
    let portal = portal(|_| ());
    let cmd = json!({"b": "batch?cmd[x]=profile", "n": "no.such.method", "v": ["x"], "ok": "/CRM.lead.DELETE.json?id=1"});
    let (_, reply) = post(&portal, "batch", json!({"cmd": cmd})).await;
    let errors = &reply["result"]["result_error"];
    assert_eq!(errors["b"]["error"], json!("ERROR_BATCH_METHOD_NOT_ALLOWED"));
    assert_eq!(errors["n"]["error"], json!("ERROR_METHOD_NOT_FOUND"));
    assert_eq!(errors["v"]["error"], json!("ERROR_METHOD_NOT_FOUND"));
    assert_eq!(reply["result"]["result"], json!({"ok": true}));
}

#[tokio::test]
async fn commands_beyond_fifty_are_refused() {
    let portal = portal(|settings| settings.seed.leads = 60);
    let (_, reply) = delete(&portal, &(1..=52).collect::<Vec<_>>()).await;
    let errors = reply["result"]["result_error"].as_object().unwrap();
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["d51", "d52"]);
    assert_eq!(errors["d51"]["error"], json!("ERROR_BATCH_LENGTH_EXCEEDED"));
    assert_eq!(leads(&portal).len(), 10);
}
