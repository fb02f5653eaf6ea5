//! The C library: `libb24delete.so`, `libb24delete.a` and `b24delete.h`.
//!
//! It converts types and maps errors; all behaviour is in the core. The header is made from the comments of this crate by
//! `cargo xtask generate`. Parameters say in their types what C promises: `Option<&T>` is a `const T *` that may be NULL,
//! `Option<Box<T>>` a `T *` that changes hands.

#![expect(
    missing_debug_implementations,
    reason = "handles are opaque and some hold secrets: nobody prints them"
)]

pub mod call;
pub mod call_async;
pub mod call_options;
pub mod canceller;
pub mod client;
pub mod client_options;
pub mod delete_many;
pub mod deletion;
mod engine;
pub mod error;
pub mod error_kind;
pub mod event;
mod gate;
pub mod job;
pub mod job_run;
pub mod job_run_options;
pub mod lines;
pub mod login;
pub mod oauth_options;
pub mod operation;
pub mod outcome;
pub mod overview;
mod place;
pub mod plan_options;
pub mod plan_summary;
mod reader;
pub mod report;
pub mod restore;
pub mod restore_options;
pub mod restore_plan;
pub mod restore_summary;
mod run;
pub mod run_options;
mod signals;
pub mod status;
pub mod string;
pub mod summary;
pub mod token_store;
pub mod user_data;
pub mod verification;
pub mod version;
