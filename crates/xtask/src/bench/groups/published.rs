//! Published clients, each as its documentation shows for many records, beside this project's package for the same language.

use std::error::Error;

use super::{Bench, Rows};
use crate::bench::contest::{Contest, Contestant};
use crate::bench::row::Row;

const NAME: &str = "CPU of 100,000 deletes";

/// Published clients delete so many times fewer leads: some need minutes for what takes seconds here.
const FEWER: u64 = 40;

/// With fewer than these, what they cost is lost in what their start costs.
const FEWEST: u64 = 1_000;

/// Five times less CPU.
const FIVE_TIMES_LESS: f64 = 0.2;

/// What one of them needs at least to show that it works here.
const TRIAL: u64 = 60;

pub(super) fn rows(bench: &Bench<'_>) -> Rows {
    let workshop = &bench.workshop;
    let (many, few) = (bench.options.operations, bench.options.operations.div_ceil(FEWER).max(FEWEST));
    let python = || workshop.python("Python", "many", many);
    let plain = [
        workshop.published("fast-bitrix24", "fast_bitrix24", few),
        workshop.published("b24api", "b24api", few),
    ];
    let mut rows = compared(bench, &python()?, plain, &[])?;
    let encrypted = [workshop.published("b24pysdk", "b24pysdk", few)];
    rows.extend(compared(bench, &python()?, encrypted, &["--tls", "--connect-proxy"])?);
    let encrypted = [workshop.published_node("@bitrix24/b24jssdk", few)];
    rows.extend(compared(bench, &workshop.node("Node.js", "many", many)?, encrypted, &["--tls"])?);
    Ok(rows)
}

/// One row for every other contestant. One that does not work here gets a row that says why.
fn compared(
    bench: &Bench<'_>,
    ours: &Contestant,
    others: impl IntoIterator<Item = Result<Contestant, Box<dyn Error>>>,
    portal: &[&str],
) -> Result<Vec<Row>, Box<dyn Error>> {
    let (mut contestants, mut rows) = (vec![ours.clone()], Vec::new());
    for other in others {
        match other.and_then(|other| works(bench, other, portal)) {
            Ok(other) => contestants.push(other),
            Err(error) => rows.push(Row::missing(NAME, error.to_string())),
        }
    }
    let others: Vec<_> = contestants.iter().skip(1).map(|one| (one.name, one.count)).collect();
    let contest =
        Contest::hold(contestants, bench.options.pairs, |leads| bench.workshop.portal(leads, portal))?;
    rows.extend(others.into_iter().map(|(name, count)| {
        let row = Row::ratio(NAME, "s", &contest.cpu(ours.name), &contest.cpu(name));
        let encrypted = if portal.is_empty() { "" } else { "over TLS, which the other one insists on; " };
        row.at_most(FIVE_TIMES_LESS).with_note(format!("{encrypted}the other one deletes {count} in a run"))
    }));
    Ok(rows)
}

/// Lets a client delete a few leads.
fn works(bench: &Bench<'_>, client: Contestant, portal: &[&str]) -> Result<Contestant, Box<dyn Error>> {
    let portal = bench.workshop.portal(TRIAL, portal)?;
    let tried = client.program.delete(&portal.addresses, 1, TRIAL);
    tried.map_err(|error| format!("{} does not work here: {error}", client.name))?;
    Ok(client)
}
