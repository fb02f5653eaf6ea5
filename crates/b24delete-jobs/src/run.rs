//! Runs of a job.

use std::path::Path;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use b24delete::{
    Canceller, Client, ContactId, Error, ErrorKind, Lost, MaxFailures, Operation, Outcome, Result, Run,
    RunOptions, Start, StopReason, Summary,
};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use tokio::sync::mpsc;

use crate::chain::hex;
use crate::clock;
use crate::handle::Handle;
use crate::ledger::Ledger;
use crate::recorder::{Account, Recorder, locked};
use crate::store::{Facts, Fault, JobRow, Open, Settings};
use crate::unchanged::Watch;
use crate::verify;

/// So many operations are read from the file at once.
const AT_ONCE: usize = 1000;

/// Recorded outcomes of this many packs may wait for the caller before the run waits for it.
const PACKS_AHEAD: usize = 2;

/// How often a run leaves a sign of life. What is in doubt after a crash was sent at most so long after the last one.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How a job is run.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct JobRunOptions {
    /// Refuses to run unless the job has exactly so many operations.
    pub expect: Option<u64>,
    /// Instead of what the plan says: stops the run when more operations fail or stay unknown.
    pub max_failures: Option<MaxFailures>,
    /// Goes on even when the first answers are all `absent`.
    pub allow_absent: bool,
}

/// A run of a job: a stream of outcomes, each of which is in the job file before it is given.
///
/// Dropping it cancels the run: what is on the wire is seen through and recorded in the background.
#[derive(Debug)]
pub struct JobRun {
    told: mpsc::Receiver<Vec<Outcome>>,
    current: std::vec::IntoIter<Outcome>,
    canceller: Canceller,
    account: Arc<Mutex<Account>>,
}

impl JobRun {
    /// The next outcome; `None` when the run has ended and its end is recorded.
    ///
    /// # Cancellation
    /// Safe: no outcome is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Outcome> {
        StreamExt::next(self).await
    }

    /// Sends nothing more. What is on the wire is seen through; the job can go on later.
    pub fn cancel(&self) {
        self.canceller.cancel();
    }

    /// A handle that cancels the run from elsewhere, such as a signal handler.
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// The account of what this run has recorded; final once [`next`](Self::next) has given `None`.
    pub fn summary(&self) -> Summary {
        let account = locked(&self.account);
        let mut summary = account.summary.clone();
        if !account.ended {
            summary.elapsed = Duration::from_millis(clock::now().saturating_sub(account.started_at));
        }
        summary
    }

    /// Head of the hash chain, 64 hexadecimal digits. Whoever keeps the final one can tell later whether the record was
    /// edited, cut or rewritten.
    pub fn head(&self) -> String {
        hex(&locked(&self.account).head)
    }

    /// Passes over the outcomes that are still to come and gives the final account.
    pub async fn finish(mut self) -> Summary {
        while self.next().await.is_some() {}
        self.summary()
    }
}

