//! The control interface.

use b24delete_emulator::{Emulator, Running, Settings};
use serde_json::{Value, json};

use crate::http::{exchange, post, request, split};

async fn portal() -> Running {
    let mut settings = Settings::default();
    settings.seed.leads = 5;
    Emulator::serve(settings).await.unwrap()
}

async fn get(portal: &Running, what: &str) -> Value {
    request("GET", &format!("{}{what}", portal.addresses().control)).await.unwrap().json()
}

async fn send(portal: &Running, verb: &str, what: &str, body: &Value) -> (u16, Value) {
    let (host, path) = split(&portal.addresses().control);
    let body = body.to_string();
    let length = body.len();
    let request =
        format!("{verb} {path}{what} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n\r\n{body}");
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let reply = exchange(&mut stream, &request).await.unwrap();
    (reply.status, reply.json())
}

#[tokio::test]
async fn truth_can_be_read() {
    let portal = portal().await;
    let webhook = &portal.addresses().webhook;
    post(webhook, "crm.lead.delete", &json!({"id": 2})).await.unwrap();
    post(webhook, "crm.lead.delete", &json!({"id": 9})).await.unwrap();
    let executions = get(&portal, "executions").await;
    assert_eq!(executions[0]["lead_id"], json!(2), "{executions}");
    assert_eq!(executions[0]["result"]["outcome"], json!("applied"));
    assert_eq!(executions[1]["result"]["outcome"], json!("refused"));
    assert_eq!(get(&portal, "executions?after=1").await.as_array().unwrap().len(), 1);
    assert_eq!(get(&portal, "snapshot").await["leads"], json!([1, 3, 4, 5]));
    assert_eq!(get(&portal, "statistics").await["executed"], json!({"crm.lead.delete": 2}));
    assert!(get(&portal, "executions?after=x").await["error"].as_str().unwrap().contains("`x`"));
    portal.shutdown().await;
}

#[tokio::test]
async fn requests_are_kept_when_the_settings_say_so() {
    let silent = portal().await;
    post(&silent.addresses().webhook, "crm.lead.delete", &json!({"id": 2})).await.unwrap();
    assert_eq!(get(&silent, "requests").await, json!([]));

    let mut settings = Settings::default();
    settings.record_requests = true;
    let portal = Emulator::serve(settings).await.unwrap();
    post(&portal.addresses().webhook, "crm.lead.delete?start=1", &json!({"id": 2})).await.unwrap();
    post(&portal.addresses().oauth_token, "", &json!({})).await.unwrap();
    let requests = get(&portal, "requests").await;
    assert_eq!(requests.as_array().unwrap().len(), 2, "the control interface is not among them: {requests}");
    assert_eq!(requests[0]["verb"], json!("POST"));
    assert!(requests[0]["path"].as_str().unwrap().ends_with("/crm.lead.delete"));
    assert_eq!((&requests[0]["query"], &requests[0]["body"]), (&json!("start=1"), &json!("{\"id\":2}")));
    assert_eq!(requests[1]["path"], json!("/oauth/token/"));
}

#[tokio::test]
async fn faults_and_rights_can_be_set() {
    let portal = portal().await;
    let webhook = &portal.addresses().webhook;
    let overload = json!([{"method": "crm.lead.get", "where": "before", "fault": {"kind": "overload"}}]);
    assert_eq!(send(&portal, "POST", "faults", &overload).await, (200, overload.clone()));
    assert_eq!(post(webhook, "crm.lead.get", &json!({"id": 1})).await.unwrap().status, 503);
    let (status, refusal) = send(&portal, "PUT", "faults", &json!([{"fault": {"kind": "flood"}}])).await;
    assert_eq!(status, 400);
    assert!(refusal["error"].as_str().unwrap().contains("flood"), "{refusal}");
    assert_eq!(get(&portal, "faults").await, overload);
    assert_eq!(send(&portal, "DELETE", "faults", &json!(null)).await.1, json!([]));
    assert_eq!(post(webhook, "crm.lead.get", &json!({"id": 1})).await.unwrap().status, 200);

    let undeletable = json!([{"entity_type_id": 1, "id": 3, "undeletable": true}]);
    assert_eq!(send(&portal, "POST", "restrictions", &undeletable).await.0, 200);
    let reply = post(webhook, "crm.lead.delete", &json!({"id": 3})).await.unwrap().json();
    assert_eq!(reply["error_description"], json!("Access denied"));
    portal.shutdown().await;
}

#[tokio::test]
async fn the_clock_can_be_wrong_and_others_can_act() {
    let portal = portal().await;
    let before = send(&portal, "POST", "clock", &json!({"skew": 0})).await.1["now"].as_f64().unwrap();
    let after = send(&portal, "POST", "clock", &json!({"skew": -7200})).await.1["now"].as_f64().unwrap();
    assert!((before - after - 7_200.0).abs() < 60.0);
    let act = json!({"method": "crm.lead.delete", "params": {"id": 1}});
    assert_eq!(send(&portal, "POST", "act", &act).await, (200, json!({"result": true})));
    assert_eq!(send(&portal, "POST", "act", &act).await.1["error_description"], json!("Not found"));
    portal.shutdown().await;
}
