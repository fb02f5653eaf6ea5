//! The four deletes as requests, and what their results say.

use serde_json::value::RawValue;

use super::sections::Command;
use crate::error::{Error, ErrorKind};
use crate::operation::Operation;
use crate::options::Api;

/// Entity type of leads in `crm.item.*`.
pub(crate) const LEAD_TYPE: u8 = 1;
/// Entity type of contacts in `crm.item.*`.
pub(crate) const CONTACT_TYPE: u8 = 3;

/// A delete as a command of a request.
#[derive(Debug, Clone)]
pub(crate) struct DeleteCommand {
    operation: Operation,
    api: Api,
    key: String,
}

/// What the result of a delete says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeleteResult {
    /// The portal did it.
    Done,
    /// `false` of crm.lead.contact.delete: the contact was not linked.
    NothingToDo,
    /// Something that the documentation does not know.
    Unexpected,
}

impl DeleteCommand {
    pub(crate) fn new(operation: Operation, api: Api) -> Self {
        // The key names the operation itself: a reply that belongs to another request cannot attach by chance.
        let key = match operation {
            Operation::DeleteLead { lead_id } => joined("l", lead_id.get()),
            Operation::DeleteContact { contact_id } => joined("c", contact_id.get()),
            Operation::DeleteLeadContact { lead_id, contact_id } => {
                let mut key = joined("b", lead_id.get());
                push(&mut key, "_", contact_id.get());
                key
            }
            Operation::DeleteLeadContactItems { lead_id } => joined("a", lead_id.get()),
        };
        Self { operation, api, key }
    }

    /// A command that travels alone and needs no key.
    pub(crate) fn alone(operation: Operation, api: Api) -> Self {
        Self { operation, api, key: String::new() }
    }

    /// The command inside `batch`: `method?query`.
    fn write_query(&self, out: &mut String) {
        out.push_str(self.method());
        match (self.operation, self.api) {
            (Operation::DeleteLead { lead_id }, Api::Item) => {
                push(out, "?entityTypeId=", LEAD_TYPE.into());
                push(out, "&id=", lead_id.get());
            }
            (Operation::DeleteContact { contact_id }, Api::Item) => {
                push(out, "?entityTypeId=", CONTACT_TYPE.into());
                push(out, "&id=", contact_id.get());
            }
            (Operation::DeleteLead { lead_id } | Operation::DeleteLeadContactItems { lead_id }, _) => {
                push(out, "?id=", lead_id.get());
            }
            (Operation::DeleteContact { contact_id }, Api::Classic) => push(out, "?id=", contact_id.get()),
            (Operation::DeleteLeadContact { lead_id, contact_id }, _) => {
                push(out, "?id=", lead_id.get());
                push(out, "&fields%5BCONTACT_ID%5D=", contact_id.get());
            }
        }
    }

