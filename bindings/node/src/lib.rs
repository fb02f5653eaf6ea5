//! The native part of the npm package `b24delete`: it converts types and maps errors, and decides nothing.
//!
//! It is private to the package, whose public face is written in TypeScript. Nothing here throws: a function that can
//! fail returns its value or a [`Failure`](reply::Failure), which TypeScript turns into an error with the stack of
//! the caller.

#![expect(
    missing_debug_implementations,
    reason = "functions of JavaScript cannot be printed, and secrets must not be"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "the arguments are made for each call from values of JavaScript"
)]

pub mod call;
pub mod canceller;
pub mod client;
mod clock;
pub mod command;
pub mod errors;
pub mod events;
pub mod ids;
pub mod job;
pub mod job_plan;
pub mod job_run;
pub mod job_views;
pub mod oauth;
pub mod options;
pub mod reply;
pub mod report;
pub mod restore;
pub mod rows;
pub mod run;
mod runtime;
pub mod source;
pub mod store;
