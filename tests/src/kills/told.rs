//! What the client tells of its work: the log that `-vv` writes to stderr.

use std::io::{BufRead as _, BufReader};
use std::process::ChildStderr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// A line of the log that says how far the client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A commit begins or has ended: outcomes, operations that are sent next, and copies in it.
    Commit { ended: bool, outcomes: u64, intended: u64, copies: u64 },
    /// A commit of a restore begins or has ended.
    RestoreCommit { ended: bool },
    /// A request has its answer.
    Answered,
    /// A request failed.
    NotAnswered,
}

/// The log of one life, while it grows.
pub(super) struct Told {
    lines: Arc<(Mutex<Vec<Line>>, Condvar)>,
    reader: Option<JoinHandle<()>>,
}

impl Told {
    pub(super) fn listen(stderr: ChildStderr) -> Self {
        let lines: Arc<(Mutex<Vec<Line>>, Condvar)> = Arc::default();
        let heard = Arc::clone(&lines);
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if let Some(line) = read(&line) {
                    heard.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                    heard.1.notify_all();
                }
            }
        });
        Self { lines, reader: Some(reader) }
    }

    /// How many lines there are so far.
    pub(super) fn len(&self) -> usize {
        self.locked().len()
    }

    /// Waits for a line like this, from number `from` on; false when there is none within `limit`.
    pub(super) fn wait(&self, from: usize, limit: Duration, is_it: impl Fn(&Line) -> bool) -> bool {
        let missing = |lines: &mut Vec<Line>| !lines.iter().skip(from).any(&is_it);
        let waited = self.lines.1.wait_timeout_while(self.locked(), limit, missing);
        waited.is_ok_and(|(_, result)| !result.timed_out())
    }

    /// Everything that was told, once the client is gone.
    pub(super) fn end(mut self) -> Vec<Line> {
        if let Some(reader) = self.reader.take() {
            // It cannot panic, and what it has read is there.
            let _ = reader.join();
        }
        self.locked().clone()
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Line>> {
        self.lines.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(line: &str) -> Option<Line> {
    let number = |name: &str| {
        let rest = line.split_once(&format!(" {name}="))?.1;
        rest.split(' ').next()?.trim().parse().ok()
    };
    let commit = |ended| {
        let (outcomes, intended, copies) = (number("outcomes")?, number("intended")?, number("copies")?);
        Some(Line::Commit { ended, outcomes, intended, copies })
    };
    let has = |text: &str| line.contains(text);
    match () {
        () if has(": recording what is restored") => Some(Line::RestoreCommit { ended: false }),
        () if has(": recorded what is restored") => Some(Line::RestoreCommit { ended: true }),
        () if has(": recording ") => commit(false),
        () if has(": recorded ") => commit(true),
        () if has(": answered ") => Some(Line::Answered),
        () if has(": not answered ") => Some(Line::NotAnswered),
        () => None,
    }
}
