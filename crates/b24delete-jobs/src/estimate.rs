//! How long a run may take.

use std::time::Duration;

use b24delete::{OperatingLimit, RateLimit};

use crate::Overview;

/// Operations in one request, and the seconds of the portal's time that it aims at.
const PACK: f64 = 50.0;
const AIM: f64 = 20.0;

/// What is assumed of a method: seconds of the portal's time, and what a copy reads for each operation.
struct Assumed {
    method: &'static str,
    seconds: f64,
    reads: f64,
}

/// Portals differ a lot: the documentation alone shows 0.1 to 100 s for a delete, and the run follows what it measures.
const ASSUMED: [Assumed; 4] = [
    Assumed { method: "crm.lead.delete", seconds: 0.5, reads: 4.0 },
    Assumed { method: "crm.contact.delete", seconds: 0.5, reads: 4.0 },
    Assumed { method: "crm.lead.contact.delete", seconds: 0.1, reads: 1.0 },
    Assumed { method: "crm.lead.contact.items.delete", seconds: 0.1, reads: 1.0 },
];

/// How long a run may take, and what that rests on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// Within the limits, with nothing lost on the way.
    pub duration: Duration,
    /// Requests that it takes.
    pub requests: u64,
    /// The portal's time that it takes.
    pub work: Duration,
    /// The REST methods that it calls, with the seconds of the portal's time that are assumed for each.
    pub assumed: Vec<(&'static str, f64)>,
}

impl Estimate {
    /// For so many operations through each REST method, with what copies and checks for changes read before them.
    pub fn of(
        methods: &[(&'static str, u64)],
        (backup, if_unchanged): (bool, bool),
        rate: RateLimit,
        operating: OperatingLimit,
    ) -> Self {
        let (mut requests, mut work, mut assumed) = (0.0, 0.0, Vec::new());
        for (method, count) in methods {
            let Some(known) = ASSUMED.iter().find(|known| known.method == *method) else { continue };
            let count = *count as f64;
            let packs = (count / PACK.min(AIM / known.seconds)).ceil();
            // One command for the list of records, and those for each of them.
            let copies = if backup { packs + (count * known.reads / PACK).ceil() } else { 0.0 };
            requests += packs + copies + if if_unchanged { packs } else { 0.0 };
            work += count * known.seconds;
            assumed.push((known.method, known.seconds));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let requests = requests as u64;
        let work = Duration::from_secs_f64(work);
        // Portals charge work to its method or all of it to `batch`: the latter takes longer.
        let duration = rate.time_for(requests).max(operating.time_for(work));
        Self { duration, requests, work, assumed }
    }
}

impl Overview {
    /// How long a run of all its operations may take within these limits.
    pub fn estimate(&self, rate: RateLimit, operating: OperatingLimit) -> Estimate {
        Estimate::of(&self.methods, (self.backup, self.if_unchanged), rate, operating)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(method: &'static str, count: u64, backup: bool) -> u64 {
        let standard = (RateLimit::STANDARD, OperatingLimit::STANDARD);
        Estimate::of(&[(method, count)], (backup, false), standard.0, standard.1).duration.as_secs()
    }

    #[test]
    fn work_beyond_the_operating_limit_waits_for_the_next_window() {
        assert_eq!(seconds("crm.lead.delete", 960, false), 480);
        // The 961st has to wait until the first 480 s of work are 600 s old.
        assert_eq!(seconds("crm.lead.delete", 961, false), 600);
        // 50,000 s of work: 104 windows of 600 s, and 80 s.
        assert_eq!(seconds("crm.lead.delete", 100_000, false), 62_480);
    }

    #[test]
    fn cheap_work_is_bound_by_requests() {
        let limits = (RateLimit::STANDARD, OperatingLimit::OFF);
        let of =
            |backup| Estimate::of(&[("crm.lead.contact.delete", 4_000)], (backup, true), limits.0, limits.1);
        assert_eq!((of(false).requests, of(true).requests), (160, 320));
        assert_eq!(of(false).duration.as_secs(), 400, "the work itself");
        let nothing = Estimate::of(&[], (false, false), limits.0, limits.1);
        assert_eq!((nothing.requests, nothing.duration), (0, Duration::ZERO));
    }
}
