//! The instants at which a process is killed, how each is met, and how it is proved afterwards.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use super::gate::{Hold, Passage, Stage, What};
use super::told::Line;

/// The instants at which a process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Instant {
    /// The next pack is chosen and checked, its intent is not in the file.
    BeforeIntent,
    /// The intent is in the file, the request has not left.
    BeforeSend,
    /// The request has left, its answer has not come.
    OnTheWire,
    /// The answer has come, its outcomes are not in the file.
    BeforeCommit,
    /// Copies are being read, or are read and not in the file.
    InBackup,
    /// Records are being restored.
    InRestore,
    /// Nothing answers.
    PortalDown,
}

impl Instant {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::BeforeIntent,
        Self::BeforeSend,
        Self::OnTheWire,
        Self::BeforeCommit,
        Self::InBackup,
        Self::InRestore,
        Self::PortalDown,
    ];
}

impl fmt::Display for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::BeforeIntent => "before the intent is committed",
            Self::BeforeSend => "between intent and send",
            Self::OnTheWire => "on the wire",
            Self::BeforeCommit => "between reply and commit",
            Self::InBackup => "in backup",
            Self::InRestore => "in restore",
            Self::PortalDown => "resumed with the portal down",
        })
    }
}

/// How an instant is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// A request is held there, and the process killed.
    Held(What, Stage),
    /// The answer to a request like this is let through once nobody can write the file, and the process killed when it
    /// would.
    Locked(What),
    /// Requests are far apart: the process is killed while it waits to send what stands in the file.
    Slow,
    /// Connections are closed.
    Down,
}

impl Way {
    /// The request that is to be held.
    pub(super) fn hold(self, after: u64) -> Option<Hold> {
        match self {
            Self::Held(what, stage) => Some(Hold { what, after, stage }),
            Self::Locked(what) => Some(Hold { what, after, stage: Stage::Done }),
            Self::Slow | Self::Down => None,
        }
    }

    /// Requests at once, and then per second.
    pub(super) fn limits(self, after: u64) -> String {
        match self {
            Self::Slow => format!("{}/2", after + 1),
            _ => "3/40".to_owned(),
        }
    }
}

/// What the job does in a life of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// Deletes, after a look whether records changed.
    Delete,
    /// Deletes, after copies.
    DeleteWithCopies,
    Restore,
}

/// The ways to an instant, where the work has it.
pub(super) fn ways(aim: Instant, work: Work) -> Vec<Way> {
    let held = |what| [Way::Held(what, Stage::Left), Way::Held(what, Stage::Done)];
    let locked = |what| Way::Locked(what);
    match (aim, work) {
        (Instant::PortalDown, Work::Delete | Work::DeleteWithCopies) => vec![Way::Down],
        (Instant::InRestore, Work::Restore) => {
            let [left, done] = held(What::Restore);
            vec![left, done, locked(What::Restore), Way::Slow]
        }
        (Instant::BeforeIntent, Work::Delete) => vec![locked(What::Prepare)],
        (Instant::InBackup, Work::DeleteWithCopies) => {
            let [left, done] = held(What::Prepare);
            vec![left, done, locked(What::Prepare)]
        }
        (Instant::BeforeSend, Work::Delete | Work::DeleteWithCopies) => vec![Way::Slow],
        (Instant::OnTheWire, Work::Delete | Work::DeleteWithCopies) => held(What::Delete).to_vec(),
        (Instant::BeforeCommit, Work::Delete | Work::DeleteWithCopies) => vec![locked(What::Delete)],
        _ => Vec::new(),
    }
}

/// What a life left behind.
#[derive(Debug)]
pub(super) struct Remains {
    pub(super) work: Work,
    pub(super) passages: Vec<Passage>,
    pub(super) told: Vec<Line>,
    /// Leads whose intents were written in this life and that have no outcome.
    pub(super) open: BTreeSet<u64>,
    pub(super) is_down: bool,
}

impl Remains {
    /// The instant at which the process died, by what it left; none where that is not certain.
    pub(super) fn instant(&self) -> Option<Instant> {
        if self.is_down {
            let answered = self.passages.iter().any(|passage| passage.stage == Stage::Answered);
            return (!answered && self.told.contains(&Line::NotAnswered)).then_some(Instant::PortalDown);
        }
        if self.work == Work::Restore {
            return self.is_amid_restore().then_some(Instant::InRestore);
        }
        let deletes = || self.passages.iter().filter(|passage| passage.what == What::Delete);
        let is_open = |passage: &&Passage| passage.leads.iter().any(|lead| self.open.contains(lead));
        let last = deletes().rfind(is_open);
        if last.is_some_and(|passage| passage.stage < Stage::Answered) {
            return Some(Instant::OnTheWire);
        }
        let sent: BTreeSet<u64> = deletes().flat_map(|passage| passage.leads.iter().copied()).collect();
        if self.open.iter().any(|lead| !sent.contains(lead)) {
            return Some(Instant::BeforeSend);
        }
        // The client has said that it was about to write what the answer told, and nothing of it is in the file.
        let unfinished = self.unfinished_commit();
        if last.is_some() && unfinished.is_some_and(|(outcomes, ..)| outcomes > 0) {
            return Some(Instant::BeforeCommit);
        }
        if self.work == Work::DeleteWithCopies {
            let copies = unfinished.is_some_and(|(.., copies)| copies > 0);
            return (self.open.is_empty() && (copies || self.reads_copies())).then_some(Instant::InBackup);
        }
        let intended = unfinished.is_some_and(|(outcomes, intended, _)| outcomes == 0 && intended > 0);
        (self.open.is_empty() && intended).then_some(Instant::BeforeIntent)
    }

    /// Outcomes, intents and copies of the commit that had begun and did not end.
    fn unfinished_commit(&self) -> Option<(u64, u64, u64)> {
        let mut commits = self.told.iter().filter_map(|line| match *line {
            Line::Commit { ended, outcomes, intended, copies } => Some((ended, (outcomes, intended, copies))),
            _ => None,
        });
        commits.next_back().filter(|(ended, _)| !ended).map(|(_, parts)| parts)
    }

    /// Whether the last request of all was read for copies.
    fn reads_copies(&self) -> bool {
        self.passages.last().is_some_and(|passage| passage.what == What::Prepare)
    }

    /// Whether a restore was on its way: its intents were in the file, or what it sent had come to something.
    fn is_amid_restore(&self) -> bool {
        self.told.iter().any(|line| matches!(line, Line::RestoreCommit { .. }))
    }
}

/// How long anything may take.
pub(super) const LONGEST: Duration = Duration::from_secs(120);
