//! How many operations a pack holds: as many as fit into the time that a request may take.

use std::collections::{BTreeMap, BTreeSet};

/// The most commands that `batch` takes.
pub(super) const MAX_PACK: usize = 50;

/// A request aims at this many seconds: the portal's gateway cuts it at 60.
const TARGET_SECONDS: f64 = 20.0;

/// The first pack; every later one may be four times its predecessor.
const FIRST_PACK: usize = 2;
const GROWTH: usize = 4;

/// Of a method whose operations were all absent or refused so far, at most so many go together.
const MOST_UNMEASURED: usize = 10;

/// Weight of the newest measurement when operations become faster; slower ones count at once.
const NEWEST: f64 = 0.3;

/// Measured seconds per operation of each REST method, and the size that has gone well so far.
#[derive(Debug)]
pub(super) struct Pace {
    seconds: BTreeMap<&'static str, f64>,
    /// Commands that were answered without being carried out: they say little about those that will be.
    idle: BTreeMap<&'static str, usize>,
    size: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { seconds: BTreeMap::new(), idle: BTreeMap::new(), size: FIRST_PACK }
    }
}

/// Room in a pack that is being formed.
#[derive(Debug)]
pub(super) struct Room<'a> {
    pace: &'a Pace,
    seconds: f64,
    unmeasured: usize,
    empty: bool,
}

impl Pace {
    /// The most operations that the next pack may hold.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Seconds that one operation of the method takes; `None` before the first measurement.
    pub(super) fn estimate(&self, method: &str) -> Option<f64> {
        self.seconds.get(method).copied()
    }

    /// A pack of `operations` went well; longer packs may follow.
    pub(super) fn went_well(&mut self, operations: usize) {
        if operations >= self.size {
            self.size = (self.size * GROWTH).min(MAX_PACK);
        }
    }

    /// One operation of the method took so long.
    pub(super) fn measured(&mut self, method: &'static str, seconds: f64) {
        let known = self.seconds.entry(method).or_insert(seconds);
        *known = seconds.max(*known + NEWEST * (seconds - *known));
    }

    /// A command of the method was answered without being carried out.
    pub(super) fn was_idle(&mut self, method: &'static str) {
        *self.idle.entry(method).or_default() += 1;
    }

    /// How many operations of a method without a measurement may go together.
    fn unmeasured(&self, method: &str) -> usize {
        self.idle.get(method).copied().unwrap_or_default().clamp(FIRST_PACK, MOST_UNMEASURED)
    }

    /// A pack was cut or lost after so many seconds: the next is smaller.
    pub(super) fn was_lost(
        &mut self,
        operations: usize,
        methods: impl Iterator<Item = &'static str>,
        seconds: f64,
    ) {
        self.size = (operations / 2).clamp(1, MAX_PACK);
        #[expect(clippy::cast_precision_loss, reason = "a pack has at most 50 operations")]
        let each = seconds / operations.max(1) as f64;
        for method in methods.collect::<BTreeSet<_>>() {
            self.measured(method, each);
        }
    }

    /// An empty pack.
    pub(super) fn room(&self) -> Room<'_> {
        Room { pace: self, seconds: 0.0, unmeasured: 0, empty: true }
    }
}

impl Room<'_> {
    /// Whether one more operation of the method fits; if so it is counted.
    pub(super) fn admits(&mut self, method: &str) -> bool {
        let (seconds, unmeasured) = match self.pace.estimate(method) {
            Some(seconds) => (self.seconds + seconds, self.unmeasured),
            None => (self.seconds, self.unmeasured + 1),
        };
        if !self.empty && (seconds > TARGET_SECONDS || unmeasured > self.pace.unmeasured(method)) {
            return false;
        }
        (self.seconds, self.unmeasured, self.empty) = (seconds, unmeasured, false);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(pace: &Pace, method: &'static str) -> usize {
        let mut room = pace.room();
        (0..pace.size()).take_while(|_| room.admits(method)).count()
    }

    #[test]
    fn packs_begin_small_and_follow_the_measured_time() {
        let mut pace = Pace::default();
        let mut sizes = Vec::new();
        for _ in 0..5 {
            let operations = size(&pace, "crm.lead.delete");
            sizes.push(operations);
            pace.measured("crm.lead.delete", 0.005);
            pace.went_well(operations);
        }
        assert_eq!(sizes, [2, 8, 32, 50, 50]);
        pace.measured("crm.lead.delete", 4.18);
        assert_eq!(size(&pace, "crm.lead.delete"), 4);
        pace.measured("crm.contact.delete", 101.0);
        assert_eq!(size(&pace, "crm.contact.delete"), 1);
    }

    #[test]
    fn a_lost_pack_makes_the_next_one_smaller() {
        let mut pace = Pace::default();
        pace.measured("crm.lead.delete", 0.5);
        pace.size = 40;
        pace.was_lost(40, ["crm.lead.delete"].into_iter(), 60.0);
        assert_eq!(size(&pace, "crm.lead.delete"), 13);
        pace.was_lost(13, ["crm.lead.delete"].into_iter(), 0.1);
        assert_eq!(size(&pace, "crm.lead.delete"), 6);
    }

    #[test]
    fn an_unmeasured_method_goes_in_small_numbers() {
        let mut pace = Pace::default();
        pace.measured("crm.lead.delete", 0.01);
        pace.size = MAX_PACK;
        assert_eq!(size(&pace, "crm.contact.delete"), FIRST_PACK);
        (0..40).for_each(|_| pace.was_idle("crm.contact.delete"));
        assert_eq!(size(&pace, "crm.contact.delete"), MOST_UNMEASURED);
    }
}
