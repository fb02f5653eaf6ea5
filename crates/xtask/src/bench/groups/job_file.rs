//! What a job file costs: planned, journalled, recorded.

use super::{Bench, Rows};
use crate::bench::contest::Contest;
use crate::bench::row::Row;

const WITH: &str = "as a job";
const WITHOUT: &str = "without a job file";

pub(super) fn rows(bench: &Bench<'_>) -> Rows {
    let (workshop, count) = (&bench.workshop, bench.options.operations);
    let contestants =
        vec![workshop.rust(WITH, "job_loop", count)?, workshop.rust(WITHOUT, "engine_loop", count)?];
    let contest = Contest::hold(contestants, bench.options.pairs, |leads| workshop.portal(leads, &[]))?;
    let row = Row::ratio("CPU of 100,000 deletes", "s", &contest.cpu(WITH), &contest.cpu(WITHOUT));
    Ok(vec![row.at_most(1.5).with_note("planning included")])
}
