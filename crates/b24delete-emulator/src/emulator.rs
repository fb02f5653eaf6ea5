//! The portal as a value, without sockets.

use std::error::Error;
use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};
use serde_json::{Map, Value};
use tokio::sync::oneshot;
use tower::ServiceExt;

use crate::client::{Client, Delivery};
use crate::control;
use crate::error::{EmulatorError, Refused};
use crate::faults::FaultRule;
use crate::methods::{self, Call, Origin};
use crate::oauth::{self, Application};
use crate::portal::{Portal, Statistics, WEBHOOK_USER, locked};
use crate::received::{self, ReceivedRequest};
use crate::reply::{Reply, refusals};
use crate::request::{self, Unreadable};
use crate::run::run;
use crate::settings::Settings;
use crate::store::{Execution, Restriction, Snapshot};

/// A portal that answers requests in process.
///
/// It needs a tokio runtime, starts no thread and reads no clock but tokio's: on paused time, with a seed and a start
/// time in its settings, it behaves the same in every run. Clones share one portal.
#[derive(Debug, Clone)]
pub struct Emulator {
    portal: Arc<Portal>,
    /// Made when it is first needed. It holds a clone of this value that has none, so nothing refers to itself.
    built: OnceLock<Router>,
}

/// Stands for an answer that got lost because the connection was closed.
///
/// In process it is an extension of a response with status 502; over sockets the connection really closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection was closed without an answer")
    }
}

impl Error for Dropped {}

impl Emulator {
    /// Opens a portal.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened or filled.
    pub fn new(settings: Settings) -> Result<Self, EmulatorError> {
        Ok(Self { portal: Arc::new(Portal::open(settings)?), built: OnceLock::new() })
    }

    /// The whole portal as a router: `/rest/`, `/oauth/` and the control interface.
    ///
    /// A response that bears the extension [`Dropped`] is one that the client never sees.
    pub fn router(&self) -> Router {
        self.built.get_or_init(|| self.build()).clone()
    }

    fn build(&self) -> Router {
        let bare = Self { portal: Arc::clone(&self.portal), built: OnceLock::new() };
        let portal = Router::new()
            .route("/rest", any(rest))
            .route("/rest/{*path}", any(rest))
            .route("/oauth/token", any(oauth::token))
            .route("/oauth/token/", any(oauth::token))
            .route("/oauth/authorize", get(oauth::authorize))
            .route("/oauth/authorize/", get(oauth::authorize))
            .with_state(bare.clone());
        let portal = match self.portal.settings.record_requests {
            true => portal.layer(from_fn_with_state(bare.clone(), received::keep)),
            false => portal,
        };
        portal
            .nest(&format!("/control/{}", self.portal.control_token), control::router(bare))
            .fallback(|| async { Reply::page(404).into_response() })
    }

    /// Answers one request.
    ///
    /// # Errors
    ///
    /// When a fault closes the connection without an answer.
    pub async fn handle(&self, request: Request) -> Result<Response<Body>, Dropped> {
        let Ok(response) = self.router().oneshot(request).await;
        match response.extensions().get::<Dropped>() {
            Some(dropped) => Err(*dropped),
            None => Ok(response),
        }
    }

    /// The path of the webhook, such as `/rest/1/CODE/`.
    pub fn webhook_path(&self) -> String {
        format!("/rest/{WEBHOOK_USER}/{}/", self.portal.webhook_code)
    }

    /// What a client needs to act as the application, at `/rest/`, `/oauth/token/` and `/oauth/authorize/`.
    pub fn application(&self) -> Application {
        locked(&self.portal.oauth).application().clone()
    }

    /// Lets every access token expire now.
    pub fn expire_access_tokens(&self) {
        locked(&self.portal.oauth).expire_access_tokens(self.portal.clock.elapsed());
    }

    /// The path of the control interface, with its random token.
    pub fn control_path(&self) -> String {
        format!("/control/{}/", self.portal.control_token)
    }

    /// What executed after the execution with that sequence number; 0 gives everything.
    pub fn executions(&self, after_sequence: u64) -> Vec<Execution> {
        locked(&self.portal.store).executions(after_sequence).to_vec()
    }

