//! Bindings between leads and contacts, as they were.

use b24delete::Result;

use super::Entity;
use super::merge::first_of_each;
use super::relink::{Lead, relink};
use super::work::Work;
use crate::backup::LeadContact;
use crate::store::Deleted;

/// Leads whose lists are read and set at once: few enough for one request.
const AT_ONCE: usize = 20;

/// Operations that are read from the journal at once.
const PAGE: usize = 1_000;

/// The numbers of operations in the store.
const CONTACT: i64 = 1;
const ONE_BINDING: i64 = 2;
const ALL_BINDINGS: i64 = 3;

/// Links the leads that were created anew to their contacts.
///
/// # Errors
/// The portal's, when it refuses more than a single lead; `job` when the journal cannot be written.
pub(super) async fn of_leads(work: &mut Work<'_>) -> Result<()> {
    let mut seq = 0;
    while !work.is_cancelled() {
        let kind = Entity::Lead.kind();
        let page = work.handle.call(move |store| store.deleted(kind, seq, AT_ONCE)).await?;
        let Some(last) = page.last() else { break };
        seq = last.seq + 1;
        let mut leads = Vec::new();
        for deleted in page {
            leads.extend(linked_lead(work, deleted).await?);
        }
        relink(work, leads).await?;
    }
    work.commit().await
}

/// A lead that was created anew, with its contacts of before.
async fn linked_lead(work: &Work<'_>, deleted: Deleted) -> Result<Option<Lead>> {
    let Some(old_id) = deleted.operation.lead_id().map(|id| id.get()) else { return Ok(None) };
    let known = work.handle.call(move |store| store.restore(Entity::Lead.type_id(), old_id, 0)).await?;
    // One that is still there, or there again, has its own contacts.
    let new_id = known.and_then(|row| row.new_id).filter(|new_id| *new_id != old_id);
    let Some(id) = new_id else { return Ok(None) };
    let rows = work.copy(deleted.seq).await?.and_then(|copy| copy.bindings).unwrap_or_default();
    let rows = rows.into_iter().map(|row| (deleted.seq, row)).collect();
    Ok(Some(Lead { old_id, id, rows }))
}

/// Links leads to the contacts that were taken off them, or deleted.
///
/// # Errors
/// As [`of_leads`].
pub(super) async fn of_others(work: &mut Work<'_>) -> Result<()> {
    // 24 bytes for each binding: bindings of one lead belong together, wherever they stand in the plan.
    let mut wanted = Vec::new();
    for kind in [CONTACT, ONE_BINDING, ALL_BINDINGS] {
        collect(work, kind, &mut wanted).await?;
    }
    wanted.sort_by_key(|(lead_id, deleted)| (*lead_id, deleted.seq));
    let mut leads = Vec::new();
    for group in wanted.chunk_by(|a, b| a.0 == b.0) {
        if work.is_cancelled() {
            break;
        }
        leads.extend(changed_lead(work, group).await?);
        if leads.len() == AT_ONCE {
            relink(work, std::mem::take(&mut leads)).await?;
        }
    }
    relink(work, leads).await?;
    work.commit().await
}

/// The leads that operations of one kind took contacts off.
async fn collect(work: &mut Work<'_>, kind: i64, wanted: &mut Vec<(u64, Deleted)>) -> Result<()> {
    let mut seq = 0;
    loop {
        let page = work.handle.call(move |store| store.deleted(kind, seq, PAGE)).await?;
        let Some(last) = page.last() else { return Ok(()) };
        seq = last.seq + 1;
        for deleted in page {
            match deleted.operation.lead_id() {
                Some(lead_id) => wanted.push((lead_id.get(), deleted)),
                None => {
                    let links = work.copy(deleted.seq).await?.map(|copy| copy.leads).unwrap_or_default();
                    wanted.extend(links.into_iter().map(|link| (link.lead_id, deleted)));
                }
            }
        }
    }
}

/// A lead with the contacts that are to return to it.
async fn changed_lead(work: &Work<'_>, group: &[(u64, Deleted)]) -> Result<Option<Lead>> {
    let Some((old_id, _)) = group.first() else { return Ok(None) };
    let mut rows = Vec::new();
    for (lead_id, deleted) in group {
        rows.extend(taken_off(work, *lead_id, *deleted).await?.into_iter().map(|row| (deleted.seq, row)));
    }
    let first = first_of_each(rows.iter().map(|(_, row)| *row));
    let seq = |row: &LeadContact| {
        let found = rows.iter().find(|(_, known)| known.contact_id == row.contact_id);
        found.map_or(0, |(seq, _)| *seq)
    };
    let rows = first.into_iter().map(|row| (seq(&row), row)).collect();
    let id = work.id_today(Entity::Lead, *old_id).await?;
    Ok(Some(Lead { old_id: *old_id, id, rows }))
}

/// The rows that an operation took off a lead. Without a copy, what the plan saw serves for bindings.
async fn taken_off(work: &Work<'_>, lead_id: u64, deleted: Deleted) -> Result<Vec<LeadContact>> {
    let copy = work.copy(deleted.seq).await?;
    let contact = deleted.operation.contact_id().map(|id| id.get());
    if deleted.operation.lead_id().is_none() {
        let links = copy.map(|copy| copy.leads).unwrap_or_default();
        return Ok(links.into_iter().filter(|link| link.lead_id == lead_id).map(|link| link.row).collect());
    }
    let mut rows = match copy.and_then(|copy| copy.bindings) {
        Some(rows) => rows,
        None => planned(work, deleted.seq).await?,
    };
    rows.retain(|row| contact.is_none_or(|contact| contact == row.contact_id));
    Ok(rows)
}

async fn planned(work: &Work<'_>, seq: u64) -> Result<Vec<LeadContact>> {
    let facts = work.handle.call(move |store| store.facts_of(seq)).await?;
    let bindings = facts.and_then(|facts| facts.bindings).unwrap_or_default();
    let row = |binding: crate::Binding| LeadContact {
        contact_id: binding.contact_id,
        sort: binding.sort,
        role_id: binding.role_id,
        is_primary: binding.is_primary,
    };
    Ok(bindings.into_iter().map(row).collect())
}
