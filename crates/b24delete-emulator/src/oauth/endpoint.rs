//! `/oauth/token/` and `/oauth/authorize/`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{HOST, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::MEMBER_ID;
use crate::emulator::{Emulator, answered};
use crate::portal::{Portal, locked};
use crate::reply::Reply;
use crate::request::{self, Unreadable};
use crate::run::run_token;

/// The name of the portal in process and behind an authorization server's name.
const PORTAL_HOST: &str = "portal.b24.test";

/// The addresses that a reply tells, without a path: those under which the portal was asked.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) portal: String,
    pub(crate) server: String,
}

impl Site {
    /// Behind the proxy one portal answers under every name; a name such as `oauth.bitrix.info` is not a portal's.
    fn of(parts: &Parts, portal: &Portal) -> Self {
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let scheme = if host.is_none() || portal.settings.tls { "https" } else { "http" };
        let host = host.unwrap_or(PORTAL_HOST);
        let name = if host.starts_with("oauth.") { PORTAL_HOST } else { host };
        Self { portal: format!("{scheme}://{name}"), server: format!("{scheme}://{host}") }
    }

    /// The name of the authorization server.
    pub(crate) fn server_host(&self) -> &str {
        self.server.split_once("://").map_or("", |(_, host)| host)
    }
}

/// Answers a request for tokens, in a task of its own like any other work of the portal.
pub(crate) async fn token(State(emulator): State<Emulator>, request: Request) -> Response<Body> {
    let portal = Arc::clone(emulator.portal());
    let started = portal.clock.elapsed();
    let (parts, body) = request.into_parts();
    let site = Site::of(&parts, &portal);
    let request = match request::Request::read(&parts, body).await {
        Ok(request) => request,
        Err(Unreadable::Body) => return Reply::page(413).into_response(),
        Err(Unreadable::Verb) => return Reply::page(405).into_response(),
    };
    let number = portal.requests.fetch_add(1, Ordering::Relaxed) + 1;
    answered(&emulator, started, |client| run_token(portal, request.params, site, number, client)).await
}

/// The page where a user lets the application in: it redirects with a code at once. A failure stays on the page.
pub(crate) async fn authorize(State(emulator): State<Emulator>, request: Request) -> Response<Body> {
    let portal = emulator.portal();
    let (parts, _) = request.into_parts();
    let site = Site::of(&parts, portal);
    let query = crate::params::parse_str(parts.uri.query().unwrap_or_default());
    let given = |name: &str| query.get(name).and_then(Value::as_str).unwrap_or_default();
    let now = portal.clock.elapsed();
    let Some(code) = locked(&portal.oauth).code(given("client_id"), now) else {
        return Reply::page(404).into_response();
    };
    let (_, domain) = site.portal.split_once("://").unwrap_or_default();
    let fields = [
        ("code", &*code),
        ("state", given("state")),
        ("domain", domain),
        ("member_id", MEMBER_ID),
        ("scope", &portal.settings.scopes.join(",")),
        ("server_domain", site.server_host()),
    ];
    let encoded =
        fields.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    let location = format!("{}?{}", portal.settings.redirect_uri, encoded.join("&"));
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    match HeaderValue::from_str(&location) {
        Ok(location) => response.headers_mut().insert(LOCATION, location),
        Err(_) => return Reply::page(500).into_response(),
    };
    response
}
