//! An application over sockets: what goes where, redirects, and a token file that clients share.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use b24delete::{
    Client, ClientOptions, ErrorKind, FileTokenStore, LeadId, OAuthOptions, RateLimit, Secret, TokenRequest,
};
use b24delete_emulator::faults::{Fault, FaultRule};
use b24delete_emulator::{Emulator, Running, Settings};

use crate::hostile_server::{HostileServer, Reaction};

async fn portal() -> Running {
    let mut settings = Settings::default();
    settings.seed.leads = 100;
    (settings.limits, settings.operating) = (None, None);
    let portal = Emulator::serve(settings).await.unwrap();
    portal.emulator().expire_access_tokens();
    portal
}

fn application(portal: &Running) -> OAuthOptions {
    let addresses = portal.addresses();
    let secret = Secret::new(&addresses.client_secret);
    let mut oauth = OAuthOptions::new(&addresses.oauth_rest, &addresses.client_id, secret);
    oauth.token_endpoint = addresses.oauth_token.clone();
    oauth.access_token = Some(Secret::new(&addresses.access_token));
    oauth.refresh_token = Some(Secret::new(&addresses.refresh_token));
    oauth
}

fn client(oauth: OAuthOptions) -> Client {
    let mut options = ClientOptions::oauth(oauth);
    options.rate_limit = RateLimit::OFF;
    Client::new(options).unwrap()
}

fn shared(portal: &Running, file: &Path) -> Client {
    let mut oauth = application(portal);
    oauth.store = Some(Arc::new(FileTokenStore::new(file)));
    client(oauth)
}

