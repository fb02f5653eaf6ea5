//! The `time` structure of the portal's replies.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The portal's account of the time a call took; its composition varies by method, so every field is optional.
///
/// Instants are Unix seconds by the portal's clock, which is not ours; durations are seconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PortalTime {
    /// When the portal began.
    #[serde(deserialize_with = "number")]
    pub start: Option<f64>,
    /// When the portal finished.
    #[serde(deserialize_with = "number")]
    pub finish: Option<f64>,
    /// `finish` minus `start`.
    #[serde(deserialize_with = "number")]
    pub duration: Option<f64>,
    /// Time of the method itself.
    #[serde(deserialize_with = "number")]
    pub processing: Option<f64>,
    /// `start` as ISO 8601.
    #[serde(deserialize_with = "text")]
    pub date_start: Option<String>,
    /// `finish` as ISO 8601.
    #[serde(deserialize_with = "text")]
    pub date_finish: Option<String>,
    /// Execution time of this method in the last ten minutes.
    #[serde(deserialize_with = "number")]
    pub operating: Option<f64>,
    /// When the oldest part of `operating` is forgotten.
    #[serde(deserialize_with = "number")]
    pub operating_reset_at: Option<f64>,
}

/// A number, also as a string; anything else counts as not given.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let number = match deserializer.deserialize_any(Plain)? {
        Value::Number(number) => Some(number),
        Value::Text(text) => text.parse().ok(),
        Value::Other => None,
    };
    Ok(number.filter(|number| number.is_finite()))
}

/// A string; anything else counts as not given.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match deserializer.deserialize_any(Plain)? {
        Value::Text(text) => Ok(Some(text)),
        Value::Number(_) | Value::Other => Ok(None),
    }
}

/// A value of a reply, as far as it may stand in a `time`.
enum Value {
    Number(f64),
    Text(String),
    Other,
}

/// Reads a value. Every reply has eight: a whole tree of JSON for each would take as long as all the rest of it.
struct Plain;

#[expect(clippy::cast_precision_loss, reason = "as serde_json itself gives whole numbers as fractions")]
impl<'de> Visitor<'de> for Plain {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }
}
