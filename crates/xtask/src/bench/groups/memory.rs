//! The most memory that a run holds, beside the same program without work, and how it grows with the number of operations.

use std::error::Error;

use super::{Bench, Rows, grouped};
use crate::bench::contest::Contestant;
use crate::bench::curve::Memory;
use crate::bench::row::{Row, Series};

/// MiB above the idle process.
const LIMIT: f64 = 64.0;

/// Runs of the other languages are not longer.
const LARGEST: u64 = 1_000_000;

/// The rows, and the points for the plot.
pub(super) fn rows(bench: &mut Bench<'_>) -> Rows {
    let sizes: Vec<u64> = bench.sizes().collect();
    let mut rows = Vec::new();
    for &count in &sizes {
        let contestant = bench.workshop.rust("Rust", "engine_loop", count)?;
        let (peak, idle) = peak(bench, &contestant)?;
        bench.curve.memory.push(Memory { count, peak, idle });
        rows.push(row(format!("peak memory of {} deletes", grouped(count)), "Rust", peak, idle));
    }
    let largest = sizes.last().copied().unwrap_or_default().min(LARGEST);
    let others = [
        bench.workshop.c("C, operations from a callback", "many", largest)?,
        bench.workshop.python("Python, from a generator", "many", largest)?,
        bench.workshop.node("Node.js, from an async generator", "many_async", largest)?,
    ];
    for contestant in others {
        let (peak, idle) = peak(bench, &contestant)?;
        rows.push(row(format!("peak memory of {} deletes", grouped(largest)), contestant.name, peak, idle));
    }
    Ok(rows)
}

/// MiB at the peak of a run, and of one without operations.
fn peak(bench: &Bench<'_>, contestant: &Contestant) -> Result<(f64, f64), Box<dyn Error>> {
    eprintln!("   {} deletes: {}", grouped(contestant.count), contestant.name);
    let portal = bench.workshop.instant_portal()?;
    let peak = |count| -> Result<f64, Box<dyn Error>> {
        let (_, told) = contestant.program.delete(&portal.addresses, 1, count)?;
        told.peak.ok_or_else(|| format!("{} does not tell its memory", contestant.name).into())
    };
    Ok((peak(contestant.count)?, peak(0)?))
}

fn row(name: String, of: &str, peak: f64, idle: f64) -> Row {
    Row::difference(name, "MiB", &Series::new(of, [peak]), &Series::new("idle", [idle])).at_most(LIMIT)
}