async fn delete(client: &Client, id: i64) -> b24delete::Result<()> {
    client.delete_lead(LeadId::new(id)?).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_share_a_file_renew_once() {
    let portal = portal().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tokens.json");
    let clients: Vec<_> = (0..4).map(|_| shared(&portal, &file)).collect();
    let calls: Vec<_> = (1..=100)
        .map(|id| {
            let client = clients[id as usize % clients.len()].clone();
            tokio::spawn(async move { delete(&client, id).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(portal.emulator().statistics().executed["oauth.token"], 1);
    assert!(portal.emulator().snapshot().unwrap().leads.is_empty());
}

/// What comes after the last slash of `/oauth/token/`.
fn is_token(method: &str) -> bool {
    method.is_empty() || method.starts_with('?')
}

/// A token endpoint that answers with these fields besides the tokens, and REST that takes only the new token.
async fn server(fields: &'static str) -> HostileServer {
    HostileServer::start(move |_, method| match method {
        token if is_token(token) => Reaction::Json(format!(
            r#"{{"access_token":"n3w-access","refresh_token":"n3w-refresh","expires_in":"3600"{fields}}}"#
        )),
        _ => Reaction::Json(r#"{"result":true}"#.to_owned()),
    })
    .await
}

fn application_of(server: &HostileServer) -> OAuthOptions {
    let root = server.webhook.split("/rest/").next().unwrap();
    let mut oauth = OAuthOptions::new(format!("{root}/rest/"), "local.1", Secret::new("cl1ent s3cret&"));
    oauth.token_endpoint = format!("{root}/oauth/token/");
    oauth.refresh_token = Some(Secret::new("f1rst-refresh"));
    oauth
}

#[tokio::test]
async fn secrets_travel_in_bodies_only() {
    let server = server("").await;
    delete(&client(application_of(&server)), 5).await.unwrap();
    let requests = server.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /oauth/token/ HTTP/1.1"), "{head}");
    assert!(head.to_lowercase().contains("content-type: application/x-www-form-urlencoded"), "{head}");
    let form = "grant_type=refresh_token&client_id=local.1&client_secret=cl1ent+s3cret%26&refresh_token=f1rst-refresh";
    assert_eq!(body, form);
    let (head, body) = requests[1].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /rest/crm.lead.delete.json HTTP/1.1"), "{head}");
    assert_eq!(body, r#"{"auth":"n3w-access","id":5}"#);
    assert!(!head.contains("n3w"));
}

#[tokio::test]
async fn a_get_is_sent_only_where_it_is_asked_for() {
    let server = server("").await;
    let mut oauth = application_of(&server);
    oauth.token_request = TokenRequest::Get;
    delete(&client(oauth), 5).await.unwrap();
    let request = server.requests().remove(0);
    assert!(
        request.starts_with("GET /oauth/token/?grant_type=refresh_token&client_id=local.1&"),
        "{request}"
    );
}

#[tokio::test]
async fn tokens_for_another_portal_are_kept_and_not_used_until_it_is_allowed() {
    let server = server(r#","client_endpoint":"https://elsewhere.example/rest/""#).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tokens.json");
    let mut oauth = application_of(&server);
    oauth.store = Some(Arc::new(FileTokenStore::new(&file)));
    for _ in 0..2 {
        let error = delete(&client(oauth.clone()), 5).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirected);
        assert!(error.description().contains("`elsewhere.example`"), "{error}");
    }
    assert_eq!(server.requests().len(), 1, "one renewal, and nothing else");
    assert!(std::fs::read_to_string(&file).unwrap().contains("n3w-refresh"));
    oauth.allowed_hosts.push("elsewhere.example".to_owned());
    let allowed = client(oauth);
    allowed.oauth().unwrap().tokens().await.unwrap();
    assert_eq!(allowed.host(), "elsewhere.example");
}

#[tokio::test]
async fn a_redirect_of_the_portal_ends_the_call_and_takes_no_token_along() {
    let other = server("").await;
    let location = other.webhook.clone();
    let server = HostileServer::start(move |_, method| match method {
        token if is_token(token) => {
            Reaction::Json(r#"{"access_token":"n3w-access","expires_in":60}"#.to_owned())
        }
        _ => Reaction::Raw(
            format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
                .into(),
        ),
    })
    .await;
    let error = delete(&client(application_of(&server)), 5).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirected, "{error}");
    assert!(other.requests().is_empty());
}

/// Takes what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_is_seen_in_logs_errors_and_debug_texts() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // For the whole process: with one for this thread alone, events that another test met first would be passed over.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let portal = portal().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tokens.json");
    let client = shared(&portal, &file);
    delete(&client, 1).await.unwrap();
    let tokens = client.oauth().unwrap().tokens().await.unwrap().unwrap();
    let mut secrets: Vec<_> = [&tokens.access_token, &tokens.refresh_token]
        .map(|secret| secret.as_ref().unwrap().reveal().to_owned())
        .into();
    let addresses = portal.addresses();
    secrets.extend(
        [&addresses.client_secret, &addresses.access_token, &addresses.refresh_token].map(String::clone),
    );

    let mut told = format!("{client:?} {tokens:?} {:?} {:?}", application(&portal), client.oauth());
    for (method, code) in [("crm.lead.delete", "X"), ("oauth.token", "invalid_grant")] {
        portal.emulator().add_faults(vec![FaultRule::new(
            method,
            Fault::Error {
                status: 400,
                code: code.into(),
                description: format!("bad {}", secrets.join(" ")),
            },
        )]);
        portal.emulator().expire_access_tokens();
        let error = client.read("crm.lead.delete", &serde_json::json!({"id": 1})).await.unwrap_err();
        assert!(error.description().starts_with("bad *** ***"), "{error}");
        told.push_str(&format!("{error} {error:?}"));
    }
    told.push_str(&String::from_utf8(log.0.lock().unwrap().clone()).unwrap());
    assert!(told.contains("tokens were given") && told.contains("repeating a request"), "{told}");
    // The portal of this test logs in the same process, but never what it is asked.
    for secret in &secrets {
        let line = told.lines().find(|line| line.contains(secret.as_str()) && !line.contains("hyper"));
        assert!(line.is_none(), "{line:?}");
    }
}
