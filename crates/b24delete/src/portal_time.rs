//! The `time` structure of the portal's replies.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

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
    let number = match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    Ok(number.filter(|number| number.is_finite()))
}

/// A string; anything else counts as not given.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(Some(text)),
        _ => Ok(None),
    }
}
