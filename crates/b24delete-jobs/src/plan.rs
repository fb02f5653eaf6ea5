//! Planning: a new job file with everything that is to be done.

use std::path::PathBuf;

use b24delete::{Client, Error, ErrorKind, MaxFailures, Operation, Result};
use futures_util::{Stream, StreamExt as _};
use rand::RngExt as _;

use crate::chain::Link;
use crate::clock;
use crate::distinct::Distinct;
use crate::handle::Handle;
use crate::look::{look, records};
use crate::state::State;
use crate::store::{Draft, Facts, Fault, JobRow, Settings};

/// So many first answers that are all `absent` point to the wrong portal.
const FIRST_ABSENT: u64 = 100;

/// Operations that are written at once, without and with a look at their records.
const AT_ONCE: usize = 5000;
const LOOKED_AT_ONCE: usize = 50;

/// What a job is to do, beyond its operations.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PlanOptions {
    /// Looks at every record: title, owner, dates, bindings, activities, deals. This takes several requests for 50
    /// records. Default: false.
    pub look: bool,
    /// Keeps a copy of every record and its bindings before it is deleted; a record that cannot be copied stays.
    /// Default: false.
    pub backup: bool,
    /// Spares records that were modified since the plan: their outcome is `failed` with the kind `changed`. Default:
    /// false.
    pub if_unchanged: bool,
    /// Refuses to plan unless there are exactly so many different operations. Default: any number.
    pub expect: Option<u64>,
    /// Stops a run when more operations fail or stay unknown. Default: never.
    pub max_failures: Option<MaxFailures>,
    /// Stops a run when this many first answers are all `absent`: most likely the wrong portal. Default: 100.
    pub stop_if_first_absent: Option<u64>,
    /// The operations are known to be different, and no time is spent on finding duplicates. Default: false.
    pub distinct: bool,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            look: false,
            backup: false,
            if_unchanged: false,
            expect: None,
            max_failures: None,
            stop_if_first_absent: Some(FIRST_ABSENT),
            distinct: false,
        }
    }
}

/// Makes the file of a job.
pub(crate) async fn plan<S>(path: PathBuf, client: &Client, operations: S, options: PlanOptions) -> Result<()>
where
    S: Stream<Item = Result<Operation>> + Send,
{
    let job = JobRow {
        name: format!("{:016x}", rand::rng().random::<u64>()),
        host: client.host(),
        user_id: client.user_id(),
        state: State::Planned,
        created_at: clock::now(),
        started_at: None,
        finished_at: None,
        forgotten_at: None,
        settings: settings(&options),
        operations: 0,
        duplicates: 0,
        facts_digest: None,
        head: None,
    };
    let (draft, handle) = begin(path.clone())?;
    let expect = options.expect;
    let link = Link::of_plan(&job);
    let mut planner = Planner {
        client,
        handle: handle.clone(),
        options,
        job,
        link,
        facts: Link::of_facts(),
        seen: Distinct::default(),
    };
    planner.take(operations).await?;
    let job = planner.finish();
    if let Some(expected) = expect.filter(|expected| *expected != job.operations) {
        let text = format!("{} different operations were given, not {expected} as expected", job.operations);
        return Err(Error::not_sent(ErrorKind::Job, text));
    }
    handle.call(move |store| store.insert_job(&job)).await?;
    drop(handle);
    blocking(path, move || draft.complete()).await
}

/// Begins the file here and now: on another thread it would be made, and removed again, after a caller who gave up.
fn begin(path: PathBuf) -> Result<(Draft, Handle)> {
    let (draft, store) = Draft::create(&path).map_err(|fault| fault.at(&path))?;
    Ok((draft, Handle::of_draft(store, path)))
}

async fn blocking<T, W>(path: PathBuf, work: W) -> Result<T>
where
    T: Send + 'static,
    W: FnOnce() -> Result<T, Fault> + Send + 'static,
{
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::not_sent(ErrorKind::Internal, format!("planning failed: {error}")))?
        .map_err(|fault| fault.at(&path))
}

fn settings(options: &PlanOptions) -> Settings {
    let (count, percent) = match options.max_failures {
        Some(MaxFailures::Count(count)) => (Some(count), None),
        Some(MaxFailures::Percent(percent)) => (None, Some(percent)),
        _ => (None, None),
    };
    Settings {
        backup: options.backup,
        if_unchanged: options.if_unchanged,
        max_failures: count,
        max_failures_percent: percent,
        stop_if_first_absent: options.stop_if_first_absent,
    }
}

/// Takes operations into the file.
struct Planner<'a> {
    client: &'a Client,
    handle: Handle,
    options: PlanOptions,
    job: JobRow,
    link: Link,
    facts: Link,
    seen: Distinct,
}

impl Planner<'_> {
    async fn take<S>(&mut self, operations: S) -> Result<()>
    where
        S: Stream<Item = Result<Operation>> + Send,
    {
        let at_once = if self.options.look { LOOKED_AT_ONCE } else { AT_ONCE };
        let mut operations = std::pin::pin!(operations);
        let mut fresh = Vec::with_capacity(at_once);
        while let Some(operation) = operations.next().await {
            let operation = operation?;
            match self.options.distinct || self.seen.insert(&operation)? {
                true => fresh.push(operation),
                false => self.job.duplicates += 1,
            }
            if fresh.len() == at_once {
                self.write(std::mem::replace(&mut fresh, Vec::with_capacity(at_once))).await?;
            }
        }
        if !fresh.is_empty() {
            self.write(fresh).await?;
        }
        Ok(())
    }

    async fn write(&mut self, operations: Vec<Operation>) -> Result<()> {
        let facts = facts_of(self.client, &self.options, &operations).await?;
        let seq = self.job.operations;
        operations.iter().for_each(|operation| self.link.operation(operation));
        (seq..).zip(&facts).for_each(|(seq, facts)| self.facts.facts(seq, facts));
        self.job.operations += operations.len() as u64;
        self.handle
            .call(move |store| {
                store.transaction(|store| {
                    store.insert_operations(seq, &operations)?;
                    (seq..).zip(&facts).try_for_each(|(seq, facts)| store.insert_facts(seq, facts))
                })
            })
            .await
    }

    fn finish(self) -> JobRow {
        let Self { options, mut job, mut link, facts, .. } = self;
        let looked = options.look || options.if_unchanged;
        job.facts_digest = looked.then(|| facts.head());
        link.end_plan(&job);
        job.head = Some(link.head());
        job
    }
}

/// What the plan shows or compares later; nothing where it does neither.
async fn facts_of(client: &Client, options: &PlanOptions, operations: &[Operation]) -> Result<Vec<Facts>> {
    match (options.look, options.if_unchanged) {
        (true, _) => look(client, operations).await,
        (false, true) => records(client, operations).await,
        (false, false) => Ok(Vec::new()),
    }
}