impl Stream for JobRun {
    type Item = Outcome;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Outcome>> {
        loop {
            if let Some(outcome) = self.current.next() {
                return Poll::Ready(Some(outcome));
            }
            match self.told.poll_recv(context) {
                Poll::Ready(Some(outcomes)) => self.current = outcomes.into_iter(),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl Drop for JobRun {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Starts or continues a job.
pub(crate) async fn run(path: &Path, client: &Client, options: JobRunOptions) -> Result<JobRun> {
    let path = path.to_owned();
    let host = client.host();
    let opened = tokio::task::spawn_blocking(move || open(&path, &host, options.expect)).await;
    let (handle, job, ledger, watch) = opened.map_err(internal)??;
    let (sender, told) = mpsc::channel(PACKS_AHEAD);
    let run_options = run_options(&job.settings, &options);
    let alive_at = ledger.alive_before();
    let intents = ledger.doubts();
    let number = ledger.run();
    let backup = job.settings.backup;
    let recorder = Arc::new(Recorder::new(client, handle.clone(), backup, watch, ledger, sender.clone()));
    let source =
        Source { handle: handle.clone(), recorder: Arc::clone(&recorder), doubts: intents, alive_at, job };
    let account = recorder.account();
    let journal = Arc::clone(&recorder);
    let run = recorder.client().delete_journalled(source.stream(), journal, run_options);
    let canceller = run.canceller();
    tokio::spawn(async move {
        drive(run, recorder, handle.clone(), number).await;
        handle.close().await;
        // The caller sees the end only when the file is closed and nothing is left beside it.
        drop(sender);
    });
    Ok(JobRun { told, current: Vec::new().into_iter(), canceller, account })
}

/// Opens the file, makes sure that the job is what the caller means, and notes that a run begins.
fn open(path: &Path, host: &str, expect: Option<u64>) -> Result<(Handle, JobRow, Ledger, Option<Watch>)> {
    let handle = Handle::to_write(path)?;
    let opened = handle.now(|store| {
        let job = store.job()?;
        if Some(verify::plan_head(store, &job)?) != job.head {
            return Err(Fault::Text("is not run: the plan was changed since it was made".to_owned()));
        }
        check(&job, host, expect)?;
        let intents = store.intents()?;
        let ledger = Ledger::begin(store, &job, intents)?;
        let touched = job.settings.if_unchanged.then(|| store.unlinked_leads(ledger.doubts().into_keys()));
        Ok((job, ledger, touched.transpose()?.map(Watch::new)))
    });
    let (job, ledger, watch) = opened?;
    Ok((handle, job, ledger, watch))
}

/// Whether the job is what the caller means.
pub(crate) fn check(job: &JobRow, host: &str, expect: Option<u64>) -> Result<(), Fault> {
    if !job.host.eq_ignore_ascii_case(host) {
        return Err(Fault::Text(format!("was planned for `{}`, not for `{host}`", job.host)));
    }
    if let Some(expected) = expect.filter(|expected| *expected != job.operations) {
        return Err(Fault::Text(format!("has {} operations, not {expected} as expected", job.operations)));
    }
    Ok(())
}

fn run_options(settings: &Settings, options: &JobRunOptions) -> RunOptions {
    let planned = settings.max_failures.map(MaxFailures::Count);
    let planned = planned.or(settings.max_failures_percent.map(MaxFailures::Percent));
    let mut run = RunOptions::default();
    run.max_failures = options.max_failures.or(planned);
    run.stop_if_first_absent = settings.stop_if_first_absent.filter(|_| !options.allow_absent);
    run
}

/// Sees a run through, whatever becomes of its caller.
async fn drive(mut run: Run, recorder: Arc<Recorder>, handle: Handle, number: u64) {
    let heartbeat = tokio::spawn(leave_signs_of_life(handle, number));
    {
        let mut idle = pin!(recorder.idle());
        loop {
            tokio::select! {
                // The caller gets them from the recorder, once they are in the file.
                outcome = run.next() => if outcome.is_none() { break },
                () = &mut idle => {
                    if recorder.flush().await.is_err() {
                        run.cancel();
                    }
                    idle.set(recorder.idle());
                }
            }
        }
    }
    heartbeat.abort();
    // Either it was aborted or it ended by itself: it has let go of the file.
    let _ = heartbeat.await;
    let finished = recorder.finish(run.summary().stopped_by).await;
    let account = recorder.account();
    let mut account = locked(&account);
    if let Err(error) = finished {
        tracing::error!(%error, "the end of the run cannot be recorded");
        account.summary.stopped_by = Some(StopReason::Journal(error));
    }
    account.summary.elapsed = Duration::from_millis(clock::now().saturating_sub(account.started_at));
    account.ended = true;
}

async fn leave_signs_of_life(handle: Handle, run: u64) {
    loop {
        clock::sleep(HEARTBEAT).await;
        let alive = handle.call(move |store| store.is_alive(run, clock::now())).await;
        if let Err(error) = alive {
            tracing::warn!(%error, "a sign of life cannot be written");
        }
    }
}

/// The operations that are still to be carried out.
struct Source {
    handle: Handle,
    recorder: Arc<Recorder>,
    /// What an earlier run may have sent: since when, and after how many sends.
    doubts: std::collections::HashMap<u64, (u64, u32)>,
    /// The last sign of life of the earlier run.
    alive_at: u64,
    job: JobRow,
}

impl Source {
    fn stream(self) -> impl Stream<Item = Result<Start>> + Send + 'static {
        let pages = stream::try_unfold((self, 0), |(source, seq)| async move {
            let page = source.page(seq).await?;
            Ok::<_, Error>(page.last().map(|start| start.seq + 1).map(|next| (page, (source, next))))
        });
        pages.map_ok(|page| stream::iter(page.into_iter().map(Ok))).try_flatten()
    }

    async fn page(&self, seq: u64) -> Result<Vec<Start>> {
        let open = self.handle.call(move |store| store.open_operations(seq, AT_ONCE)).await?;
        let mut starts = Vec::with_capacity(open.len());
        for open in open {
            starts.push(self.start(open).await?);
        }
        Ok(starts)
    }

    async fn start(&self, open: Open) -> Result<Start> {
        let Open { seq, operation, unknown } = open;
        let (sent_by, attempts) = match (self.doubts.get(&seq), unknown) {
            (Some((at, attempts)), _) => {
                let pulse = u64::try_from(HEARTBEAT.as_millis()).unwrap_or_default();
                (self.alive_at.max(*at) + pulse, attempts + 1)
            }
            (None, Some((at, attempts))) => (self.job.created_at + at, attempts),
            (None, None) => return Ok(Start::new(seq, operation)),
        };
        self.recorder.sent_earlier(seq, attempts);
        let age = Duration::from_millis(clock::now().saturating_sub(sent_by));
        // Each run may send it as often as any other; the outcome counts the sends of all runs.
        let mut lost = Lost::new(age, 0);
        if matches!(operation, Operation::DeleteLeadContactItems { .. }) {
            let facts = self.handle.call(move |store| store.facts_of(seq)).await?;
            lost.bindings = facts.and_then(|facts| links(&facts));
        }
        Ok(Start::in_doubt(seq, operation, lost))
    }
}

/// The bindings that the plan found on a lead.
fn links(facts: &Facts) -> Option<Vec<(ContactId, i64)>> {
    let link = |binding: &crate::Binding| {
        let contact_id = ContactId::new(i64::try_from(binding.contact_id).ok()?).ok()?;
        Some((contact_id, binding.sort))
    };
    facts.bindings.as_ref()?.iter().map(link).collect()
}

pub(crate) fn internal(error: impl std::fmt::Display) -> Error {
    Error::not_sent(ErrorKind::Internal, format!("work on the job file failed: {error}"))
}
