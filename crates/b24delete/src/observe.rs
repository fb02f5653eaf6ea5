//! What a run tells while it works: waits, repeats, lookups.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// Told of events as they happen. Calls come from the engine's own task, so a slow observer slows the run.
pub trait Observer: Send + Sync {
    /// Something happened that the user may want to see.
    fn on_event(&self, event: &Event<'_>);
}

impl<F: Fn(&Event<'_>) + Send + Sync> Observer for F {
    fn on_event(&self, event: &Event<'_>) {
        self(event);
    }
}

impl fmt::Debug for dyn Observer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Observer")
    }
}

/// An event of a run or a single call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Nothing can be sent for a while.
    Waiting {
        /// Why.
        reason: WaitReason,
        /// For how long, as far as is known.
        duration: Duration,
    },
    /// A request is sent.
    Sending {
        /// The REST method: `batch`, or the method of a single call.
        method: &'static str,
        /// How many operations it carries.
        operations: usize,
        /// True when it only reads.
        lookup: bool,
    },
    /// A request, or single operations of it, came to nothing and will be looked up or sent again.
    Retrying {
        /// How many operations are concerned.
        operations: usize,
        /// What went wrong.
        error: &'a Error,
    },
}

/// Why nothing is sent for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitReason {
    /// The limit on requests.
    RateLimit,
    /// The limit on a method's execution time.
    OperatingTime,
    /// The portal cannot be reached or fails inside.
    Unreachable,
    /// A lost request may still be at work.
    Settling,
}

impl WaitReason {
    /// A few words for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RateLimit => "request limit",
            Self::OperatingTime => "operating time limit",
            Self::Unreachable => "portal not reachable",
            Self::Settling => "lost answer settles",
        }
    }

    /// The error of a call whose deadline passed during such a wait, with nothing sent.
    pub(crate) fn passed_deadline(self) -> Error {
        let (kind, limit) = match self {
            Self::RateLimit => (ErrorKind::RateLimited, "the limit on requests"),
            Self::OperatingTime => (ErrorKind::OperationTimeLimit, "the limit on execution time"),
            Self::Unreachable | Self::Settling => (ErrorKind::Connection, "the portal to answer again"),
        };
        Error::not_sent(kind, format!("the deadline passed while the call waited for {limit}"))
    }
}
