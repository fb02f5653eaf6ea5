//! Builds, checks and measures this repository: `cargo xtask COMMAND`.

mod generate;
mod lint;
mod steps;
mod test;
mod workspace;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Builds, checks and measures this repository")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the style of the code and the files of the repository
    Lint,
    /// Run every test there is; what cannot run is a failure
    Test {
        /// Only tests whose names contain one of these
        filters: Vec<String>,
    },
    /// Write the files that are made from data
    Generate {
        /// Only compare; fail when a file is not up to date
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .ok_or("the repository's root was not found")?;
    match Arguments::parse().command {
        Command::Lint => lint::run(root),
        Command::Test { filters } => test::run(root, &filters),
        Command::Generate { check } => generate::run(root, check),
    }
}
