//! Operating time: the seconds that one credential spent in one method, in ten baskets of a window.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::settings::OperatingLimit;

/// How many baskets a window has.
const BASKETS: f64 = 10.0;

/// What a credential used of a method, as the `time` of a reply tells it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Usage {
    /// Seconds in all baskets.
    pub(crate) operating: f64,
    /// When the oldest basket drops, in seconds since the start.
    pub(crate) reset_at: f64,
}

/// The operating time of all credentials.
#[derive(Debug)]
pub(crate) struct OperatingTime {
    limit: OperatingLimit,
    used: BTreeMap<Arc<str>, BTreeMap<String, VecDeque<Basket>>>,
}

/// The time used within a tenth of the window.
#[derive(Debug)]
struct Basket {
    number: f64,
    opened: f64,
    seconds: f64,
}

impl OperatingTime {
    /// No time is used yet.
    pub(crate) fn new(limit: OperatingLimit) -> Self {
        Self { limit, used: BTreeMap::new() }
    }

    /// True when the method is refused to the credential at `now`, in seconds since the start.
    pub(crate) fn is_blocked(&mut self, credential: &Arc<str>, method: &str, now: f64) -> bool {
        self.usage(credential, method, now).operating >= self.limit.seconds
    }

    /// Adds seconds that were used until `now`, and says what is used by then.
    pub(crate) fn charge(&mut self, credential: &Arc<str>, method: &str, seconds: f64, now: f64) -> Usage {
        let number = (now / self.limit.window * BASKETS).floor();
        let methods = self.used.entry(Arc::clone(credential)).or_default();
        if !methods.contains_key(method) {
            methods.insert(method.to_owned(), VecDeque::new());
        }
        if let Some(baskets) = methods.get_mut(method) {
            match baskets.back_mut().filter(|basket| basket.number == number) {
                Some(basket) => basket.seconds += seconds,
                None => baskets.push_back(Basket { number, opened: now, seconds }),
            }
        }
        self.usage(credential, method, now)
    }

    /// What is used at `now`; baskets that have dropped are forgotten.
    pub(crate) fn usage(&mut self, credential: &Arc<str>, method: &str, now: f64) -> Usage {
        let window = self.limit.window;
        let unused = Usage { operating: 0.0, reset_at: now + window };
        let Some(baskets) = self.used.get_mut(credential).and_then(|methods| methods.get_mut(method)) else {
            return unused;
        };
        while baskets.front().is_some_and(|oldest| oldest.opened + window <= now) {
            baskets.pop_front();
        }
        let operating = baskets.iter().map(|basket| basket.seconds).sum();
        baskets.front().map_or(unused, |oldest| Usage { operating, reset_at: oldest.opened + window })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portal() -> (OperatingTime, Arc<str>) {
        (OperatingTime::new(OperatingLimit { seconds: 480.0, window: 600.0 }), Arc::from("webhook"))
    }

    #[test]
    fn the_call_that_crosses_the_limit_completes() {
        let (mut time, webhook) = portal();
        time.charge(&webhook, "crm.lead.delete", 479.0, 10.0);
        assert!(!time.is_blocked(&webhook, "crm.lead.delete", 11.0));
        let usage = time.charge(&webhook, "crm.lead.delete", 100.0, 111.0);
        assert_eq!(usage, Usage { operating: 579.0, reset_at: 610.0 });
        assert!(time.is_blocked(&webhook, "crm.lead.delete", 111.0));
    }

    #[test]
    fn other_methods_and_credentials_go_on() {
        let (mut time, webhook) = portal();
        time.charge(&webhook, "crm.lead.delete", 500.0, 0.0);
        assert!(!time.is_blocked(&webhook, "crm.contact.delete", 1.0));
        assert!(!time.is_blocked(&Arc::from("other"), "crm.lead.delete", 1.0));
    }

    #[test]
    fn baskets_drop_one_by_one() {
        let (mut time, webhook) = portal();
        time.charge(&webhook, "m", 300.0, 5.0);
        time.charge(&webhook, "m", 10.0, 55.0);
        time.charge(&webhook, "m", 200.0, 61.0);
        assert_eq!(time.usage(&webhook, "m", 604.0), Usage { operating: 510.0, reset_at: 605.0 });
        assert!(time.is_blocked(&webhook, "m", 604.9));
        assert_eq!(time.usage(&webhook, "m", 605.0), Usage { operating: 200.0, reset_at: 661.0 });
        assert_eq!(time.usage(&webhook, "m", 661.0), Usage { operating: 0.0, reset_at: 1_261.0 });
    }
}
