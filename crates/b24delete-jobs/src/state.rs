//! How far a job is.

use std::fmt;

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Nothing was sent yet.
    Planned = 0,
    /// A run has begun and left something to do: it is at work, was interrupted, or its process ended.
    Running = 1,
    /// Every operation has an outcome.
    Finished = 2,
    /// A stop rule or a refusal of the portal ended the last run. Running it again goes on.
    Aborted = 3,
}

impl State {
    /// The stable word: `planned`, `running`, `finished` or `aborted`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Aborted => "aborted",
        }
    }

    /// The state that is stored as this number.
    pub(crate) fn from_number(number: i64) -> Option<Self> {
        [Self::Planned, Self::Running, Self::Finished, Self::Aborted]
            .into_iter()
            .find(|state| *state as i64 == number)
    }
}

impl fmt::Display for State {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
