//! Runs the conformance vectors with the drivers of one language: `conformance run LANGUAGE PROGRAM [ARGUMENT]…`, where
//! the language is `rust`, `python`, `node` or `c`. `conformance schema` prints the JSON schema of the vectors.

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use b24delete_tests::conformance::{Language, Program, play, schema, vectors};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Runs the conformance vectors with the drivers of one language")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the vectors
    Run {
        /// Only vectors whose names contain this
        #[arg(long, default_value = "")]
        vector: String,
        /// What the driver is written in
        language: Language,
        /// How the driver is started
        #[arg(required = true, trailing_var_arg = true)]
        command: Vec<OsString>,
    },
    /// Print the JSON schema of the vectors
    Schema,
}

// Filling a portal keeps a thread busy for a while, which must not hold up the answers of the others.
#[tokio::main(worker_threads = 8)]
async fn main() -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let (part, language, command) = match Arguments::parse().command {
        Command::Run { vector, language, command } => (vector, language, command),
        Command::Schema => {
            print!("{}", schema());
            return Ok(ExitCode::SUCCESS);
        }
    };
    let mut vectors = vectors()?;
    vectors.retain(|vector| vector.name.contains(&part));
    let report = play(Program { language, command }, vectors).await?;
    report.failures.iter().for_each(|failure| println!("{failure}"));
    println!(
        "{language:?}: {} vectors, {} not as expected; {} that the language cannot express: {}",
        report.run,
        report.failures.len(),
        report.inexpressible.len(),
        report.inexpressible.join(", "),
    );
    Ok(if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
