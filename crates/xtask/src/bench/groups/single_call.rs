//! Single calls, one after the other, on a connection that stays open.

use super::{Bench, Rows};
use crate::bench::contest::{Contest, PER};
use crate::bench::row::{Row, Series};

const BARE: &str = "bare reqwest";
const RUST: &str = "Rust";

/// Calls of each run.
const CALLS: u64 = 2_000;

/// Microseconds of a second.
const MICRO: f64 = 1e6;

pub(super) fn rows(bench: &Bench<'_>) -> Rows {
    let workshop = &bench.workshop;
    let contestants = vec![
        workshop.rust(BARE, "bare_calls", CALLS)?,
        workshop.rust(RUST, "engine_calls", CALLS)?,
        workshop.c("C", "calls", CALLS)?,
        workshop.python("Python", "calls", CALLS)?,
        workshop.node("Node.js", "calls", CALLS)?,
    ];
    let contest = Contest::hold(contestants, bench.options.pairs, |leads| workshop.portal(leads, &[]))?;
    let cpu = |name| contest.series(name, |sample| sample.cpu / PER * MICRO);
    let median = |name| contest.series(name, |sample| sample.told.median_seconds.unwrap_or(f64::NAN) * MICRO);
    let beside = |name: &str, figure: &dyn Fn(&'static str) -> Series, ours, other| {
        Row::ratio(name, "µs", &figure(ours), &figure(other))
    };
    let mut rows = vec![
        beside("CPU of a call", &cpu, RUST, BARE).at_most(1.25),
        beside("half of all calls take at most", &median, RUST, BARE).at_most(1.10),
    ];
    for language in ["C", "Python", "Node.js"] {
        rows.push(beside("CPU of a call", &cpu, language, RUST));
        rows.push(beside("half of all calls take at most", &median, language, RUST));
    }
    Ok(rows)
}
