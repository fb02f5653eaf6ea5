//! Sends new records until each is there or refused.

use b24delete::{Answer, Effect, Error, ErrorKind, Result, Write};
use serde_json::{Map, Value, json};

use super::Entity;
use super::fields::Lost;
use super::seen::Seen;
use super::sending::{SENDS, send};
use super::work::{Work, concerns_one, number, row};
use crate::backup::Backup;
use crate::clock;
use crate::store::{Restore, RestoreState};

/// A record that is to be created.
pub(super) struct Candidate {
    seq: u64,
    old_id: u64,
    copy: Backup,
    fields: Map<String, Value>,
    lost: Lost,
    /// It was sent then, and nobody knows what came of it.
    in_doubt_since: Option<u64>,
    new_id: Option<u64>,
    /// What keeps it from being complete.
    error: Option<Error>,
}

impl Candidate {
    pub(super) fn new(
        (seq, old_id): (u64, u64),
        copy: Backup,
        (fields, lost): (Map<String, Value>, Lost),
        new_id: Option<u64>,
        in_doubt_since: Option<u64>,
    ) -> Self {
        Self { seq, old_id, copy, fields, lost, in_doubt_since, new_id, error: None }
    }

    /// Whether it is neither there nor refused.
    fn is_open(&self) -> bool {
        self.new_id.is_none() && self.error.is_none()
    }

    fn row(&self, entity: Entity, state: RestoreState) -> Restore {
        row((entity.type_id(), self.old_id, 0), self.seq, state)
    }

    fn addition(&self, entity: Entity) -> Write {
        let parameters = json!({ "fields": self.fields, "params": { "REGISTER_SONET_EVENT": "N" } });
        Write { method: entity.add(), parameters }
    }

    /// Product rows of a lead, companies of a contact. Setting them again changes nothing.
    fn belongings(&self, entity: Entity) -> Option<Write> {
        let (id, copy) = (self.new_id.filter(|_| self.error.is_none())?, &self.copy);
        let (method, parameters) = match entity {
            Entity::Lead if !copy.product_rows.is_empty() => {
                let rows = without(&copy.product_rows, &["ID", "OWNER_ID", "OWNER_TYPE"]);
                ("crm.lead.productrows.set", json!({ "id": id, "rows": rows }))
            }
            Entity::Contact if !copy.companies.is_empty() => {
                let items = without(&copy.companies, &["ROLE_ID"]);
                ("crm.contact.company.items.set", json!({ "id": id, "items": items }))
            }
            _ => return None,
        };
        Some(Write { method, parameters })
    }

    /// Takes the answer to its creation.
    fn take(&mut self, answer: Result<Answer>, sent_at: u64) {
        let error = match answer.map(|answer| number(Some(&answer.result))) {
            Ok(Some(new_id)) => return self.new_id = Some(new_id),
            Ok(None) => {
                Error::not_sent(ErrorKind::UnexpectedAnswer, "the portal gave no id for the new record")
                    .with_effect(Effect::MayHaveApplied)
            }
            Err(error) => error,
        };
        match error.effect() {
            Effect::MayHaveApplied => self.in_doubt_since = Some(sent_at),
            Effect::NotSent | Effect::Rejected => self.error = Some(error),
        }
    }
}

/// Creates the records with what belongs to them, and notes what came of each.
///
/// # Errors
/// The portal's, when it refuses more than a single record; `job` when the journal cannot be written.
pub(super) async fn create(work: &mut Work<'_>, entity: Entity, mut records: Vec<Candidate>) -> Result<()> {
    for _ in 0..SENDS {
        settle(work, entity, &mut records).await?;
        if !records.iter().any(Candidate::is_open) {
            break;
        }
        send_open(work, entity, &mut records).await?;
    }
    settle(work, entity, &mut records).await?;
    for record in records.iter_mut().filter(|record| record.is_open()) {
        let text = format!("sent {SENDS} times without an answer, and the record is not there");
        let error = Error::not_sent(ErrorKind::OutcomeUnknown, text);
        record.error = Some(error.with_effect(Effect::MayHaveApplied));
    }
    add_belongings(work, entity, &mut records).await;
    let mut end = Ok(());
    for record in records {
        let noted = note(work, entity, record);
        end = end.and(noted);
    }
    end
}

