//! Budgets of execution time, as far as the pack that is being formed has not taken them up.

use crate::clock::Instant;
use crate::limits::{Allowance, Charges, Limiter};

/// The budgets that a pack draws on. There are few, so they stand in a list.
pub(super) struct Budgets<'a> {
    limiter: &'a Limiter,
    now: Instant,
    known: Vec<Budget>,
}

struct Budget {
    method: &'static str,
    left: Allowance,
    charged: f64,
}

impl<'a> Budgets<'a> {
    pub(super) fn new(limiter: &'a Limiter, now: Instant) -> Self {
        Self { limiter, now, known: Vec::new() }
    }

    /// What is left of a budget for this pack.
    pub(super) fn left(&mut self, method: &'static str) -> Allowance {
        match self.known.iter().find(|budget| budget.method == method) {
            Some(budget) => budget.left,
            None => {
                let left = self.limiter.allowance(method, self.now);
                self.known.push(Budget { method, left, charged: 0.0 });
                left
            }
        }
    }

    /// An operation of so many seconds goes with the pack.
    pub(super) fn charge(&mut self, method: &'static str, seconds: f64) {
        if let Some(budget) = self.known.iter_mut().find(|budget| budget.method == method) {
            budget.left.seconds -= seconds;
            budget.left.untouched = false;
            budget.charged += seconds;
        }
    }

    /// What the pack is expected to be charged.
    pub(super) fn into_charges(self) -> Charges {
        self.known.into_iter().map(|budget| (budget.method, budget.charged)).collect()
    }
}

/// Whether a command of so many seconds must wait.
pub(super) fn must_wait(allowance: &Allowance, seconds: f64) -> bool {
    let full = !allowance.untouched && (seconds > allowance.seconds || allowance.seconds <= 0.0);
    allowance.parked_until.is_some() || full
}

/// Until when, as far as is known: while only the pack that is being formed takes up the budget, nothing tells.
pub(super) fn until(allowance: &Allowance) -> Option<Instant> {
    allowance.parked_until.or(allowance.more_at)
}
