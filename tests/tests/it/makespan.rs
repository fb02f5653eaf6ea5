//! How long a run takes on virtual time, against the lower bound that the portal's limits set.

use std::time::Duration;

use b24delete::{Operation, RunOptions, Summary};
use b24delete_emulator::settings::{Charge, MethodCost};
use b24delete_emulator::{Emulator, Settings};
use b24delete_tests::in_process::{client, options, portal};

fn limited(leads: u64, cost: f64, charge: Charge) -> Settings {
    let mut settings = Settings::default();
    settings.seed.leads = leads;
    settings.cost = vec![MethodCost { method: "crm.lead.delete".into(), seconds: cost }];
    settings.charge = charge;
    settings.start_time = Some(1_800_000_000.25);
    settings
}

async fn run(portal: &Emulator, leads: std::ops::RangeInclusive<i64>) -> (Summary, Duration) {
    let started = tokio::time::Instant::now();
    let operations = leads.map(|id| Operation::lead(id).unwrap());
    let summary = client(options(portal)).delete_many(operations, RunOptions::default()).finish().await;
    (summary, started.elapsed())
}

/// R requests and W seconds of work cannot take less, whoever sends them.
fn bound(requests: f64, work: f64) -> f64 {
    let windows = (work / 480.0).ceil() - 1.0;
    ((requests - 50.0) / 2.0).max(600.0 * windows + (work - 480.0 * windows))
}

async fn check(leads: u64, cost: f64, charge: Charge) {
    let portal = portal(limited(leads, cost, charge));
    let (summary, took) = run(&portal, 1..=i64::try_from(leads).unwrap()).await;
    assert_eq!((summary.deleted, summary.total), (leads, leads), "{summary:?}");
    let statistics = portal.statistics();
    assert!(statistics.refused.is_empty(), "{statistics:?}");
    let bound = bound(summary.requests as f64, leads as f64 * cost);
    let took = took.as_secs_f64();
    println!(
        "{leads} at {cost} s, {charge:?}: {} requests, bound {bound:.1} s, took {took:.1} s",
        summary.requests
    );
    assert!(took <= 1.03 * bound + 5.0, "took {took}, bound {bound}");
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_short_deletes_charged_to_their_method() {
    check(10_000, 0.05, Charge::Nested).await;
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_short_deletes_charged_to_batch() {
    check(10_000, 0.05, Charge::Batch).await;
}

#[tokio::test(start_paused = true)]
async fn two_thousand_long_deletes_charged_to_their_method() {
    check(2_000, 1.0, Charge::Nested).await;
}

#[tokio::test(start_paused = true)]
async fn two_thousand_long_deletes_charged_to_batch() {
    check(2_000, 1.0, Charge::Batch).await;
}
