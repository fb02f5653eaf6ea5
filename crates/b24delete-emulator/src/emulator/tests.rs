use axum::body::to_bytes;
use serde_json::json;

use super::*;
use crate::faults::{Fault, Moment};
use crate::settings::{AfterCut, Charge, OperatingLimit, RateLimit};

mod batches;
mod faults;
mod limits;
mod oauth;
mod requests;

const _: fn() = || {
    fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Emulator>();
    is_send_and_sync::<crate::Running>();
    is_send_and_sync::<EmulatorError>();
};

/// A portal with ten leads, without limits, at a fixed time.
fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.seed.leads = 10;
    (settings.limits, settings.operating) = (None, None);
    settings.start_time = Some(1_800_000_000.0);
    settings
}

fn portal(change: impl FnOnce(&mut Settings)) -> Emulator {
    let mut settings = settings();
    change(&mut settings);
    Emulator::new(settings).unwrap()
}

/// Status and body of the reply to a POST of JSON.
async fn post(portal: &Emulator, method: &str, params: Value) -> (u16, Value) {
    let (status, body) = raw(portal, method, params).await.unwrap();
    (status, serde_json::from_str(&body).unwrap())
}

async fn raw(portal: &Emulator, method: &str, params: Value) -> Result<(u16, String), Dropped> {
    let request = Request::post(format!("{}{method}", portal.webhook_path()))
        .header("content-type", "application/json")
        .body(Body::from(params.to_string()))
        .unwrap();
    let response = portal.handle(request).await?;
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Ok((status, String::from_utf8(body.to_vec()).unwrap()))
}

/// Deletes these leads in one batch under the keys `d1`, `d2`…
async fn delete(portal: &Emulator, leads: &[i64]) -> (u16, Value) {
    post(portal, "batch", deletes(leads)).await
}

fn deletes(leads: &[i64]) -> Value {
    let commands: Map<String, Value> =
        leads.iter().map(|id| (format!("d{id}"), json!(format!("crm.lead.delete?id={id}")))).collect();
    json!({"halt": 0, "cmd": commands})
}

fn leads(portal: &Emulator) -> Vec<i64> {
    portal.snapshot().unwrap().leads
}

fn elapsed(portal: &Emulator) -> f64 {
    portal.portal().clock.elapsed()
}

/// Lets the portal work on what its clients no longer wait for.
async fn idle(portal: &Emulator) {
    portal.portal().clock.sleep(1_000.0).await;
}
