//! Sets the contacts of leads. Setting replaces the whole list, so today's is read first and kept.

use std::collections::{HashMap, HashSet};

use b24delete::{Answer, Effect, Error, ErrorKind, Family, Read, Result, Write};
use serde_json::{Value, json};

use super::Entity;
use super::merge::merge;
use super::sending::{SENDS, send};
use super::work::{Work, concerns_one, row};
use crate::backup::LeadContact;
use crate::store::{Restore, RestoreState};

/// Reads in one request, and records on a page of the portal.
const AT_ONCE: usize = 50;

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
    let mut lists: Vec<List> =
        open.into_iter().zip(today).map(|(lead, today)| List::of(lead, today, &ids, &there)).collect();
    set(work, &mut lists).await?;
    let mut end = Ok(());
    for list in lists {
        let noted = list.note(work, &ids);
        end = end.and(noted);
    }
    end
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

/// The contacts that a lead is to have.
struct List {
    lead: Lead,
    /// Rows that return, and those whose contact is gone.
    back: Vec<(u64, LeadContact)>,
    gone: Vec<(u64, LeadContact)>,
    wanted: Vec<LeadContact>,
    /// Whether there is something to set.
    is_open: bool,
    /// What keeps it from being set.
    error: Option<Error>,
}

impl List {
    fn of(lead: Lead, today: Result<Vec<LeadContact>>, ids: &Ids, there: &HashSet<u64>) -> Self {
        let new = |old: u64| ids.get(&old).copied().unwrap_or(old);
        let (back, gone): (Vec<_>, Vec<_>) =
            lead.rows.iter().copied().partition(|(_, row)| there.contains(&new(row.contact_id)));
        let before: Vec<LeadContact> =
            back.iter().map(|(_, row)| LeadContact { contact_id: new(row.contact_id), ..*row }).collect();
        let (wanted, is_open, error) = match today {
            Ok(today) => {
                let wanted = merge(&today, &before);
                let is_open = !before.is_empty() && today != wanted;
                (wanted, is_open, None)
            }
            Err(error) => (Vec::new(), false, Some(error)),
        };
        Self { lead, back, gone, wanted, is_open, error }
    }

    fn write(&self) -> Write {
        let items: Value = self.wanted.iter().map(item).collect();
        Write {
            method: "crm.lead.contact.items.set",
            parameters: json!({ "id": self.lead.id, "items": items }),
        }
    }

    /// Notes what came of it.
    ///
    /// # Errors
    /// Its own, when it concerns more than this lead.
    fn note(self, work: &mut Work<'_>, ids: &Ids) -> Result<()> {
        for (seq, row) in self.gone {
            let today = ids.get(&row.contact_id).unwrap_or(&row.contact_id);
            let text = format!("contact {today} is not there any more, or hidden");
            self.lead.fail(work, seq, row.contact_id, Error::not_sent(ErrorKind::NotFound, text));
        }
        let Some(error) = self.error else {
            work.summary.bindings += self.back.len() as u64;
            for (seq, old) in self.back {
                work.note(row(self.lead.key(old.contact_id), seq, RestoreState::Done));
            }
            return Ok(());
        };
        for (seq, row) in self.back {
            self.lead.fail(work, seq, row.contact_id, error.clone());
        }
        // Rights may differ from lead to lead.
        let one = concerns_one(&error) || error.kind().family() == Family::AccessDenied;
        if one { Ok(()) } else { Err(error) }
    }
}

/// Sets the lists, and looks when answers are lost.
async fn set(work: &Work<'_>, lists: &mut [List]) -> Result<()> {
    for _ in 0..SENDS {
        let mut open: Vec<&mut List> = lists.iter_mut().filter(|list| list.is_open).collect();
        let answers = send(work.client, open.iter().map(|list| list.write()).collect()).await;
        let mut lost = Vec::new();
        for (list, answer) in open.iter_mut().zip(answers) {
            list.error = answer.err();
            list.is_open = list.error.as_ref().is_some_and(|error| error.effect() == Effect::MayHaveApplied);
            if list.is_open {
                lost.push(list);
            }
        }
        if lost.is_empty() {
            break;
        }
        let reads: Vec<Read> = lost.iter().map(|list| list_of(list.lead.id)).collect();
        for (list, answer) in lost.into_iter().zip(work.client.read_batch(&reads).await?) {
            match answer.and_then(rows) {
                Ok(now) if now == list.wanted => (list.is_open, list.error) = (false, None),
                Ok(_) => {}
                Err(error) => (list.is_open, list.error) = (false, Some(error)),
            }
        }
    }
    Ok(())
}

impl Lead {
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
