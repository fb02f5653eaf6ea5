//! `if_unchanged`: a record that was modified since the plan is not deleted.

use std::collections::HashMap;
use std::sync::Mutex;

use b24delete::{Attempt, Client, Error, ErrorKind, Operation, Result};
use roaring::RoaringTreemap;
use serde_json::json;
use tokio::sync::OnceCell;

use crate::handle::Handle;
use crate::look::{self, Change, Record};
use crate::recorder::locked;

/// Tells the changes of strangers from those of the job itself: taking a contact off a lead may count as a modification
/// of the lead, which has more operations to come.
#[derive(Debug)]
pub(crate) struct Watch {
    /// Leads that the job took contacts off, or may have.
    touched: Mutex<RoaringTreemap>,
    /// The user in whose name the job works.
    user: OnceCell<Option<u64>>,
}

impl Watch {
    /// `touched` are the leads that earlier runs took contacts off, or may have.
    pub(crate) fn new(touched: RoaringTreemap) -> Self {
        Self { touched: Mutex::new(touched), user: OnceCell::new() }
    }

    /// Operations are about to be sent.
    pub(crate) fn sends<'a>(&self, operations: impl Iterator<Item = &'a Operation>) {
        let leads = operations.filter_map(|operation| match operation {
            Operation::DeleteLeadContact { lead_id, .. } | Operation::DeleteLeadContactItems { lead_id } => {
                Some(lead_id.get())
            }
            _ => None,
        });
        locked(&self.touched).extend(leads);
    }

    /// One verdict for each operation: whether its record is as the plan found it, or only the job has changed it.
    ///
    /// # Errors
    /// When the portal or the job file cannot be read.
    pub(crate) async fn check(
        &self,
        client: &Client,
        handle: &Handle,
        pack: &[Attempt],
    ) -> Result<Vec<Result<()>>> {
        let operations: Vec<Operation> = pack.iter().map(|attempt| attempt.operation).collect();
        let mut today = look::changes(client, &operations).await?;
        let seqs: Vec<u64> = pack.iter().map(|attempt| attempt.seq).collect();
        let planned = handle
            .call(move |store| seqs.into_iter().map(|seq| store.facts_of(seq)).collect::<Result<Vec<_>, _>>())
            .await?;
        let planned: Vec<_> =
            planned.into_iter().map(|facts| facts.and_then(|facts| facts.modified)).collect();
        for (operation, planned) in operations.iter().zip(&planned) {
            let record = Record::of(operation);
            let (Some(planned), Some(change)) = (planned, today.get_mut(&record)) else { continue };
            if change.at != *planned && self.is_own(client, record, change).await {
                change.at.clone_from(planned);
            }
        }
        let verdict = |(operation, planned): (&Operation, &Option<String>)| {
            judge(Record::of(operation), planned.as_deref(), &today)
        };
        Ok(operations.iter().zip(&planned).map(verdict).collect())
    }

    /// Whether the job itself changed a record last.
    async fn is_own(&self, client: &Client, record: Record, change: &Change) -> bool {
        let Record::Lead(lead) = record else { return false };
        if !locked(&self.touched).contains(lead) {
            return false;
        }
        let user = self.user.get_or_init(|| user_of(client)).await;
        user.is_some() && *user == change.by
    }
}

/// The user in whose name the portal is asked. Where neither the configuration nor the portal tells, every change counts
/// as a stranger's.
async fn user_of(client: &Client) -> Option<u64> {
    match client.user_id() {
        Some(user) => Some(user),
        None => look::id(client.read("profile", &json!({})).await.ok()?.result.get("ID")),
    }
}

fn judge(record: Record, planned: Option<&str>, today: &HashMap<Record, Change>) -> Result<()> {
    let changed = |text: String| Err(Error::not_sent(ErrorKind::Changed, text));
    match (planned, today.get(&record)) {
        (Some(planned), Some(today)) if planned == today.at => Ok(()),
        (Some(planned), Some(Change { at, .. })) => {
            changed(format!("the {record} was modified at {at}; when it was planned, last at {planned}"))
        }
        // Gone or hidden since: the delete itself tells.
        (Some(_), None) => Ok(()),
        (None, _) => changed(format!("the {record} was not visible when it was planned")),
    }
}
