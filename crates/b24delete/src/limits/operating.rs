//! The limit on execution time, learned from the `operating` figures in replies.
//!
//! The portal sums the time of each method over a window of ten baskets; `operating_reset_at` tells when the oldest
//! basket drops. Source: settings/performance/limits.md. What was learned is kept as charges with the time at which they
//! were seen.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::clock::{self, Instant};
use crate::portal_time::PortalTime;

/// Baskets in a window: a method that was refused without a known reset time is tried again after one of them.
const BASKETS: f64 = 10.0;

/// Stay this much below the budget: figures are rounded on their way.
const SLACK: f64 = 1e-3;

/// How soon to ask again while the budget is taken by requests in flight.
const IN_FLIGHT_PAUSE: Duration = Duration::from_secs(1);

/// How much execution time a method has left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Allowance {
    /// Seconds of work that fit now.
    pub(crate) seconds: f64,
    /// Nothing of the method counts at present, or how much is to be learned: a single operation may go, however long.
    pub(crate) untouched: bool,
    /// When more comes free; `None` when nothing is in use.
    pub(crate) more_at: Option<Instant>,
    /// The method is refused until then.
    pub(crate) parked_until: Option<Instant>,
}

impl Allowance {
    pub(crate) const UNLIMITED: Self =
        Self { seconds: f64::INFINITY, untouched: true, more_at: None, parked_until: None };
}

/// The budgets of all methods.
#[derive(Debug)]
pub(super) struct Operating {
    budget: f64,
    window: Duration,
    methods: BTreeMap<&'static str, Usage>,
    /// A reply has told of time in use: this portal counts.
    counted: bool,
}

/// What is known of one method.
#[derive(Debug, Default)]
struct Usage {
    charges: VecDeque<Charge>,
    reset: Option<Instant>,
    parked_until: Option<Instant>,
    /// A basket has dropped whose share is not known: one operation may go to learn the figure.
    may_probe: bool,
    /// Seconds that requests in flight are expected to be charged.
    reserved: f64,
    /// When the portal last refused the method.
    refused_at: Option<Instant>,
}

/// Seconds of work, and when a reply first showed them: the portal counted them before that.
#[derive(Debug)]
struct Charge {
    seen: Instant,
    seconds: f64,
}

impl Operating {
    pub(super) fn new(budget: f64, window: f64) -> Self {
        Self { budget, window: clock::seconds(window), methods: BTreeMap::new(), counted: false }
    }

    /// No budget of our own, only the portal's refusals.
    pub(super) fn unlimited() -> Self {
        Self::new(f64::INFINITY, 600.0)
    }

    /// True once the portal has told that it counts. Portals without the limit tell 0, or nothing.
    pub(super) fn is_counted(&self) -> bool {
        self.counted
    }

    pub(super) fn allowance(&mut self, method: &'static str, now: Instant) -> Allowance {
        let usage = self.methods.entry(method).or_default();
        usage.forget(now, self.window);
        let in_flight = usage.reserved > 0.0;
        let next_drop = usage.next_drop(self.window);
        // What is in flight for another run tells nobody when it lands: ask again soon.
        let soon = in_flight.then_some(now + IN_FLIGHT_PAUSE);
        Allowance {
            seconds: (self.budget - usage.used() - usage.reserved - SLACK).max(0.0),
            untouched: !in_flight && (usage.charges.is_empty() || usage.may_probe),
            more_at: soon.map_or(next_drop, |soon| Some(next_drop.map_or(soon, |drop| drop.min(soon)))),
            parked_until: usage.parked_until.filter(|until| *until > now),
        }
    }

    /// Sets seconds aside for a request that is being sent.
    pub(super) fn reserve(&mut self, method: &'static str, seconds: f64) {
        self.methods.entry(method).or_default().reserved += seconds;
    }

    /// The request has come to its end: what it used is told by its reply.
    pub(super) fn release(&mut self, method: &'static str, seconds: f64) {
        let usage = self.methods.entry(method).or_default();
        usage.reserved -= seconds;
        // Sums of fractions do not come back to zero exactly.
        if usage.reserved < SLACK {
            usage.reserved = 0.0;
        }
    }

    pub(super) fn learn(&mut self, method: &'static str, time: &PortalTime, sent_at: Instant, now: Instant) {
        let Some(operating) = time.operating.filter(|operating| *operating >= 0.0) else { return };
        self.counted |= operating > 0.0;
        let usage = self.methods.entry(method).or_default();
        usage.forget(now, self.window);
        // What is new counts from now, even when as much of the old has dropped meanwhile.
        usage.add(time.duration.unwrap_or_default().clamp(0.0, operating), now);
        usage.correct(operating, now);
        // A request that was sent before the refusal says nothing of it.
        if usage.refused_at.is_none_or(|refused_at| sent_at >= refused_at) {
            usage.parked_until = None;
        }
        usage.may_probe = false;
        // The portal's clock is not ours: only the distance between two of its own readings counts. The reset time is a
        // whole second, cut off.
        usage.reset = time
            .operating_reset_at
            .zip(time.finish)
            .map(|(reset, finish)| now + clock::seconds(reset + 1.0 - finish).min(self.window));
    }

    /// Adds seconds that no reply has told; the next one that tells corrects them.
    pub(super) fn spent(&mut self, method: &'static str, seconds: f64, now: Instant) {
        let usage = self.methods.entry(method).or_default();
        usage.forget(now, self.window);
        usage.add(seconds, now);
        usage.may_probe = false;
    }

