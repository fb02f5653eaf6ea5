//! What `cargo xtask bench --job` measures: the same work as `engine_loop`, planned and recorded in a job file.
//! Arguments: the webhook's URL, the first lead's id, how many leads.

use std::env;
use std::error::Error;

use b24delete::{Client, ClientOptions, OperatingLimit, Operation, RateLimit, Status};
use b24delete_jobs::{Job, JobRunOptions, PlanOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().ok_or("usage: job_loop WEBHOOK FIRST COUNT");
    let (webhook, first, count): (_, i64, i64) = (next()?, next()?.parse()?, next()?.parse()?);
    let mut options = ClientOptions::webhook(webhook);
    options.rate_limit = RateLimit::OFF;
    options.operating_limit = OperatingLimit::OFF;
    let client = Client::new(options)?;
    let place = tempfile::tempdir()?;
    let operations = (first..first + count).filter_map(|id| Operation::lead(id).ok());
    let job =
        Job::plan(place.path().join("bench.b24job"), &client, operations, PlanOptions::default()).await?;
    let mut run = job.run(&client, JobRunOptions::default()).await?;
    let mut deleted = 0;
    while let Some(outcome) = run.next().await {
        if outcome.status != Status::Deleted {
            return Err(format!("{} is {}", outcome.operation, outcome.status).into());
        }
        deleted += 1;
    }
    println!("{deleted}");
    Ok(())
}
