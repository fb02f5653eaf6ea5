//! What `cargo xtask bench` measures: single calls of the client, one after the other.

use b24delete::{Client, ClientOptions, LeadId, OperatingLimit, RateLimit, Status};
use b24delete_tests::measured::{Ended, Stopwatch, Work};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Ended {
    let work = Work::from_arguments()?;
    let mut options = ClientOptions::webhook(&work.webhook);
    options.rate_limit = RateLimit::OFF;
    options.operating_limit = OperatingLimit::OFF;
    let client = Client::new(options)?;
    let mut stopwatch = Stopwatch::default();
    for id in work.ids() {
        stopwatch.start();
        let deletion = client.delete_lead(LeadId::new(id)?).await?;
        stopwatch.stop();
        if deletion.status != Status::Deleted {
            return Err(format!("lead {id} is {}", deletion.status).into());
        }
    }
    stopwatch.tell();
    Ok(())
}
