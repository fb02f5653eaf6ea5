//! Addresses, connections, TLS and the proxy.

use std::io::ErrorKind;
use std::time::Duration;

use b24delete_emulator::faults::{Fault, FaultRule, Moment};
use b24delete_emulator::{Emulator, Running, Settings};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http::{exchange, post, post_request, request, split};

async fn portal() -> Running {
    let mut settings = Settings::default();
    settings.seed.leads = 5;
    Emulator::serve(settings).await.unwrap()
}

async fn until(condition: impl Fn() -> bool) {
    let met = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), met).await.unwrap();
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let portal = portal().await;
    let (host, path) = split(&portal.addresses().webhook);
    let mut stream = TcpStream::connect(host).await.unwrap();
    for id in 1..=5 {
        let request = post_request(host, &format!("{path}crm.lead.delete"), &json!({"id": id}));
        let reply = exchange(&mut stream, &request).await.unwrap();
        assert_eq!((reply.status, &reply.json()["result"]), (200, &json!(true)));
        assert!(reply.head.contains("content-type: application/json; charset=utf-8\r\n"), "{}", reply.head);
    }
    assert_eq!(portal.emulator().snapshot().unwrap().leads, [] as [i64; 0]);
    portal.shutdown().await;
}

#[tokio::test]
async fn a_reset_closes_the_connection_after_executing() {
    let portal = portal().await;
    let mut rule = FaultRule::new("crm.lead.delete", Fault::Reset {});
    rule.moment = Moment::After;
    rule.count = Some(1);
    portal.emulator().add_faults(vec![rule]);
    let webhook = &portal.addresses().webhook;
    let error = post(webhook, "crm.lead.delete", &json!({"id": 1})).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof), "{error:?}");
    assert_eq!(portal.emulator().snapshot().unwrap().leads, [2, 3, 4, 5]);
    let reply = post(webhook, "crm.lead.delete", &json!({"id": 2})).await.unwrap();
    assert_eq!(reply.json()["result"], json!(true));
    portal.shutdown().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_changes_nothing() {
    let mut settings = Settings::default();
    settings.seed.leads = 3;
    settings.cost = vec!["*=0.1".parse().unwrap()];
    let portal = Emulator::serve(settings).await.unwrap();
    let (host, path) = split(&portal.addresses().webhook);
    let mut stream = TcpStream::connect(host).await.unwrap();
    let cmd = json!({"cmd": {"a": "crm.lead.delete?id=1", "b": "crm.lead.delete?id=2"}});
    stream.write_all(post_request(host, &format!("{path}batch"), &cmd).as_bytes()).await.unwrap();
    until(|| portal.emulator().statistics().requests == 1).await;
    drop(stream);
    until(|| portal.emulator().executions(0).len() == 2).await;
    assert_eq!(portal.emulator().snapshot().unwrap().leads, [3]);
    portal.shutdown().await;
}

#[tokio::test]
async fn the_start_up_line_has_what_was_asked_for() {
    let running = portal().await;
    let line: serde_json::Value = serde_json::from_str(&running.addresses().to_line()).unwrap();
    assert!(line["webhook"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    let always = [
        "webhook",
        "oauth_rest",
        "oauth_token",
        "client_id",
        "client_secret",
        "access_token",
        "refresh_token",
        "control",
    ];
    assert_eq!(line.as_object().unwrap().keys().collect::<Vec<_>>(), always);
    let call = serde_json::json!({"auth": line["access_token"]});
    let reply = post(line["oauth_rest"].as_str().unwrap(), "app.info", &call).await.unwrap();
    assert_eq!(reply.json()["result"]["STATUS"], "L");
    running.shutdown().await;

    let mut settings = Settings::default();
    (settings.tls, settings.connect_proxy) = (true, true);
    let running = Emulator::serve(settings).await.unwrap();
    let addresses = running.addresses().clone();
    assert!(addresses.webhook.starts_with("https://127.0.0.1:"));
    let file = addresses.ca_file.unwrap();
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    running.shutdown().await;
    assert!(!file.exists());
}

#[tokio::test]
async fn paths_of_nobody_are_pages() {
    let portal = portal().await;
    let (host, _) = split(&portal.addresses().webhook);
    for path in ["/", "/control/guess/snapshot", "/control/"] {
        let reply = request("GET", &format!("http://{host}{path}")).await.unwrap();
        assert_eq!(reply.status, 404, "{path}");
        assert!(reply.text().contains("404 Not Found"));
    }
    let reply = request("CONNECT", &format!("http://{host}/")).await;
    assert!(reply.is_err() || matches!(reply.unwrap().status, 400 | 405));
    portal.shutdown().await;
}

#[tokio::test]
async fn an_answer_may_break_off_in_its_body() {
    let portal = portal().await;
    let mut rule = FaultRule::new("*", Fault::BrokenOff {});
    rule.moment = Moment::After;
    portal.emulator().add_faults(vec![rule]);
    let (host, path) = split(&portal.addresses().webhook);
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = post_request(host, &format!("{path}crm.lead.delete"), &json!({"id": 1}));
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#"{"result":true,"#), "{answer}");
    assert!(end.is_err() || !answer.ends_with("0\r\n\r\n"), "{answer}");
    portal.shutdown().await;
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_a_stalled_answer() {
    let portal = portal().await;
    portal.emulator().add_faults(vec![FaultRule::new("*", Fault::Stall { seconds: None })]);
    let webhook = portal.addresses().webhook.clone();
    let call = tokio::spawn(async move { post(&webhook, "profile", &json!({})).await });
    until(|| portal.emulator().statistics().faults.contains_key("stall")).await;
    tokio::time::timeout(Duration::from_secs(10), portal.shutdown()).await.unwrap();
    assert!(call.await.unwrap().is_err());
}
