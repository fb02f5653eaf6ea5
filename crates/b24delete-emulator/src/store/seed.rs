//! Fills the portal with plausible records, the same ones every time.

use rusqlite::{Result, Statement};
use serde::{Deserialize, Serialize};

use super::entities::{ACTIVITY, CONTACT, LEAD};
use super::links::LinkKind;
use super::{Store, StoreError};

/// How many records to create.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seed {
    /// Leads.
    pub leads: u64,
    /// Contacts.
    pub contacts: u64,
    /// Contacts linked to each lead.
    pub links_per_lead: u64,
    /// Activities bound to each lead only.
    pub activities_per_lead: u64,
    /// Activities that are bound to two leads each.
    pub shared_activities: u64,
}

/// The time over which the records came into being, in seconds: a year.
const SPAN: i64 = 365 * 24 * 3600;

const FIRST_NAMES: [&str; 8] = ["Anna", "Boris", "Clara", "David", "Elena", "Felix", "Greta", "Hugo"];
const LAST_NAMES: [&str; 7] = ["Weber", "Petrov", "Rossi", "Novak", "Silva", "Jansen", "Keller"];
const COMPANIES: [&str; 5] = ["Northwind", "Acme", "Globex", "Initech", "Umbrella"];
const SOURCES: [&str; 6] = ["WEB", "CALL", "EMAIL", "ADVERTISING", "TRADE_SHOW", "OTHER"];
const STAGES: [&str; 4] = ["NEW", "IN_PROCESS", "PROCESSED", "NEW"];
const SUBJECTS: [&str; 4] = ["Call back", "Send the offer", "Meeting", "Ask for the budget"];

impl Store {
    /// Creates records; `now` is the portal's clock in Unix seconds, up to which their dates are spread.
    ///
    /// # Errors
    ///
    /// When the database cannot be written.
    pub fn seed(&mut self, seed: &Seed, now: f64) -> Result<(), StoreError> {
        #[expect(clippy::cast_possible_truncation, reason = "whole seconds are meant")]
        let now = now as i64;
        self.transaction(|store| -> Result<()> {
            let contacts = store.seed_contacts(seed.contacts, now)?;
            let leads = store.seed_leads(seed, &contacts, now)?;
            store.seed_links(seed.links_per_lead, &leads, &contacts)?;
            store.seed_activities(seed, &leads, now)
        })??;
        Ok(())
    }

