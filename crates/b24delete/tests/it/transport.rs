//! What goes over the wire, and what happens when it breaks.

use std::time::Duration;

use b24delete::{
    CallOptions, Client, ClientOptions, ConfirmedBy, Effect, Error, ErrorKind, LeadId, Operation, RunOptions,
    Status,
};

use crate::hostile_server::{HostileServer, Reaction};

const GONE: &str = r#"{"error":"","error_description":"Not found"}"#;
const DONE: &str = r#"{"result":true}"#;

fn client(server: &HostileServer) -> Client {
    let mut options = ClientOptions::webhook(&server.webhook);
    options.request_timeout = Duration::from_millis(500);
    options.settle_time = Duration::ZERO;
    Client::new(options).unwrap()
}

fn lead(id: i64) -> LeadId {
    LeadId::new(id).unwrap()
}

fn raw(status: &str, headers: &str, body: &[u8]) -> Reaction {
    let head =
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    Reaction::Raw([head.as_bytes(), body].concat())
}

/// Everything that an error can show.
fn shown(error: &Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text = format!("{text} {cause} {cause:?}");
        next = cause.source();
    }
    text
}

#[tokio::test]
async fn a_call_is_one_post_with_its_secret_in_the_path_only() {
    let server = HostileServer::start(|_, _| Reaction::Json(DONE.to_owned())).await;
    client(&server).delete_lead(lead(7)).await.unwrap();
    let requests = server.requests();
    let request = requests.first().unwrap().to_lowercase();
    assert!(
        request.starts_with("post /rest/1/s3cretwebhookcode/crm.lead.delete.json http/1.1\r\n"),
        "{request}"
    );
    assert!(request.contains("user-agent: b24delete/") && request.contains("content-type: application/json"));
    assert!(request.ends_with("\r\n\r\n{\"id\":7}"), "{request}");
    assert_eq!(request.matches("s3cretwebhookcode").count(), 1);
}

#[tokio::test]
async fn a_request_on_a_connection_that_dies_is_never_sent_again() {
    // Fresh: the first request meets the fault. Reused: the second one does, on the same connection.
    for fault_at in [0, 1] {
        let server = HostileServer::start(move |number, method| match (number, method) {
            (number, "crm.lead.delete") if number == fault_at => Reaction::Close,
            (_, "crm.lead.get") => Reaction::Json(GONE.to_owned()),
            _ => Reaction::Json(DONE.to_owned()),
        })
        .await;
        let client = client(&server);
        if fault_at == 1 {
            client.delete_lead(lead(1)).await.unwrap();
        }
        let deletion = client.delete_lead(lead(2)).await.unwrap();
        assert_eq!((deletion.status, deletion.confirmed_by), (Status::Deleted, ConfirmedBy::Lookup));
        assert_eq!(deletion.attempts, 1);
        let deletes = server.requests().iter().filter(|request| request.ends_with(r#"{"id":2}"#)).count();
        assert_eq!(deletes, 2, "one delete and one lookup: {:?}", server.methods());
    }
}

#[tokio::test]
async fn a_pack_whose_answer_is_lost_is_looked_up_and_not_sent_again() {
    let server = HostileServer::start(|number, _| match number {
        0 => Reaction::Stall,
        _ => Reaction::Json(format!(
            r#"{{"result":{{"result":[],"result_error":{{"gl1":{GONE},"gl2":{GONE}}}}}}}"#
        )),
    })
    .await;
    let operations = [Operation::lead(1).unwrap(), Operation::lead(2).unwrap()];
    let mut run = client(&server).delete_many(operations, RunOptions::default());
    while let Some(outcome) = run.next().await {
        assert_eq!((outcome.status, outcome.confirmed_by), (Status::Deleted, Some(ConfirmedBy::Lookup)));
        assert_eq!(outcome.attempts, 1);
    }
    assert_eq!(server.methods(), ["batch", "batch"]);
    assert!(server.requests()[1].contains("crm.lead.get?id=1"));
    assert_eq!(run.summary().deleted_by_lookup, 2);
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let stranger = HostileServer::start(|_, _| Reaction::Json(DONE.to_owned())).await;
    let location = stranger.webhook.clone();
    let server =
        HostileServer::start(move |_, _| raw("302 Found", &format!("Location: {location}\r\n"), b"")).await;
    let error = client(&server).delete_lead(lead(1)).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Redirected, Effect::MayHaveApplied), "{error}");
    assert!(error.description().contains("`127.0.0.1`"), "{error}");
    assert!(stranger.methods().is_empty());
    assert_eq!(server.methods().len(), 1);
    assert!(!shown(&error).contains("s3cret"));
}

