//! Sets the contacts of leads. Setting replaces the whole list, so today's is read first and kept.

use std::collections::{HashMap, HashSet};

use b24delete::{Answer, Effect, Error, ErrorKind, Family, Read, Result};
use serde_json::{Value, json};

use super::Entity;
use super::merge::merge;
use super::work::{Work, concerns_one, row};
use crate::backup::LeadContact;
use crate::store::{Restore, RestoreState};

/// Reads in one request, and records on a page of the portal.
const AT_ONCE: usize = 50;

/// How often a list is sent at most; sending it again changes nothing.
const SENDS: usize = 3;

/// A lead with the contacts that are to return to it.
#[derive(Debug)]
pub(super) struct Lead {
    pub(super) old_id: u64,
    /// The id that it has now.
    pub(super) id: u64,
    /// The operation that took the contact off, and the contact's place, by its old id.
    pub(super) rows: Vec<(u64, LeadContact)>,
}

/// Contacts by their old ids, with the ids that they have now.
type Ids = HashMap<u64, u64>;

/// Gives leads their contacts of before.
///
/// # Errors
/// The portal's, when it refuses more than a single lead; `job` when the journal cannot be written.
pub(super) async fn relink(work: &mut Work<'_>, leads: Vec<Lead>) -> Result<()> {
    let mut open = Vec::new();
    for lead in leads {
        open.extend(still_open(work, lead).await?);
    }
    if open.is_empty() {
        return Ok(());
    }
    let ids = ids_today(work, &open).await?;
    let there = contacts_there(work, &ids).await?;
    let today = lists_today(work, &open).await?;
    let intents = open.iter().flat_map(|lead| lead.journal(RestoreState::Intended)).collect();
    work.intend(intents).await?;
    for (lead, today) in open.into_iter().zip(today) {
        if work.is_cancelled() {
            break;
        }
        if let Err(error) = lead.restore(work, today, &ids, &there).await {
            return Err(work.stop(error).await);
        }
    }
    Ok(())
}

/// The lead without what an earlier restore took care of.
async fn still_open(work: &mut Work<'_>, mut lead: Lead) -> Result<Option<Lead>> {
    let mut open = Vec::new();
    for (seq, old) in std::mem::take(&mut lead.rows) {
        let key = (lead.old_id, old.contact_id);
        let known = work.handle.call(move |store| store.restore(0, key.0, key.1)).await?;
        match known.filter(|row| row.state == RestoreState::Done) {
            Some(_) => work.summary.earlier += 1,
            None => open.push((seq, old)),
        }
    }
    lead.rows = open;
    Ok(Some(lead).filter(|lead| !lead.rows.is_empty()))
}

async fn ids_today(work: &Work<'_>, leads: &[Lead]) -> Result<Ids> {
    let contacts: HashSet<u64> =
        leads.iter().flat_map(|lead| &lead.rows).map(|(_, old)| old.contact_id).collect();
    let mut ids = Ids::new();
    for contact in contacts {
        ids.insert(contact, work.id_today(Entity::Contact, contact).await?);
    }
    Ok(ids)
}

/// Those of the contacts that the portal has: it would take any number for a contact.
async fn contacts_there(work: &Work<'_>, ids: &Ids) -> Result<HashSet<u64>> {
    let ids: Vec<u64> = ids.values().copied().collect();
    let list = |ids: &[u64]| Read {
        method: Entity::Contact.list(),
        parameters: json!({ "select": ["ID"], "filter": { "@ID": ids }, "order": { "ID": "ASC" }, "start": -1 }),
    };
    let reads: Vec<Read> = ids.chunks(AT_ONCE).map(list).collect();
    let mut there = HashSet::new();
    for reads in reads.chunks(AT_ONCE) {
        for answer in work.client.read_batch(reads).await? {
            let rows = answer?.result;
            let rows = rows.as_array().into_iter().flatten();
            there.extend(rows.filter_map(|row| row.get("ID")?.as_str()?.parse::<u64>().ok()));
        }
    }
    Ok(there)
}

async fn lists_today(work: &Work<'_>, leads: &[Lead]) -> Result<Vec<Result<Vec<LeadContact>>>> {
    let reads: Vec<Read> = leads.iter().map(|lead| list_of(lead.id)).collect();
    let answers = work.client.read_batch(&reads).await?;
    Ok(answers.into_iter().map(|answer| answer.and_then(rows)).collect())
}

