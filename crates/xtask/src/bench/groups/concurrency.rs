//! What goes on beside the deleting: the event loop of Node.js, and what many calls at a time leave behind in Python.

use std::error::Error;

use super::{Bench, Rows};
use crate::bench::contest::{Contest, Sample};
use crate::bench::row::{Row, Series};

/// Rounds; what is measured needs few.
const ROUNDS: u16 = 5;

/// Calls of a run: the first tenth goes before the count.
const CALLS: u64 = 10_000;

pub(super) fn rows(bench: &Bench<'_>) -> Rows {
    let mut rows = vec![event_loop(bench)?];
    rows.extend(calls_in_python(bench)?);
    Ok(rows)
}

fn event_loop(bench: &Bench<'_>) -> Result<Row, Box<dyn Error>> {
    let (workshop, count) = (&bench.workshop, bench.options.operations);
    let (ours, idle) = ("Node.js", "the same loop, idle");
    let contestants = vec![workshop.node(ours, "responsive", count)?, workshop.node(idle, "idle", count)?];
    let contest =
        Contest::hold(contestants, bench.options.pairs.min(ROUNDS), |leads| workshop.portal(leads, &[]))?;
    let delay =
        |name| contest.series(name, |sample| sample.told.longest_delay_seconds.unwrap_or(f64::NAN) * 1e3);
    let name = format!("longest delay of the event loop in a run of {}", super::grouped(count));
    Ok(Row::difference(name, "ms", &delay(ours), &delay(idle)))
}

fn calls_in_python(bench: &Bench<'_>) -> Result<Vec<Row>, Box<dyn Error>> {
    let workshop = &bench.workshop;
    let ways = [
        ("together", "memory over 9 rounds of 1,000 `AsyncClient` calls at a time"),
        ("threads", "memory over 9,000 calls of 32 threads on one `Client`"),
    ];
    let mut rows = Vec::new();
    for (work, name) in ways {
        let contestants = vec![workshop.python("Python", work, CALLS)?];
        let contest =
            Contest::hold(contestants, bench.options.pairs.min(ROUNDS), |leads| workshop.portal(leads, &[]))?;
        let resident = |of: &str, figure: fn(&Sample) -> Option<f64>| {
            contest.series("Python", |sample| figure(sample).unwrap_or(f64::NAN)).named(of)
        };
        let after: Series = resident("after", |sample| sample.told.resident_after);
        let before: Series = resident("before", |sample| sample.told.resident_before);
        rows.push(Row::difference(name, "MiB", &after, &before));
    }
    Ok(rows)
}
