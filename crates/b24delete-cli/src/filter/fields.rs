//! The fields that a portal has, by its own account.

use std::collections::BTreeMap;

use b24delete_jobs::text::shortened;
use jiff::civil::Date;
use serde_json::Value;

use super::condition::{Condition, Filter};
use crate::escape::shown;
use crate::failure::Failure;

/// How a field's values can be compared here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldType {
    Number,
    Text,
    /// A date, or a date with time.
    Day,
    /// Several values, or a form that only the portal understands.
    Other,
}

/// The fields of leads or contacts by name.
#[derive(Debug)]
pub(super) struct Fields(BTreeMap<String, FieldType>);

impl Fields {
    /// Reads the answer of `crm.lead.fields` or `crm.contact.fields`.
    pub(super) fn read(answer: &Value) -> Option<Self> {
        let fields = answer.as_object().filter(|fields| !fields.is_empty())?;
        Some(Self(fields.iter().map(|(name, field)| (name.clone(), field_type(field))).collect()))
    }

    pub(super) fn type_of(&self, name: &str) -> FieldType {
        self.0.get(name).copied().unwrap_or(FieldType::Other)
    }

    /// Refuses a filter on a field that the portal does not have.
    pub(super) fn check(&self, filter: &Filter) -> Result<(), Failure> {
        let unknown = filter.conditions.iter().find(|condition| !self.0.contains_key(&condition.field));
        let Some(condition) = unknown else { return self.check_days(filter) };
        let field = shortened(&condition.field, 60);
        let failure = Failure::usage(format!(
            "filter key `{field}` is not a field of this portal, which would ignore it and match every record"
        ));
        Err(match self.similar(&condition.field) {
            Some(name) => failure.hint(format!("did you mean `{}`?", shortened(name, 60))),
            None => failure.hint("names are those of the REST methods, such as `STATUS_ID` or `UF_CRM_…`"),
        })
    }

    /// Refuses words where a day is needed: nobody knows what a portal makes of them.
    fn check_days(&self, filter: &Filter) -> Result<(), Failure> {
        let mut days =
            filter.conditions.iter().filter(|condition| self.type_of(&condition.field) == FieldType::Day);
        let wrong = |condition: &&Condition| !condition.values.iter().all(|value| is_day(value.trim()));
        match days.find(wrong) {
            None => Ok(()),
            Some(condition) => {
                let text = shown(&condition.to_string());
                Err(Failure::usage(format!(
                    "filter `{text}` needs a day, such as `2024-01-31` or `2024-01-31T12:00:00`"
                ))
                .hint("for a year ago: `date -d '1 year ago' +%F` writes the day"))
            }
        }
    }

    fn similar(&self, name: &str) -> Option<&str> {
        let bare = |name: &str| name.replace('_', "").to_ascii_uppercase();
        let wanted = bare(name);
        self.0.keys().map(String::as_str).find(|known| bare(known) == wanted)
    }
}

/// A day of the calendar, or a day as the portal's language writes it, which only the portal can read.
fn is_day(text: &str) -> bool {
    let begins_with_year = text.bytes().take_while(u8::is_ascii_digit).count() == 4;
    match begins_with_year {
        true => text.get(..10).is_some_and(|day| day.parse::<Date>().is_ok()),
        false => text.starts_with(|letter: char| letter.is_ascii_digit()) && text.contains(['.', '/']),
    }
}

fn field_type(field: &Value) -> FieldType {
    let several = matches!(field.get("isMultiple"), Some(Value::Bool(true)));
    match field.get("type").and_then(Value::as_str) {
        _ if several => FieldType::Other,
        Some("integer" | "double" | "user" | "crm_company" | "crm_contact" | "crm_lead") => FieldType::Number,
        Some("string" | "char" | "crm_status" | "crm_currency") => FieldType::Text,
        Some("date" | "datetime") => FieldType::Day,
        _ => FieldType::Other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_unknown_key_is_refused_with_the_likely_one() {
        let answer = json!({
            "STATUS_ID": {"type": "crm_status", "isMultiple": false},
            "DATE_CREATE": {"type": "datetime"},
            "PHONE": {"type": "crm_multifield", "isMultiple": true},
        });
        let fields = Fields::read(&answer).unwrap();
        let check = |text: &str| fields.check(&Filter::parse(&[text.to_owned()]).unwrap());
        assert_eq!(check(">=DATE_CREATE=2024-01-01"), Ok(()));
        for (text, hint) in
            [("status_id=NEW", "`STATUS_ID`"), ("DATECREATE=1", "`DATE_CREATE`"), ("X=1", "UF_CRM_")]
        {
            let failure = check(text).unwrap_err();
            assert!(failure.message.contains("is not a field"), "{failure:?}");
            assert!(failure.hints.concat().contains(hint), "{failure:?}");
        }
        for text in
            ["<DATE_CREATE=lastyear", ">DATE_CREATE=2024-13-01", "<DATE_CREATE=20240131", "<DATE_CREATE=-1"]
        {
            let failure = check(text).unwrap_err();
            assert!(failure.message.contains(text) && failure.message.contains("needs a day"), "{failure:?}");
        }
        for text in
            ["<DATE_CREATE=01.02.2024", "<DATE_CREATE=2/1/2024", ">DATE_CREATE=2024-01-31T10:00:00+03:00"]
        {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        assert_eq!(fields.type_of("PHONE"), FieldType::Other);
        assert_eq!(fields.type_of("DATE_CREATE"), FieldType::Day);
        assert!(Fields::read(&json!([])).is_none());
    }
}
