//! From the copy of a record to the fields of a new one.

use std::collections::{BTreeSet, HashMap};

use b24delete::{Client, Result};
use serde_json::{Map, Value, json};

use super::Entity;

/// What the portal says of the fields of leads and contacts.
#[derive(Debug, Default)]
pub(super) struct Fields {
    leads: HashMap<String, Kind>,
    contacts: HashMap<String, Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    ReadOnly,
    File,
    /// Phones, e-mails and the like.
    Multiple,
}

/// What a new record cannot have of the old one.
#[derive(Debug, Default)]
pub(super) struct Lost {
    /// Fields with a value that only the portal sets.
    pub(super) read_only: BTreeSet<String>,
    pub(super) files: u64,
    /// The record had an ORIGINATOR_ID or ORIGIN_ID of its own.
    pub(super) origin: bool,
}

/// Names by which a re-created record is found again.
const ORIGIN: [&str; 2] = ["ORIGINATOR_ID", "ORIGIN_ID"];

/// Lists of bindings, which are set apart, and the id itself.
const APART: [&str; 5] = ["ID", "CONTACT_ID", "CONTACT_IDS", "COMPANY_IDS", "LEAD_ID"];

impl Fields {
    /// Asks the portal: `crm.lead.fields` and `crm.contact.fields`.
    ///
    /// # Errors
    /// The portal's.
    pub(super) async fn read(client: &Client) -> Result<Self> {
        let none = json!({});
        let leads = client.read("crm.lead.fields", &none).await?;
        let contacts = client.read("crm.contact.fields", &none).await?;
        Ok(Self { leads: kinds(&leads.result), contacts: kinds(&contacts.result) })
    }

    /// The fields of a new record, and what they cannot hold.
    pub(super) fn of_copy(&self, entity: Entity, record: &Map<String, Value>) -> (Map<String, Value>, Lost) {
        let kinds = match entity {
            Entity::Lead => &self.leads,
            Entity::Contact => &self.contacts,
        };
        let mut fields = Map::new();
        let mut lost = Lost::default();
        for (name, value) in record.iter().filter(|(_, value)| !is_empty(value)) {
            if ORIGIN.contains(&name.as_str()) {
                lost.origin = true;
                continue;
            }
            if APART.contains(&name.as_str()) {
                continue;
            }
            match kinds.get(name) {
                Some(Kind::Plain) => drop(fields.insert(name.clone(), value.clone())),
                Some(Kind::Multiple) => drop(fields.insert(name.clone(), without_ids(value))),
                Some(Kind::File) => lost.files += 1,
                Some(Kind::ReadOnly) | None => drop(lost.read_only.insert(name.clone())),
            }
        }
        (fields, lost)
    }
}

fn kinds(descriptions: &Value) -> HashMap<String, Kind> {
    let kind = |description: &Value| {
        let kind = description.get("type").and_then(Value::as_str).unwrap_or_default();
        let read_only = description.get("isReadOnly").and_then(Value::as_bool).unwrap_or_default();
        match kind {
            "file" | "disk_file" => Kind::File,
            "crm_multifield" => Kind::Multiple,
            _ if read_only => Kind::ReadOnly,
            _ => Kind::Plain,
        }
    };
    let all = descriptions.as_object().into_iter().flatten();
    all.map(|(name, description)| (name.clone(), kind(description))).collect()
}

/// The portal writes nothing as null, as an empty text, or as an empty list.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Number(_) => false,
    }
}

/// Rows of phones and the like as new ones: the old row ids belong to the old record.
fn without_ids(rows: &Value) -> Value {
    let row = |row: &Value| {
        let part = |name: &str| row.get(name).cloned().unwrap_or_default();
        json!({ "VALUE": part("VALUE"), "VALUE_TYPE": part("VALUE_TYPE") })
    };
    rows.as_array().into_iter().flatten().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_becomes_the_fields_of_a_new_record() {
        let descriptions = json!({
            "TITLE": {"type": "string", "isReadOnly": false},
            "DATE_CREATE": {"type": "datetime", "isReadOnly": true},
            "PHONE": {"type": "crm_multifield", "isReadOnly": false},
            "UF_CRM_SCAN": {"type": "file", "isReadOnly": false},
            "ORIGINATOR_ID": {"type": "string", "isReadOnly": false},
            "CONTACT_ID": {"type": "crm_contact", "isReadOnly": false},
        });
        let fields = Fields { leads: kinds(&descriptions), contacts: HashMap::new() };
        let record = json!({
            "ID": "7", "TITLE": "$result[a] = x", "DATE_CREATE": "2024-05-23T18:18:25+02:00", "SOURCE_ID": null,
            "PHONE": [{"ID": "11658", "VALUE_TYPE": "WORK", "VALUE": "+1", "TYPE_ID": "PHONE"}],
            "UF_CRM_SCAN": {"id": 5}, "ORIGINATOR_ID": "shop", "CONTACT_ID": "9", "GONE_FIELD": "x", "COMMENTS": "",
        });
        let (new, lost) = fields.of_copy(Entity::Lead, record.as_object().unwrap());
        assert_eq!(
            Value::Object(new),
            json!({"TITLE": "$result[a] = x", "PHONE": [{"VALUE": "+1", "VALUE_TYPE": "WORK"}]})
        );
        assert_eq!(lost.read_only.into_iter().collect::<Vec<_>>(), ["DATE_CREATE", "GONE_FIELD"]);
        assert_eq!((lost.files, lost.origin), (1, true));
    }
}