    /// The body of a call of the method itself.
    pub(crate) fn body(&self) -> Vec<u8> {
        let text = match (self.operation, self.api) {
            (Operation::DeleteLead { lead_id }, Api::Item) => {
                format!(r#"{{"entityTypeId":{LEAD_TYPE},"id":{lead_id}}}"#)
            }
            (Operation::DeleteContact { contact_id }, Api::Item) => {
                format!(r#"{{"entityTypeId":{CONTACT_TYPE},"id":{contact_id}}}"#)
            }
            (Operation::DeleteLead { lead_id } | Operation::DeleteLeadContactItems { lead_id }, _) => {
                format!(r#"{{"id":{lead_id}}}"#)
            }
            (Operation::DeleteContact { contact_id }, Api::Classic) => format!(r#"{{"id":{contact_id}}}"#),
            (Operation::DeleteLeadContact { lead_id, contact_id }, _) => {
                format!(r#"{{"id":{lead_id},"fields":{{"CONTACT_ID":{contact_id}}}}}"#)
            }
        };
        text.into_bytes()
    }

    /// What the `result` of the delete says.
    pub(crate) fn read(&self, result: &RawValue) -> DeleteResult {
        let item = self.method() == "crm.item.delete";
        let binding = matches!(self.operation, Operation::DeleteLeadContact { .. });
        match result.get() {
            "true" if !item => DeleteResult::Done,
            "false" if binding => DeleteResult::NothingToDo,
            list if item && is_empty_list(list) => DeleteResult::Done,
            _ => DeleteResult::Unexpected,
        }
    }

    /// The error for a result that the documentation does not know.
    pub(crate) fn unexpected(&self, http_status: u16) -> Error {
        Error::new(ErrorKind::UnexpectedAnswer, "the delete was answered with an unknown `result`")
            .with_method(self.method())
            .with_http_status(http_status)
    }
}

impl Command for DeleteCommand {
    fn key(&self) -> &str {
        &self.key
    }

    fn method(&self) -> &'static str {
        rest_method(&self.operation, self.api)
    }

    fn measure(&self) -> &'static str {
        self.operation.method()
    }
}

/// The REST method that carries out an operation.
pub(crate) fn rest_method(operation: &Operation, api: Api) -> &'static str {
    match (operation, api) {
        (Operation::DeleteLead { .. } | Operation::DeleteContact { .. }, Api::Item) => "crm.item.delete",
        _ => operation.method(),
    }
}

fn is_empty_list(raw: &str) -> bool {
    raw.strip_prefix('[').is_some_and(|rest| rest.trim() == "]")
}

/// Appends a word and a number; the formatter of the standard library is too slow where every delete needs it.
fn push(out: &mut String, word: &str, number: u64) {
    out.push_str(word);
    out.push_str(itoa::Buffer::new().format(number));
}

/// A word and a number, with room for a second pair.
fn joined(word: &str, number: u64) -> String {
    let mut text = String::with_capacity(24);
    push(&mut text, word, number);
    text
}

/// The body of a `batch` of deletes, which goes on after a refused command.
pub(crate) fn batch_body(commands: &[DeleteCommand]) -> Vec<u8> {
    let mut body = String::with_capacity(32 + commands.len() * 48);
    body.push_str(r#"{"halt":0,"cmd":{"#);
    for (index, command) in commands.iter().enumerate() {
        // Keys and queries are made of letters, digits and `?=&%_`: nothing to escape.
        body.push_str(if index == 0 { "\"" } else { ",\"" });
        body.push_str(&command.key);
        body.push_str("\":\"");
        command.write_query(&mut body);
        body.push('"');
    }
    body.push_str("}}");
    body.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(api: Api) -> Vec<DeleteCommand> {
        let operations = [
            Operation::lead(123).unwrap(),
            Operation::contact(50).unwrap(),
            Operation::lead_contact(1, 1010).unwrap(),
            Operation::lead_contact_items(7).unwrap(),
        ];
        operations.into_iter().map(|operation| DeleteCommand::new(operation, api)).collect()
    }

    #[test]
    fn the_four_methods_are_called_as_documented() {
        let batch = String::from_utf8(batch_body(&commands(Api::Classic))).unwrap();
        let expected = concat!(
            r#"{"halt":0,"cmd":{"l123":"crm.lead.delete?id=123","c50":"crm.contact.delete?id=50","#,
            r#""b1_1010":"crm.lead.contact.delete?id=1&fields%5BCONTACT_ID%5D=1010","#,
            r#""a7":"crm.lead.contact.items.delete?id=7"}}"#
        );
        assert_eq!(batch, expected);
        let bodies: Vec<_> = commands(Api::Classic).iter().map(|command| command.body()).collect();
        let expected =
            [r#"{"id":123}"#, r#"{"id":50}"#, r#"{"id":1,"fields":{"CONTACT_ID":1010}}"#, r#"{"id":7}"#];
        assert_eq!(bodies, expected.map(|body| body.as_bytes().to_vec()));
    }

    #[test]
    fn the_item_api_serves_records_and_leaves_bindings() {
        let methods: Vec<_> = commands(Api::Item).iter().map(|command| command.method()).collect();
        let bindings = ["crm.lead.contact.delete", "crm.lead.contact.items.delete"];
        assert_eq!(methods, ["crm.item.delete", "crm.item.delete", bindings[0], bindings[1]]);
        let body = |index: usize| String::from_utf8(commands(Api::Item)[index].body()).unwrap();
        assert_eq!(body(0), r#"{"entityTypeId":1,"id":123}"#);
        assert_eq!(body(1), r#"{"entityTypeId":3,"id":50}"#);
    }

    #[test]
    fn only_the_documented_results_count() {
        let read = |index: usize, api, raw: &str| {
            commands(api)[index].read(&RawValue::from_string(raw.to_owned()).unwrap())
        };
        assert_eq!(read(0, Api::Classic, "true"), DeleteResult::Done);
        assert_eq!(read(2, Api::Classic, "false"), DeleteResult::NothingToDo);
        assert_eq!(read(0, Api::Item, "[ ]"), DeleteResult::Done);
        for odd in ["false", "1", "\"true\"", "null", "[]", "{}", "[true]"] {
            assert_eq!(read(0, Api::Classic, odd), DeleteResult::Unexpected, "{odd}");
            assert_eq!(read(1, Api::Classic, odd), DeleteResult::Unexpected, "{odd}");
        }
        for odd in ["true", "false", "null", "[1]", "{}"] {
            assert_eq!(read(0, Api::Item, odd), DeleteResult::Unexpected, "{odd}");
        }
        assert_eq!(read(3, Api::Classic, "false"), DeleteResult::Unexpected);
    }
}
