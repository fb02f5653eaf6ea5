//! Scenarios and cross-language checks over the public interfaces.

pub mod conformance;
mod elsewhere;
pub mod faults;
pub mod fuzzing;
pub mod in_process;
pub mod kills;
pub mod measured;
pub mod simulation;
