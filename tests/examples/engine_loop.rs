//! What `cargo xtask bench` measures: the engine at the same work as `bare_loop`, with an outcome for every operation.
//! Arguments: the webhook's URL, the first lead's id, how many leads.

use std::env;
use std::error::Error;

use b24delete::{Client, ClientOptions, OperatingLimit, Operation, RateLimit, RunOptions, Status};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().ok_or("usage: engine_loop WEBHOOK FIRST COUNT");
    let (webhook, first, count): (_, i64, i64) = (next()?, next()?.parse()?, next()?.parse()?);
    let mut options = ClientOptions::webhook(webhook);
    options.rate_limit = RateLimit::OFF;
    options.operating_limit = OperatingLimit::OFF;
    let client = Client::new(options)?;
    let operations = (first..first + count).filter_map(|id| Operation::lead(id).ok());
    let mut run = client.delete_many(operations, RunOptions::default());
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
