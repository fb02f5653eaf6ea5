//! The client's process: carries out runs on orders from stdin and tells everything it sees.

use std::error::Error as _;
use std::fs;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use b24delete::{Client, ClientOptions, Error, Event, OperatingLimit, Outcome, RateLimit, RunOptions};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::task::JoinSet;

use super::{Broken, operations};

/// Short, so that lost answers do not take long.
const REQUEST_TIMEOUT: Duration = Duration::from_millis(1_500);

/// Longer than any fault lets the portal work on, or lookups lag.
const SETTLE_TIME: Duration = Duration::from_secs(4);

/// Carries out the runs whose numbers come in on stdin, each with a client of its own, until stdin closes. Outcomes go to
/// stdout as JSON lines; everything that people could see goes to stderr.
///
/// # Errors
/// When an order cannot be read or a run panics.
pub async fn serve(webhook: &str) -> Result<(), Broken> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(io::stderr).init();
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    let mut runs = JoinSet::new();
    while let Some(order) = orders.next_line().await? {
        let number = order.trim().parse()?;
        runs.spawn(carry_out(client(webhook, number)?, number));
    }
    while let Some(run) = runs.join_next().await {
        run??;
    }
    tell(&json!({ "peak_kib": peak_kibibytes()? }));
    Ok(())
}

fn client(webhook: &str, run: i64) -> Result<Client, Broken> {
    let mut options = ClientOptions::webhook(webhook);
    options.request_timeout = REQUEST_TIMEOUT;
    options.settle_time = SETTLE_TIME;
    options.rate_limit = RateLimit::OFF;
    // A method that the portal refuses is parked for a tenth of the window.
    options.operating_limit = OperatingLimit::new(10.0, 10.0)?;
    options.random_seed = Some(run.unsigned_abs());
    options.observer = Some(Arc::new(move |event: &Event<'_>| {
        eprintln!("{event:?}");
        if let Event::Retrying { error, .. } = event {
            tell(&json!({ "run": run, "errors": [error.kind().as_str()] }));
        }
    }));
    Ok(Client::new(options)?)
}

async fn carry_out(client: Client, number: i64) -> Result<(), Broken> {
    let mut run = client.delete_many(operations(number)?, RunOptions::default());
    while let Some(outcome) = run.next().await {
        eprintln!("{outcome:?}");
        tell(&json!({ "run": number, "outcome": outcome, "errors": words(&outcome) }));
    }
    let summary = run.summary();
    eprintln!("{client:?} {summary:?}");
    tell(&json!({ "run": number, "summary": summary }));
    Ok(())
}

/// The kinds of the errors of an outcome, down to the first cause, whose texts are printed too.
fn words(outcome: &Outcome) -> Vec<&'static str> {
    let mut words = Vec::new();
    let mut next = outcome.error.as_ref();
    while let Some(error) = next {
        eprintln!("{error}");
        words.push(error.kind().as_str());
        next = error.source().and_then(|source| source.downcast_ref::<Error>());
    }
    words
}

fn tell(line: &Value) {
    println!("{line}");
}

/// The most memory that this process ever had in use.
fn peak_kibibytes() -> Result<u64, Broken> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("the system tells no VmHWM")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
