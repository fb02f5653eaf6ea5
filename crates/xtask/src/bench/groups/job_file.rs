//! What a job file costs: planned, journalled, recorded.

use super::{Bench, Rows};
use crate::bench::contest::Contest;
use crate::bench::row::Row;

const WITH: &str = "as a job";
const WITHOUT: &str = "without a job file";
const COMMITS: &str = "the smallest commit of SQLite for every pack";

pub(super) fn rows(bench: &Bench<'_>) -> Rows {
    let (workshop, count) = (&bench.workshop, bench.options.operations);
    let contestants = vec![
        workshop.rust(WITH, "job_loop", count)?,
        workshop.rust(WITHOUT, "engine_loop", count)?,
        workshop.rust(COMMITS, "commit_loop", count)?,
    ];
    let contest = Contest::hold(contestants, bench.options.pairs, |leads| workshop.portal(leads, &[]))?;
    let (with, without, commits) = (contest.cpu(WITH), contest.cpu(WITHOUT), contest.cpu(COMMITS));
    Ok(vec![
        Row::ratio("CPU of 100,000 deletes", "s", &with, &without)
            .at_most(1.5)
            .with_note("planning included"),
        Row::ratio("CPU of the commits that they need, alone", "s", &commits, &without)
            .with_note("the first row cannot go below 1 plus this"),
    ])
}
