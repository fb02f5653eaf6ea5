//! Deletions of Bitrix24 CRM records as jobs.
//!
//! A job is one SQLite file that is plan, journal, backup and record. What is about to be sent stands in it before it is
//! sent, so that a process killed at any instant loses no outcome: running the job again settles every operation.

mod clock;
mod handle;
mod report;
mod state;
mod store;
pub mod text;

pub use self::report::{Report, ReportFormat};
pub use self::state::State;
