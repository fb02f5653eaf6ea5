//! What one commit of a run writes into the job file.

use std::collections::HashMap;

use b24delete::{Error, ErrorKind, Family, Outcome, StopReason};

use crate::chain::Link;
use crate::clock;
use crate::state::State;
use crate::store::{Fault, Intents, JobRow, RunRow, Store, WaitRow};
use crate::waits::Wait;

/// What the file holds of the run, as far as the next entry depends on it.
#[derive(Debug)]
pub(crate) struct Ledger {
    created_at: u64,
    run: RunRow,
    link: Link,
    intents: Intents,
    /// The last sign of life of the run before.
    alive_before: u64,
}

/// What goes into the file with one commit.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) waits: Vec<Wait>,
    /// Copies of records that the pack deletes: texts of JSON.
    pub(crate) backups: Vec<(u64, Vec<u8>)>,
    /// The pack that is sent next: its operations and their sends before.
    pub(crate) pack: Vec<(u64, u32)>,
    pub(crate) requests: u64,
    pub(crate) end: Option<End>,
}

/// How a run ends.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) stopped_by: Option<StopReason>,
    /// Operations that nobody could look at.
    pub(crate) undecided: u64,
}

impl Page {
    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        let nothing = self.outcomes.is_empty() && self.backups.is_empty() && self.waits.is_empty();
        nothing && self.pack.is_empty() && self.end.is_none()
    }
}

impl Ledger {
    /// Notes in the file that a run begins.
    pub(crate) fn begin(store: &mut Store, job: &JobRow, intents: Intents) -> Result<Self, Fault> {
        let earlier = store.runs()?.pop();
        let plan = job.head.clone().unwrap_or_default();
        let (number, entry, before, alive_before) = match earlier {
            Some(run) => (run.run + 1, run.first_entry + run.entries, run.head, run.alive_at),
            None => (1, 0, plan, 0),
        };
        let now = clock::now();
        let link = Link::of_run(&before, number, now);
        let run = RunRow {
            run: number,
            started_at: now,
            alive_at: now,
            ended_at: None,
            stopped_by: None,
            stop_error: None,
            requests: 0,
            first_entry: entry,
            entries: 0,
            head: link.head(),
        };
        store.transaction(|store| {
            store.save_run(&run)?;
            store.job_runs(now)
        })?;
        Ok(Self { created_at: job.created_at, run, link, intents, alive_before })
    }

    /// The number of the run.
    pub(crate) fn run(&self) -> u64 {
        self.run.run
    }

    /// What earlier runs may have sent: since when, and after how many sends.
    pub(crate) fn doubts(&self) -> HashMap<u64, (u64, u32)> {
        self.intents.all()
    }

    /// The last sign of life of the run before.
    pub(crate) fn alive_before(&self) -> u64 {
        self.alive_before
    }

    /// The head of the hash chain.
    pub(crate) fn head(&self) -> &[u8] {
        &self.run.head
    }

    /// Writes a page, with one sync. After a fault nothing more may be written by this ledger.
    pub(crate) fn write(&mut self, store: &mut Store, page: &Page) -> Result<(), Fault> {
        let now = clock::now();
        store.transaction(|store| {
            self.record(store, &page.outcomes, now)?;
            for (at, duration, reason) in &page.waits {
                let reason = (*reason).to_owned();
                store.insert_wait(&WaitRow { run: self.run.run, at: *at, duration: *duration, reason })?;
            }
            for (seq, json) in &page.backups {
                store.insert_backup(*seq, now, json)?;
            }
            if !page.pack.is_empty() {
                self.intents.open(now, page.pack.clone());
            }
            store.save_intents(&mut self.intents)?;
            self.run.requests = page.requests;
            self.run.alive_at = now;
            self.run.head = self.link.head();
            if let Some(end) = &page.end {
                self.end(store, end, now)?;
            }
            store.save_run(&self.run)
        })
    }

    fn record(&mut self, store: &mut Store, outcomes: &[Outcome], now: u64) -> Result<(), Fault> {
        let first = self.run.first_entry + self.run.entries;
        let at = now.saturating_sub(self.created_at);
        store.insert_outcomes(outcomes, first, at)?;
        (first..).zip(outcomes).for_each(|(entry, outcome)| self.link.entry(outcome, entry, at));
        self.run.entries += outcomes.len() as u64;
        self.intents.close(outcomes.iter().map(|outcome| outcome.seq));
        Ok(())
    }

    fn end(&mut self, store: &mut Store, end: &End, now: u64) -> Result<(), Fault> {
        self.run.ended_at = Some(now);
        self.run.stopped_by = end.stopped_by.as_ref().map(|reason| reason.as_str().to_owned());
        self.run.stop_error = end.stopped_by.as_ref().and_then(StopReason::error).cloned();
        self.link.end_run(&self.run);
        self.run.head = self.link.head();
        let state = match &end.stopped_by {
            None if end.undecided == 0 => State::Finished,
            Some(StopReason::MaxFailures | StopReason::AllAbsent) => State::Aborted,
            Some(StopReason::Portal(error)) if refuses(error) => State::Aborted,
            _ => State::Running,
        };
        store.job_ended(state, now)
    }
}

/// Whether the portal refuses the run, rather than that it could not be reached.
fn refuses(error: &Error) -> bool {
    matches!(error.kind().family(), Family::Auth | Family::AccessDenied | Family::InvalidRequest)
        || matches!(error.kind(), ErrorKind::PortalDeleted | ErrorKind::Overloaded)
}
