//! Checking a job against its hash chain.

use std::fmt;

use b24delete::{Error, ErrorKind, Result};

use crate::chain::{Link, hex};
use crate::store::{Fault, JobRow, RunRow, Store};

/// So many rows are read from the file at once.
const AT_ONCE: usize = 5000;

/// What a check of a job found.
///
/// It can tell whether plan and record fit together as they were written. Whoever can write the file can also compute the
/// whole chain anew: only a head that was kept elsewhere shows that. And it says nothing of what was never recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// What does not fit; empty when everything does.
    pub findings: Vec<Finding>,
    /// The head, 64 hexadecimal digits.
    pub head: String,
    /// How many recorded outcomes were checked, with those that later runs replaced.
    pub entries: u64,
    /// Where the head that was kept elsewhere stands in the chain.
    pub kept_head: Option<Place>,
}

impl Verification {
    /// True when nothing was found.
    pub fn is_intact(&self) -> bool {
        self.findings.is_empty()
    }
}

/// A place in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// After the plan.
    Plan,
    /// After a run, the first of which is 1.
    Run(u64),
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The operations or the settings are not those that were planned.
    Plan,
    /// What the plan found about the records was changed.
    Facts,
    /// What a run recorded was changed.
    Run(u64),
    /// Recorded outcomes are missing, or belong to no run.
    Entries,
    /// The head that was kept elsewhere is not in the chain: the record was cut or written anew.
    KeptHead,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan => formatter.write_str("the plan was changed"),
            Self::Facts => formatter.write_str("what the plan found about the records was changed"),
            Self::Run(run) => write!(formatter, "what run {run} recorded was changed"),
            Self::Entries => formatter.write_str("recorded outcomes are missing or belong to no run"),
            Self::KeptHead => {
                formatter.write_str("the given head is not in the record: it was cut or written anew")
            }
        }
    }
}

/// Reads a head as people write it.
pub(crate) fn read_head(text: &str) -> Result<String> {
    let text = text.trim();
    let digits = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.then(|| text.to_ascii_lowercase()).ok_or_else(|| {
        let shown: String = text.chars().take(80).collect();
        let text = format!("`{}` is not a head: 64 hexadecimal digits are needed", shown.escape_debug());
        Error::not_sent(ErrorKind::InvalidArgument, text)
    })
}

/// Computes the chain anew and compares.
pub(crate) fn verify(store: &mut Store, kept: Option<&str>) -> Result<Verification, Fault> {
    let job = store.job()?;
    let mut findings = Vec::new();
    if Some(plan_head(store, &job)?) != job.head {
        findings.push(Finding::Plan);
    }
    if job.forgotten_at.is_none() && facts_digest(store, &job)? != job.facts_digest {
        findings.push(Finding::Facts);
    }
    let runs = store.runs()?;
    let entries = check_runs(store, &job, &runs, &mut findings)?;
    let heads = job.head.iter().map(|head| (Place::Plan, head.as_slice()));
    let heads: Vec<_> =
        heads.chain(runs.iter().map(|run| (Place::Run(run.run), run.head.as_slice()))).collect();
    let kept_head =
        kept.and_then(|kept| heads.iter().rfind(|(_, head)| hex(head) == kept).map(|found| found.0));
    if kept.is_some() && kept_head.is_none() {
        findings.push(Finding::KeptHead);
    }
    let head = heads.last().map(|(_, head)| hex(head)).unwrap_or_default();
    Ok(Verification { findings, head, entries, kept_head })
}

/// The hash over the plan as it stands in the file.
pub(crate) fn plan_head(store: &Store, job: &JobRow) -> Result<Vec<u8>, Fault> {
    let mut link = Link::of_plan(job);
    let (mut count, mut in_order) = (0, true);
    loop {
        let page = store.operations(count, AT_ONCE)?;
        for (seq, operation) in &page {
            link.operation(operation);
            in_order &= *seq == count;
            count += 1;
        }
        if page.is_empty() || !in_order {
            break;
        }
    }
    // A gap in the numbers would let other operations take the place of these.
    let mut counted = job.clone();
    counted.operations = if in_order { count } else { u64::MAX };
    link.end_plan(&counted);
    Ok(link.head())
}

fn facts_digest(store: &Store, job: &JobRow) -> Result<Option<Vec<u8>>, Fault> {
    let mut link = Link::of_facts();
    let mut next = 0;
    loop {
        let page = store.facts(next, AT_ONCE)?;
        let Some((last, _)) = page.last() else { break };
        next = last + 1;
        page.iter().for_each(|(seq, facts)| link.facts(*seq, facts));
    }
    Ok((next > 0 || job.facts_digest.is_some()).then(|| link.head()))
}

/// Compares what every run recorded with its link; gives the number of entries.
fn check_runs(
    store: &Store,
    job: &JobRow,
    runs: &[RunRow],
    findings: &mut Vec<Finding>,
) -> Result<u64, Fault> {
    let mut checks = Vec::with_capacity(runs.len());
    let mut before = job.head.as_deref().unwrap_or_default();
    let mut first = 0;
    for run in runs {
        checks.push((run, Link::of_run(before, run.run, run.started_at), 0));
        before = &run.head;
        if run.first_entry != first {
            findings.push(Finding::Entries);
        }
        first = run.first_entry + run.entries;
    }
    let mut entries = 0;
    let mut stray = false;
    store.each_entry(|kept| {
        entries += 1;
        let index = runs.partition_point(|run| run.first_entry + run.entries <= kept.entry);
        match checks.get_mut(index).filter(|(run, ..)| run.first_entry <= kept.entry) {
            Some((_, link, count)) => {
                link.entry(&kept.outcome, kept.entry, kept.at);
                *count += 1;
            }
            None => stray = true,
        }
        Ok(())
    })?;
    for (run, mut link, count) in checks {
        if run.ended_at.is_some() {
            link.end_run(run);
        }
        if link.head() != run.head || count != run.entries {
            findings.push(Finding::Run(run.run));
        }
    }
    if stray {
        findings.push(Finding::Entries);
    }
    Ok(entries)
}
