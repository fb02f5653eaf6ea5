//! What is measured, in groups of rows.

mod concurrency;
mod delete_many;
mod job_file;
mod makespan;
mod memory;
mod published;
mod single_call;
mod sizes;
mod start_up;

use std::error::Error;

use clap::ValueEnum;
use serde::Serialize;

use super::Bench;
use super::row::Row;

type Rows = Result<Vec<Row>, Box<dyn Error>>;

/// Rows that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Group {
    /// Many deletes without limits, in every language
    DeleteMany,
    /// The same by published clients
    Published,
    /// How long runs take within the limits
    Makespan,
    /// One call after the other, in every language
    SingleCall,
    /// Memory over the number of operations
    Memory,
    /// The event loop of Node.js, and many calls at a time in Python
    Concurrency,
    /// What a job file costs
    JobFile,
    /// Start of the command, import in Python, load in Node.js
    StartUp,
    /// Sizes of what is shipped
    Sizes,
}

impl Group {
    /// Its heading, and how its figures come about.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::DeleteMany => (
                "Many deletes",
                "Leads in packs of up to 50, no limits. The bare loop is reqwest with the same keep-alive: it posts batches \
                 of 50, reads the replies and does not parse them. The other languages are compared with Rust. What \
                 they take more is an object for every operation and every outcome, and a step of the caller's loop; in \
                 Node.js also the compiling of that loop and the collecting of those objects.",
            ),
            Self::Published => (
                "Published clients",
                "Each deletes many leads as its documentation shows, on the same portal, beside this project's package for \
                 the same language.",
            ),
            Self::Makespan => (
                "Time of a run within the limits",
                "On virtual time, with the documented limits. No client can be faster than the bound: R requests and W \
                 seconds of work take at least max((R - 50) / 2, 600 k + (W - 480 k)) seconds, with k = ceil(W / 480) - 1.",
            ),
            Self::SingleCall => (
                "Single calls",
                "One after the other on a connection that stays open. Bare reqwest posts the same body and does not parse \
                 the reply. The other languages are compared with Rust.",
            ),
            Self::Memory => (
                "Memory",
                "The peak of the whole process, less that of the same program without work. The portal agrees to \
                 everything and keeps nothing.",
            ),
            Self::Concurrency => (
                "Beside the deleting",
                "How long the event loop of Node.js is held up at most, and how the memory of a Python process grows after \
                 its first round of concurrent calls.",
            ),
            Self::JobFile => (
                "Job file",
                "The same deletes as a job: planned, journalled and recorded in a file. Every pack is a commit, and so a sync \
                 that the run waits for. Within the standard limits a pack leaves twice a second, and none of this is \
                 noticed.",
            ),
            Self::StartUp => ("Start", "By the clock, less that of a program that does nothing."),
            Self::Sizes => (
                "Sizes",
                "Of what is shipped for this platform. The native module of the npm package holds the command and the local \
                 portal too, with SQLite and TLS as all of them: even with the engine itself compiled for size it was 7.3 MiB \
                 when that was tried. It is sent compressed, as the wheel is.",
            ),
        }
    }

    /// Measures it.
    ///
    /// # Errors
    ///
    /// When something cannot be built, or does not do what it is asked for.
    pub(super) fn rows(self, bench: &mut Bench<'_>) -> Rows {
        match self {
            Self::DeleteMany => delete_many::rows(bench),
            Self::Published => published::rows(bench),
            Self::Makespan => makespan::rows(bench),
            Self::SingleCall => single_call::rows(bench),
            Self::Memory => memory::rows(bench),
            Self::Concurrency => concurrency::rows(bench),
            Self::JobFile => job_file::rows(bench),
            Self::StartUp => start_up::rows(bench),
            Self::Sizes => sizes::rows(bench),
        }
    }
}

/// A number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let places = digits.len();
    let digit = |(place, digit): (usize, char)| match place > 0 && (places - place).is_multiple_of(3) {
        true => vec![',', digit],
        false => vec![digit],
    };
    digits.chars().enumerate().flat_map(digit).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_stand_apart() {
        assert_eq!([1, 999, 1_000, 10_000_000].map(super::grouped), ["1", "999", "1,000", "10,000,000"]);
    }
}