    pub(super) fn refused(&mut self, method: &'static str, now: Instant) {
        let basket = self.window.div_f64(BASKETS);
        let usage = self.methods.entry(method).or_default();
        let reset = usage.reset.filter(|reset| *reset > now);
        usage.parked_until = Some(reset.unwrap_or(now + basket));
        usage.may_probe = true;
        usage.refused_at = Some(now);
    }
}

impl Usage {
    fn used(&self) -> f64 {
        self.charges.iter().map(|charge| charge.seconds).sum()
    }

    /// Drops the charges that the portal no longer counts for certain. At its reset time a basket drops, but how much
    /// was in it only the next reply tells: one operation may go to learn that. It finds less than the budget in use,
    /// unless more than a basket's worth was used beyond the budget: an operation longer than all that was left, or
    /// somebody else. Then it is refused, nothing of it runs, and the method is parked again.
    fn forget(&mut self, now: Instant, window: Duration) {
        while self.charges.front().is_some_and(|charge| charge.seen + window <= now) {
            self.charges.pop_front();
        }
        if self.reset.is_some_and(|reset| reset <= now) {
            self.reset = None;
            self.may_probe = true;
        }
    }

    /// When the next charge drops: at the portal's own reset time, or a window after it was seen at the latest.
    fn next_drop(&self, window: Duration) -> Option<Instant> {
        let oldest = self.charges.front().map(|charge| charge.seen + window)?;
        Some(self.reset.map_or(oldest, |reset| reset.min(oldest)))
    }

    /// Adds seconds that were used until now.
    fn add(&mut self, seconds: f64, now: Instant) {
        match self.charges.back_mut().filter(|last| last.seen == now) {
            Some(last) => last.seconds += seconds,
            None if seconds > 0.0 => self.charges.push_back(Charge { seen: now, seconds }),
            None => {}
        }
    }

    /// Makes the sum of the charges the figure that the portal gave.
    fn correct(&mut self, operating: f64, now: Instant) {
        let growth = operating - self.used();
        if growth > 0.0 {
            return self.add(growth, now);
        }
        // The portal has forgotten more than we have: the oldest go.
        let mut surplus = -growth;
        while let Some(oldest) = self.charges.front_mut().filter(|_| surplus > 0.0) {
            let taken = oldest.seconds.min(surplus);
            oldest.seconds -= taken;
            surplus -= taken;
            if oldest.seconds <= 0.0 {
                self.charges.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHOD: &str = "crm.lead.delete";

    fn time(operating: f64, reset_in: f64) -> PortalTime {
        // A portal whose clock is hours away from ours.
        let finish = 1_000_000.0;
        PortalTime {
            operating: Some(operating),
            finish: Some(finish),
            operating_reset_at: Some(finish + reset_in),
            ..PortalTime::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_used_comes_free_at_the_reset() {
        let start = clock::now();
        let at = |seconds| start + clock::seconds(seconds);
        let mut operating = Operating::new(480.0, 600.0);
        operating.learn(METHOD, &time(20.0, 580.0), at(20.0), at(20.0));
        operating.learn(METHOD, &time(480.0, 120.0), at(480.0), at(480.0));
        let full = operating.allowance(METHOD, at(480.0));
        assert_eq!((full.seconds, full.more_at), (0.0, Some(at(601.0))));
        let after = operating.allowance(METHOD, at(601.0));
        assert!(after.untouched && after.seconds < 1.0, "one operation may go: {after:?}");
        operating.learn(METHOD, &time(421.0, 60.0), at(601.0), at(601.0));
        let learned = operating.allowance(METHOD, at(601.0));
        assert!(!learned.untouched && (58.9..59.0).contains(&learned.seconds), "{learned:?}");
        assert_eq!(learned.more_at, Some(at(662.0)));
        // Another method has a budget of its own.
        assert!(operating.allowance("crm.contact.delete", at(480.0)).untouched);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_new_stays_for_a_whole_window_although_old_work_dropped_with_it() {
        let start = clock::now();
        let at = |seconds| start + clock::seconds(seconds);
        let taking = |seconds, operating| PortalTime { duration: Some(seconds), ..time(operating, 1e9) };
        let mut operating = Operating::new(480.0, 600.0);
        operating.learn(METHOD, &taking(100.0, 100.0), at(0.0), at(100.0));
        // As much has dropped as came new: the sum is the same.
        operating.learn(METHOD, &taking(100.0, 100.0), at(590.0), at(690.0));
        let allowance = operating.allowance(METHOD, at(1_200.0));
        assert!((379.9..380.0).contains(&allowance.seconds), "{allowance:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_parks_until_the_reset_or_one_basket() {
        let start = clock::now();
        let mut operating = Operating::new(480.0, 600.0);
        operating.refused(METHOD, start);
        assert_eq!(operating.allowance(METHOD, start).parked_until, Some(start + Duration::from_secs(60)));
        operating.learn(METHOD, &time(100.0, 200.0), start, start);
        assert_eq!(operating.allowance(METHOD, start).parked_until, None);
        operating.refused(METHOD, start);
        assert_eq!(operating.allowance(METHOD, start).parked_until, Some(start + Duration::from_secs(201)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_is_never_longer_than_the_window() {
        let start = clock::now();
        let mut operating = Operating::new(480.0, 600.0);
        operating.learn(METHOD, &time(480.0, 1e9), start, start);
        assert_eq!(operating.allowance(METHOD, start).more_at, Some(start + Duration::from_secs(600)));
        operating.learn(METHOD, &time(480.0, -1e9), start, start);
        assert!(operating.allowance(METHOD, start).untouched);
    }
}
