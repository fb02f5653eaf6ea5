//! The retry budget: how often in a row the portal may be out of reach, or refuse by a limit, before a run gives up.

use std::time::Duration;

use crate::clock::Instant;
use crate::limits::Backoff;

/// How many requests in a row may come to nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Without an answer.
    failures: u32,
    /// Refused by a limit, although it was waited for as long as is known.
    refusals: u32,
}

impl Patience {
    /// Without an answer about five minutes, with the pauses between requests. Refused for too many requests more than
    /// ten minutes, for execution time at least half an hour: three windows in which somebody else used it all.
    pub(super) const OF_A_RUN: Self = Self { failures: 10, refusals: 30 };

    /// Without an answer about seven seconds. Refused for too many requests three minutes, for execution time ten.
    pub(crate) const OF_A_CALL: Self = Self { failures: 4, refusals: 10 };

    /// True when a limit has refused so many requests in a row that there is no point in another.
    pub(crate) fn is_worn_out_by(self, refusals: u32) -> bool {
        refusals >= self.refusals
    }
}

/// Counts requests that came to nothing, and holds the next one back.
#[derive(Debug)]
pub(super) struct Reach {
    patience: Patience,
    failures: Backoff,
    blocked_until: Option<Instant>,
    counted_at: Option<Instant>,
    refused_deletes: Refusals,
    refused_lookups: Refusals,
}

/// Refusals by limits in a row.
#[derive(Debug, Default)]
struct Refusals {
    count: u32,
    counted_at: Option<Instant>,
}

impl Reach {
    pub(super) fn new(patience: Patience) -> Self {
        Self {
            patience,
            failures: Backoff::default(),
            blocked_until: None,
            counted_at: None,
            refused_deletes: Refusals::default(),
            refused_lookups: Refusals::default(),
        }
    }

    /// A request that was sent at `sent_at` brought nothing but refusals by a limit, or, if not `refused`, something
    /// else; true when the patience is at its end. Deletes and lookups count apart: a portal that lets itself be read
    /// may refuse every delete.
    pub(super) fn limited(&mut self, lookup: bool, refused: bool, sent_at: Instant, now: Instant) -> bool {
        let refusals = if lookup { &mut self.refused_lookups } else { &mut self.refused_deletes };
        if !refused {
            *refusals = Refusals::default();
        } else if refusals.counted_at.is_none_or(|counted_at| sent_at >= counted_at) {
            *refusals = Refusals { count: refusals.count + 1, counted_at: Some(now) };
        }
        self.patience.is_worn_out_by(refusals.count)
    }

    /// The portal answered, whatever it said.
    pub(super) fn answered(&mut self) {
        self.failures = Backoff::default();
        self.blocked_until = None;
    }

    /// No usable answer came to a request that was sent at `sent_at`; true when the patience is at its end. Requests
    /// that were in flight together and die together count once.
    pub(super) fn failed(&mut self, sent_at: Instant, now: Instant, jitter: f64) -> bool {
        if self.counted_at.is_some_and(|counted_at| sent_at < counted_at) {
            return false;
        }
        self.counted_at = Some(now);
        let pause = self.failures.next(Duration::from_secs(1), Duration::from_secs(60), jitter);
        self.blocked_until = Some(now + pause);
        self.failures.failures() >= self.patience.failures
    }

    /// Until when nothing is sent.
    pub(super) fn blocked_until(&self, now: Instant) -> Option<Instant> {
        self.blocked_until.filter(|until| *until > now)
    }
}
