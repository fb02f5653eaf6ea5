//! Waits of a run, as few rows as the chart of a report needs.

/// Waits from this length on are kept one by one; within the limits every request waits a little.
const LONG: u64 = 2_000;

/// Shorter ones are kept as one sum for so many milliseconds.
const SPAN: u64 = 10_000;

/// Since when, for how long and why nothing could be sent, in milliseconds.
pub(crate) type Wait = (u64, u64, &'static str);

/// Collects waits in the order of time.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    complete: Vec<Wait>,
    /// The sum of the short ones of late.
    short: Option<Wait>,
}

impl Waits {
    /// A wait begins.
    pub(crate) fn add(&mut self, at: u64, duration: u64, reason: &'static str) {
        let sum = self.short.as_mut().filter(|(from, _, known)| *known == reason && at < *from + SPAN);
        if let Some((_, total, _)) = sum.filter(|_| duration < LONG) {
            *total += duration;
            return;
        }
        self.complete.extend(self.short.take());
        match duration < LONG {
            true => self.short = Some((at, duration, reason)),
            false => self.complete.push((at, duration, reason)),
        }
    }

    /// Gives what is complete away.
    pub(crate) fn take(&mut self) -> Vec<Wait> {
        std::mem::take(&mut self.complete)
    }

    /// Gives everything away: the run ends.
    pub(crate) fn end(&mut self) -> Vec<Wait> {
        self.complete.extend(self.short.take());
        self.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_waits_are_summed_and_long_ones_stand_alone() {
        let mut waits = Waits::default();
        for at in (0..25_000).step_by(500) {
            waits.add(at, 300, "request limit");
        }
        assert_eq!(waits.take(), [(0, 6_000, "request limit"), (10_000, 6_000, "request limit")]);
        waits.add(25_000, 90_000, "operating time limit");
        waits.add(115_000, 400, "request limit");
        waits.add(115_400, 500, "lost answer settles");
        assert_eq!(
            waits.end(),
            [
                (20_000, 3_000, "request limit"),
                (25_000, 90_000, "operating time limit"),
                (115_000, 400, "request limit"),
                (115_400, 500, "lost answer settles"),
            ]
        );
        assert_eq!(waits.end(), []);
    }
}