/// Looks for those in doubt, until it is certain that no lost request is at work any more.
async fn settle(work: &Work<'_>, entity: Entity, records: &mut [Candidate]) -> Result<()> {
    let doubts =
        || records.iter().filter(|record| record.is_open()).filter(|record| record.in_doubt_since.is_some());
    let ids: Vec<u64> = doubts().map(|record| record.old_id).collect();
    let Some(sent_at) = doubts().filter_map(|record| record.in_doubt_since).max() else { return Ok(()) };
    let seen = Seen::settle(work, entity, &ids, sent_at).await?;
    for record in records.iter_mut().filter(|record| ids.contains(&record.old_id)) {
        record.new_id = seen.made.get(&record.old_id).copied();
        record.in_doubt_since = None;
    }
    Ok(())
}

async fn send_open(work: &mut Work<'_>, entity: Entity, records: &mut [Candidate]) -> Result<()> {
    let open: Vec<&mut Candidate> = records.iter_mut().filter(|record| record.is_open()).collect();
    let intents: Vec<Restore> =
        open.iter().map(|record| record.row(entity, RestoreState::Intended)).collect();
    let writes = open.iter().map(|record| record.addition(entity)).collect();
    work.intend(intents).await?;
    let answers = send(work.client, writes).await;
    // It may have waited for its turn, and was certainly not sent later than now.
    let sent_at = clock::now();
    open.into_iter().zip(answers).for_each(|(record, answer)| record.take(answer, sent_at));
    Ok(())
}

async fn add_belongings(work: &Work<'_>, entity: Entity, records: &mut [Candidate]) {
    let mut open: Vec<(&mut Candidate, Write)> = records
        .iter_mut()
        .filter_map(|record| record.belongings(entity).map(|write| (record, write)))
        .collect();
    for _ in 0..SENDS {
        let writes = open.iter().map(|(_, write)| write.clone()).collect();
        let answers = send(work.client, writes).await;
        let mut lost = Vec::new();
        for ((record, write), answer) in open.into_iter().zip(answers) {
            record.error = answer.err();
            let may_have = |error: &Error| error.effect() == Effect::MayHaveApplied;
            if record.error.as_ref().is_some_and(may_have) {
                lost.push((record, write));
            }
        }
        open = lost;
        if open.is_empty() {
            break;
        }
    }
}

/// Notes what came of a record.
///
/// # Errors
/// The record's own, when it concerns more than this record.
fn note(work: &mut Work<'_>, entity: Entity, record: Candidate) -> Result<()> {
    let new_id = record.new_id;
    let Some(error) = record.error.clone() else {
        match entity {
            Entity::Lead => work.summary.leads += 1,
            Entity::Contact => work.summary.contacts += 1,
        }
        work.note(Restore { new_id, ..record.row(entity, RestoreState::Done) });
        work.losses.count(&record.copy, record.lost);
        return Ok(());
    };
    work.summary.failed += 1;
    work.note(Restore { new_id, error: Some(error.clone()), ..record.row(entity, RestoreState::Failed) });
    if concerns_one(&error) { Ok(()) } else { Err(error) }
}

/// Whether a record may have been created without anybody knowing.
pub(super) fn is_in_doubt(known: &Restore) -> bool {
    let may_have = |error: &Error| error.effect() == Effect::MayHaveApplied;
    match known.state {
        RestoreState::Intended => true,
        RestoreState::Failed => known.new_id.is_none() && known.error.as_ref().is_some_and(may_have),
        RestoreState::Done => false,
    }
}

/// Rows without some of their columns, and without empty ones: a batch could not tell those from an empty text.
fn without(rows: &[Value], names: &[&str]) -> Value {
    let row = |row: &Value| {
        let mut row = row.clone();
        if let Some(row) = row.as_object_mut() {
            row.retain(|name, value| !names.contains(&name.as_str()) && !value.is_null());
        }
        row
    };
    rows.iter().map(row).collect()
}
