//! Reading parameters as PHP code would: names in either case, numbers as text, lists as maps.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Refusal;

/// The parameter of that lower-case name, which clients also write in upper case.
pub(super) fn find<'a>(params: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    params.get(name).or_else(|| params.get(&name.to_ascii_uppercase()))
}

/// The whole number that a value is or spells.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The id that a value is or spells.
pub(super) fn id(value: Option<&Value>) -> Option<i64> {
    value.and_then(integer).filter(|id| *id > 0)
}

/// The parameter `id` of old CRM methods.
pub(super) fn record_id(params: &Map<String, Value>) -> Result<i64, Refusal> {
    id(find(params, "id")).ok_or_else(Refusal::invalid_id)
}

/// A value that PHP calls an array, as a map; a list has its places as keys.
pub(super) fn array(value: &Value) -> Option<Cow<'_, Map<String, Value>>> {
    match value {
        Value::Object(map) => Some(Cow::Borrowed(map)),
        Value::Array(list) => {
            let entries = list.iter().enumerate().map(|(place, value)| (place.to_string(), value.clone()));
            Some(Cow::Owned(entries.collect()))
        }
        _ => None,
    }
}

/// The elements of a value that PHP calls an array, without their keys.
pub(super) fn elements(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(list) => Some(list.iter().collect()),
        Value::Object(map) => Some(map.values().collect()),
        _ => None,
    }
}

/// The array parameter of that name, empty when it is missing.
pub(super) fn optional_array<'a>(
    params: &'a Map<String, Value>,
    name: &str,
) -> Result<Cow<'a, Map<String, Value>>, Refusal> {
    match find(params, name) {
        None | Some(Value::Null) => Ok(Cow::Owned(Map::new())),
        Some(Value::String(text)) if text.is_empty() => Ok(Cow::Owned(Map::new())),
        Some(value) => array(value).ok_or_else(|| must_be_array(name)),
    }
}

/// The array parameter of that name.
pub(super) fn required_array<'a>(
    params: &'a Map<String, Value>,
    name: &str,
) -> Result<Cow<'a, Map<String, Value>>, Refusal> {
    find(params, name).and_then(array).ok_or_else(|| must_be_array(name))
}

/// The texts in an array parameter of that name.
pub(super) fn texts(params: &Map<String, Value>, name: &str) -> Vec<String> {
    let elements = find(params, name).map(|value| elements(value).unwrap_or_else(|| vec![value]));
    elements.unwrap_or_default().into_iter().filter_map(text).collect()
}

/// The text of a scalar.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(if *flag { "1" } else { "" }.to_owned()),
        _ => None,
    }
}

/// Whether a value stands for "yes", in any of the ways of clients.
pub(super) fn is_yes(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_i64() == Some(1),
        Value::String(text) => matches!(text.as_str(), "Y" | "y" | "1" | "true"),
        _ => false,
    }
}

fn must_be_array(name: &str) -> Refusal {
    Refusal::plain(format!("Parameter '{name}' must be array."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{id, record_id};

    #[test]
    fn ids_are_positive_whole_numbers_in_any_notation() {
        for value in [json!(5), json!("5"), json!(" 5 ")] {
            assert_eq!(id(Some(&value)), Some(5), "{value}");
        }
        for value in
            [json!(0), json!(-5), json!("5a"), json!(""), json!(5.5), json!(true), json!(null), json!([5])]
        {
            assert_eq!(id(Some(&value)), None, "{value}");
        }
        assert_eq!(id(None), None);
        assert_eq!(record_id(json!({"ID": "7"}).as_object().unwrap()), Ok(7));
        assert!(record_id(json!({"Id": "7"}).as_object().unwrap()).is_err());
    }
}
