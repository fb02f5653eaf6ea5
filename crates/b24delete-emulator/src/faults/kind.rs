//! What can go wrong.

use serde::{Deserialize, Serialize};

/// What happens to a request, or to one command of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is closed without an answer.
    Reset {},
    /// The connection is closed in the middle of the answer.
    BrokenOff {},
    /// A page of the gateway instead of JSON.
    Html {
        /// The HTTP status.
        #[serde(default = "bad_gateway")]
        status: u16,
    },
    /// The answer ends in the middle, as if it were whole.
    Truncated {},
    /// The answer has no body.
    Empty {},
    /// The answer comes late, or never.
    Stall {
        /// Seconds of waiting; never ends without them.
        #[serde(default)]
        seconds: Option<f64>,
    },
    /// The answer comes in drops.
    Slow {
        /// How fast it comes.
        #[serde(default = "one")]
        bytes_per_second: f64,
    },
    /// The client is sent elsewhere.
    Redirect {
        /// The HTTP status.
        #[serde(default = "found")]
        status: u16,
        /// The URL that it is sent to.
        location: String,
    },
    /// A body of choice, of any type.
    Body {
        /// The HTTP status.
        #[serde(default = "ok")]
        status: u16,
        /// The type that the body claims to have.
        #[serde(default = "json")]
        content_type: String,
        /// The body.
        text: String,
    },
    /// The answer has bytes that are not UTF-8.
    InvalidUtf8 {},
    /// Some keys of the answer come twice, with contradicting values.
    DuplicateKeys {},
    /// The `result` nests deeply.
    DeepNesting {
        /// How deeply.
        #[serde(default = "ten_thousand")]
        depth: usize,
    },
    /// A small compressed body that unpacks to a huge one.
    GzipBomb {
        /// Its size when it is unpacked, in MiB.
        #[serde(default = "one_thousand")]
        mebibytes: usize,
    },
    /// A body without end.
    Endless {},
    /// The refusal of the rate limit.
    RateLimit {},
    /// The refusal of the operating limit.
    OperatingLimit {},
    /// The refusal of a portal that was blocked by hand.
    Overload {},
    /// A refusal of choice.
    Error {
        /// The HTTP status; it stays 200 when a command of a batch is struck.
        #[serde(default = "bad_request")]
        status: u16,
        /// The `error` word.
        #[serde(default)]
        code: String,
        /// The `error_description`.
        #[serde(default)]
        description: String,
    },
    /// A command of a batch is missing from both sections of the reply.
    Drop {},
    /// A command of a batch is in both sections of the reply.
    Both {
        /// The `error` word.
        #[serde(default)]
        code: String,
        /// The `error_description`.
        #[serde(default)]
        description: String,
    },
    /// What a deleting method removes is still found by `get` methods for a while, as from a replica that lags.
    Linger {
        /// For how long.
        seconds: f64,
    },
}

/// What a fault may strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// The HTTP request as a whole.
    Request,
    /// A command of a batch.
    Command,
    /// A single call or a command of a batch, or the batch when the pattern names it.
    Either,
    /// The records that a call or command deletes, beside any other fault.
    Record,
}

impl Fault {
    /// The word of the fault, for statistics.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Reset {} => "reset",
            Self::BrokenOff {} => "broken_off",
            Self::Html { .. } => "html",
            Self::Truncated {} => "truncated",
            Self::Empty {} => "empty",
            Self::Stall { .. } => "stall",
            Self::Slow { .. } => "slow",
            Self::Redirect { .. } => "redirect",
            Self::Body { .. } => "body",
            Self::InvalidUtf8 {} => "invalid_utf8",
            Self::DuplicateKeys {} => "duplicate_keys",
            Self::DeepNesting { .. } => "deep_nesting",
            Self::GzipBomb { .. } => "gzip_bomb",
            Self::Endless {} => "endless",
            Self::RateLimit {} => "rate_limit",
            Self::OperatingLimit {} => "operating_limit",
            Self::Overload {} => "overload",
            Self::Error { .. } => "error",
            Self::Drop {} => "drop",
            Self::Both { .. } => "both",
            Self::Linger { .. } => "linger",
        }
    }

    pub(super) fn level(&self) -> Level {
        match self {
            Self::RateLimit {} | Self::OperatingLimit {} | Self::Overload {} | Self::Error { .. } => {
                Level::Either
            }
            Self::Drop {} | Self::Both { .. } => Level::Command,
            Self::Linger { .. } => Level::Record,
            _ => Level::Request,
        }
    }
}

fn ok() -> u16 {
    200
}

fn found() -> u16 {
    302
}

fn bad_request() -> u16 {
    400
}

fn bad_gateway() -> u16 {
    502
}

fn json() -> String {
    "application/json; charset=utf-8".to_owned()
}

fn one() -> f64 {
    1.0
}

fn one_thousand() -> usize {
    1_000
}

fn ten_thousand() -> usize {
    10_000
}
