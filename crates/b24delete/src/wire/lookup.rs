//! Lookups: reading the portal to settle an operation whose effect is unknown.

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::delete::{CONTACT_TYPE, LEAD_TYPE};
use super::sections::Command;
use crate::error::{Error, ErrorKind};
use crate::operation::Operation;
use crate::options::Api;

/// A lookup as a command of a request.
#[derive(Debug, Clone)]
pub(crate) struct LookupCommand {
    operation: Operation,
    api: Api,
    key: String,
}

/// A binding as a lookup shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) contact_id: u64,
    pub(crate) sort: i64,
}

/// What a lookup shows.
#[derive(Debug)]
pub(crate) enum Sight {
    /// `get` answers "not found": the record, or the lead with all its bindings, is gone.
    Gone,
    /// The record, or the binding that was to go, is there.
    Present(Vec<Link>),
    /// The binding is not in the list. Rights hide rows, so that alone proves nothing.
    NotListed,
    /// The lookup failed or shows something else.
    NoProof(Error),
}

impl Sight {
    /// The error that kept the lookup from showing anything.
    pub(crate) fn error(&self) -> Option<&Error> {
        match self {
            Self::NoProof(error) => Some(error),
            Self::Gone | Self::Present(_) | Self::NotListed => None,
        }
    }
}

impl LookupCommand {
    pub(crate) fn new(operation: Operation, api: Api) -> Self {
        let key = match operation {
            Operation::DeleteLead { lead_id } => format!("gl{lead_id}"),
            Operation::DeleteContact { contact_id } => format!("gc{contact_id}"),
            Operation::DeleteLeadContact { lead_id, contact_id } => format!("gb{lead_id}_{contact_id}"),
            Operation::DeleteLeadContactItems { lead_id } => format!("ga{lead_id}"),
        };
        Self { operation, api, key }
    }

    fn parameters(&self) -> Vec<(&'static str, u64)> {
        let record = |entity_type: u8, id: u64| match self.api {
            Api::Item => vec![("entityTypeId", u64::from(entity_type)), ("id", id)],
            Api::Classic => vec![("id", id)],
        };
        match self.operation {
            Operation::DeleteLead { lead_id } => record(LEAD_TYPE, lead_id.get()),
            Operation::DeleteContact { contact_id } => record(CONTACT_TYPE, contact_id.get()),
            Operation::DeleteLeadContact { lead_id, .. } | Operation::DeleteLeadContactItems { lead_id } => {
                vec![("id", lead_id.get())]
            }
        }
    }

    fn query(&self) -> String {
        let parameters: Vec<_> =
            self.parameters().iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}?{}", self.method(), parameters.join("&"))
    }

    /// The body of a call of the method itself.
    pub(crate) fn body(&self) -> Vec<u8> {
        let parameters = self.parameters().into_iter().map(|(name, value)| (name.to_owned(), value.into()));
        Value::Object(parameters.collect()).to_string().into_bytes()
    }

    /// What a successful `result` of the lookup shows.
    pub(crate) fn read(&self, result: &RawValue, http_status: u16) -> Sight {
        let unclear = || {
            let error =
                Error::new(ErrorKind::UnexpectedAnswer, "the lookup shows another record than asked for");
            Sight::NoProof(error.with_method(self.method()).with_http_status(http_status))
        };
        let Ok(result) = serde_json::from_str::<Value>(result.get()) else { return unclear() };
        match self.operation {
            Operation::DeleteLead { lead_id } => {
                present_if(shows(&result, lead_id.get())).unwrap_or_else(unclear)
            }
            Operation::DeleteContact { contact_id } => {
                present_if(shows(&result, contact_id.get())).unwrap_or_else(unclear)
            }
            Operation::DeleteLeadContact { contact_id, .. } => match links(&result) {
                Some(mut links) => {
                    links.retain(|link| link.contact_id == contact_id.get());
                    if links.is_empty() { Sight::NotListed } else { Sight::Present(links) }
                }
                None => unclear(),
            },
            Operation::DeleteLeadContactItems { .. } => match links(&result) {
                Some(links) if links.is_empty() => Sight::NotListed,
                Some(links) => Sight::Present(links),
                None => unclear(),
            },
        }
    }

    /// What a refused lookup shows: only "not found" proves anything.
    pub(crate) fn refused(error: Error) -> Sight {
        match error.kind() {
            ErrorKind::NotFound => Sight::Gone,
            _ => Sight::NoProof(error),
        }
    }
}

