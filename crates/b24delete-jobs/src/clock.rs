//! The one place that asks for the time.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Milliseconds since 1970, never running backwards within a process: the later of the wall clock and of what has passed
/// since the first call by the monotonic clock, which stands still while the machine sleeps.
#[expect(clippy::disallowed_methods, reason = "this is the clock module")]
pub(crate) fn now() -> u64 {
    static FIRST: OnceLock<(Instant, Duration)> = OnceLock::new();
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let monotonic = Instant::now();
    let (begun, first) = FIRST.get_or_init(|| (monotonic, wall));
    let now = wall.max(*first + monotonic.saturating_duration_since(*begun));
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

/// Waits so long.
#[expect(clippy::disallowed_methods, reason = "this is the clock module")]
pub(crate) async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}
