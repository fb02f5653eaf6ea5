//! The leaky bucket that counts HTTP requests.

use crate::settings::RateLimit;

/// A bucket that fills by one with each request and leaks steadily.
#[derive(Debug)]
pub(crate) struct LeakyBucket {
    limit: RateLimit,
    count_refused: bool,
    level: f64,
    measured_at: f64,
}

impl LeakyBucket {
    /// An empty bucket. With `count_refused` a request that is refused fills it as well.
    pub(crate) fn new(limit: RateLimit, count_refused: bool) -> Self {
        Self { limit, count_refused, level: 0.0, measured_at: 0.0 }
    }

    /// Counts a request at `now`, in seconds since the start; false when the portal refuses it.
    pub(crate) fn admit(&mut self, now: f64) -> bool {
        let leaked = (now - self.measured_at).max(0.0) * self.limit.per_second;
        self.level = (self.level - leaked).max(0.0);
        self.measured_at = now;
        // Sums of fractions miss whole numbers by a hair, which must not refuse a client that waited long enough.
        let admitted = self.level + 1.0 <= self.limit.capacity + 1e-6;
        if admitted || self.count_refused {
            self.level += 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANDARD: RateLimit = RateLimit { capacity: 50.0, per_second: 2.0 };

    #[test]
    fn admits_a_burst_and_then_the_leak_rate() {
        let mut bucket = LeakyBucket::new(STANDARD, false);
        assert_eq!((0..60).filter(|_| bucket.admit(0.0)).count(), 50);
        assert!(!bucket.admit(0.4));
        assert!(bucket.admit(0.5));
        assert!(!bucket.admit(0.5));
        // Half a second makes room for one request each time, for as long as one likes.
        assert!((2..2_000).all(|step| bucket.admit(f64::from(step) * 0.5)));
    }

    #[test]
    fn refused_requests_may_count() {
        let mut bucket = LeakyBucket::new(STANDARD, true);
        for _ in 0..60 {
            bucket.admit(0.0);
        }
        assert!(!bucket.admit(0.5));
        assert!(bucket.admit(10.0));
    }
}
