//! Operations that were pulled and not sent yet. One lead's operations keep their order, and nothing is in flight twice.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::decide::Task;
use crate::operation::Operation;

/// The record whose operations must follow one another, as one number: leads have even ones, contacts odd ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Lane(u64);

impl Lane {
    fn of(operation: &Operation) -> Self {
        match *operation {
            Operation::DeleteLead { lead_id }
            | Operation::DeleteLeadContact { lead_id, .. }
            | Operation::DeleteLeadContactItems { lead_id } => Self(2 * lead_id.get()),
            Operation::DeleteContact { contact_id } => Self(2 * contact_id.get() + 1),
        }
    }
}

/// Tasks that wait, in order, and the lanes that are taken by tasks in flight or in doubt.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Task>,
    taken: BTreeMap<Lane, Taken>,
    packs: u64,
}

/// The tasks of a lane that are in flight or in doubt.
#[derive(Debug, Default)]
struct Taken {
    /// The pack that they went with, counted from 1; 0 for what was in doubt from the start.
    pack: u64,
    tasks: usize,
}

impl Queue {
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// A task that was pulled: it goes to the end.
    pub(super) fn push(&mut self, task: Task) {
        self.waiting.push_back(task);
    }

    /// A task is in doubt from the start: its lane is taken.
    pub(super) fn occupy(&mut self, operation: &Operation) {
        self.taken.entry(Lane::of(operation)).or_default().tasks += 1;
    }

    /// Tasks that were taken and did not run: they go back to where they were.
    pub(super) fn give_back(&mut self, tasks: Vec<Task>) {
        for task in tasks {
            self.release(&task.operation);
            let place = self.waiting.partition_point(|other| other.seq < task.seq);
            self.waiting.insert(place, task);
        }
    }

    /// A taken task has its outcome: its lane is free.
    pub(super) fn release(&mut self, operation: &Operation) {
        if let Entry::Occupied(mut taken) = self.taken.entry(Lane::of(operation)) {
            taken.get_mut().tasks -= 1;
            if taken.get().tasks == 0 {
                taken.remove();
            }
        }
    }

    /// Every waiting task, when nothing more is sent.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Task> + '_ {
        self.waiting.drain(..)
    }

    /// Takes the tasks of the next pack, in order, as far as `accept` lets them. A task that may not go yet holds back
    /// the later ones of its lane. Only unlinkings of different contacts from one lead may share a pack.
    pub(super) fn take(&mut self, limit: usize, mut accept: impl FnMut(&Operation) -> Accept) -> Vec<Task> {
        self.packs += 1;
        let mut pack: Vec<Task> = Vec::with_capacity(limit.min(self.waiting.len()));
        let mut held: BTreeSet<Lane> = BTreeSet::new();
        let mut kept = Vec::new();
        while pack.len() < limit {
            let Some(task) = self.waiting.pop_front() else { break };
            let lane = Lane::of(&task.operation);
            let taken = self.taken.entry(lane);
            let free = match &taken {
                Entry::Vacant(_) => true,
                Entry::Occupied(taken) => {
                    taken.get().pack == self.packs
                        && pack.iter().all(|other| may_share(&other.operation, &task.operation))
                }
            };
            let verdict = match free && !held.contains(&lane) {
                true => accept(&task.operation),
                false => Accept::Later,
            };
            match verdict {
                Accept::Yes => {
                    taken.or_insert(Taken { pack: self.packs, tasks: 0 }).tasks += 1;
                    pack.push(task);
                }
                Accept::Later => {
                    held.insert(lane);
                    kept.push(task);
                }
                Accept::PackIsFull => {
                    kept.push(task);
                    break;
                }
            }
        }
        while let Some(task) = kept.pop() {
            self.waiting.push_front(task);
        }
        pack
    }
}

/// Whether a task may go into the pack that is being formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accept {
    Yes,
    /// Not this one; others may.
    Later,
    /// Nothing more fits.
    PackIsFull,
}

/// Operations of one lane share a pack only as unlinkings of different contacts.
fn may_share(one: &Operation, other: &Operation) -> bool {
    match (one, other) {
        (Operation::DeleteLeadContact { .. }, Operation::DeleteLeadContact { .. }) => one != other,
        _ => Lane::of(one) != Lane::of(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Start;

    fn queue(operations: &[Operation]) -> Queue {
        let mut queue = Queue::default();
        for (seq, operation) in (0..).zip(operations) {
            queue.push(Task::new(Start::new(seq, *operation)));
        }
        queue
    }

    fn taken(queue: &mut Queue) -> Vec<u64> {
        queue.take(50, |_| Accept::Yes).iter().map(|task| task.seq).collect()
    }

    #[test]
    fn one_lead_has_one_operation_in_flight() {
        let lead = Operation::lead(1).unwrap();
        let unlink = |contact| Operation::lead_contact(1, contact).unwrap();
        let other = Operation::lead(2).unwrap();
        let mut queue = queue(&[unlink(5), unlink(6), unlink(5), lead, other, lead]);
        assert_eq!(taken(&mut queue), [0, 1, 4]);
        assert!(taken(&mut queue).is_empty());
        queue.release(&unlink(5));
        assert!(taken(&mut queue).is_empty());
        queue.release(&unlink(6));
        assert_eq!(taken(&mut queue), [2]);
        queue.release(&unlink(5));
        assert_eq!(taken(&mut queue), [3]);
        queue.release(&lead);
        assert_eq!(taken(&mut queue), [5]);
    }

    #[test]
    fn a_task_that_must_wait_holds_back_its_lane_only() {
        let lead = Operation::lead(1).unwrap();
        let unlink = Operation::lead_contact(1, 5).unwrap();
        let contact = Operation::contact(1).unwrap();
        let mut queue = queue(&[unlink, lead, contact]);
        let parked = |operation: &Operation| match operation {
            Operation::DeleteLeadContact { .. } => Accept::Later,
            _ => Accept::Yes,
        };
        let seqs: Vec<_> = queue.take(50, parked).iter().map(|task| task.seq).collect();
        assert_eq!(seqs, [2]);
        assert_eq!(queue.len(), 2);
    }

    #[test]
    fn what_comes_back_goes_to_its_old_place() {
        let operations: Vec<_> = (1..=4).map(|id| Operation::lead(id).unwrap()).collect();
        let mut queue = queue(&operations);
        let pack = queue.take(2, |_| Accept::Yes);
        queue.give_back(pack);
        assert_eq!(taken(&mut queue), [0, 1, 2, 3]);
    }
}
