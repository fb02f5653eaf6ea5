//! The copy of one operation's record while it is being read.

use b24delete::{Answer, Error, ErrorKind, Family, Operation, Result};
use serde_json::Value;

use super::asking::{Ask, Owner, What};
use super::content::{Backup, ContactLink, LeadContact};

/// Rows on a page of the portal.
const PAGE: usize = 50;

/// The copy of one operation's record while it is being read.
#[derive(Debug)]
pub(super) struct Copy {
    operation: Operation,
    backup: Backup,
    /// There is nothing any more.
    gone: bool,
    /// What could not be read.
    error: Option<(&'static str, Error)>,
}

impl Copy {
    pub(super) fn new(operation: Operation) -> Self {
        Self { operation, backup: Backup::default(), gone: false, error: None }
    }

    pub(super) fn deleted_lead(&self) -> Option<u64> {
        match self.operation {
            Operation::DeleteLead { lead_id } => Some(lead_id.get()),
            _ => None,
        }
    }

    pub(super) fn deleted_contact(&self) -> Option<u64> {
        match self.operation {
            Operation::DeleteContact { contact_id } => Some(contact_id.get()),
            _ => None,
        }
    }

    /// The read of a lead's contacts.
    pub(super) fn bindings(&self, place: usize) -> Option<Ask> {
        self.operation.lead_id().map(|lead| Ask::bindings(place, lead.get()))
    }

    /// The reads of what hangs on a record that goes.
    pub(super) fn belongings(&self, place: usize) -> Vec<Ask> {
        let Some(owner) = self.owner() else { return Vec::new() };
        let own = match owner {
            Owner::Lead(lead) => vec![Ask::product_rows(place, lead)],
            Owner::Contact(contact) => {
                vec![Ask::companies(place, contact), Ask::leads_of_contact(place, contact, 0)]
            }
        };
        own.into_iter().chain([Ask::activities(place, owner, 0), Ask::comments(place, owner, 0)]).collect()
    }

    /// The read of a record that goes and was not in the list.
    pub(super) fn not_listed(&self, place: usize) -> Option<Ask> {
        let owner = self.owner().filter(|_| self.backup.record.is_none())?;
        Some(Ask::record(place, owner))
    }

    fn owner(&self) -> Option<Owner> {
        self.deleted_lead().map(Owner::Lead).or(self.deleted_contact().map(Owner::Contact))
    }

    /// Takes the own row from a list of records.
    pub(super) fn take_listed(&mut self, what: What, rows: &Value) {
        let own = match what {
            What::Leads => self.deleted_lead(),
            _ => self.deleted_contact(),
        };
        let Some(own) = own else { return };
        let row = rows.as_array().into_iter().flatten().find(|row| id(row, "ID") == Some(own));
        self.backup.record = row.and_then(Value::as_object).cloned();
    }

    /// Takes an answer, and says what is to be asked next.
    pub(super) fn take(&mut self, asked: &Ask, answer: Result<Answer>) -> Vec<Ask> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.not_found(asked.what);
                return Vec::new();
            }
            Err(error) => {
                self.error.get_or_insert((asked.method(), error));
                return Vec::new();
            }
        };
        let place = asked.place;
        let next = answer.next;
        match asked.what {
            What::Record => self.backup.record = answer.result.as_object().cloned(),
            What::Bindings => self.backup.bindings = self.links(asked, answer.result),
            What::Companies => self.backup.companies = list(answer.result),
            What::ProductRows => self.backup.product_rows = list(answer.result),
            What::Activity => self.backup.activities.push(answer.result),
            What::LinkTo(lead) => self.take_link(asked, lead, answer.result),
            What::LeadsOfContact => return self.lead_links(place, &answer),
            What::Activities => return self.activities(place, &answer.result),
            What::Comments => {
                self.backup.comments.extend(list(answer.result));
                let more = next.zip(self.owner());
                return more.map(|(start, owner)| Ask::comments(place, owner, start)).into_iter().collect();
            }
            What::Leads | What::Contacts => {}
        }
        Vec::new()
    }

    /// What belongs to a record goes with it, so only its own absence counts.
    fn not_found(&mut self, what: What) {
        let bindings_only = self.owner().is_none();
        if what == What::Record || (what == What::Bindings && bindings_only) {
            self.gone = true;
        }
    }

    fn links(&mut self, asked: &Ask, rows: Value) -> Option<Vec<LeadContact>> {
        match serde_json::from_value(rows) {
            Ok(links) => Some(links),
            Err(error) => {
                let text = format!("the portal's list of contacts is not understood: {error}");
                let error = Error::not_sent(ErrorKind::InvalidResponse, text);
                self.error.get_or_insert((asked.method(), error));
                None
            }
        }
    }

    fn take_link(&mut self, asked: &Ask, lead_id: u64, rows: Value) {
        let contact = self.deleted_contact();
        let links = self.links(asked, rows).unwrap_or_default();
        let own = links.into_iter().filter(|row| Some(row.contact_id) == contact);
        self.backup.leads.extend(own.map(|row| ContactLink { lead_id, row }));
    }

    fn lead_links(&self, place: usize, answer: &Answer) -> Vec<Ask> {
        let items = answer.result.get("items").and_then(Value::as_array).into_iter().flatten();
        let links = items.filter_map(|item| id(item, "id")).map(|lead| Ask::link(place, lead));
        let more = answer.next.zip(self.deleted_contact());
        let more = more.map(|(start, contact)| Ask::leads_of_contact(place, contact, start));
        links.chain(more).collect()
    }

    fn activities(&self, place: usize, rows: &Value) -> Vec<Ask> {
        let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
        let ids: Vec<u64> = rows.iter().filter_map(|row| id(row, "ID")).collect();
        let more = ids.last().filter(|_| rows.len() >= PAGE).copied().zip(self.owner());
        let more = more.map(|(last, owner)| Ask::activities(place, owner, last));
        ids.into_iter().map(|id| Ask::activity(place, id)).chain(more).collect()
    }

    /// True when the acting user may not read what belongs into the copy.
    pub(super) fn is_refused(&self) -> bool {
        let refused = |(_, error): &(_, Error)| error.kind().family() == Family::AccessDenied;
        !self.gone && self.error.as_ref().is_some_and(refused)
    }

    /// Why the copy is not complete.
    pub(super) fn error(&self) -> Option<Error> {
        let (method, error) = self.error.as_ref().filter(|_| !self.gone)?;
        let text = format!("not deleted, because its backup could not be read: {method}: {}", told(error));
        Some(Error::not_sent(ErrorKind::Job, text).with_source(error.clone()))
    }

    /// The copy, if there is something to copy.
    ///
    /// # Errors
    /// `job` when something of it could not be read.
    pub(super) fn end(self) -> Result<Option<Backup>> {
        match self.error() {
            Some(error) => Err(error),
            None => Ok(Some(self.backup).filter(|_| !self.gone)),
        }
    }
}

fn told(error: &Error) -> &str {
    match error.description() {
        "" => error.kind().summary(),
        description => description,
    }
}

fn list(rows: Value) -> Vec<Value> {
    match rows {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    }
}

/// A number that old methods write as text.
fn id(row: &Value, name: &str) -> Option<u64> {
    match row.get(name)? {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64(),
    }
}
