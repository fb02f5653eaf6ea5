//! The control interface: what executed, what exists, faults, rights and the clock. Its path holds a random token.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{Response, StatusCode};
use axum::routing::{delete, get, post};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::emulator::Emulator;
use crate::error::Refused;
use crate::faults::FaultRule;
use crate::params::parse_str;
use crate::reply::Reply;
use crate::store::Restriction;

/// The routes, relative to the token.
pub(crate) fn router(emulator: Emulator) -> Router {
    Router::new()
        .route("/executions", get(executions))
        .route("/requests", get(requests))
        .route("/snapshot", get(snapshot))
        .route("/statistics", get(statistics))
        .route("/faults", get(faults).post(add_faults).put(set_faults).delete(clear_faults))
        .route("/restrictions", post(restrict))
        .route("/clock", post(set_clock))
        .route("/tokens", delete(expire_tokens))
        .route("/act", post(act))
        .with_state(emulator)
}

/// `GET executions?after=SEQUENCE`
async fn executions(State(emulator): State<Emulator>, RawQuery(query): RawQuery) -> Response<Body> {
    let query = parse_str(&query.unwrap_or_default());
    let after = query.get("after").and_then(Value::as_str).unwrap_or("0");
    match after.parse() {
        Ok(after) => json(&emulator.executions(after)),
        Err(_) => refuse(&format!("`after` is `{after}`, but must be a sequence number")),
    }
}

/// `GET requests`, which are kept when the settings say so
async fn requests(State(emulator): State<Emulator>) -> Response<Body> {
    json(&emulator.received())
}

/// `GET snapshot`
async fn snapshot(State(emulator): State<Emulator>) -> Response<Body> {
    match emulator.snapshot() {
        Ok(snapshot) => json(&snapshot),
        Err(error) => refuse(&error.to_string()),
    }
}

/// `GET statistics`
async fn statistics(State(emulator): State<Emulator>) -> Response<Body> {
    json(&emulator.statistics())
}

/// `GET faults`
async fn faults(State(emulator): State<Emulator>) -> Response<Body> {
    json(&emulator.faults())
}

/// `POST faults` with a list of rules to add
async fn add_faults(State(emulator): State<Emulator>, body: Bytes) -> Response<Body> {
    with(&body, |rules: Vec<FaultRule>| {
        emulator.add_faults(rules);
        json(&emulator.faults())
    })
}

/// `PUT faults` with a list of rules to have instead
async fn set_faults(State(emulator): State<Emulator>, body: Bytes) -> Response<Body> {
    with(&body, |rules: Vec<FaultRule>| {
        emulator.clear_faults();
        emulator.add_faults(rules);
        json(&emulator.faults())
    })
}

/// `DELETE faults`
async fn clear_faults(State(emulator): State<Emulator>) -> Response<Body> {
    emulator.clear_faults();
    json(&emulator.faults())
}

/// `POST restrictions` with a list of restrictions
async fn restrict(State(emulator): State<Emulator>, body: Bytes) -> Response<Body> {
    with(&body, |restrictions: Vec<Restriction>| {
        match restrictions.iter().try_for_each(|restriction| emulator.restrict(restriction)) {
            Ok(()) => json(&json!({"restrictions": restrictions.len()})),
            Err(error) => refuse(&error.to_string()),
        }
    })
}

/// `POST clock` with `{"skew": SECONDS}`
async fn set_clock(State(emulator): State<Emulator>, body: Bytes) -> Response<Body> {
    with(&body, |ClockSettings { skew }| {
        emulator.set_clock_skew(skew);
        json(&json!({"now": emulator.portal().clock.unix()}))
    })
}

/// `DELETE tokens`: the access tokens expire
async fn expire_tokens(State(emulator): State<Emulator>) -> Response<Body> {
    emulator.expire_access_tokens();
    json(&json!({}))
}

/// `POST act` with `{"method": …, "params": {…}}`
async fn act(State(emulator): State<Emulator>, body: Bytes) -> Response<Body> {
    with(&body, |Act { method, params }| match emulator.act(&method, &params) {
        Ok(result) => json(&json!({"result": result})),
        Err(Refused { code, description }) => json(&json!({"error": code, "error_description": description})),
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockSettings {
    skew: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    method: String,
    #[serde(default)]
    params: Map<String, Value>,
}

fn with<T: DeserializeOwned>(body: &[u8], done: impl FnOnce(T) -> Response<Body>) -> Response<Body> {
    match serde_json::from_slice(body) {
        Ok(wanted) => done(wanted),
        Err(error) => refuse(&error.to_string()),
    }
}

fn json<T: Serialize>(value: &T) -> Response<Body> {
    let body = serde_json::to_vec(value).unwrap_or_default().into();
    Reply { status: 200, content_type: "application/json", body }.into_response()
}

fn refuse(message: &str) -> Response<Body> {
    let mut response = json(&json!({"error": message}));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}
