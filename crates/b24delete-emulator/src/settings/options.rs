//! The options that are written as short texts, such as `50/2` or `crm.lead.delete=0.5`.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::profile::{Answers, Unlinked};

#[cfg(test)]
mod tests;

/// A text that is not a value of its option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionError {
    value: String,
    allowed: &'static str,
}

impl OptionError {
    fn new(value: &str, allowed: &'static str) -> Self {
        Self { value: value.to_owned(), allowed }
    }
}

impl fmt::Display for OptionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` is not {}", self.value, self.allowed)
    }
}

impl Error for OptionError {}

/// The leaky bucket on HTTP requests. Written `X/Y`, such as `50/2`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RateLimit {
    /// How many requests the bucket holds.
    pub capacity: f64,
    /// How many requests leak out per second.
    pub per_second: f64,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { capacity: 50.0, per_second: 2.0 }
    }
}

impl FromStr for RateLimit {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed =
            "a rate limit: `X/Y` with X requests at once (1 or more) and Y per second (above 0), or `off`";
        let (capacity, per_second) = positive_pair(text).ok_or_else(|| OptionError::new(text, allowed))?;
        if capacity < 1.0 {
            return Err(OptionError::new(text, allowed));
        }
        Ok(Self { capacity, per_second })
    }
}

/// The limit on operating time per method. Written `S/W`, such as `480/600`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OperatingLimit {
    /// The seconds of operating time that one method may use in a window.
    pub seconds: f64,
    /// The length of the window in seconds; it has ten baskets.
    pub window: f64,
}

impl Default for OperatingLimit {
    fn default() -> Self {
        Self { seconds: 480.0, window: 600.0 }
    }
}

impl FromStr for OperatingLimit {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed =
            "an operating limit: `S/W` with S seconds in a window of W seconds (both above 0), or `off`";
        let (seconds, window) = positive_pair(text).ok_or_else(|| OptionError::new(text, allowed))?;
        Ok(Self { seconds, window })
    }
}

/// Reads a rate limit, where `off` means none.
///
/// # Errors
///
/// When the text is neither `X/Y` nor `off`.
pub fn parse_rate_limit(text: &str) -> Result<Option<RateLimit>, OptionError> {
    if text == "off" { Ok(None) } else { text.parse().map(Some) }
}

/// Reads an operating limit, where `off` means none.
///
/// # Errors
///
/// When the text is neither `S/W` nor `off`.
pub fn parse_operating(text: &str) -> Result<Option<OperatingLimit>, OptionError> {
    if text == "off" { Ok(None) } else { text.parse().map(Some) }
}

/// A method's name in any letter case, where each `*` stands for any text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct MethodPattern(String);

impl MethodPattern {
    /// True when `method`, in lower case, is one that the pattern means.
    #[must_use]
    pub fn matches(&self, method: &str) -> bool {
        let Some((start, rest)) = self.0.split_once('*') else { return self.0 == method };
        let Some(mut text) = method.strip_prefix(start) else { return false };
        let mut pieces: Vec<&str> = rest.split('*').collect();
        let end = pieces.pop().unwrap_or_default();
        for piece in pieces {
            let Some((_, after)) = text.split_once(piece) else { return false };
            text = after;
        }
        text.ends_with(end)
    }
}

impl Default for MethodPattern {
    fn default() -> Self {
        Self("*".to_owned())
    }
}

impl From<String> for MethodPattern {
    fn from(pattern: String) -> Self {
        Self(pattern.to_lowercase())
    }
}

impl From<&str> for MethodPattern {
    fn from(pattern: &str) -> Self {
        Self(pattern.to_lowercase())
    }
}

impl From<MethodPattern> for String {
    fn from(pattern: MethodPattern) -> Self {
        pattern.0
    }
}

/// The time that a command takes on the portal. Written `METHOD=SECONDS`, where METHOD may hold `*`.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodCost {
    /// The methods that take so long.
    pub method: MethodPattern,
    /// Seconds for one command.
    pub seconds: f64,
}

impl FromStr for MethodCost {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || OptionError::new(text, "a cost: `METHOD=SECONDS` with 0 to 86400 seconds");
        let (method, seconds) = text.split_once('=').ok_or_else(wrong)?;
        let seconds: f64 = seconds.trim().parse().map_err(|_| wrong())?;
        let method = method.trim();
        if method.is_empty() || !(0.0..=86_400.0).contains(&seconds) {
            return Err(wrong());
        }
        Ok(Self { method: method.into(), seconds })
    }
}

/// To which method the time of a batch is charged. Written `nested` or `batch`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// Each command is charged to its own method, the batch to none, as the documentation says.
    #[default]
    Nested,
    /// The whole batch is charged to the method `batch`, its commands to none, and calls under 0.1 s are free, as was
    /// measured on a portal in 2026.
    Batch,
}

impl FromStr for Charge {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "nested" => Ok(Self::Nested),
            "batch" => Ok(Self::Batch),
            _ => Err(OptionError::new(text, "one of `nested`, `batch`")),
        }
    }
}

/// What the portal does with a request after the gateway cut it. Written `stop`, `finish-command` or `run-on`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterCut {
    /// Nothing more executes, the command at work included.
    #[default]
    Stop,
    /// The command at work executes, no other one does.
    FinishCommand,
    /// Everything executes.
    RunOn,
}

impl FromStr for AfterCut {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "stop" => Ok(Self::Stop),
            "finish-command" => Ok(Self::FinishCommand),
            "run-on" => Ok(Self::RunOn),
            _ => Err(OptionError::new(text, "one of `stop`, `finish-command`, `run-on`")),
        }
    }
}

impl FromStr for Answers {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "documented" => Ok(Self::Documented),
            "observed" => Ok(Self::Observed),
            _ => Err(OptionError::new(text, "one of `documented`, `observed`")),
        }
    }
}

impl FromStr for Unlinked {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "false" => Ok(Self::False),
            "not_found" => Ok(Self::NotFound),
            "true" => Ok(Self::True),
            _ => Err(OptionError::new(text, "one of `false`, `not_found`, `true`")),
        }
    }
}

/// Reads `A/B` with two finite numbers above 0.
fn positive_pair(text: &str) -> Option<(f64, f64)> {
    let (first, second) = text.split_once('/')?;
    let number =
        |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    Some((number(first)?, number(second)?))
}