    fn seed_contacts(&self, count: u64, now: i64) -> Result<Vec<i64>> {
        let mut contact = self.connection.prepare(
            "INSERT INTO contact (NAME, LAST_NAME, SOURCE_ID, HAS_PHONE, HAS_EMAIL, DATE_CREATE, DATE_MODIFY,
             LAST_ACTIVITY_TIME) VALUES (?1, ?2, ?3, 'Y', 'Y', ?4, ?4, ?4)",
        )?;
        let mut multifield = self.connection.prepare(
            "INSERT INTO multifield (entity_type, entity, type_id, value_type, value) VALUES (?, ?, ?, 'WORK', ?)",
        )?;
        let mut ids = Vec::new();
        for index in 0..count {
            let (name, last_name) = person(index);
            let created = date(index, count, now);
            let id = contact.insert((name, last_name, pick(&SOURCES, index), created))?;
            multifield.execute((CONTACT.type_id, id, "PHONE", format!("+4930{:07}", index % 10_000_000)))?;
            multifield.execute((CONTACT.type_id, id, "EMAIL", format!("contact{id}@example.com")))?;
            ids.push(id);
        }
        Ok(ids)
    }

    fn seed_leads(&self, seed: &Seed, contacts: &[i64], now: i64) -> Result<Vec<i64>> {
        let mut lead = self.connection.prepare(
            "INSERT INTO lead (TITLE, NAME, LAST_NAME, COMPANY_TITLE, SOURCE_ID, STATUS_ID, OPPORTUNITY, CONTACT_ID,
             DATE_CREATE, DATE_MODIFY, MOVED_TIME, LAST_ACTIVITY_TIME)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?9, ?9)",
        )?;
        let mut ids = Vec::new();
        for index in 0..seed.leads {
            let (name, last_name) = person(index);
            let company = pick(&COMPANIES, index);
            let title = format!("{company}: request no. {}", index + 1);
            let worth = (index * 37 % 500) * 10;
            let primary =
                (seed.links_per_lead > 0).then(|| pick_id(contacts, index * seed.links_per_lead)).flatten();
            let (source, stage) = (pick(&SOURCES, index), pick(&STAGES, index));
            let created = date(index, seed.leads, now);
            let fields = (title, name, last_name, company, source, stage, worth as f64, primary, created);
            ids.push(lead.insert(fields)?);
        }
        Ok(ids)
    }

    fn seed_links(&self, per_lead: u64, leads: &[i64], contacts: &[i64]) -> Result<()> {
        let mut link = self.connection.prepare("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?)")?;
        let per_lead = usize::try_from(per_lead).unwrap_or(usize::MAX);
        let mut next = 0;
        for lead in leads {
            for sort in (10_i64..).step_by(10).take(per_lead) {
                if let Some(contact) = pick_id(contacts, next) {
                    let key = (LinkKind::LeadContact.code(), *lead, contact);
                    link.execute((key.0, key.1, key.2, sort, sort == 10))?;
                }
                next += 1;
            }
        }
        Ok(())
    }

    fn seed_activities(&self, seed: &Seed, leads: &[i64], now: i64) -> Result<()> {
        let mut activity = self.connection.prepare(
            "INSERT INTO activity (OWNER_TYPE_ID, OWNER_ID, TYPE_ID, PROVIDER_ID, PROVIDER_TYPE_ID, SUBJECT,
             RESPONSIBLE_ID, CREATED, LAST_UPDATED, START_TIME, END_TIME, DEADLINE)
             VALUES (1, ?1, 2, 'VOXIMPLANT_CALL', 'CALL', ?2, 1, ?3, ?3, ?3, ?3, ?3)",
        )?;
        let mut bound = self.connection.prepare("INSERT OR IGNORE INTO bound VALUES (?, ?, ?, ?)")?;
        let mut add = |owners: &[i64], index: u64| -> Result<()> {
            let Some(owner) = owners.first() else { return Ok(()) };
            let id = activity.insert((owner, pick(&SUBJECTS, index), date(index, seed.leads, now)))?;
            owners.iter().try_for_each(|owner| bind(&mut bound, *owner, id))
        };
        for (index, lead) in (0..).zip(leads) {
            for _ in 0..seed.activities_per_lead {
                add(&[*lead], index)?;
            }
        }
        for index in 0..seed.shared_activities {
            let pair = [pick_id(leads, index), pick_id(leads, index + 1)];
            add(&pair.into_iter().flatten().collect::<Vec<_>>(), index)?;
        }
        Ok(())
    }
}

fn bind(statement: &mut Statement<'_>, lead: i64, activity: i64) -> Result<()> {
    statement.execute((LEAD.type_id, lead, ACTIVITY.type_id, activity))?;
    Ok(())
}

/// A first and a last name; the pairs repeat after 56, as namesakes do.
fn person(index: u64) -> (&'static str, &'static str) {
    (pick(&FIRST_NAMES, index), pick(&LAST_NAMES, index))
}

fn pick(choices: &[&'static str], index: u64) -> &'static str {
    place(choices.len(), index).and_then(|place| choices.get(place)).copied().unwrap_or_default()
}

fn pick_id(ids: &[i64], index: u64) -> Option<i64> {
    place(ids.len(), index).and_then(|place| ids.get(place)).copied()
}

fn place(length: usize, index: u64) -> Option<usize> {
    usize::try_from(index).ok()?.checked_rem(length)
}

/// Spreads creation over the span that ends at `now`, the oldest record first.
fn date(index: u64, count: u64, now: i64) -> i64 {
    let share =
        i64::try_from(index).unwrap_or_default() * SPAN / i64::try_from(count.max(1)).unwrap_or(i64::MAX);
    now - SPAN + share
}
