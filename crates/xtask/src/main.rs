//! Builds, checks and measures this repository: `cargo xtask COMMAND`.

mod generate;

use std::error::Error;
use std::path::Path;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Builds, checks and measures this repository")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the files that are made from data
    Generate {
        /// Only compare; fail when a file is not up to date
        #[arg(long)]
        check: bool,
    },
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .ok_or("the repository's root was not found")?;
    match Arguments::parse().command {
        Command::Generate { check } => generate::run(root, check),
    }
}
