//! What `cargo xtask kills` prints: `kills COUNT LEADS` kills the real command that often, amid jobs of so many leads.
//! `kills b24delete ARGUMENTS` is that command.

use std::env;
use std::process::ExitCode;

use b24delete_tests::faults::Broken;
use b24delete_tests::kills::{Effort, play, print_tally};

/// Leads of a job, unless said otherwise.
const LEADS: &str = "5000";

fn main() -> Result<ExitCode, Broken> {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    match arguments.first().and_then(|argument| argument.to_str()) {
        Some("b24delete") => Ok(b24delete_cli::run(arguments).into()),
        Some(count) => {
            let leads = arguments.get(1).and_then(|argument| argument.to_str()).unwrap_or(LEADS);
            kill(count.parse()?, leads.parse()?)
        }
        None => Err("usage: kills COUNT [LEADS]".into()),
    }
}

#[tokio::main(worker_threads = 4)]
async fn kill(kills: u64, leads: u64) -> Result<ExitCode, Broken> {
    // Of 300 kills at least 40 at each instant, and 20 with the portal down.
    let effort = Effort { kills, each: kills * 2 / 15, down: (kills / 15).max(1), leads };
    let tally = play(&env::current_exe()?, effort, 1).await?;
    print_tally(&tally);
    Ok(if tally.disagreements.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
