//! The portal's clock. It stands on tokio's time, so that tests may pause it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use tokio::time::Instant;

/// Runs with tokio's time and shows the portal's own.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    start_unix: f64,
    skew: Mutex<f64>,
}

impl Clock {
    /// Starts at `start_unix` seconds, or at this machine's time, and shows `skew` seconds more.
    #[expect(clippy::disallowed_methods, reason = "this is the clock module")]
    pub(crate) fn start(start_unix: Option<f64>, skew: f64) -> Self {
        let now = || Timestamp::now().as_duration().as_secs_f64();
        Self { started: Instant::now(), start_unix: start_unix.unwrap_or_else(now), skew: Mutex::new(skew) }
    }

    /// Seconds since the start. Limits and costs are measured with it, whatever the portal's clock shows.
    #[expect(clippy::disallowed_methods, reason = "this is the clock module")]
    pub(crate) fn elapsed(&self) -> f64 {
        Instant::now().saturating_duration_since(self.started).as_secs_f64()
    }

    /// The Unix seconds that the portal's clock shows at that moment after the start.
    pub(crate) fn unix_at(&self, elapsed: f64) -> f64 {
        self.start_unix + *self.skew.lock().unwrap_or_else(PoisonError::into_inner) + elapsed
    }

    /// The Unix seconds that the portal's clock shows now.
    pub(crate) fn unix(&self) -> f64 {
        self.unix_at(self.elapsed())
    }

    /// Makes the portal's clock wrong by so many seconds.
    pub(crate) fn set_skew(&self, seconds: f64) {
        *self.skew.lock().unwrap_or_else(PoisonError::into_inner) = seconds;
    }

    /// Waits; nothing at all for no time.
    #[expect(clippy::disallowed_methods, reason = "this is the clock module")]
    pub(crate) async fn sleep(&self, seconds: f64) {
        if let Ok(duration) = Duration::try_from_secs_f64(seconds)
            && !duration.is_zero()
        {
            tokio::time::sleep(duration).await;
        }
    }
}

/// Year, month and day of this machine's date, so many days from today.
pub(crate) fn days_from_today(days: i64) -> (i32, u8, u8) {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let date = today.saturating_add(days.days());
    (date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn follows_paused_time_and_skew() {
        let clock = Clock::start(Some(1_000.0), 0.0);
        clock.sleep(90.5).await;
        assert_eq!(clock.unix(), 1_090.5);
        clock.set_skew(-3_600.0);
        assert_eq!(clock.unix(), -2_509.5);
        assert_eq!(clock.elapsed(), 90.5);
    }

    #[tokio::test(start_paused = true)]
    async fn no_time_and_nonsense_do_not_wait() {
        let clock = Clock::start(Some(0.0), 0.0);
        for seconds in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            clock.sleep(seconds).await;
        }
        assert_eq!(clock.elapsed(), 0.0);
    }
}
