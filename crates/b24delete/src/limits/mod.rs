//! The portal's limits, kept on this side so that the portal never has a reason to refuse.

mod backoff;
mod bucket;
mod operating;

use std::sync::Mutex;
use std::time::Duration;

pub(crate) use self::backoff::Backoff;
use self::bucket::Bucket;
pub(crate) use self::operating::Allowance;
use self::operating::Operating;
use crate::clock::Instant;
use crate::observe::WaitReason;
use crate::options::{OperatingLimit, RateLimit};
use crate::portal_time::PortalTime;
use crate::sync::locked;

/// Why nothing may be sent now, and when to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait {
    pub(crate) until: Instant,
    pub(crate) reason: WaitReason,
}

/// The limits of one portal, shared by every run and call of a client.
#[derive(Debug)]
pub(crate) struct Limiter(Mutex<State>);

#[derive(Debug)]
struct State {
    bucket: Option<Bucket>,
    operating: Option<Operating>,
    refusals: Backoff,
    blocked_until: Option<Instant>,
}

impl Limiter {
    pub(crate) fn new(rate: RateLimit, operating: OperatingLimit) -> Self {
        Self(Mutex::new(State {
            bucket: rate.bucket().map(|(capacity, per_second)| Bucket::new(capacity, per_second)),
            operating: operating.budget().map(|(budget, window)| Operating::new(budget, window)),
            refusals: Backoff::default(),
            blocked_until: None,
        }))
    }

    /// True when requests are counted, so that parallel ones bring nothing.
    pub(crate) fn counts_requests(&self) -> bool {
        locked(&self.0).bucket.is_some()
    }

    /// True when execution time is counted, so that the times in replies matter.
    pub(crate) fn counts_time(&self) -> bool {
        locked(&self.0).operating.is_some()
    }

    /// Whether a request may be sent now. Counts nothing yet: [`Self::sent`] does.
    pub(crate) fn may_send(&self, now: Instant) -> Result<(), Wait> {
        let mut state = locked(&self.0);
        let blocked = state.blocked_until.filter(|until| *until > now);
        let full = state.bucket.as_mut().and_then(|bucket| bucket.ready_at(now));
        match blocked.max(full) {
            Some(until) => Err(Wait { until, reason: WaitReason::RateLimit }),
            None => Ok(()),
        }
    }

    /// A request is being sent.
    pub(crate) fn sent(&self, now: Instant) {
        if let Some(bucket) = locked(&self.0).bucket.as_mut() {
            bucket.sent(now);
        }
    }

    /// A request came to its end: by a reply, by a refusal for too many requests, or lost.
    pub(crate) fn landed(&self, now: Instant, refused: bool, jitter: f64) {
        let mut state = locked(&self.0);
        if let Some(bucket) = state.bucket.as_mut() {
            bucket.landed(now, refused);
        }
        match refused {
            true => {
                let pause = state.refusals.next(Duration::from_secs(1), Duration::from_secs(30), jitter);
                state.blocked_until = Some(now + pause);
            }
            false => state.refusals = Backoff::default(),
        }
    }

    /// How much execution time a method has left; without a limit, any.
    pub(crate) fn allowance(&self, method: &'static str, now: Instant) -> Allowance {
        let mut state = locked(&self.0);
        state.operating.as_mut().map_or(Allowance::UNLIMITED, |operating| operating.allowance(method, now))
    }

    /// A reply told the execution time of a method.
    pub(crate) fn learn(&self, method: &'static str, time: &PortalTime, now: Instant) {
        if let Some(operating) = locked(&self.0).operating.as_mut() {
            operating.learn(method, time, now);
        }
    }

    /// A method worked for so many seconds without a reply telling what is used of it.
    pub(crate) fn spent(&self, method: &'static str, seconds: f64, now: Instant) {
        if let Some(operating) = locked(&self.0).operating.as_mut() {
            operating.spent(method, seconds, now);
        }
    }

    /// The portal refused a method for its execution time.
    pub(crate) fn out_of_time(&self, method: &'static str, now: Instant) {
        // With the limit switched off here, the portal's own refusal is obeyed all the same.
        let mut state = locked(&self.0);
        let operating = state.operating.get_or_insert_with(Operating::unlimited);
        operating.refused(method, now);
    }
}