impl Command for LookupCommand {
    fn key(&self) -> &str {
        &self.key
    }

    fn method(&self) -> &'static str {
        match (&self.operation, self.api) {
            (Operation::DeleteLead { .. } | Operation::DeleteContact { .. }, Api::Item) => "crm.item.get",
            (Operation::DeleteLead { .. }, Api::Classic) => "crm.lead.get",
            (Operation::DeleteContact { .. }, Api::Classic) => "crm.contact.get",
            (Operation::DeleteLeadContact { .. } | Operation::DeleteLeadContactItems { .. }, _) => {
                "crm.lead.contact.items.get"
            }
        }
    }
}

fn present_if(shown: bool) -> Option<Sight> {
    shown.then(|| Sight::Present(Vec::new()))
}

/// True when the record has this id: `ID` of the classic methods, `item.id` of crm.item.get.
fn shows(result: &Value, id: u64) -> bool {
    let found = result.get("ID").or_else(|| result.get("item")?.get("id"));
    found.and_then(number).is_some_and(|found| u64::try_from(found).is_ok_and(|found| found == id))
}

fn links(result: &Value) -> Option<Vec<Link>> {
    let link = |row: &Value| {
        let contact_id = u64::try_from(number(row.get("CONTACT_ID")?)?).ok()?;
        Some(Link { contact_id, sort: row.get("SORT").and_then(number).unwrap_or_default() })
    };
    result.as_array()?.iter().map(link).collect()
}

/// A whole number, also as a string.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// The body of a `batch` of lookups.
pub(crate) fn batch_body(commands: &[LookupCommand]) -> Vec<u8> {
    let queries: Map<_, _> =
        commands.iter().map(|command| (command.key.clone(), command.query().into())).collect();
    json!({ "halt": 0, "cmd": queries }).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(operation: Operation, api: Api, result: &str) -> String {
        let raw = RawValue::from_string(result.to_owned()).unwrap();
        match LookupCommand::new(operation, api).read(&raw, 200) {
            Sight::Gone => "gone".to_owned(),
            Sight::Present(links) => format!("present {}", links.len()),
            Sight::NotListed => "not listed".to_owned(),
            Sight::NoProof(_) => "no proof".to_owned(),
        }
    }

    #[test]
    fn only_the_record_asked_for_proves_its_presence() {
        let lead = Operation::lead(5).unwrap();
        assert_eq!(sight(lead, Api::Classic, r#"{"ID":"5"}"#), "present 0");
        assert_eq!(sight(lead, Api::Item, r#"{"item":{"id":5}}"#), "present 0");
        for odd in [r#"{"ID":"6"}"#, "[]", "null", "true", "{}", r#"{"ID":[]}"#] {
            assert_eq!(sight(lead, Api::Classic, odd), "no proof", "{odd}");
        }
    }

    #[test]
    fn a_binding_is_found_among_the_leads_bindings() {
        let rows = r#"[{"CONTACT_ID":1,"SORT":10,"IS_PRIMARY":"Y"},{"CONTACT_ID":"2","SORT":"20"}]"#;
        assert_eq!(sight(Operation::lead_contact(9, 2).unwrap(), Api::Classic, rows), "present 1");
        assert_eq!(sight(Operation::lead_contact(9, 3).unwrap(), Api::Classic, rows), "not listed");
        assert_eq!(sight(Operation::lead_contact_items(9).unwrap(), Api::Classic, rows), "present 2");
        assert_eq!(sight(Operation::lead_contact_items(9).unwrap(), Api::Classic, "[]"), "not listed");
        assert_eq!(
            sight(Operation::lead_contact_items(9).unwrap(), Api::Classic, r#"[{"ID":1}]"#),
            "no proof"
        );
    }

    #[test]
    fn a_refused_lookup_proves_absence_only_by_not_found() {
        let refused = |kind| LookupCommand::refused(Error::new(kind, ""));
        assert!(matches!(refused(ErrorKind::NotFound), Sight::Gone));
        assert!(matches!(refused(ErrorKind::AccessDenied), Sight::NoProof(_)));
        assert!(matches!(refused(ErrorKind::PortalError), Sight::NoProof(_)));
    }
}
