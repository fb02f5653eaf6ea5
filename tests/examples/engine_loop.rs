//! What `cargo xtask bench` measures: the engine at the same work as `bare_loop`, with an outcome for every operation.

use b24delete::{Client, ClientOptions, OperatingLimit, Operation, RateLimit, RunOptions, Status};
use b24delete_tests::measured::{Ended, Work, tell_done};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Ended {
    let work = Work::from_arguments()?;
    let mut options = ClientOptions::webhook(&work.webhook);
    options.rate_limit = RateLimit::OFF;
    options.operating_limit = OperatingLimit::OFF;
    let client = Client::new(options)?;
    let operations = work.ids().filter_map(|id| Operation::lead(id).ok());
    let mut run = client.delete_many(operations, RunOptions::default());
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
