//! Leads and contacts, created anew. Creating is not idempotent, so nothing is sent twice without a look in between.

use b24delete::Result;
use serde_json::{Map, Value};

use super::Entity;
use super::create::{Candidate, create, is_in_doubt};
use super::seen::Seen;
use super::work::{Work, number, row};
use crate::store::{Deleted, Restore, RestoreState};

/// Records that are looked up and created at once. Few enough for one request: after a crash all of them are in doubt.
const AT_ONCE: usize = 20;

/// Creates the deleted records of one type that are not there.
///
/// # Errors
/// The portal's, when it refuses more than a single record; `job` when the journal cannot be written.
pub(super) async fn restore(work: &mut Work<'_>, entity: Entity) -> Result<()> {
    let mut seq = 0;
    while !work.is_cancelled() {
        let page = work.handle.call(move |store| store.deleted(entity.kind(), seq, AT_ONCE)).await?;
        let Some(last) = page.last() else { break };
        seq = last.seq + 1;
        restore_page(work, entity, &page).await?;
    }
    work.commit().await
}

async fn restore_page(work: &mut Work<'_>, entity: Entity, page: &[Deleted]) -> Result<()> {
    let open = still_open(work, entity, page).await?;
    if open.is_empty() {
        return Ok(());
    }
    let ids: Vec<u64> = open.iter().map(|(_, old_id, _)| *old_id).collect();
    let seen = Seen::look(work, entity, &ids).await?;
    let mut candidates = Vec::new();
    for (seq, old_id, known) in open {
        if seen.present.contains(&old_id) {
            work.summary.present += 1;
            let there = row((entity.type_id(), old_id, 0), seq, RestoreState::Done);
            work.note(Restore { new_id: Some(old_id), ..there });
            continue;
        }
        let made = seen.made.get(&old_id).copied();
        candidates.extend(candidate(work, entity, (seq, old_id), made, known).await?);
    }
    create(work, entity, candidates).await
}

/// Number, old id and journal of the records that no earlier restore took care of.
async fn still_open(
    work: &mut Work<'_>,
    entity: Entity,
    page: &[Deleted],
) -> Result<Vec<(u64, u64, Option<Restore>)>> {
    let mut open = Vec::new();
    for (deleted, old_id) in page.iter().filter_map(|deleted| Some((deleted, id(deleted)?))) {
        let known = work.handle.call(move |store| store.restore(entity.type_id(), old_id, 0)).await?;
        match known {
            Some(known) if known.state == RestoreState::Done => work.summary.earlier += 1,
            known => open.push((deleted.seq, old_id, known)),
        }
    }
    Ok(open)
}

/// A record that is to be created. Where there is no copy there is nothing to do; the account has counted it.
async fn candidate(
    work: &Work<'_>,
    entity: Entity,
    (seq, old_id): (u64, u64),
    made: Option<u64>,
    known: Option<Restore>,
) -> Result<Option<Candidate>> {
    let Some(copy) = work.copy(seq).await? else { return Ok(None) };
    let Some(record) = &copy.record else { return Ok(None) };
    let (mut fields, lost) = work.fields.of_copy(entity, record);
    fields.insert("ORIGINATOR_ID".to_owned(), work.originator().into());
    fields.insert("ORIGIN_ID".to_owned(), old_id.to_string().into());
    if let Some(contact_id) = returning_customer(record) {
        let contact_id = work.id_today(Entity::Contact, contact_id).await?;
        fields.insert("CONTACT_ID".to_owned(), contact_id.into());
    }
    // Whoever sent it is gone: that was before this restore began.
    let in_doubt_since = known.is_some_and(|known| is_in_doubt(&known)).then_some(work.began_at);
    Ok(Some(Candidate::new((seq, old_id), copy, (fields, lost), made, in_doubt_since)))
}

fn id(deleted: &Deleted) -> Option<u64> {
    let (lead, contact) = (deleted.operation.lead_id(), deleted.operation.contact_id());
    lead.map(|id| id.get()).or(contact.map(|id| id.get()))
}

/// The main contact of a lead that counts as a repeat one: the portal works that out from the contact it is created with.
fn returning_customer(record: &Map<String, Value>) -> Option<u64> {
    let returning = record.get("IS_RETURN_CUSTOMER").and_then(Value::as_str) == Some("Y");
    returning.then(|| number(record.get("CONTACT_ID"))).flatten().filter(|id| *id > 0)
}
