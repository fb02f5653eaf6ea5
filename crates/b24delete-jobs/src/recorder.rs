//! The journal of a run: nothing is sent before its intent is in the file, nothing is told before its outcome is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use b24delete::{
    Attempt, Client, Error, Event, Journal, JournalFuture, Observer, Outcome, Result, Status, StopReason,
    Summary,
};
use tokio::sync::{Mutex as AsyncMutex, Notify, mpsc};

use crate::backup;
use crate::clock;
use crate::handle::Handle;
use crate::ledger::{End, Ledger, Page};
use crate::unchanged::Watch;
use crate::waits::Waits;

/// Outcomes that no next pack takes along are written after this time.
const IDLE: Duration = Duration::from_millis(100);

/// Keeps the record of one run.
pub(crate) struct Recorder {
    /// Tells what it does to the meter.
    client: Client,
    handle: Handle,
    backup: bool,
    /// Where records that changed are spared.
    watch: Option<Watch>,
    arrived: Notify,
    ledger: Arc<AsyncMutex<Ledger>>,
    /// After a fault of the file nothing more is written: the next run goes on from what is there.
    broken: OnceLock<Error>,
    meter: Meter,
    told: mpsc::Sender<Vec<Outcome>>,
}

/// What the engine told and the file does not hold yet.
#[derive(Debug, Default)]
struct Inbox {
    outcomes: Vec<Outcome>,
    waits: Waits,
    requests: u64,
    /// Sends of operations by earlier runs.
    earlier: HashMap<u64, u32>,
    /// The portal ended the run: nobody could look at what is in doubt, and it stays open.
    portal_gave_out: bool,
    undecided: u64,
}

/// The account of a run, as far as it is in the file.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) summary: Summary,
    pub(crate) head: Vec<u8>,
    pub(crate) started_at: u64,
    pub(crate) ended: bool,
}

impl Recorder {
    pub(crate) fn new(
        client: &Client,
        handle: Handle,
        backup: bool,
        watch: Option<Watch>,
        ledger: Ledger,
        told: mpsc::Sender<Vec<Outcome>>,
    ) -> Self {
        let account =
            Account { head: ledger.head().to_vec(), started_at: clock::now(), ..Account::default() };
        let meter = Meter { inbox: Arc::default(), account: Arc::new(Mutex::new(account)) };
        Self {
            client: client.observed(Arc::new(meter.clone())),
            handle,
            backup,
            watch,
            arrived: Notify::new(),
            ledger: Arc::new(AsyncMutex::new(ledger)),
            broken: OnceLock::new(),
            meter,
            told,
        }
    }

