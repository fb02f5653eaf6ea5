//! Growing pauses with jitter.

use std::time::Duration;

/// Counts failures in a row and gives the pause after each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The pause after one more failure: `first`, doubled for every earlier one, at most `longest`, shortened by up to
    /// a quarter. `jitter` lies between 0 and 1.
    pub(crate) fn next(&mut self, first: Duration, longest: Duration, jitter: f64) -> Duration {
        let doubled = first.saturating_mul(2u32.saturating_pow(self.failures.min(16)));
        self.failures += 1;
        doubled.min(longest).mul_f64(1.0 - 0.25 * jitter.clamp(0.0, 1.0))
    }

    /// Failures since the last success.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let mut backoff = Backoff::default();
        let mut pause =
            |jitter| backoff.next(Duration::from_secs(1), Duration::from_secs(5), jitter).as_secs_f64();
        assert_eq!([pause(0.0), pause(0.0), pause(0.0), pause(0.0)], [1.0, 2.0, 4.0, 5.0]);
        assert_eq!(pause(1.0), 3.75);
    }
}