fn list_of(lead_id: u64) -> Read {
    Read { method: "crm.lead.contact.items.get", parameters: json!({ "id": lead_id }) }
}

fn rows(answer: Answer) -> Result<Vec<LeadContact>> {
    let mut rows: Vec<LeadContact> = serde_json::from_value(answer.result).map_err(|error| {
        let text = format!("the portal's list of contacts is not understood: {error}");
        Error::not_sent(ErrorKind::InvalidResponse, text)
    })?;
    rows.sort_by_key(|row| (row.sort, row.contact_id));
    Ok(rows)
}

impl Lead {
    async fn restore(
        self,
        work: &mut Work<'_>,
        today: Result<Vec<LeadContact>>,
        ids: &Ids,
        there: &HashSet<u64>,
    ) -> Result<()> {
        let new = |old: u64| ids.get(&old).copied().unwrap_or(old);
        let (back, gone): (Vec<_>, Vec<_>) =
            self.rows.iter().copied().partition(|(_, row)| there.contains(&new(row.contact_id)));
        for (seq, row) in gone {
            let text = format!("contact {} is not there any more, or hidden", new(row.contact_id));
            self.fail(work, seq, row.contact_id, Error::not_sent(ErrorKind::NotFound, text));
        }
        let before: Vec<LeadContact> =
            back.iter().map(|(_, row)| LeadContact { contact_id: new(row.contact_id), ..*row }).collect();
        let done = match today {
            Ok(_) if before.is_empty() => return Ok(()),
            Ok(today) => self.set(work, &today, &merge(&today, &before)).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => {
                work.summary.bindings += back.len() as u64;
                for (seq, old) in back {
                    work.note(row(self.key(old.contact_id), seq, RestoreState::Done));
                }
                Ok(())
            }
            Err(error) => {
                for (seq, row) in back {
                    self.fail(work, seq, row.contact_id, error.clone());
                }
                // Rights may differ from lead to lead.
                let one = concerns_one(&error) || error.kind().family() == Family::AccessDenied;
                if one { Ok(()) } else { Err(error) }
            }
        }
    }

    /// Sets the list, and looks when the answer is lost.
    async fn set(&self, work: &Work<'_>, today: &[LeadContact], wanted: &[LeadContact]) -> Result<()> {
        if today == wanted {
            return Ok(());
        }
        let items: Value = wanted.iter().map(item).collect();
        let parameters = json!({ "id": self.id, "items": items });
        let mut sends = 0;
        loop {
            let error = match work.client.write("crm.lead.contact.items.set", &parameters).await {
                Ok(_) => return Ok(()),
                Err(error) => error,
            };
            sends += 1;
            if error.effect() != Effect::MayHaveApplied {
                return Err(error);
            }
            let list = list_of(self.id);
            let now = work.client.read(list.method, &list.parameters).await.and_then(rows)?;
            match now == wanted {
                true => return Ok(()),
                false if sends < SENDS => {}
                false => return Err(error),
            }
        }
    }

    fn fail(&self, work: &mut Work<'_>, seq: u64, contact_id: u64, error: Error) {
        work.summary.failed += 1;
        let failed = row(self.key(contact_id), seq, RestoreState::Failed);
        work.note(Restore { error: Some(error), ..failed });
    }

    fn journal(&self, state: RestoreState) -> impl Iterator<Item = Restore> {
        self.rows.iter().map(move |(seq, old)| row(self.key(old.contact_id), *seq, state))
    }

    fn key(&self, contact_id: u64) -> (u64, u64, u64) {
        (0, self.old_id, contact_id)
    }
}

fn item(row: &LeadContact) -> Value {
    let is_primary = if row.is_primary { "Y" } else { "N" };
    match row.role_id {
        0 => json!({ "CONTACT_ID": row.contact_id, "SORT": row.sort, "IS_PRIMARY": is_primary }),
        // The portal reserves it, and documents no way to set it.
        role => {
            json!({ "CONTACT_ID": row.contact_id, "SORT": row.sort, "IS_PRIMARY": is_primary, "ROLE_ID": role })
        }
    }
}
