//! The simulation's time: tokio's, paused.

use std::time::Duration;

use tokio::time::Instant;

/// Measures virtual time from the start of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock(Instant);

impl Clock {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "this is the clock of the simulation")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    pub(crate) fn now(self) -> Duration {
        self.0.elapsed()
    }

    /// Lets so many seconds pass.
    #[expect(clippy::disallowed_methods, reason = "this is the clock of the simulation")]
    pub(crate) async fn sleep(seconds: f64) {
        let duration = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        if !duration.is_zero() {
            tokio::time::sleep(duration).await;
        }
    }
}