    /// The client that the run goes through.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn account(&self) -> Arc<Mutex<Account>> {
        Arc::clone(&self.meter.account)
    }

    /// An earlier run sent an operation so often; its outcome counts them all.
    pub(crate) fn sent_earlier(&self, seq: u64, attempts: u32) {
        locked(&self.meter.inbox).earlier.insert(seq, attempts);
    }

    /// Ends when outcomes have waited for a while without a next pack that would take them along.
    pub(crate) async fn idle(&self) {
        self.arrived.notified().await;
        clock::sleep(IDLE).await;
    }

    /// Writes what was told, and tells the caller of the job what is now in the file.
    ///
    /// # Errors
    /// When the file does not take it.
    pub(crate) async fn flush(&self) -> Result<()> {
        self.commit(Page::default()).await
    }

    /// Writes the end of the run.
    ///
    /// # Errors
    /// When the file does not take it.
    pub(crate) async fn finish(&self, stopped_by: Option<StopReason>) -> Result<()> {
        let undecided = locked(&self.meter.inbox).undecided;
        self.commit(Page { end: Some(End { stopped_by, undecided }), ..Page::default() }).await
    }

    async fn commit(&self, mut page: Page) -> Result<()> {
        let mut ledger = Arc::clone(&self.ledger).lock_owned().await;
        if let Some(error) = self.broken.get() {
            return Err(error.clone());
        }
        {
            let mut inbox = locked(&self.meter.inbox);
            page.outcomes = std::mem::take(&mut inbox.outcomes);
            page.waits = if page.end.is_some() { inbox.waits.end() } else { inbox.waits.take() };
            page.requests = inbox.requests;
        }
        if page.is_empty() {
            return Ok(());
        }
        let (outcomes, intended, copies) = (page.outcomes.len(), page.pack.len(), page.backups.len());
        tracing::debug!(outcomes, intended, copies, "recording");
        let path = self.handle.path().to_owned();
        let (ledger, written, outcomes) = self
            .handle
            .call(move |store| {
                let written = ledger.write(store, &page).map_err(|fault| fault.at(&path));
                Ok((ledger, written, page.outcomes))
            })
            .await?;
        if let Err(error) = written {
            return Err(self.broken.get_or_init(|| error).clone());
        }
        tracing::debug!(outcomes = outcomes.len(), intended, copies, "recorded");
        {
            let mut account = locked(&self.meter.account);
            for outcome in &outcomes {
                account.summary.count(outcome.status, outcome.confirmed_by, 1);
            }
            ledger.head().clone_into(&mut account.head);
        }
        // In the order of the record: the ledger is held until the caller has them. A caller who left misses nothing.
        if !outcomes.is_empty() {
            let _ = self.told.send(outcomes).await;
        }
        Ok(())
    }

    async fn prepare_pack(&self, pack: &[Attempt]) -> Result<Vec<Result<()>>> {
        let mut verdicts = match &self.watch {
            Some(watch) => watch.check(&self.client, &self.handle, pack).await?,
            None => vec![Ok(()); pack.len()],
        };
        let backups = match self.backup {
            true => self.back_up(pack, &mut verdicts).await?,
            false => Vec::new(),
        };
        let admitted = pack.iter().zip(&verdicts).filter(|(_, verdict)| verdict.is_ok());
        let admitted: Vec<&Attempt> = admitted.map(|(attempt, _)| attempt).collect();
        if let Some(watch) = &self.watch {
            watch.sends(admitted.iter().map(|attempt| &attempt.operation));
        }
        let pack = admitted.into_iter().map(|attempt| (attempt.seq, self.sends(attempt))).collect();
        self.commit(Page { pack, backups, ..Page::default() }).await?;
        Ok(verdicts)
    }

    /// Reads copies of what the admitted operations delete. One that cannot be copied is not admitted any more.
    async fn back_up(&self, pack: &[Attempt], verdicts: &mut [Result<()>]) -> Result<Vec<(u64, Vec<u8>)>> {
        // What was sent before may be half gone: the copy from then is the better one.
        let (attempts, verdicts): (Vec<&Attempt>, Vec<_>) = pack
            .iter()
            .zip(verdicts)
            .filter(|(attempt, verdict)| verdict.is_ok() && self.sends(attempt) == 0)
            .unzip();
        let operations: Vec<_> = attempts.iter().map(|attempt| attempt.operation).collect();
        let copies = backup::read(&self.client, &operations).await?;
        let mut backups = Vec::new();
        for ((attempt, verdict), copy) in attempts.into_iter().zip(verdicts).zip(copies) {
            match copy {
                Ok(Some(copy)) => backups.push((attempt.seq, copy.to_json())),
                Ok(None) => {}
                Err(error) => *verdict = Err(error),
            }
        }
        Ok(backups)
    }

    /// How often an operation was sent before, by this run and those before it.
    fn sends(&self, attempt: &Attempt) -> u32 {
        attempt.attempts + locked(&self.meter.inbox).earlier.get(&attempt.seq).copied().unwrap_or(0)
    }
}

impl Journal for Recorder {
    fn prepare<'a>(&'a self, pack: &'a [Attempt]) -> JournalFuture<'a, Result<Vec<Result<()>>>> {
        Box::pin(self.prepare_pack(pack))
    }

    fn settled(&self, outcomes: &[Outcome]) {
        let mut inbox = locked(&self.meter.inbox);
        for outcome in outcomes {
            if inbox.portal_gave_out && outcome.status == Status::Unknown {
                inbox.undecided += 1;
                continue;
            }
            let mut outcome = outcome.clone();
            if let Some(earlier) = inbox.earlier.remove(&outcome.seq) {
                outcome.attempts += earlier;
                outcome.error = outcome.error.map(|error| error.with_attempts(outcome.attempts));
            }
            inbox.outcomes.push(outcome);
        }
        drop(inbox);
        self.arrived.notify_one();
    }

    fn stopped(&self, reason: &StopReason) {
        locked(&self.meter.inbox).portal_gave_out = matches!(reason, StopReason::Portal(_));
        locked(&self.meter.account).summary.stopped_by = Some(reason.clone());
    }
}

/// Counts the requests of a run and keeps its waits, those of the reads before a pack among them.
#[derive(Debug, Clone)]
struct Meter {
    inbox: Arc<Mutex<Inbox>>,
    account: Arc<Mutex<Account>>,
}

impl Observer for Meter {
    fn on_event(&self, event: &Event<'_>) {
        match event {
            Event::Sending { .. } => {
                locked(&self.inbox).requests += 1;
                locked(&self.account).summary.requests += 1;
            }
            Event::Waiting { reason, duration } => {
                let duration = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
                locked(&self.inbox).waits.add(clock::now(), duration, reason.as_str());
            }
            _ => {}
        }
    }
}

/// Nothing panics while it holds one of these locks.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
