//! Webhook URLs: what is taken leads to one safe address, and what is refused keeps its secret.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use b24delete::transport::{Reply, Request, SendFuture, Transport};
use b24delete::{Client, ClientOptions, ErrorKind};
use serde_json::json;

use super::SECRET;

/// Reads the input as a webhook URL and sends one request there.
///
/// # Panics
/// When a secret is told, or a request would go anywhere but to an encrypted address or this machine.
pub fn webhook(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut options = ClientOptions::webhook(text);
    let transport = Arc::new(Recorder::default());
    options.transport = Some(transport.clone());
    let shown = format!("{options:?}");
    let shown = match Client::new(options) {
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Config, "{error}");
            format!("{shown} {error} {error:?}")
        }
        Ok(client) => {
            send(&client);
            assert!(transport.asked.load(Ordering::Relaxed), "no request was sent");
            format!("{shown} {client:?} {} {:?}", client.host(), client.user_id())
        }
    };
    // Hosts are no secret: there the text is told.
    if text.split_once("/rest/").is_some_and(|(host, _)| !host.to_lowercase().contains(SECRET)) {
        assert!(!shown.to_lowercase().contains(SECRET), "{shown}");
    }
}

fn send(client: &Client) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    #[expect(clippy::expect_used, reason = "without a runtime there is nothing to fuzz")]
    let runtime = runtime.expect("the runtime starts");
    let read = runtime.block_on(client.read("profile", &json!({})));
    assert!(read.is_ok(), "{read:?}");
}

/// Checks where a request would go.
#[derive(Debug, Default)]
struct Recorder {
    asked: AtomicBool,
}

impl Transport for Recorder {
    fn send(&self, request: Request) -> SendFuture {
        self.asked.store(true, Ordering::Relaxed);
        let url = request.url();
        let local = ["http://localhost", "http://127.", "http://[::1]"];
        assert!(url.starts_with("https://") || local.iter().any(|start| url.starts_with(start)), "{url}");
        assert!(url.ends_with("/profile.json") && url.contains("/rest/"), "{url}");
        let authority = url.split('/').nth(2).unwrap_or_default();
        assert!(!url.contains(['?', '#']) && !authority.contains('@'), "{url}");
        Box::pin(std::future::ready(Ok(Reply::new(200, br#"{"result":true}"#.to_vec()))))
    }
}
