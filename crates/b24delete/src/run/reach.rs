//! The retry budget: how often in a row the portal may be out of reach before a run gives up.

use std::time::Duration;

use crate::clock::Instant;
use crate::limits::Backoff;

/// Requests in a row without an answer after which a run stops: about five minutes with the pauses between them.
pub(super) const PATIENCE_OF_A_RUN: u32 = 10;

/// The same for a single call: about seven seconds.
pub(super) const PATIENCE_OF_A_CALL: u32 = 4;

/// Counts requests that came to nothing, and holds the next one back.
#[derive(Debug)]
pub(super) struct Reach {
    failures: Backoff,
    patience: u32,
    blocked_until: Option<Instant>,
    counted_at: Option<Instant>,
}

impl Reach {
    pub(super) fn new(patience: u32) -> Self {
        Self { failures: Backoff::default(), patience, blocked_until: None, counted_at: None }
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
        self.failures.failures() >= self.patience
    }

    /// Until when nothing is sent.
    pub(super) fn blocked_until(&self, now: Instant) -> Option<Instant> {
        self.blocked_until.filter(|until| *until > now)
    }
}
