//! The reads that a copy is made of.

use b24delete::{Answer, Client, Error, Family, Read, Result};
use serde_json::{Value, json};

/// Commands in one request.
pub(super) const MAX_BATCH: usize = 50;

/// A read, what it asks for, and the operation that it is for.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    /// Place of the operation in its pack. Lists of records are for all.
    pub(super) place: usize,
    pub(super) what: What,
    read: Read,
}

/// What a read asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Leads or contacts of the whole pack.
    Leads,
    Contacts,
    /// One record that a list left out.
    Record,
    Bindings,
    Companies,
    /// Leads that a contact belongs to, and its place in one of them.
    LeadsOfContact,
    LinkTo(u64),
    ProductRows,
    /// Ids of activities, and one of them.
    Activities,
    Activity,
    Comments,
}

impl Ask {
    fn new(place: usize, what: What, method: &'static str, parameters: Value) -> Self {
        Self { place, what, read: Read { method, parameters } }
    }

    /// All fields of up to 50 leads.
    pub(super) fn leads(ids: &[u64]) -> Self {
        Self::new(0, What::Leads, "crm.lead.list", records(ids))
    }

    /// All fields of up to 50 contacts.
    pub(super) fn contacts(ids: &[u64]) -> Self {
        Self::new(0, What::Contacts, "crm.contact.list", records(ids))
    }

    /// A record that the list left out: gone, or hidden from lists.
    pub(super) fn record(place: usize, owner: Owner) -> Self {
        let method = match owner {
            Owner::Lead(_) => "crm.lead.get",
            Owner::Contact(_) => "crm.contact.get",
        };
        Self::new(place, What::Record, method, json!({ "id": owner.id() }))
    }

    pub(super) fn bindings(place: usize, lead: u64) -> Self {
        Self::new(place, What::Bindings, "crm.lead.contact.items.get", json!({ "id": lead }))
    }

    pub(super) fn link(place: usize, lead: u64) -> Self {
        Self::new(place, What::LinkTo(lead), "crm.lead.contact.items.get", json!({ "id": lead }))
    }

    pub(super) fn companies(place: usize, contact: u64) -> Self {
        Self::new(place, What::Companies, "crm.contact.company.items.get", json!({ "id": contact }))
    }

    pub(super) fn leads_of_contact(place: usize, contact: u64, start: u64) -> Self {
        let parameters = json!({
            "entityTypeId": 1, "select": ["id"], "filter": { "contactIds": contact }, "order": { "id": "ASC" },
            "start": start,
        });
        Self::new(place, What::LeadsOfContact, "crm.item.list", parameters)
    }

    pub(super) fn product_rows(place: usize, lead: u64) -> Self {
        Self::new(place, What::ProductRows, "crm.lead.productrows.get", json!({ "id": lead }))
    }

    pub(super) fn activities(place: usize, owner: Owner, after: u64) -> Self {
        let parameters = json!({
            "select": ["ID"], "order": { "ID": "ASC" }, "start": -1,
            "filter": { ">ID": after, "BINDINGS": [{ "OWNER_TYPE_ID": owner.type_id(), "OWNER_ID": owner.id() }] },
        });
        Self::new(place, What::Activities, "crm.activity.list", parameters)
    }

    pub(super) fn activity(place: usize, id: u64) -> Self {
        Self::new(place, What::Activity, "crm.activity.get", json!({ "id": id }))
    }

    pub(super) fn comments(place: usize, owner: Owner, start: u64) -> Self {
        let parameters = json!({
            "filter": { "ENTITY_ID": owner.id(), "ENTITY_TYPE": owner.name() }, "order": { "ID": "ASC" },
            "start": start,
        });
        Self::new(place, What::Comments, "crm.timeline.comment.list", parameters)
    }

    /// The REST method.
    pub(super) fn method(&self) -> &'static str {
        self.read.method
    }
}

/// A record that activities and comments hang on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner {
    Lead(u64),
    Contact(u64),
}

impl Owner {
    pub(super) fn id(self) -> u64 {
        match self {
            Self::Lead(id) | Self::Contact(id) => id,
        }
    }

    fn type_id(self) -> u64 {
        match self {
            Self::Lead(_) => 1,
            Self::Contact(_) => 3,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Lead(_) => "lead",
            Self::Contact(_) => "contact",
        }
    }
}

fn records(ids: &[u64]) -> Value {
    json!({
        "filter": { "@ID": ids }, "order": { "ID": "ASC" }, "start": -1,
        "select": ["*", "UF_*", "PHONE", "EMAIL", "WEB", "IM", "LINK"],
    })
}

/// Carries out reads in batches. One that the portal failed to answer is asked for again by itself.
///
/// # Errors
/// When a whole request fails.
pub(super) async fn ask(client: &Client, asks: Vec<Ask>) -> Result<Vec<(Ask, Result<Answer>)>> {
    let mut answered = Vec::with_capacity(asks.len());
    for asks in asks.chunks(MAX_BATCH) {
        let reads: Vec<Read> = asks.iter().map(|ask| ask.read.clone()).collect();
        for (ask, answer) in asks.iter().zip(client.read_batch(&reads).await?) {
            let answer = match answer {
                Err(error) if is_passing(&error) => client.read(ask.read.method, &ask.read.parameters).await,
                answer => answer,
            };
            answered.push((ask.clone(), answer));
        }
    }
    Ok(answered)
}

fn is_passing(error: &Error) -> bool {
    matches!(error.kind().family(), Family::Portal | Family::Transport | Family::Limit)
}