    /// The requests so far, where [`Settings::record_requests`] has them kept.
    pub fn received(&self) -> Vec<ReceivedRequest> {
        locked(&self.portal.received).clone()
    }

    /// Which records exist.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, EmulatorError> {
        Ok(locked(&self.portal.store).snapshot()?)
    }

    /// What was counted since the start.
    pub fn statistics(&self) -> Statistics {
        locked(&self.portal.statistics).clone()
    }

    /// Limits what the webhook's user may do with a record.
    ///
    /// # Errors
    ///
    /// When the database cannot be written.
    pub fn restrict(&self, restriction: &Restriction) -> Result<(), EmulatorError> {
        Ok(locked(&self.portal.store).restrict(restriction)?)
    }

    /// The fault rules in force.
    pub fn faults(&self) -> Vec<FaultRule> {
        locked(&self.portal.faults).rules()
    }

    /// Adds fault rules behind those in force.
    pub fn add_faults(&self, rules: Vec<FaultRule>) {
        locked(&self.portal.faults).add(rules);
    }

    /// Lifts all fault rules.
    pub fn clear_faults(&self) {
        locked(&self.portal.faults).clear();
    }

    /// Makes the portal's clock wrong by so many seconds. Limits and costs are not affected.
    pub fn set_clock_skew(&self, seconds: f64) {
        self.portal.clock.set_skew(seconds);
    }

    /// Acts on the portal as somebody else, such as a user at the screen: without limits, cost and faults.
    ///
    /// The log of what executed shows the credential `actor` and the request 0.
    ///
    /// # Errors
    ///
    /// What the method refuses with, or that there is no such method.
    pub fn act(&self, method: &str, params: &Map<String, Value>) -> Result<Value, Refused> {
        let portal = &self.portal;
        let method = methods::find(&method.to_lowercase()).ok_or(refusals::METHOD_NOT_FOUND)?;
        let origin = Origin { credential: Arc::from("actor"), request: 0 };
        let run = |store: &mut _| {
            method.run(&mut Call {
                store,
                params,
                profile: &portal.settings.profile,
                now: portal.clock.unix(),
                application: false,
                scopes: &portal.settings.scopes,
                origin: &origin,
            })
        };
        let ran = locked(&portal.store).transaction(run);
        Ok(ran.unwrap_or(Err(refusals::INTERNAL))?.result)
    }

    pub(crate) fn portal(&self) -> &Arc<Portal> {
        &self.portal
    }
}

/// Answers a request to `/rest/`. The portal works on it in a task of its own, whatever its client does.
async fn rest(State(emulator): State<Emulator>, request: Request) -> Response<Body> {
    let portal = emulator.portal();
    let started = portal.clock.elapsed();
    portal.count(|statistics| statistics.requests += 1);
    let (parts, body) = request.into_parts();
    let request = match request::Request::read(&parts, body).await {
        Ok(request) => request,
        Err(Unreadable::Body) => return Reply::page(413).into_response(),
        Err(Unreadable::Verb) => return Reply::page(405).into_response(),
    };
    let number = portal.requests.fetch_add(1, Ordering::Relaxed) + 1;
    answered(&emulator, started, |client| run(Arc::clone(portal), request, number, client)).await
}

/// Does the work of a request in a task of its own and waits for its answer, as its client does since `started`.
pub(crate) async fn answered<Work>(
    emulator: &Emulator,
    started: f64,
    work: impl FnOnce(Client) -> Work,
) -> Response<Body>
where
    Work: Future<Output = ()> + Send + 'static,
{
    let portal = emulator.portal();
    let (channel, answer) = oneshot::channel();
    let client = Client::new(channel, started, portal.settings.cut, portal.settings.after_cut);
    let work = tokio::spawn(work(client));
    match answer.await {
        Ok(Delivery::Answer(response)) => response,
        Ok(Delivery::Reset) => dropped(),
        Ok(Delivery::Never) => std::future::pending().await,
        Err(_) => {
            let error = work.await.err();
            tracing::error!(?error, "a request ended without an answer");
            Reply::page(500).into_response()
        }
    }
}

fn dropped() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.extensions_mut().insert(Dropped);
    response
}

#[cfg(test)]
mod tests;
