//! The leaky bucket that counts requests.

use std::time::Duration;

use crate::clock::Instant;

/// Floating-point slack: the portal's own arithmetic must not differ by a rounding.
const SLACK: f64 = 1e-6;

/// An upper bound of the portal's bucket: it holds `capacity` requests and empties by `per_second`.
#[derive(Debug)]
pub(super) struct Bucket {
    capacity: f64,
    per_second: f64,
    level: f64,
    updated: Option<Instant>,
    in_flight: f64,
}

impl Bucket {
    pub(super) fn new(capacity: f64, per_second: f64) -> Self {
        Self { capacity, per_second, level: 0.0, updated: None, in_flight: 0.0 }
    }

    fn drain(&mut self, now: Instant) {
        let passed = self.updated.map_or(Duration::ZERO, |updated| now.saturating_duration_since(updated));
        self.level = (self.level - passed.as_secs_f64() * self.per_second).max(0.0);
        self.updated = self.updated.max(Some(now));
    }

    /// When one more request fits; `None` for now.
    pub(super) fn ready_at(&mut self, now: Instant) -> Option<Instant> {
        self.drain(now);
        // A request on the wire may not be counted yet.
        let surplus = self.level.max(self.in_flight) + 1.0 - self.capacity;
        (surplus > SLACK).then(|| now + crate::clock::seconds(surplus / self.per_second))
    }

    pub(super) fn sent(&mut self, now: Instant) {
        self.drain(now);
        self.level += 1.0;
        self.in_flight += 1.0;
    }

    /// The portal counted the request at some moment before now. The latest possible one gives the highest level, so
    /// that is assumed; it differs only when the bucket would have run empty meanwhile.
    pub(super) fn landed(&mut self, now: Instant) {
        self.drain(now);
        self.level = self.level.max(self.in_flight);
        self.in_flight = (self.in_flight - 1.0).max(0.0);
    }

    /// The portal refused a request: its bucket is full.
    pub(super) fn refused(&mut self, now: Instant) {
        self.drain(now);
        self.level = self.level.max(self.capacity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    /// The portal's own bucket, which counts a request `delay` after it was sent.
    fn refusals(requests: usize, capacity: f64, per_second: f64, delays: impl Fn(usize) -> f64) -> usize {
        let start = clock::now();
        let (mut bucket, mut now) = (Bucket::new(capacity, per_second), start);
        let (mut level, mut updated, mut refused) = (0.0_f64, start, 0);
        for index in 0..requests {
            now = bucket.ready_at(now).unwrap_or(now);
            bucket.sent(now);
            let counted = now + clock::seconds(delays(index));
            level = (level - (counted - updated).as_secs_f64() * per_second).max(0.0);
            updated = counted;
            refused += usize::from(level + 1.0 > capacity + 2.0 * SLACK);
            level += 1.0;
            now = counted + clock::seconds(delays(index + 1));
            bucket.landed(now);
        }
        refused
    }

    #[tokio::test(start_paused = true)]
    async fn the_portal_never_refuses_whenever_it_counts() {
        assert_eq!(refusals(500, 50.0, 2.0, |_| 0.001), 0);
        assert_eq!(refusals(500, 50.0, 2.0, |index| if index % 7 == 0 { 3.0 } else { 0.01 }), 0);
        assert_eq!(refusals(500, 1.0, 2.0, |index| if index % 2 == 0 { 0.9 } else { 0.0 }), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn the_burst_is_used_and_then_the_rate() {
        let start = clock::now();
        let (mut bucket, mut now) = (Bucket::new(50.0, 2.0), start);
        for _ in 0..150 {
            now = bucket.ready_at(now).unwrap_or(now);
            bucket.sent(now);
            bucket.landed(now);
        }
        let seconds = (now - start).as_secs_f64();
        assert!((49.9..50.1).contains(&seconds), "{seconds}");
    }
}
