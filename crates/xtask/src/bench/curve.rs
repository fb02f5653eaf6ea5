//! Figures over the number of operations, as the plot shows them.

use serde::Serialize;

/// Figures over the number of operations.
#[derive(Debug, Default, Serialize)]
pub(super) struct Curve {
    pub(super) makespan: Vec<Makespan>,
    pub(super) memory: Vec<Memory>,
}

impl Curve {
    /// True when there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.makespan.is_empty() && self.memory.is_empty()
    }
}

/// How long a run takes within the limits.
#[derive(Debug, Serialize)]
pub(super) struct Makespan {
    pub(super) count: u64,
    pub(super) seconds: f64,
    pub(super) bound: f64,
}

/// MiB at the peak of a run, and of the same program without work.
#[derive(Debug, Serialize)]
pub(super) struct Memory {
    pub(super) count: u64,
    pub(super) peak: f64,
    pub(super) idle: f64,
}
