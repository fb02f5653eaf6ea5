//! What `cargo xtask bench` measures: the work of `engine_loop` as a job, planned into a file and run from it.

use b24delete::{Client, ClientOptions, OperatingLimit, Operation, RateLimit, Status};
use b24delete_jobs::{Job, JobRunOptions, PlanOptions};
use b24delete_tests::measured::{Ended, Work, tell_done};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Ended {
    let work = Work::from_arguments()?;
    let mut options = ClientOptions::webhook(&work.webhook);
    options.rate_limit = RateLimit::OFF;
    options.operating_limit = OperatingLimit::OFF;
    let client = Client::new(options)?;
    // Below `target/`: memory would spare the job file its syncs.
    let directory = tempfile::tempdir_in(std::env::current_exe()?.parent().ok_or("no directory")?)?;
    let operations = work.ids().filter_map(|id| Operation::lead(id).ok());
    let path = directory.path().join("bench.b24job");
    let job = Job::plan(path, &client, operations, PlanOptions::default()).await?;
    let mut run = job.run(&client, JobRunOptions::default()).await?;
    let mut deleted = 0;
    while let Some(outcome) = run.next().await {
        if outcome.status != Status::Deleted {
            return Err(format!("{} is {}", outcome.operation, outcome.status).into());
        }
        deleted += 1;
    }
    tell_done(deleted);
    Ok(())
}
