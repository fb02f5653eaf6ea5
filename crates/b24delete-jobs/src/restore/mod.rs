//! Puts back what a job deleted, as far as the portal lets anybody: bindings as they were, records with new ids.

mod bindings;
mod create;
mod fields;
mod losses;
mod merge;
mod records;
mod relink;
mod seen;
mod sending;
mod told;
mod work;

use std::path::Path;

use b24delete::{Canceller, Client, Result};

pub use self::told::{RestorePlan, RestoreSummary, Restored, RestoredStatus, RestoredThing};
use self::work::Work;
use crate::handle::Handle;
use crate::store::Fault;

/// A record that is created anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entity {
    Lead,
    Contact,
}

/// How a restore is done.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RestoreOptions {
    /// Ends the restore after the request at hand; it can go on later.
    pub canceller: Option<Canceller>,
}

/// Restores a job, or goes on where an earlier restore stopped. `told` gets the account after every step.
pub(crate) async fn restore(
    path: &Path,
    client: &Client,
    options: RestoreOptions,
    told: &mut (dyn FnMut(&RestoreSummary) + Send + Sync),
) -> Result<RestoreSummary> {
    let (path, host) = (path.to_owned(), client.host());
    let opened = tokio::task::spawn_blocking(move || open(&path, &host)).await;
    let (handle, job) = opened.map_err(crate::run::internal)??;
    let mut work = Work::begin(client, &handle, job, options.canceller, told).await?;
    match carry_out(&mut work).await {
        Ok(()) => work.end().await,
        Err(error) => Err(work.stop(error).await),
    }
}

async fn carry_out(work: &mut Work<'_>) -> Result<()> {
    // Leads are linked to contacts, so these come first.
    records::restore(work, Entity::Contact).await?;
    records::restore(work, Entity::Lead).await?;
    bindings::of_leads(work).await?;
    bindings::of_others(work).await
}

fn open(path: &Path, host: &str) -> Result<(Handle, crate::store::JobRow)> {
    let handle = Handle::to_write(path)?;
    let job = handle.now(|store| {
        let job = store.job()?;
        if !job.host.eq_ignore_ascii_case(host) {
            return Err(Fault::Text(format!("was planned for `{}`, not for `{host}`", job.host)));
        }
        if job.forgotten_at.is_some() {
            return Err(Fault::Text("holds no copies any more: they were removed by `forget`".to_owned()));
        }
        Ok(job)
    })?;
    Ok((handle, job))
}

impl Entity {
    /// The number of its operations in the store.
    fn kind(self) -> i64 {
        match self {
            Self::Lead => 0,
            Self::Contact => 1,
        }
    }

    /// The portal's `entityTypeId`, which the journal uses too.
    fn type_id(self) -> u64 {
        match self {
            Self::Lead => 1,
            Self::Contact => 3,
        }
    }

    fn add(self) -> &'static str {
        match self {
            Self::Lead => "crm.lead.add",
            Self::Contact => "crm.contact.add",
        }
    }

    fn list(self) -> &'static str {
        match self {
            Self::Lead => "crm.lead.list",
            Self::Contact => "crm.contact.list",
        }
    }
}
