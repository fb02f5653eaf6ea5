//! A job: one file.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use b24delete::{Client, Operation, Outcome, Result, Summary};
use futures_util::{Stream, stream};

use crate::handle::Handle;
use crate::planned::Planned;
use crate::report::Report;
use crate::restore::{self, RestoreOptions, RestorePlan, RestoreSummary, Restored};
use crate::run::{JobRun, JobRunOptions};
use crate::state::State;
use crate::store::{JobRow, RunRow};
use crate::verify::Verification;
use crate::{PlanOptions, chain};
use crate::{clock, plan, run, verify};

/// So many rows are read from the file at once.
const AT_ONCE: usize = 1000;

/// A job: its operations, its plan, its record and its copies, in one file.
///
/// Reading it does not disturb a process that runs it.
#[derive(Debug, Clone)]
pub struct Job {
    path: PathBuf,
}

/// What a job is and how far it is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Overview {
    /// Random name of the job, which restored records carry.
    pub name: String,
    /// Host of the portal.
    pub host: String,
    /// The user in whose name it was planned.
    pub user_id: Option<u64>,
    /// How far it is.
    pub state: State,
    /// When it was planned.
    pub created: SystemTime,
    /// When its first run began.
    pub started: Option<SystemTime>,
    /// When its last operation got an outcome.
    pub finished: Option<SystemTime>,
    /// When titles and copies were removed.
    pub forgotten: Option<SystemTime>,
    /// Whether records are copied before they go.
    pub backup: bool,
    /// Whether records that were modified since the plan are spared.
    pub if_unchanged: bool,
    /// Different operations.
    pub operations: u64,
    /// How many of them go through each REST method, those that occur.
    pub methods: Vec<(&'static str, u64)>,
    /// Operations that were given more than once and left out.
    pub duplicates: u64,
    /// Operations that an earlier process may have sent and whose outcome is not known yet.
    pub in_doubt: u64,
    /// Copies of records that it holds.
    pub backups: u64,
    /// How often it was run.
    pub runs: u64,
    /// The last outcomes of all operations that have one; `stopped_by` and `elapsed` are not told here.
    pub summary: Summary,
    /// Head of the hash chain, 64 hexadecimal digits. While the job runs it changes with every pack.
    pub head: String,
    /// Bytes of the file.
    pub size: u64,
}

/// What a plan found, in sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanSummary {
    /// Different operations.
    pub operations: u64,
    /// Operations that were given more than once and left out.
    pub duplicates: u64,
    /// Operations whose records were looked at.
    pub looked_at: u64,
    /// Those of them whose record is not there or hidden from the user: the portal does not tell which.
    pub not_visible: u64,
    /// Bindings of leads that would go.
    pub bindings: u64,
    /// Links between the contacts and leads that would go.
    pub leads: u64,
    /// Deals that use the contacts.
    pub deals: u64,
    /// Activities that would go.
    pub activities: u64,
    /// Activities that would only lose a link.
    pub shared_activities: u64,
}

impl Job {
    /// Plans a job: makes its file, which must not exist yet, with mode 0600. Operations that are given more than once
    /// are carried out once. Nothing is deleted yet. A plan that is not completed leaves no file.
    ///
    /// # Errors
    /// `job` when the file cannot be made or `expect` is not met; the portal's when `look` or `if_unchanged` read from it.
    pub async fn plan<I>(
        path: impl Into<PathBuf>,
        client: &Client,
        operations: I,
        options: PlanOptions,
    ) -> Result<Self>
    where
        I: IntoIterator<Item = Operation>,
        I::IntoIter: Send,
    {
        let operations = stream::iter(operations.into_iter().map(Ok));
        Self::plan_stream(path, client, operations, options).await
    }

    /// As [`plan`](Self::plan), from a stream that may fail.
    ///
    /// # Errors
    /// As [`plan`](Self::plan), and the stream's.
    pub async fn plan_stream<S>(
        path: impl Into<PathBuf>,
        client: &Client,
        operations: S,
        options: PlanOptions,
    ) -> Result<Self>
    where
        S: Stream<Item = Result<Operation>> + Send,
    {
        let path = path.into();
        plan::plan(path.clone(), client, operations, options).await?;
        Ok(Self { path })
    }

