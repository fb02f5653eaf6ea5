//! What `cargo xtask bench` tells of a run under the documented limits, on virtual time, at 0.05 s for each lead. Arguments:
//! how many leads, and what their time is charged to: `nested` or `batch`.

use std::error::Error;

use b24delete::{Operation, RunOptions};
use b24delete_emulator::Settings;
use b24delete_emulator::settings::{Charge, MethodCost};
use b24delete_tests::in_process::{client, options, portal};
use serde_json::json;

const COST: f64 = 0.05;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("arguments: COUNT nested|batch");
    let count: u32 = next()?.parse()?;
    let charge = match next()?.as_str() {
        "nested" => Charge::Nested,
        "batch" => Charge::Batch,
        other => return Err(format!("`{other}` is not a charge: nested or batch").into()),
    };
    let mut settings = Settings::default();
    settings.seed.leads = count.into();
    settings.cost = vec![MethodCost { method: "crm.lead.delete".into(), seconds: COST }];
    settings.charge = charge;
    settings.start_time = Some(1_800_000_000.25);
    let portal = portal(settings);
    tokio::time::pause();
    #[expect(clippy::disallowed_methods, reason = "the clock is what is read here")]
    let started = tokio::time::Instant::now();
    let operations = (1..=i64::from(count)).filter_map(|id| Operation::lead(id).ok());
    let summary = client(options(&portal)).delete_many(operations, RunOptions::default()).finish().await;
    let seconds = started.elapsed().as_secs_f64();
    let refused: u64 = portal.statistics().refused.values().sum();
    let told = json!({
        "done": summary.deleted,
        "requests": summary.requests,
        "bound": bound(summary.requests as f64, f64::from(count) * COST),
        "seconds": seconds,
        "refused": refused,
    });
    println!("{told}");
    Ok(())
}

/// R requests and W seconds of work cannot take less, whoever sends them.
fn bound(requests: f64, work: f64) -> f64 {
    let windows = (work / 480.0).ceil() - 1.0;
    ((requests - 50.0) / 2.0).max(600.0 * windows + (work - 480.0 * windows))
}
