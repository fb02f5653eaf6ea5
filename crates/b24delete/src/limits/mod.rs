//! The portal's limits, kept on this side so that the portal never has a reason to refuse.

mod backoff;
mod bucket;
mod operating;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

pub(crate) use self::backoff::Backoff;
use self::bucket::Bucket;
pub(crate) use self::operating::Allowance;
use self::operating::Operating;
use crate::clock::{self, Instant};
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

/// Seconds of work that a request is expected to be charged, each method once. There are few.
pub(crate) type Charges = Vec<(&'static str, f64)>;

/// The limits of one portal, shared by every run and call of a client.
#[derive(Debug)]
pub(crate) struct Limiter {
    state: Arc<Mutex<State>>,
    turn: Mutex<()>,
}

#[derive(Debug)]
struct State {
    bucket: Option<Bucket>,
    operating: Option<Operating>,
    refusals: Backoff,
    blocked_until: Option<Instant>,
    /// Seconds that one operation of a method took lately.
    typical: BTreeMap<&'static str, f64>,
}

/// The right to ask and send: whoever holds it is alone between the question and the sending.
pub(crate) type Turn<'a> = MutexGuard<'a, ()>;

/// A request that was sent and has not come to its end; dropping it counts as an end without a refusal.
#[derive(Debug)]
pub(crate) struct Ticket {
    state: Arc<Mutex<State>>,
    charges: Charges,
    open: bool,
}

impl Limiter {
    pub(crate) fn new(rate: RateLimit, operating: OperatingLimit) -> Self {
        let state = State {
            bucket: rate.bucket().map(|(capacity, per_second)| Bucket::new(capacity, per_second)),
            operating: operating.budget().map(|(budget, window)| Operating::new(budget, window)),
            refusals: Backoff::default(),
            blocked_until: None,
            typical: BTreeMap::new(),
        };
        Self { state: Arc::new(Mutex::new(state)), turn: Mutex::new(()) }
    }

    /// Waits for the turn to ask and send; never held while anything is waited for.
    pub(crate) fn turn(&self) -> Turn<'_> {
        locked(&self.turn)
    }

    /// True when requests are limited, or the portal counts execution time: parallel requests then bring nothing, and
    /// each would spend what the others have left.
    pub(crate) fn wants_one_at_a_time(&self) -> bool {
        let state = locked(&self.state);
        state.bucket.is_some() || state.operating.as_ref().is_some_and(Operating::is_counted)
    }

    /// True when execution time is counted, so that the times in replies matter.
    pub(crate) fn counts_time(&self) -> bool {
        locked(&self.state).operating.is_some()
    }

    /// Whether a request may be sent now. Counts nothing yet: [`Self::sent`] does.
    pub(crate) fn may_send(&self, now: Instant, _turn: &Turn<'_>) -> Result<(), Wait> {
        let mut state = locked(&self.state);
        let blocked = state.blocked_until.filter(|until| *until > now);
        let full = state.bucket.as_mut().and_then(|bucket| bucket.ready_at(now));
        match blocked.max(full) {
            Some(until) => Err(Wait { until, reason: WaitReason::RateLimit }),
            None => Ok(()),
        }
    }

    /// A request is being sent. Its charges are set aside until it lands.
    pub(crate) fn sent(&self, now: Instant, charges: Charges, _turn: &Turn<'_>) -> Ticket {
        let mut state = locked(&self.state);
        if let Some(bucket) = state.bucket.as_mut() {
            bucket.sent(now);
        }
        if let Some(operating) = state.operating.as_mut() {
            charges.iter().for_each(|(method, seconds)| operating.reserve(method, *seconds));
        }
        Ticket { state: Arc::clone(&self.state), charges, open: true }
    }

    /// How much execution time a method has left; without a limit, any.
    pub(crate) fn allowance(&self, method: &'static str, now: Instant) -> Allowance {
        let mut state = locked(&self.state);
        state.operating.as_mut().map_or(Allowance::UNLIMITED, |operating| operating.allowance(method, now))
    }

    /// The reply to a request that was sent at `sent_at` told the execution time of a method.
    pub(crate) fn learn(&self, method: &'static str, time: &PortalTime, sent_at: Instant, now: Instant) {
        if let Some(operating) = locked(&self.state).operating.as_mut() {
            operating.learn(method, time, sent_at, now);
        }
    }

    /// A method worked for so many seconds without a reply telling what is used of it.
    pub(crate) fn spent(&self, method: &'static str, seconds: f64, now: Instant) {
        if let Some(operating) = locked(&self.state).operating.as_mut() {
            operating.spent(method, seconds, now);
        }
    }

    /// The portal refused a method for its execution time.
    pub(crate) fn out_of_time(&self, method: &'static str, now: Instant) {
        // With the limit switched off here, the portal's own refusal is obeyed all the same.
        let mut state = locked(&self.state);
        let operating = state.operating.get_or_insert_with(Operating::unlimited);
        operating.refused(method, now);
    }

    /// One operation of the method took so long.
    pub(crate) fn took(&self, method: &'static str, seconds: f64) {
        locked(&self.state).typical.insert(method, seconds);
    }

    /// Seconds that one operation of the method took lately, on any way; `None` before the first.
    pub(crate) fn typical(&self, method: &str) -> Option<f64> {
        locked(&self.state).typical.get(method).copied()
    }
}

impl Ticket {
    /// The request came to its end: by a reply, by a refusal for too many requests, or lost.
    pub(crate) fn landed(mut self, now: Instant, refused: bool, jitter: f64) {
        self.close(now);
        let mut state = locked(&self.state);
        match refused {
            true => {
                let pause = state.refusals.next(Duration::from_secs(1), Duration::from_secs(30), jitter);
                state.blocked_until = Some(now + pause);
                if let Some(bucket) = state.bucket.as_mut() {
                    bucket.refused(now);
                }
            }
            false => state.refusals = Backoff::default(),
        }
    }

    fn close(&mut self, now: Instant) {
        let mut state = locked(&self.state);
        if !std::mem::take(&mut self.open) {
            return;
        }
        if let Some(bucket) = state.bucket.as_mut() {
            bucket.landed(now);
        }
        if let Some(operating) = state.operating.as_mut() {
            self.charges.iter().for_each(|(method, seconds)| operating.release(method, *seconds));
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.close(clock::now());
    }
}
