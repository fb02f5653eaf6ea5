//! Seeded randomness: one seed, one run.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Draws everything that is random about a run.
#[derive(Debug)]
pub(crate) struct Dice(StdRng);

impl Dice {
    /// The same seed and purpose give the same draws.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        Self(StdRng::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ purpose))
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// A whole number within the range, its ends included.
    pub(crate) fn whole(&mut self, low: u64, high: u64) -> u64 {
        self.0.random_range(low..=high)
    }

    /// An id within the range, its ends included.
    pub(crate) fn id(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// Seconds within the range, short ones as likely as long ones; whole milliseconds.
    pub(crate) fn seconds(&mut self, low: f64, high: f64) -> f64 {
        let seconds = low * (high / low).powf(self.0.random::<f64>());
        (seconds * 1000.0).round() / 1000.0
    }

    /// One of the choices.
    ///
    /// # Panics
    /// Without any choice.
    #[expect(clippy::indexing_slicing, reason = "the index is drawn from the choices")]
    pub(crate) fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.0.random_range(0..choices.len())].clone()
    }

    /// A value, or nothing, with the probability of a value.
    pub(crate) fn maybe<T>(&mut self, probability: f64, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(probability).then(|| value(self))
    }
}