    /// A job that was planned before.
    ///
    /// # Errors
    /// `job` when the file is missing, of another program, damaged or of a newer version.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let job = Self { path: path.into() };
        job.read(|store| store.job().map(drop))?;
        Ok(job)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Starts the job, or goes on where it stopped: `deleted`, `absent` and `failed` stand, everything else is carried
    /// out, and what an earlier process may have sent is looked up first.
    ///
    /// # Errors
    /// `job`, before anything is sent: the file cannot be opened, is damaged or read-only, another process runs it, it was
    /// planned for another portal, or `expect` is not met.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn run(&self, client: &Client, options: JobRunOptions) -> Result<JobRun> {
        run::run(&self.path, client, options).await
    }

    /// Makes sure that [`run`](Self::run) would take the job for this client and with these options, as far as that can be
    /// told without running it.
    ///
    /// # Errors
    /// As [`run`](Self::run), but for a job that another process runs.
    pub fn check(&self, client: &Client, options: &JobRunOptions) -> Result<()> {
        let host = client.host();
        self.read(|store| run::check(&store.job()?, &host, options.expect))
    }

    /// What it is and how far it is.
    ///
    /// # Errors
    /// `job` when the file cannot be read; so for the others.
    pub fn overview(&self) -> Result<Overview> {
        self.read(|store| {
            store.snapshot(|store| {
                let (job, runs) = (store.job()?, store.runs()?);
                let mut overview = overview(job, &runs, store.summary()?);
                overview.in_doubt = store.intents()?.len() as u64;
                overview.methods = store.count_methods()?;
                overview.backups = store.count_backups()?;
                overview.size = store.size()?;
                Ok(overview)
            })
        })
    }

    /// What the plan found, in sums.
    ///
    /// # Errors
    /// As [`overview`](Self::overview).
    pub fn plan_summary(&self) -> Result<PlanSummary> {
        self.read(|store| {
            let job = store.job()?;
            let [rows, visible, bindings, leads, deals, activities, shared_activities] = store.sum_facts()?;
            Ok(PlanSummary {
                operations: job.operations,
                duplicates: job.duplicates,
                looked_at: rows,
                not_visible: rows.saturating_sub(visible),
                bindings,
                leads,
                deals,
                activities,
                shared_activities,
            })
        })
    }

    /// The operations in their order, with what the plan found about their records, where it looked.
    ///
    /// # Errors
    /// As [`overview`](Self::overview); the iterator gives an error and ends when the file fails on the way.
    pub fn planned(&self) -> Result<impl Iterator<Item = Result<Planned>> + Send + use<>> {
        let handle = Handle::to_read(&self.path)?;
        Ok(paged(move |seq| {
            handle.now(|store| {
                let mut facts = store.facts(seq, AT_ONCE)?.into_iter().peekable();
                let operations = store.operations(seq, AT_ONCE)?;
                let with_facts = |(seq, operation)| {
                    let found = facts.next_if(|(found, _)| *found == seq).map(|(_, facts)| facts);
                    (seq, Planned::new(seq, operation, found))
                };
                Ok(operations.into_iter().map(with_facts).collect())
            })
        }))
    }

    /// The last outcome of every operation that has one, in the order of the operations.
    ///
    /// # Errors
    /// As [`planned`](Self::planned).
    pub fn outcomes(&self) -> Result<impl Iterator<Item = Result<Outcome>> + Send + use<>> {
        let handle = Handle::to_read(&self.path)?;
        Ok(paged(move |seq| {
            handle.now(|store| {
                let kept = store.outcomes(seq, AT_ONCE)?;
                Ok(kept.into_iter().map(|outcome| (outcome.seq, outcome)).collect())
            })
        }))
    }

    /// Checks the plan and the record against their hash chain, and against a head that was kept elsewhere.
    ///
    /// # Errors
    /// As [`overview`](Self::overview); `invalid_argument` when `head` is not 64 hexadecimal digits.
    pub fn verify(&self, head: Option<&str>) -> Result<Verification> {
        let head = head.map(verify::read_head).transpose()?;
        self.read(|store| store.snapshot(|store| verify::verify(store, head.as_deref())))
    }

    /// The account of the job as it is now, also while it runs.
    ///
    /// # Errors
    /// As [`overview`](Self::overview).
    pub async fn report(&self) -> Result<Report> {
        Report::read(Handle::to_read(&self.path)?).await
    }

    /// What [`restore`](Self::restore) has to do.
    ///
    /// # Errors
    /// As [`overview`](Self::overview).
    pub fn restore_plan(&self) -> Result<RestorePlan> {
        self.read(|store| store.restorable().map(RestorePlan::from))
    }

    /// Puts back what the job deleted, or goes on where an earlier restore stopped: bindings as they were, from copies or
    /// from the plan; leads and contacts with new ids, from copies only. What was restored is not restored again.
    ///
    /// Bindings and product rows are set; timeline comments, activities, files and history do not return, and
    /// [`RestoreSummary::losses`] says so. `told` gets the account after every step.
    ///
    /// # Errors
    /// `job`, before anything is sent, as for [`run`](Self::run), and when titles and copies were removed. The portal's, when
    /// it refuses more than a single record: what was done until then is kept, and the next restore goes on.
    ///
    /// # Cancellation
    /// Dropping the future leaves at most one record unsettled, which the next restore looks up. To end in between, use
    /// [`RestoreOptions::canceller`].
    pub async fn restore(
        &self,
        client: &Client,
        options: RestoreOptions,
        mut told: impl FnMut(&RestoreSummary) + Send + Sync,
    ) -> Result<RestoreSummary> {
        restore::restore(&self.path, client, options, &mut told).await
    }

    /// What restores did, record by record and binding by binding: the map from old ids to new ones.
    ///
    /// # Errors
    /// As [`planned`](Self::planned).
    pub fn restored(&self) -> Result<impl Iterator<Item = Result<Restored>> + Send + use<>> {
        let handle = Handle::to_read(&self.path)?;
        let mut after = None;
        let mut page = move || {
            let rows = match handle.now(|store| store.restores(after, AT_ONCE)) {
                Ok(rows) => rows,
                Err(error) => return Some(vec![Err(error)]),
            };
            after = rows.last().map(|row| (row.entity, row.old_id, row.other_id));
            after.is_some().then(|| rows.into_iter().map(|row| Ok(Restored::from(row))).collect())
        };
        let mut failed = false;
        let pages = std::iter::from_fn(move || {
            let page: Vec<Result<Restored>> = if failed { None } else { page() }?;
            failed = page.iter().any(Result::is_err);
            Some(page)
        });
        Ok(pages.flatten())
    }

    /// Removes titles and copies for good. Ids and outcomes stay, so that the job can still be accounted for; what it
    /// deleted cannot be restored any more, and `if_unchanged` spares everything that is still to be done.
    ///
    /// # Errors
    /// `job` when the file cannot be written or another process runs the job.
    pub fn forget(&self) -> Result<()> {
        Handle::to_write(&self.path)?.now(|store| store.forget(clock::now()))
    }

    fn read<T>(
        &self,
        work: impl FnOnce(&mut crate::store::Store) -> Result<T, crate::store::Fault>,
    ) -> Result<T> {
        Handle::to_read(&self.path)?.now(work)
    }
}

