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
