//! Runs the conformance vectors with the drivers of one language: `conformance run LANGUAGE PROGRAM [ARGUMENT]…`, where
//! the language is `rust`, `python`, `node` or `c`. `conformance relay` lets each language resume the jobs of each other.
//! `conformance schema` prints the JSON schema of the vectors.

use std::error::Error;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use b24delete_tests::conformance::{Broken, Language, Program, play, relay, schema, vectors};
use clap::{Parser, Subcommand, ValueEnum as _};

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
    /// Let each language begin jobs, be killed, and have every other resume them
    Relay {
        /// The `b24delete` command, which takes part
        command: PathBuf,
        /// The drivers: each a JSON list of the language, the program and its arguments
        drivers: Vec<String>,
    },
    /// Print the JSON schema of the vectors
    Schema,
}

// Filling a portal keeps a thread busy for a while, which must not hold up the answers of the others.
#[tokio::main(worker_threads = 8)]
async fn main() -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let failures = match Arguments::parse().command {
        Command::Run { vector, language, command } => run(&vector, Program { language, command }).await?,
        Command::Relay { command, drivers } => {
            let programs = drivers.iter().map(|driver| program(driver)).collect::<Result<_, _>>()?;
            let relay = relay(programs, command).await?;
            println!("{} jobs, {} not as expected", relay.jobs, relay.failures.len());
            relay.failures
        }
        Command::Schema => {
            print!("{}", schema());
            Vec::new()
        }
    };
    failures.iter().for_each(|failure| println!("{failure}"));
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run(part: &str, program: Program) -> Result<Vec<String>, Broken> {
    let language = program.language;
    let mut vectors = vectors()?;
    vectors.retain(|vector| vector.name.contains(part));
    let report = play(program, vectors).await?;
    println!(
        "{language:?}: {} vectors, {} not as expected; {} that the language cannot express: {}",
        report.run,
        report.failures.len(),
        report.inexpressible.len(),
        report.inexpressible.join(", "),
    );
    Ok(report.failures)
}

/// A driver as it stands on the command line.
fn program(text: &str) -> Result<Program, Broken> {
    let words: Vec<String> = serde_json::from_str(text)?;
    let (language, command) = words.split_first().ok_or("a driver needs a language and a program")?;
    let language = Language::from_str(language, true)?;
    Ok(Program { language, command: command.iter().map(OsString::from).collect() })
}
