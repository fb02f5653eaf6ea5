//! Scenarios: the engine against the portal, in process and on paused time.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a scenario fails by panicking, on paused time"
)]

mod conformance;
mod corpus;
mod disk_full;
mod endings;
mod faults;
mod jobs;
mod journal;
mod kills;
mod limits;
mod lost_answers;
mod makespan;
mod oauth;
mod pages;
mod restores;
mod simulation;