/// What the job's own row, its runs and its outcomes tell.
fn overview(job: JobRow, runs: &[RunRow], summary: Summary) -> Overview {
    let head = runs.last().map(|run| run.head.clone()).or(job.head).unwrap_or_default();
    Overview {
        name: job.name,
        host: job.host,
        user_id: job.user_id,
        state: job.state,
        created: time(job.created_at),
        started: job.started_at.map(time),
        finished: job.finished_at.map(time),
        forgotten: job.forgotten_at.map(time),
        backup: job.settings.backup,
        if_unchanged: job.settings.if_unchanged,
        operations: job.operations,
        duplicates: job.duplicates,
        methods: Vec::new(),
        in_doubt: 0,
        backups: 0,
        runs: runs.len() as u64,
        summary,
        head: chain::hex(&head),
        size: 0,
    }
}

fn time(milliseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(milliseconds)
}

/// Reads rows page by page: nothing is held open in between, and memory stays bounded.
fn paged<T, R>(mut read: R) -> impl Iterator<Item = Result<T>> + Send
where
    T: Send,
    R: FnMut(u64) -> Result<Vec<(u64, T)>> + Send,
{
    let mut page = Vec::new().into_iter();
    let mut next = Some(0);
    std::iter::from_fn(move || {
        loop {
            if let Some((_, row)) = page.next() {
                return Some(Ok(row));
            }
            match read(next?) {
                Ok(rows) => {
                    next = rows.last().map(|(seq, _)| seq + 1);
                    page = rows.into_iter();
                }
                Err(error) => {
                    next = None;
                    return Some(Err(error));
                }
            }
        }
    })
}
