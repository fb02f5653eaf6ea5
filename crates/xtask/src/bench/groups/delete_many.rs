//! Many deletes without limits, in every language, beside a loop that does nothing but send and receive.

use super::{Bench, Rows};
use crate::bench::contest::Contest;
use crate::bench::row::Row;

const BARE: &str = "bare loop";
const RUST: &str = "Rust";

pub(super) fn rows(bench: &Bench<'_>) -> Rows {
    let (workshop, count) = (&bench.workshop, bench.options.operations);
    let contestants = vec![
        workshop.rust(BARE, "bare_loop", count)?,
        workshop.rust(RUST, "engine_loop", count)?,
        workshop.c("C", "many", count)?,
        workshop.python("Python", "many", count)?,
        workshop.python("Python, asyncio", "many_async", count)?,
        workshop.node("Node.js", "many", count)?,
    ];
    let contest = Contest::hold(contestants, bench.options.pairs, |leads| workshop.portal(leads, &[]))?;
    let peak = |name| contest.series(name, |sample| sample.told.peak.unwrap_or(f64::NAN));
    let (bare, rust) = (contest.cpu(BARE), contest.cpu(RUST));
    let mut rows = vec![
        Row::ratio("CPU of 100,000 deletes", "s", &rust, &bare).at_most(2.0),
        Row::ratio("peak memory of the process", "MiB", &peak(RUST), &peak(BARE)),
    ];
    for (language, limit) in [("C", 1.1), ("Python", 1.5), ("Python, asyncio", 1.5), ("Node.js", 1.5)] {
        rows.push(Row::ratio("CPU of 100,000 deletes", "s", &contest.cpu(language), &rust).at_most(limit));
    }
    Ok(rows)
}
