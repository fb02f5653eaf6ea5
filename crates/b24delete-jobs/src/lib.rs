//! Deletions of Bitrix24 CRM records as jobs.
//!
//! A job is one SQLite file that is plan, journal, backup and record. What is about to be sent stands in it before it is
//! sent, so that a process killed at any instant loses no outcome: running the job again settles every operation.
//!
//! ```no_run
//! use b24delete::{Client, ClientOptions, Operation};
//! use b24delete_jobs::{Job, JobRunOptions, PlanOptions};
//!
//! # async fn example() -> b24delete::Result<()> {
//! let client = Client::new(ClientOptions::webhook("https://example.bitrix24.com/rest/1/CODE/"))?;
//! let operations = vec![Operation::lead(1)?, Operation::lead_contact(2, 1010)?];
//! let job = Job::plan("cleanup.b24job", &client, operations, PlanOptions::default()).await?;
//! let mut run = job.run(&client, JobRunOptions::default()).await?;
//! while let Some(outcome) = run.next().await {
//!     println!("{} {}", outcome.operation, outcome.status);
//! }
//! println!("{:?} {}", run.summary(), run.head());
//! # Ok(())
//! # }
//! ```

mod backup;
mod chain;
mod clock;
mod distinct;
mod estimate;
mod handle;
mod job;
mod ledger;
mod look;
mod plan;
mod planned;
mod recorder;
mod report;
mod restore;
mod run;
mod state;
mod store;
pub mod text;
mod unchanged;
mod verify;
mod waits;

pub use self::distinct::Distinct;
pub use self::estimate::Estimate;
pub use self::job::{Job, Overview, PlanSummary};
pub use self::look::look;
pub use self::plan::PlanOptions;
pub use self::planned::Planned;
pub use self::report::{Report, ReportFormat};
pub use self::restore::{
    RestoreOptions, RestorePlan, RestoreSummary, Restored, RestoredStatus, RestoredThing,
};
pub use self::run::{JobRun, JobRunOptions};
pub use self::state::State;
pub use self::store::{Binding, Facts};
pub use self::verify::{Finding, Place, Verification};
