//! Lookups that lag: what was deleted is still found for a while, as it last was.

use serde_json::{Map, Value, json};

use crate::methods::{self, Answer, Method, Refusal};

/// What lookups answer although it is no longer so.
#[derive(Debug, Default)]
pub(crate) struct Lingering(Vec<Memory>);

#[derive(Debug)]
struct Memory {
    lookup: Lookup,
    result: Value,
    /// Until when it is answered, in seconds since the portal's start.
    until: f64,
}

/// A lookup of one record: the method in lower case, the type where the method needs one, and the id.
#[derive(Debug, PartialEq)]
struct Lookup {
    method: &'static str,
    entity_type: Option<String>,
    id: String,
}

impl Lingering {
    /// What a lookup at `now` answers from memory.
    pub(crate) fn find(&mut self, method: &str, params: &Map<String, Value>, now: f64) -> Option<Value> {
        self.0.retain(|memory| now < memory.until);
        let memory = self.0.iter().find(|memory| memory.lookup.is_asked_by(method, params))?;
        Some(memory.result.clone())
    }

    /// Asks, before a deleting method runs, what the lookups of its record answer, and keeps it.
    pub(crate) fn remember(
        &mut self,
        deleting: &str,
        params: &Map<String, Value>,
        until: f64,
        mut call: impl FnMut(&Method, &Map<String, Value>) -> Result<Answer, Refusal>,
    ) {
        for lookup in lookups(deleting, params) {
            let answer = methods::find(lookup.method).map(|method| call(method, &lookup.params()));
            if let Some(Ok(Answer { result, .. })) = answer {
                self.0.push(Memory { lookup, result, until });
            }
        }
    }
}

impl Lookup {
    fn is_asked_by(&self, method: &str, params: &Map<String, Value>) -> bool {
        self.method == method
            && Some(&self.id) == text(params, "id").as_ref()
            && (self.entity_type.is_none() || self.entity_type == text(params, "entityTypeId"))
    }

    fn params(&self) -> Map<String, Value> {
        let mut params = Map::from_iter([("id".to_owned(), json!(self.id))]);
        if let Some(entity_type) = &self.entity_type {
            params.insert("entityTypeId".to_owned(), json!(entity_type));
        }
        params
    }
}

/// The lookups whose answer a deleting method changes.
fn lookups(deleting: &str, params: &Map<String, Value>) -> Vec<Lookup> {
    let entity_type = match deleting {
        "crm.lead.delete" => Some("1".to_owned()),
        "crm.contact.delete" => Some("3".to_owned()),
        "crm.item.delete" => text(params, "entityTypeId"),
        _ => None,
    };
    let Some(id) = text(params, "id") else { return Vec::new() };
    let lookup = |method, entity_type| Lookup { method, entity_type, id: id.clone() };
    let links = lookup("crm.lead.contact.items.get", None);
    match entity_type.as_deref() {
        Some("1") => vec![lookup("crm.lead.get", None), lookup("crm.item.get", entity_type), links],
        Some("3") => vec![lookup("crm.contact.get", None), lookup("crm.item.get", entity_type)],
        _ if deleting.starts_with("crm.lead.contact.") => vec![links],
        _ => Vec::new(),
    }
}

/// A number or text among the parameters, whatever the letter case of its name.
fn text(params: &Map<String, Value>, name: &str) -> Option<String> {
    let (_, value) = params.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
