//! Operations that were pulled and not sent yet. One lead's operations keep their order, and nothing is in flight twice.

use std::collections::{HashMap, HashSet, VecDeque};

use super::decide::Task;
use crate::operation::Operation;

/// The record whose operations must follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Lane {
    Lead(u64),
    Contact(u64),
}

impl Lane {
    fn of(operation: &Operation) -> Self {
        match (operation.lead_id(), operation.contact_id()) {
            (Some(lead_id), _) => Self::Lead(lead_id.get()),
            (None, contact_id) => Self::Contact(contact_id.map_or(0, |contact_id| contact_id.get())),
        }
    }
}

/// Tasks that wait, in order, and the lanes that are taken by tasks in flight or in doubt.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Task>,
    taken: HashMap<Lane, usize>,
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
        *self.taken.entry(Lane::of(operation)).or_default() += 1;
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
        let lane = Lane::of(operation);
        if let Some(count) = self.taken.get_mut(&lane) {
            *count -= 1;
            if *count == 0 {
                self.taken.remove(&lane);
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
        let mut pack: Vec<Task> = Vec::new();
        let mut held: HashSet<Lane> = HashSet::new();
        let mut in_pack: HashMap<Lane, Vec<Operation>> = HashMap::new();
        let mut kept = VecDeque::new();
        while pack.len() < limit {
            let Some(task) = self.waiting.pop_front() else { break };
            let lane = Lane::of(&task.operation);
            let beside = in_pack.get(&lane).map(Vec::as_slice).unwrap_or_default();
            let free = match beside {
                [] => !self.taken.contains_key(&lane),
                beside => beside.iter().all(|other| may_share(other, &task.operation)),
            };
            let verdict = match free && !held.contains(&lane) {
                true => accept(&task.operation),
                false => Accept::Later,
            };
            match verdict {
                Accept::Yes => {
                    in_pack.entry(lane).or_default().push(task.operation);
                    pack.push(task);
                }
                Accept::Later => {
                    held.insert(lane);
                    kept.push_back(task);
                }
                Accept::PackIsFull => {
                    kept.push_back(task);
                    break;
                }
            }
        }
        while let Some(task) = kept.pop_back() {
            self.waiting.push_front(task);
        }
        pack.iter().for_each(|task| self.occupy(&task.operation));
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

fn may_share(one: &Operation, other: &Operation) -> bool {
    match (one, other) {
        (
            Operation::DeleteLeadContact { contact_id: one, .. },
            Operation::DeleteLeadContact { contact_id: other, .. },
        ) => one != other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(operations: &[Operation]) -> Queue {
        let mut queue = Queue::default();
        for (seq, operation) in (0..).zip(operations) {
            queue.push(Task { seq, operation: *operation, attempts: 0, doubt: None });
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
