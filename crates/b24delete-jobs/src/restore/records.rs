//! Leads and contacts, created anew. Creating is not idempotent, so nothing is sent twice without a look in between.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use b24delete::{Answer, Effect, Error, ErrorKind, Read, Result};
use serde_json::{Map, Value, json};

use super::Entity;
use super::work::{Work, concerns_one, row};
use crate::backup::Backup;
use crate::clock;
use crate::store::{Deleted, Restore, RestoreState};

/// Records that are looked up at once: a page of the portal.
const AT_ONCE: usize = 50;

/// How often a record is sent at most.
const SENDS: usize = 3;

/// The longest pause between two looks for a record whose answer was lost.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

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
        if let Err(error) = restore_page(work, entity, &page).await {
            return Err(work.stop(error).await);
        }
    }
    work.commit().await
}

async fn restore_page(work: &mut Work<'_>, entity: Entity, page: &[Deleted]) -> Result<()> {
    let mut open = Vec::new();
    for (deleted, old_id) in page.iter().filter_map(|deleted| Some((*deleted, id(deleted)?))) {
        let known = work.handle.call(move |store| store.restore(entity.type_id(), old_id, 0)).await?;
        match known {
            Some(known) if known.state == RestoreState::Done => work.summary.earlier += 1,
            known => open.push((Task { entity, old_id, seq: deleted.seq }, known)),
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    let ids: Vec<u64> = open.iter().map(|(task, _)| task.old_id).collect();
    let seen = Seen::look(work, entity, &ids).await?;
    for (task, known) in open {
        if work.is_cancelled() {
            break;
        }
        task.carry_out(work, known, &seen).await?;
    }
    Ok(())
}

fn id(deleted: &Deleted) -> Option<u64> {
    let (lead, contact) = (deleted.operation.lead_id(), deleted.operation.contact_id());
    lead.map(|id| id.get()).or(contact.map(|id| id.get()))
}

/// What the portal has of the deleted records of a page.
struct Seen {
    /// Old ids that are there.
    present: HashSet<u64>,
    /// New ids of records that this job has created already, by old ids.
    made: HashMap<u64, u64>,
}

impl Seen {
    async fn look(work: &Work<'_>, entity: Entity, ids: &[u64]) -> Result<Self> {
        let list = |filter: Value| Read {
            method: entity.list(),
            parameters: json!({
                "select": ["ID", "ORIGIN_ID"], "filter": filter, "order": { "ID": "ASC" }, "start": -1,
            }),
        };
        let made = json!({ "=ORIGINATOR_ID": work.originator(), "@ORIGIN_ID": ids });
        let mut answers =
            work.client.read_batch(&[list(json!({ "@ID": ids })), list(made)]).await?.into_iter();
        let mut rows = || -> Result<Vec<Value>> {
            let answer: Answer = answers.next().unwrap_or_else(|| Ok(Answer::default()))?;
            Ok(answer.result.as_array().cloned().unwrap_or_default())
        };
        let present = rows()?.iter().filter_map(|row| number(row.get("ID"))).collect();
        let pair = |row: &Value| number(row.get("ORIGIN_ID")).zip(number(row.get("ID")));
        // The oldest one, should there ever be two.
        let made = rows()?.iter().rev().filter_map(pair).collect();
        Ok(Self { present, made })
    }
}

/// One record that is to be created.
#[derive(Debug, Clone, Copy)]
struct Task {
    entity: Entity,
    old_id: u64,
    seq: u64,
}

impl Task {
    async fn carry_out(self, work: &mut Work<'_>, known: Option<Restore>, seen: &Seen) -> Result<()> {
        if seen.present.contains(&self.old_id) {
            work.summary.present += 1;
            work.note(Restore { new_id: Some(self.old_id), ..self.row(RestoreState::Done) });
            return Ok(());
        }
        // Where there is no copy there is nothing to do; the account has counted it.
        let Some(copy) = work.copy(self.seq).await? else { return Ok(()) };
        let Some(record) = &copy.record else { return Ok(()) };
        let made = match (seen.made.get(&self.old_id), known) {
            (Some(new_id), _) => Some(*new_id),
            (None, Some(known)) if is_in_doubt(&known) => self.settle(work, known.at).await?,
            (None, _) => None,
        };
        let (mut fields, lost) = work.fields.of_copy(self.entity, record);
        fields.insert("ORIGINATOR_ID".to_owned(), work.originator().into());
        fields.insert("ORIGIN_ID".to_owned(), self.old_id.to_string().into());
        if let Some(contact_id) = returning_customer(record) {
            let contact_id = work.id_today(Entity::Contact, contact_id).await?;
            fields.insert("CONTACT_ID".to_owned(), contact_id.into());
        }
        let made = match made {
            Some(new_id) => Ok(new_id),
            None => self.create(work, fields).await?,
        };
        let finished = match made {
            Ok(new_id) => self.add_belongings(work, new_id, &copy).await,
            Err(error) => Err((None, error)),
        };
        match finished {
            Ok(new_id) => {
                match self.entity {
                    Entity::Lead => work.summary.leads += 1,
                    Entity::Contact => work.summary.contacts += 1,
                }
                work.losses.count(&copy, lost);
                work.note(Restore { new_id: Some(new_id), ..self.row(RestoreState::Done) });
                Ok(())
            }
            Err((new_id, error)) => {
                let ends = !concerns_one(&error);
                work.summary.failed += 1;
                let error = Some(error);
                work.note(Restore { new_id, error: error.clone(), ..self.row(RestoreState::Failed) });
                error.filter(|_| ends).map_or(Ok(()), Err)
            }
        }
    }

    fn row(self, state: RestoreState) -> Restore {
        row((self.entity.type_id(), self.old_id, 0), self.seq, state)
    }

    /// Sends the record until it is there or refused; the inner error concerns this record.
    async fn create(self, work: &mut Work<'_>, fields: Map<String, Value>) -> Result<Result<u64>> {
        let parameters = json!({ "fields": fields, "params": { "REGISTER_SONET_EVENT": "N" } });
        let mut lost = None;
        for _ in 0..SENDS {
            let intent = self.row(RestoreState::Intended);
            let sent_at = intent.at;
            work.intend(vec![intent]).await?;
            let error = match work.client.write(self.entity.add(), &parameters).await {
                Ok(answer) => match number(Some(&answer.result)) {
                    Some(new_id) => return Ok(Ok(new_id)),
                    None => Error::not_sent(
                        ErrorKind::UnexpectedAnswer,
                        "the portal gave no id for the new record",
                    )
                    .with_effect(Effect::MayHaveApplied),
                },
                Err(error) if error.effect() == Effect::MayHaveApplied => error,
                Err(error) => return Ok(Err(error)),
            };
            if let Some(new_id) = self.settle(work, sent_at).await? {
                return Ok(Ok(new_id));
            }
            lost = Some(error);
        }
        let text = format!("sent {SENDS} times without an answer, and the record is not there");
        let error = Error::not_sent(ErrorKind::OutcomeUnknown, text).with_effect(Effect::MayHaveApplied);
        Ok(Err(match lost {
            Some(cause) => error.with_source(cause),
            None => error,
        }))
    }

    /// Looks for a record that was sent at `sent_at`, until it is there or no lost request can be at work any more.
    async fn settle(self, work: &Work<'_>, sent_at: u64) -> Result<Option<u64>> {
        let settle_time = u64::try_from(work.client.settle_time().as_millis()).unwrap_or(u64::MAX);
        let until = sent_at.saturating_add(settle_time);
        let mut pause = Duration::from_secs(1);
        loop {
            // Asked before the look: what the look does not find was not there at this time.
            let now = clock::now();
            let seen = Seen::look(work, self.entity, &[self.old_id]).await?;
            if let Some(new_id) = seen.made.get(&self.old_id) {
                return Ok(Some(*new_id));
            }
            if now >= until {
                return Ok(None);
            }
            clock::sleep(pause.min(Duration::from_millis(until - now))).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Product rows of a lead, companies of a contact. Setting them again changes nothing.
    async fn add_belongings(
        self,
        work: &Work<'_>,
        new_id: u64,
        copy: &Backup,
    ) -> Result<u64, (Option<u64>, Error)> {
        let (method, parameters) = match self.entity {
            Entity::Lead if !copy.product_rows.is_empty() => {
                let rows = without(&copy.product_rows, &["ID", "OWNER_ID", "OWNER_TYPE"]);
                ("crm.lead.productrows.set", json!({ "id": new_id, "rows": rows }))
            }
            Entity::Contact if !copy.companies.is_empty() => {
                let items = without(&copy.companies, &["ROLE_ID"]);
                ("crm.contact.company.items.set", json!({ "id": new_id, "items": items }))
            }
            _ => return Ok(new_id),
        };
        match work.client.write(method, &parameters).await {
            Ok(_) => Ok(new_id),
            Err(error) => Err((Some(new_id), error)),
        }
    }
}

/// Whether a record may have been created without anybody knowing.
fn is_in_doubt(known: &Restore) -> bool {
    let may_have = |error: &Error| error.effect() == Effect::MayHaveApplied;
    match known.state {
        RestoreState::Intended => true,
        RestoreState::Failed => known.new_id.is_none() && known.error.as_ref().is_some_and(may_have),
        RestoreState::Done => false,
    }
}

/// The main contact of a lead that counts as a repeat one: the portal works that out from the contact it is created with.
fn returning_customer(record: &Map<String, Value>) -> Option<u64> {
    let returning = record.get("IS_RETURN_CUSTOMER").and_then(Value::as_str) == Some("Y");
    returning.then(|| number(record.get("CONTACT_ID"))).flatten().filter(|id| *id > 0)
}

fn without(rows: &[Value], names: &[&str]) -> Value {
    let row = |row: &Value| {
        let mut row = row.clone();
        if let Some(row) = row.as_object_mut() {
            row.retain(|name, _| !names.contains(&name.as_str()));
        }
        row
    };
    rows.iter().map(row).collect()
}

/// A number, which old methods write as text.
fn number(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64(),
    }
}
