//! Looking at records before they go: what a plan and a dry run show.

use std::collections::HashMap;
use std::fmt;

use b24delete::{Answer, Client, Operation, Read, Result};
use serde_json::{Value, json};

use crate::store::{Binding, Facts};

/// Ids that one list command takes, and commands that one request takes.
const PAGE: usize = 50;

/// Answers with all bindings of a lead at once, without pages.
const BINDINGS: &str = "crm.lead.contact.items.get";

/// The record that an operation deletes, or whose bindings it takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Record {
    Lead(u64),
    Contact(u64),
}

impl Record {
    pub(crate) fn of(operation: &Operation) -> Self {
        match *operation {
            Operation::DeleteContact { contact_id } => Self::Contact(contact_id.get()),
            Operation::DeleteLead { lead_id }
            | Operation::DeleteLeadContact { lead_id, .. }
            | Operation::DeleteLeadContactItems { lead_id } => Self::Lead(lead_id.get()),
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Lead(_) => "lead",
            Self::Contact(_) => "contact",
        })
    }
}

/// What there is to know about the records of some operations, in their order. What the portal does not show is none.
///
/// # Errors
/// When the portal cannot be read at all; a single read that is refused leaves its fact out.
pub async fn look(client: &Client, operations: &[Operation]) -> Result<Vec<Facts>> {
    let mut facts = records(client, operations).await?;
    let mut questions = Vec::new();
    for (index, (operation, facts)) in operations.iter().zip(&facts).enumerate() {
        if facts.visible {
            questions.extend(questions_about(operation).into_iter().map(|(what, read)| (index, what, read)));
        }
    }
    let mut activities = Vec::new();
    for some in questions.chunks(PAGE) {
        let reads: Vec<_> = some.iter().map(|(_, _, read)| read.clone()).collect();
        let answers = client.read_batch(&reads).await?;
        for ((index, what, read), answer) in some.iter().zip(answers) {
            let (Ok(answer), Some(facts)) = (answer, facts.get_mut(*index)) else { continue };
            match what {
                What::Bindings => facts.bindings = operations.get(*index).and_then(|o| bindings(o, &answer)),
                What::Leads => facts.leads = number(client, read, &answer).await?,
                What::Deals => facts.deals = number(client, read, &answer).await?,
                What::Activities => {
                    (facts.activities, facts.shared_activities) = (Some(0), Some(0));
                    let found = all_ids(client, read, answer).await?;
                    activities.extend(found.into_iter().map(|activity| (*index, activity)));
                }
            }
        }
    }
    count_activities(client, &activities, &mut facts).await?;
    Ok(facts)
}

/// The last change of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// As the portal wrote it.
    pub(crate) at: String,
    /// The user who made it.
    pub(crate) by: Option<u64>,
}

/// The last changes of the records of some operations, as far as the portal shows them.
///
/// # Errors
/// As [`look`].
pub(crate) async fn changes(client: &Client, operations: &[Operation]) -> Result<HashMap<Record, Change>> {
    let change = |row: &Value| {
        let at = row.get("DATE_MODIFY").and_then(Value::as_str)?.to_owned();
        Some(Change { at, by: id(row.get("MODIFY_BY_ID")) })
    };
    let rows = rows_of(client, operations).await?;
    Ok(rows.iter().filter_map(|(record, row)| Some((*record, change(row)?))).collect())
}

/// What the list methods tell: one command for up to 50 records.
pub(crate) async fn records(client: &Client, operations: &[Operation]) -> Result<Vec<Facts>> {
    let rows = rows_of(client, operations).await?;
    let found = |operation: &Operation| rows.get(&Record::of(operation)).map(facts_of).unwrap_or_default();
    Ok(operations.iter().map(found).collect())
}

async fn rows_of(client: &Client, operations: &[Operation]) -> Result<HashMap<Record, Value>> {
    let (mut leads, mut contacts) = (Vec::new(), Vec::new());
    for operation in operations {
        match Record::of(operation) {
            Record::Lead(id) => leads.push(id),
            Record::Contact(id) => contacts.push(id),
        }
    }
    leads.dedup();
    let lists = leads.chunks(PAGE).map(list_of_leads).chain(contacts.chunks(PAGE).map(list_of_contacts));
    let reads: Vec<Read> = lists.collect();
    let mut rows = HashMap::new();
    for some in reads.chunks(PAGE) {
        for (read, answer) in some.iter().zip(client.read_batch(some).await?) {
            let Ok(answer) = answer else { continue };
            let Value::Array(found) = answer.result else { continue };
            rows.extend(found.into_iter().filter_map(|row| {
                let id = id(row.get("ID"))?;
                let is_lead = read.method == "crm.lead.list";
                Some((if is_lead { Record::Lead(id) } else { Record::Contact(id) }, row))
            }));
        }
    }
    Ok(rows)
}

fn list_of_leads(ids: &[u64]) -> Read {
    list("crm.lead.list", &["TITLE"], ids)
}

fn list_of_contacts(ids: &[u64]) -> Read {
    list("crm.contact.list", &["NAME", "LAST_NAME"], ids)
}

fn list(method: &'static str, names: &[&str], ids: &[u64]) -> Read {
    let select = [&["ID", "ASSIGNED_BY_ID", "DATE_CREATE", "DATE_MODIFY", "MODIFY_BY_ID"], names].concat();
    let parameters =
        json!({ "select": select, "filter": { "@ID": ids }, "order": { "ID": "ASC" }, "start": -1 });
    Read { method, parameters }
}