#[tokio::test]
async fn broken_replies_are_typed_and_settled_by_lookup() {
    let huge = [&b"{\"result\":\""[..], &vec![b'x'; 17 * 1024 * 1024], b"\"}"].concat();
    let mut settled = tokio::task::JoinSet::new();
    let truncated = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"result\":".to_vec();
    for (name, reaction) in [
        ("html", raw("502 Bad Gateway", "Content-Type: text/html\r\n", b"<html>nginx</html>")),
        ("html with 200", raw("200 OK", "", b"<html></html>")),
        ("empty", raw("200 OK", "", b"")),
        ("gzip", raw("200 OK", "Content-Encoding: gzip\r\n", b"\x1f\x8b\x08\x00\x00")),
        ("huge", raw("200 OK", "", &huge)),
        ("truncated", Reaction::Raw(truncated)),
        ("garbage", Reaction::Raw(b"\x00\x01\x02 what is this\r\n\r\n".to_vec())),
        ("stall", Reaction::Stall),
        ("close", Reaction::Close),
        (
            "500",
            raw(
                "500 Internal Server Error",
                "",
                br#"{"error":"INTERNAL_SERVER_ERROR","error_description":""}"#,
            ),
        ),
        (
            "unknown code",
            raw("400 Bad Request", "", br#"{"error":"ERROR_CORE","error_description":"Fatal"}"#),
        ),
        ("false", Reaction::Json(r#"{"result":false}"#.to_owned())),
    ] {
        let server = HostileServer::start(move |number, _| match number {
            0 => reaction.clone(),
            _ => Reaction::Json(GONE.to_owned()),
        })
        .await;
        // Made before any call begins: that holds up the one thread for longer than a request may take.
        let client = client(&server);
        settled.spawn(async move {
            let deletion =
                client.delete_lead(lead(1)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(
                (deletion.status, deletion.confirmed_by),
                (Status::Deleted, ConfirmedBy::Lookup),
                "{name}"
            );
            assert_eq!(server.methods(), ["crm.lead.delete", "crm.lead.get"], "{name}");
        });
    }
    settled.join_all().await;
}

#[tokio::test]
async fn what_was_never_sent_says_so() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let webhook = format!("http://{closed}/rest/1/s3cretwebhookcode/");
    let client = Client::new(ClientOptions::webhook(webhook)).unwrap();
    let options = CallOptions::within(Duration::from_millis(200));
    let error = client.delete(Operation::lead(1).unwrap(), options).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.effect(), error.attempts()),
        (ErrorKind::Connection, Effect::NotSent, 0),
        "{error}"
    );
    assert!(!shown(&error).contains("s3cret"), "{error:?}");
}

#[tokio::test]
async fn a_server_without_tls_behind_https_is_a_tls_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let webhook = format!("https://{}/rest/1/s3cretwebhookcode/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ =
                tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let client = Client::new(ClientOptions::webhook(webhook)).unwrap();
    let options = CallOptions::within(Duration::from_millis(300));
    let error = client.delete(Operation::lead(1).unwrap(), options).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Tls, Effect::NotSent), "{error}");
    assert!(!shown(&error).contains("s3cret"), "{error:?}");
}

#[tokio::test]
async fn dropping_a_call_does_not_take_it_back_from_the_wire() {
    let server = HostileServer::start(|_, _| Reaction::Stall).await;
    let client = client(&server);
    let call = client.delete_lead(lead(1));
    let waited = tokio::time::timeout(Duration::from_millis(100), call).await;
    assert!(waited.is_err());
    assert_eq!(server.methods(), ["crm.lead.delete"]);
    // Nobody waits for the outcome any more: nothing further is sent.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(server.methods(), ["crm.lead.delete"]);
}
