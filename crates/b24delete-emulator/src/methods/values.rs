//! Values on their way into the records and out of them, in the notation of either family of methods.

use rusqlite::types::Value as Sql;
use serde_json::{Number, Value, json};

use crate::portal_time;
use crate::store::field::{Field, Kind};

use super::params;

/// A value as the records keep it; none when it does not suit the field.
pub(super) fn keep(field: &Field, value: &Value) -> Option<Sql> {
    if matches!(value, Value::Null) || value == "" {
        return Some(Sql::Null);
    }
    match field.kind {
        kind if kind.is_number() => params::integer(value).map(Sql::Integer),
        kind if kind.is_time() => time(value).map(Sql::Integer),
        Kind::Money => amount(value).map(Sql::Real),
        Kind::Flag => {
            let flag = if params::is_yes(value) { "Y" } else { "N" };
            Some(Sql::Text(flag.to_owned()))
        }
        _ => params::text(value).map(Sql::Text),
    }
}

/// A kept value as old CRM methods answer it: every scalar is text.
pub(super) fn classic(field: &Field, value: &Sql) -> Value {
    match (field.kind, value) {
        (Kind::Date, Sql::Null) => Value::from(""),
        (_, Sql::Integer(seconds)) if field.kind.is_time() => Value::from(portal_time::iso(*seconds)),
        (Kind::Money, Sql::Real(amount)) => Value::from(format!("{amount:.2}")),
        (_, Sql::Integer(number)) => Value::from(number.to_string()),
        (_, Sql::Real(number)) => Value::from(number.to_string()),
        (_, Sql::Text(text)) => Value::from(text.as_str()),
        (_, Sql::Null | Sql::Blob(_)) => Value::Null,
    }
}

/// A kept value as crm.item methods answer it: numbers are numbers.
pub(super) fn item(field: &Field, value: &Sql) -> Value {
    match (field.kind, value) {
        (_, Sql::Integer(seconds)) if field.kind.is_time() => Value::from(portal_time::iso(*seconds)),
        (Kind::Record(_), Sql::Null) => json!(0),
        (_, Sql::Integer(number)) => Value::from(*number),
        // PHP writes whole amounts without decimals.
        (_, Sql::Real(number)) => whole(*number).map_or_else(|| json!(number), Value::from),
        (_, Sql::Text(text)) => Value::from(text.as_str()),
        (_, Sql::Null | Sql::Blob(_)) => Value::Null,
    }
}

/// A value without a column of its own as old CRM methods answer it.
pub(super) fn classic_extra(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.to_string()),
        other => other.clone(),
    }
}

fn whole(number: f64) -> Option<i64> {
    Number::from_f64(number).filter(|_| number.fract() == 0.0)?;
    format!("{number:.0}").parse().ok()
}

fn amount(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| params::text(value)?.trim().parse().ok()).filter(|amount| amount.is_finite())
}

fn time(value: &Value) -> Option<i64> {
    value.as_str().and_then(portal_time::parse)
}
