//! The protocol between the harness and its drivers: lines of a name, a tab and a value, ended by an empty line.
//!
//! It is as simple as that so that a driver in C needs no JSON. In values `%`, tab, carriage return and line feed are
//! percent-encoded.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::Broken;

/// What a driver is asked to do.
#[derive(Debug, Clone, Default)]
pub(super) struct Question(String);

impl Question {
    /// Adds a field.
    pub(super) fn push(&mut self, name: &str, value: impl std::fmt::Display) {
        let value = encoded(&value.to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{name}\t{value}");
    }

    /// Adds a field that is there.
    pub(super) fn push_some<T: std::fmt::Display>(&mut self, name: &str, value: Option<T>) {
        if let Some(value) = value {
            self.push(name, value);
        }
    }

    /// The lines with their end.
    pub(super) fn text(&self) -> String {
        format!("{}\n", self.0)
    }
}

/// Escapes what would end a field.
pub fn encoded(value: &str) -> String {
    let mut text = value.replace('%', "%25");
    for (plain, escaped) in [("\t", "%09"), ("\r", "%0D"), ("\n", "%0A")] {
        text = text.replace(plain, escaped);
    }
    text
}

/// What [`encoded`] escaped.
pub fn decoded(value: &str) -> String {
    let mut text = value.to_owned();
    for (plain, escaped) in [("\t", "%09"), ("\r", "%0D"), ("\n", "%0A")] {
        text = text.replace(escaped, plain);
    }
    text.replace("%25", "%")
}

/// What a driver answered.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The client was made.
    pub(super) opened: bool,
    /// The job was planned.
    pub(super) planned: bool,
    pub(super) deletion: Option<Map<String, Value>>,
    pub(super) error: Option<Map<String, Value>>,
    pub(super) outcomes: Vec<Map<String, Value>>,
    pub(super) summary: Option<Map<String, Value>>,
    pub(super) saves: Option<u64>,
}

/// The fields of each record: what is a number, and what is text. A field that is not there is null.
const DELETION: Fields = Fields { numbers: &["attempts"], texts: &["status", "confirmed_by"] };
const TIME: Fields = Fields {
    numbers: &["start", "finish", "duration", "processing", "operating", "operating_reset_at"],
    texts: &["date_start", "date_finish"],
};
const ERROR: Fields = Fields {
    numbers: &["http_status", "attempts"],
    texts: &["kind", "class", "effect", "method", "code", "description", "message", "debug"],
};
const OUTCOME: Fields = Fields {
    numbers: &["seq", "lead_id", "contact_id", "attempts"],
    texts: &["method", "status", "confirmed_by", "json"],
};
const SUMMARY: Fields = Fields {
    numbers: &[
        "total",
        "deleted",
        "deleted_by_lookup",
        "absent",
        "failed",
        "unknown",
        "not_run",
        "requests",
        "seconds",
    ],
    texts: &["stopped_by", "json"],
};
const STORE: Fields = Fields { numbers: &["saves"], texts: &[] };

struct Fields {
    numbers: &'static [&'static str],
    texts: &'static [&'static str],
}

impl Fields {
    /// A record with every field, all of them null.
    fn empty(&self) -> Map<String, Value> {
        self.numbers.iter().chain(self.texts).map(|name| ((*name).to_owned(), Value::Null)).collect()
    }

    fn read(&self, name: &str, value: &str) -> Result<Value, Broken> {
        match (self.texts.contains(&name), self.numbers.contains(&name)) {
            (true, _) => Ok(value.into()),
            (_, true) => Ok(number(value)?),
            _ => Err(format!("the driver told an unknown field `{name}`").into()),
        }
    }
}

fn number(value: &str) -> Result<Value, Broken> {
    let whole = value.parse::<u64>().map(Value::from);
    let number = whole.or_else(|_| value.parse::<f64>().map(Value::from));
    Ok(number.map_err(|_| format!("the driver told `{value}`, which is no number"))?)
}

impl Told {
    /// Reads the lines of an answer, of which the first of each record is `record` and its name. An error behind an
    /// outcome is that of the outcome.
    pub(super) fn read(lines: &[String]) -> Result<Self, Broken> {
        let mut told = Self::default();
        let mut record = String::new();
        for line in lines {
            let (name, value) = line.split_once('\t').ok_or_else(|| format!("the driver said: {line}"))?;
            let value = decoded(value);
            match name {
                "record" => {
                    told.begin(&value)?;
                    record = value;
                }
                _ => told.field(&record, name, &value)?,
            }
        }
        Ok(told)
    }

    fn begin(&mut self, record: &str) -> Result<(), Broken> {
        match record {
            "opened" => self.opened = true,
            "planned" => self.planned = true,
            "deletion" => self.deletion = Some(DELETION.empty()),
            "outcome" => {
                let mut outcome = OUTCOME.empty();
                outcome.insert("error".to_owned(), Value::Null);
                self.outcomes.push(outcome);
            }
            "error" => {
                let mut error = ERROR.empty();
                error.insert("causes".to_owned(), Vec::<Value>::new().into());
                match self.outcomes.last_mut() {
                    Some(outcome) => drop(outcome.insert("error".to_owned(), error.into())),
                    None => self.error = Some(error),
                }
            }
            "summary" => self.summary = Some(SUMMARY.empty()),
            "time" | "store" => {}
            _ => return Err(format!("the driver told an unknown record `{record}`").into()),
        }
        Ok(())
    }

    fn field(&mut self, record: &str, name: &str, value: &str) -> Result<(), Broken> {
        match record {
            "deletion" => insert(self.deletion.as_mut(), name, DELETION.read(name, value)?),
            "time" => {
                let value = TIME.read(name, value)?;
                let deletion = self.deletion.as_mut().ok_or("a time without a deletion")?;
                let time = deletion.entry("time").or_insert_with(|| Map::new().into());
                insert(time.as_object_mut(), name, value)
            }
            "outcome" => insert(self.outcomes.last_mut(), name, OUTCOME.read(name, value)?),
            "error" => {
                let error = match self.outcomes.last_mut() {
                    Some(outcome) => outcome.get_mut("error").and_then(Value::as_object_mut),
                    None => self.error.as_mut(),
                };
                match (name, error) {
                    ("cause", Some(error)) => match error.get_mut("causes") {
                        Some(Value::Array(causes)) => {
                            causes.push(value.into());
                            Ok(())
                        }
                        _ => Err("an error without causes".into()),
                    },
                    (_, error) => insert(error, name, ERROR.read(name, value)?),
                }
            }
            "summary" => insert(self.summary.as_mut(), name, SUMMARY.read(name, value)?),
            "store" => {
                self.saves = STORE.read(name, value)?.as_u64();
                Ok(())
            }
            _ => Err(format!("the driver said outside of a record: {name} {value}").into()),
        }
    }
}

fn insert(record: Option<&mut Map<String, Value>>, name: &str, value: Value) -> Result<(), Broken> {
    record.ok_or("a field without its record")?.insert(name.to_owned(), value);
    Ok(())
}
