//! How long a run takes under the documented limits, on virtual time, beside the least time that the limits allow.

use std::error::Error;

use serde::Deserialize;
use xshell::{Shell, cmd};

use super::{Bench, Rows, grouped};
use crate::bench::curve::Makespan;
use crate::bench::row::{Row, Series};

/// Larger runs are not played: the portal holds every lead.
const LARGEST: u64 = 1_000_000;

/// Of the bound, and seconds on top of it.
const TARGET: (f64, f64) = (1.03, 5.0);

/// What the program prints of a run.
#[derive(Deserialize)]
struct Told {
    done: u64,
    bound: f64,
    seconds: f64,
    refused: u64,
}

/// The rows, and the points for the plot.
pub(super) fn rows(bench: &mut Bench<'_>) -> Rows {
    let mut rows = Vec::new();
    for count in bench.sizes().filter(|count| *count <= LARGEST) {
        for (charge, of) in [("nested", "charged to its method"), ("batch", "charged to `batch`")] {
            let told = play(bench, count, charge)?;
            if charge == "nested" {
                bench.curve.makespan.push(Makespan { count, seconds: told.seconds, bound: told.bound });
            }
            rows.push(row(count, of, &told));
        }
    }
    Ok(rows)
}

fn play(bench: &Bench<'_>, count: u64, charge: &str) -> Result<Told, Box<dyn Error>> {
    eprintln!("   {} leads, {charge}", grouped(count));
    let (shell, program) = (Shell::new()?, bench.workshop.example("makespan")?);
    let count_text = count.to_string();
    let told: Told = serde_json::from_str(&cmd!(shell, "{program} {count_text} {charge}").quiet().read()?)?;
    match told.done == count {
        true => Ok(told),
        false => Err(format!("{} of {count} leads were deleted on virtual time", told.done).into()),
    }
}

fn row(count: u64, charge: &str, told: &Told) -> Row {
    let (share, seconds) = TARGET;
    let holds = told.seconds <= share * told.bound + seconds && told.refused == 0;
    let name = format!("makespan of {} deletes of 0.05 s each, {charge}", grouped(count));
    let (ours, bound) = (Series::new("a run", [told.seconds]), Series::new("lower bound", [told.bound]));
    Row::ratio(name, "s", &ours, &bound)
        .aims_at(format!("≤ {share} × bound + {seconds} s, 0 refusals"), holds)
        .exact()
        .with_note(format!("{} refusals", told.refused))
}
