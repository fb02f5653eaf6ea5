//! Lost packs: when each is looked up, and when what a lookup shows can be believed.

use std::time::Duration;

use super::decide::{Moment, Task};
use super::pace::MAX_PACK;
use crate::clock::Instant;

/// The second look comes this long after the loss, every later one after four times the pause before it.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGER: u32 = 4;

/// Pauses between looks grow no further than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Looks that fail after the settle time are repeated so often before a task is given up.
const LAST_LOOKS: u32 = 3;

/// The operations of a lost request that are not settled yet.
#[derive(Debug)]
pub(super) struct LostPack {
    pub(super) tasks: Vec<Task>,
    settles_at: Instant,
    next_look: Instant,
    pause: Duration,
    late_looks: u32,
    was_looked_at: bool,
}

impl LostPack {
    /// A request that was lost at `now` and may be at work until `settles_at`: the first look comes at once.
    pub(super) fn new(tasks: Vec<Task>, settles_at: Instant, now: Instant) -> Self {
        Self { tasks, settles_at, next_look: now, pause: FIRST_PAUSE, late_looks: 0, was_looked_at: false }
    }

    /// How a look that was begun at `begun` is judged.
    pub(super) fn moment(&self, begun: Instant, ending: bool) -> Moment {
        match begun >= self.settles_at {
            true => Moment::Settled,
            false if ending => Moment::Ending,
            false => Moment::Settling,
        }
    }

    /// The pack is still open after a look: when the next one is due.
    pub(super) fn looked(&mut self, now: Instant) {
        self.was_looked_at = true;
        self.next_look = (now + self.pause).min(self.settles_at.max(now));
        self.pause = (self.pause * LONGER).min(LONGEST_PAUSE);
    }

    /// A look that a limit delayed says nothing: it is repeated as soon as the limit lets it.
    pub(super) fn delayed(&mut self, now: Instant) {
        self.next_look = now;
    }

    /// A look failed as a whole; true when the settle time is over and no further look is worth it.
    pub(super) fn look_failed(&mut self, now: Instant) -> bool {
        let late = now >= self.settles_at;
        self.late_looks += u32::from(late);
        self.next_look = now + FIRST_PAUSE;
        late && self.late_looks >= LAST_LOOKS
    }
}

/// All lost packs of a run.
#[derive(Debug, Default)]
pub(super) struct Settling(Vec<LostPack>);

impl Settling {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Operations in doubt.
    pub(super) fn operations(&self) -> usize {
        self.0.iter().map(|pack| pack.tasks.len()).sum()
    }

    pub(super) fn push(&mut self, pack: LostPack) {
        if !pack.tasks.is_empty() {
            self.0.push(pack);
        }
    }

    /// An operation that an earlier process may have sent joins others of its kind, to be looked up together.
    pub(super) fn join(&mut self, task: Task, settles_at: Instant, now: Instant) {
        match self.0.last_mut().filter(|pack| pack.tasks.len() < MAX_PACK && !pack.was_looked_at) {
            Some(pack) => {
                pack.settles_at = pack.settles_at.max(settles_at);
                pack.tasks.push(task);
            }
            None => self.0.push(LostPack::new(vec![task], settles_at, now)),
        }
    }

    /// Takes a pack whose look is due, or any when the run ends.
    pub(super) fn take_due(&mut self, now: Instant, ending: bool) -> Option<LostPack> {
        let index = self.0.iter().position(|pack| ending || pack.next_look <= now)?;
        Some(self.0.swap_remove(index))
    }

    /// When the next look is due that is not due yet.
    pub(super) fn next_look(&self, now: Instant) -> Option<Instant> {
        self.0.iter().map(|pack| pack.next_look).filter(|look| *look > now).min()
    }

    /// Every task in doubt, when nothing more is looked up.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Task> + '_ {
        self.0.drain(..).flat_map(|pack| pack.tasks)
    }
}