fn facts_of(row: &Value) -> Facts {
    let text = |key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    let part = |key: &str| text(key).unwrap_or_default();
    let title =
        text("TITLE").unwrap_or_else(|| format!("{} {}", part("NAME"), part("LAST_NAME")).trim().to_owned());
    Facts {
        visible: true,
        title: Some(title),
        owner: id(row.get("ASSIGNED_BY_ID")),
        created: text("DATE_CREATE"),
        modified: text("DATE_MODIFY"),
        ..Facts::default()
    }
}

/// What is asked about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Bindings,
    Leads,
    Deals,
    Activities,
}

fn questions_about(operation: &Operation) -> Vec<(What, Read)> {
    let bindings = |id: u64| (What::Bindings, Read { method: BINDINGS, parameters: json!({ "id": id }) });
    match *operation {
        Operation::DeleteContact { contact_id } => vec![
            (What::Leads, linked_to(1, contact_id.get())),
            (What::Deals, linked_to(2, contact_id.get())),
            (What::Activities, activities_of(3, contact_id.get())),
        ],
        Operation::DeleteLead { lead_id } => {
            vec![bindings(lead_id.get()), (What::Activities, activities_of(1, lead_id.get()))]
        }
        Operation::DeleteLeadContact { lead_id, .. } | Operation::DeleteLeadContactItems { lead_id } => {
            vec![bindings(lead_id.get())]
        }
    }
}

/// Leads (entity type 1) or deals (2) that a contact is linked to.
fn linked_to(entity_type: u8, contact: u64) -> Read {
    let parameters =
        json!({ "entityTypeId": entity_type, "select": ["id"], "filter": { "contactIds": contact } });
    Read { method: "crm.item.list", parameters }
}

fn activities_of(owner_type: u8, owner: u64) -> Read {
    let owner = json!([{ "OWNER_TYPE_ID": owner_type, "OWNER_ID": owner }]);
    let parameters = json!({ "select": ["ID"], "filter": { "BINDINGS": owner }, "order": { "ID": "ASC" } });
    Read { method: "crm.activity.list", parameters }
}

/// The bindings that an operation takes off.
fn bindings(operation: &Operation, answer: &Answer) -> Option<Vec<Binding>> {
    let rows = answer.result.as_array()?.iter().filter_map(|row| {
        Some(Binding {
            contact_id: id(row.get("CONTACT_ID"))?,
            sort: integer(row.get("SORT")).unwrap_or_default(),
            is_primary: row.get("IS_PRIMARY").and_then(Value::as_str) == Some("Y"),
            role_id: integer(row.get("ROLE_ID")).unwrap_or_default(),
        })
    });
    let only = match operation {
        Operation::DeleteLeadContact { contact_id, .. } => Some(contact_id.get()),
        _ => None,
    };
    Some(rows.filter(|binding| only.is_none_or(|only| binding.contact_id == only)).collect())
}

/// What a count came to. A full page is counted by the portal, because there may be more of them.
async fn number(client: &Client, read: &Read, answer: &Answer) -> Result<Option<u64>> {
    let rows = rows(answer).map(<[Value]>::len);
    match rows {
        _ if answer.total.is_some() => Ok(answer.total),
        Some(rows) if rows < PAGE => Ok(Some(rows as u64)),
        _ => Ok(client.read(read.method, &read.parameters).await?.total),
    }
}

/// The ids in a list and all its further pages.
async fn all_ids(client: &Client, read: &Read, first: Answer) -> Result<Vec<u64>> {
    let mut found = Vec::new();
    let mut answer = first;
    loop {
        let page = rows(&answer).unwrap_or_default();
        let last = page.iter().filter_map(|row| id(row.get("ID"))).next_back();
        found.extend(page.iter().filter_map(|row| id(row.get("ID"))));
        let Some(last) = last.filter(|_| page.len() >= PAGE) else { return Ok(found) };
        let mut parameters = read.parameters.clone();
        if let Some(filter) = parameters.get_mut("filter").and_then(Value::as_object_mut) {
            filter.insert(">ID".to_owned(), last.into());
        }
        answer = client.read(read.method, &parameters).await?;
    }
}

/// Tells activities that go with their record from those that are bound to something else too.
async fn count_activities(client: &Client, activities: &[(usize, u64)], facts: &mut [Facts]) -> Result<()> {
    for some in activities.chunks(PAGE) {
        let read = |(_, activity): &(usize, u64)| Read {
            method: "crm.activity.binding.list",
            parameters: json!({ "activityId": activity }),
        };
        let reads: Vec<_> = some.iter().map(read).collect();
        for ((index, _), answer) in some.iter().zip(client.read_batch(&reads).await?) {
            let Some(facts) = facts.get_mut(*index) else { continue };
            let bound = answer.ok().and_then(|answer| answer.result.as_array().map(Vec::len));
            let count = match bound {
                Some(bound) if bound > 1 => &mut facts.shared_activities,
                // One binding, or more that this user may not see: it is counted as lost rather than as kept.
                _ => &mut facts.activities,
            };
            *count = count.map(|count| count + 1);
        }
    }
    Ok(())
}

fn rows(answer: &Answer) -> Option<&[Value]> {
    answer.result.get("items").unwrap_or(&answer.result).as_array().map(Vec::as_slice)
}

/// An id as the portal writes it: a number, or a text of digits.
pub(crate) fn id(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    }
}

fn integer(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::String(text) => text.parse().ok(),
        value => value.as_i64(),
    }
}
