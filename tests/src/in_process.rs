//! The emulator as a transport: the real engine and the real portal in one process, on paused time or not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http;
use b24delete::transport::{Failure, Reply, Request, SendFuture, Transport};
use b24delete::{Client, ClientOptions, OAuthOptions, Secret};
use b24delete_emulator::{Emulator, Settings};

/// The host name that clients of an emulator in process see.
const HOST: &str = "https://portal.b24.test";

/// Hands requests to an emulator in process, and gives up after the request timeout like a socket would.
#[derive(Debug)]
pub struct InProcess {
    portal: Emulator,
    sent: AtomicUsize,
}

impl InProcess {
    /// A transport to this portal.
    pub fn new(portal: Emulator) -> Arc<Self> {
        Arc::new(Self { portal, sent: AtomicUsize::new(0) })
    }

    /// How many requests were sent so far.
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Transport for InProcess {
    fn send(&self, request: Request) -> SendFuture {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let portal = self.portal.clone();
        Box::pin(async move {
            let path = request.url().strip_prefix(HOST).unwrap_or(request.url()).to_owned();
            let message = http::Request::builder()
                .method(request.verb())
                .uri(path)
                .header(http::header::CONTENT_TYPE, request.content_type())
                .body(Body::from(request.body().to_vec()))
                .map_err(|error| Failure::Connect(error.to_string()))?;
            match tokio::time::timeout(request.timeout(), answer(&portal, message)).await {
                Ok(reply) => reply,
                Err(_) => Err(Failure::Timeout),
            }
        })
    }
}

async fn answer(portal: &Emulator, message: http::Request<Body>) -> Result<Reply, Failure> {
    let response = portal.handle(message).await.map_err(|dropped| Failure::Broken(dropped.to_string()))?;
    let status = response.status().as_u16();
    let location = response.headers().get(http::header::LOCATION);
    let location = location.and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = to_bytes(response.into_body(), usize::MAX)
        .await
        .map_err(|error| Failure::Broken(error.to_string()))?;
    let mut reply = Reply::new(status, body.to_vec());
    reply.location = location;
    Ok(reply)
}

/// An emulator with these settings.
///
/// # Panics
/// When it cannot be opened.
#[expect(clippy::expect_used, reason = "a scenario without its portal has nothing to say")]
pub fn portal(settings: Settings) -> Emulator {
    Emulator::new(settings).expect("the emulator opens")
}

/// Options for a client of `portal` in process, with repeatable pauses.
pub fn options(portal: &Emulator) -> ClientOptions {
    in_process(ClientOptions::webhook(format!("{HOST}{}", portal.webhook_path())), portal)
}

/// The same for a client that is the portal's application, with the tokens that it had at the start.
pub fn application(portal: &Emulator) -> OAuthOptions {
    let application = portal.application();
    let secret = Secret::new(&application.client_secret);
    let mut oauth = OAuthOptions::new(format!("{HOST}/rest/"), application.client_id, secret);
    oauth.token_endpoint = format!("{HOST}/oauth/token/");
    oauth.access_token = Some(Secret::new(&application.access_token));
    oauth.refresh_token = Some(Secret::new(&application.refresh_token));
    oauth
}

/// The options with a transport to this portal and repeatable pauses.
pub fn in_process(mut options: ClientOptions, portal: &Emulator) -> ClientOptions {
    options.transport = Some(InProcess::new(portal.clone()));
    options.random_seed = Some(1);
    options
}

/// A client with these options.
///
/// # Panics
/// When the options are refused.
#[expect(clippy::expect_used, reason = "a scenario without its client has nothing to say")]
pub fn client(options: ClientOptions) -> Client {
    Client::new(options).expect("the options are right")
}

/// A portal with so many leads, without limits.
pub fn unlimited(leads: u64) -> Settings {
    let mut settings = Settings::default();
    settings.seed.leads = leads;
    settings.limits = None;
    settings.operating = None;
    settings.webhook_code = Some("s3cretwebhookcode".to_owned());
    settings.start_time = Some(1_800_000_000.0);
    settings
}

/// Lets virtual time pass.
pub async fn pass(duration: Duration) {
    #[expect(clippy::disallowed_methods, reason = "scenarios run on paused time")]
    tokio::time::sleep(duration).await;
}
