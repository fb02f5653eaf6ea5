//! What the steps of a restore share: the portal, the journal and the account.

use b24delete::{Canceller, Client, Error, ErrorKind, Result};

use serde_json::Value;

use super::Entity;
use super::fields::Fields;
use super::losses::Losses;
use super::told::{RestorePlan, RestoreSummary};
use crate::backup::Backup;
use crate::clock;
use crate::handle::Handle;
use crate::store::{Fault, JobRow, Restore, RestoreState, Store};

/// One restore at work.
pub(super) struct Work<'a> {
    pub(super) client: &'a Client,
    pub(super) handle: &'a Handle,
    pub(super) fields: Fields,
    pub(super) summary: RestoreSummary,
    pub(super) losses: Losses,
    /// Milliseconds since 1970.
    pub(super) began_at: u64,
    job: JobRow,
    canceller: Option<Canceller>,
    told: &'a mut (dyn FnMut(&RestoreSummary) + Send + Sync),
    /// What the journal does not hold yet. It goes in with what is intended next, at one sync for both.
    pending: Vec<Restore>,
}

impl<'a> Work<'a> {
    pub(super) async fn begin(
        client: &'a Client,
        handle: &'a Handle,
        job: JobRow,
        canceller: Option<Canceller>,
        told: &'a mut (dyn FnMut(&RestoreSummary) + Send + Sync),
    ) -> Result<Self> {
        let plan = handle.call(|store| store.restorable().map(RestorePlan::from)).await?;
        let summary = RestoreSummary { without_copy: plan.without_copy, ..RestoreSummary::default() };
        let fields = Fields::read(client).await?;
        let losses = Losses::default();
        let (began_at, pending) = (clock::now(), Vec::new());
        Ok(Self { client, handle, fields, summary, losses, began_at, job, canceller, told, pending })
    }

    /// The `ORIGINATOR_ID` of everything that this job creates.
    pub(super) fn originator(&self) -> String {
        format!("b24delete-{}", self.job.name)
    }

    /// True when nothing more is to be begun.
    pub(super) fn is_cancelled(&mut self) -> bool {
        self.summary.cancelled |= self.canceller.as_ref().is_some_and(Canceller::is_cancelled);
        self.summary.cancelled
    }

    /// Notes what became of something. It is in the journal after the next [`commit`](Self::commit).
    pub(super) fn note(&mut self, row: Restore) {
        self.pending.push(row);
        (self.told)(&self.summary);
    }

    /// Notes what is about to be sent, and returns when the journal holds it.
    pub(super) async fn intend(&mut self, rows: Vec<Restore>) -> Result<()> {
        self.pending.extend(rows);
        self.commit().await
    }

    /// Writes what was noted.
    pub(super) async fn commit(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.pending);
        if rows.is_empty() {
            return Ok(());
        }
        let count = rows.len();
        tracing::debug!(rows = count, "recording what is restored");
        let save = move |store: &mut Store| rows.iter().try_for_each(|row| store.save_restore(row));
        self.handle.call(move |store| store.transaction(save)).await?;
        tracing::debug!(rows = count, "recorded what is restored");
        Ok(())
    }

    /// Notes and writes an error that ends the restore, and gives it back.
    pub(super) async fn stop(&mut self, error: Error) -> Error {
        match self.commit().await {
            Ok(()) => error,
            Err(fault) => fault,
        }
    }

    /// The copy of what an operation deleted.
    pub(super) async fn copy(&self, seq: u64) -> Result<Option<Backup>> {
        self.handle
            .call(move |store| {
                let Some(json) = store.backup(seq)? else { return Ok(None) };
                let copy = Backup::from_json(&json);
                copy.map(Some)
                    .map_err(|error| Fault::damaged(format!("a backup that is not understood: {error}")))
            })
            .await
    }

    /// The id that a record has now: the new one of a re-created record, else the one that it always had.
    pub(super) async fn id_today(&self, entity: Entity, old_id: u64) -> Result<u64> {
        let restored = self.handle.call(move |store| store.restore(entity.type_id(), old_id, 0)).await?;
        Ok(restored.and_then(|row| row.new_id).unwrap_or(old_id))
    }

    pub(super) async fn end(mut self) -> Result<RestoreSummary> {
        self.commit().await?;
        self.summary.losses = self.losses.told();
        Ok(self.summary)
    }
}

/// A row of the journal.
pub(super) fn row(key: (u64, u64, u64), seq: u64, state: RestoreState) -> Restore {
    let (entity, old_id, other_id) = key;
    Restore { entity, old_id, other_id, seq, state, new_id: None, error: None, at: clock::now() }
}

/// True for an error that concerns one record only: the others are worth trying.
pub(super) fn concerns_one(error: &Error) -> bool {
    use b24delete::Family;
    matches!(error.kind().family(), Family::NotFound | Family::InvalidRequest | Family::Portal)
        && !matches!(
            error.kind(),
            ErrorKind::MethodNotFound | ErrorKind::PortalDeleted | ErrorKind::HttpsRequired
        )
}

/// A number, which old methods write as text.
pub(super) fn number(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64(),
    }
}
