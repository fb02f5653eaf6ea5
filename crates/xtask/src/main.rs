//! Builds, checks and measures this repository: `cargo xtask COMMAND`.

mod bench;
mod deny;
mod dist;
mod emulator;
mod faults;
mod fuzz;
mod generate;
mod install;
mod kills;
mod lint;
mod npm;
mod peers;
mod pictures;
mod python;
mod simulate;
mod steps;
mod test;
mod tools;
mod workspace;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, value_parser};

#[derive(Parser)]
#[command(about = "Builds, checks and measures this repository")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure what deleting costs, every figure beside another of the same run
    Bench(bench::Options),
    /// Check the licences, sources and number of the dependencies
    Deny {
        /// Checks of cargo-deny; `advisories` is the only other one
        #[arg(default_values = deny::CHECKS)]
        checks: Vec<String>,
    },
    /// Make everything that a release consists of, for this platform, in `target/release-files`
    Dist,
    /// Strike the client with every kind of fault over real sockets and print what became of its deletes
    Faults {
        /// How often each kind strikes
        #[arg(long, value_name = "N", default_value_t = faults::COUNT, value_parser = value_parser!(u64).range(1..))]
        count: u64,
    },
    /// Fuzz everything that reads a reply, a target list or a URL
    Fuzz {
        /// How long each target runs
        #[arg(long, value_name = "N", default_value_t = fuzz::SECONDS, value_parser = value_parser!(u32).range(1..))]
        seconds: u32,
    },
    /// Install the C library with its headers, for pkg-config and CMake
    Install {
        /// Where to, such as `/usr/local`
        #[arg(long, value_name = "DIR")]
        prefix: PathBuf,
    },
    /// Kill the command amid a job, again and again, and compare what is recorded with the portal
    Kills {
        /// How many kills
        #[arg(long, value_name = "N", default_value_t = kills::COUNT, value_parser = value_parser!(u64).range(1..))]
        count: u64,
    },
    /// Check the style of the code and the files of the repository
    Lint,
    /// Run every test there is; what cannot run is a failure
    Test {
        /// Only tests whose names contain one of these
        filters: Vec<String>,
        /// Also what takes long: many simulated seeds, every wrong engine, many faults, fuzzing, memory checks, the bench
        #[arg(long, conflicts_with = "filters")]
        all: bool,
        /// Only the steps whose names contain this, also those that take long
        #[arg(long, value_name = "NAME", conflicts_with = "all")]
        step: Option<String>,
    },
    /// Play faults that users of published clients met, and write what came of them into PEERS.md
    Peers {
        /// Only compare; fail when the table is not up to date
        #[arg(long)]
        check: bool,
    },
    /// Make the pictures of the first page anew, from a real run and a real report
    Pictures,
    /// Run the client against the emulated portal on virtual time, one run per seed
    Simulate(simulate::Options),
    /// Write the files that are made from data
    Generate {
        /// Only compare; fail when a file is not up to date
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    forget_own_package();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Forgets what cargo told this program about its own package.
///
/// Build scripts such as ring's are run again whenever these variables change: a build begun from here would
/// rebuild what a plain `cargo build` has built, and the other way round.
fn forget_own_package() {
    let own = std::env::vars_os().map(|(name, _)| name).filter(|name| {
        name.to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
    });
    for name in own {
        // SAFETY: the program has just begun and has one thread.
        unsafe { std::env::remove_var(name) };
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .ok_or("the repository's root was not found")?;
    match Arguments::parse().command {
        Command::Bench(options) => bench::run(root, &options),
        Command::Deny { checks } => deny::run(root, &checks),
        Command::Dist => dist::run(root),
        Command::Faults { count } => faults::run(root, count),
        Command::Fuzz { seconds } => fuzz::run(root, seconds),
        Command::Install { prefix } => install::run(root, &prefix),
        Command::Kills { count } => kills::run(root, count),
        Command::Lint => lint::run(root),
        Command::Test { filters, all, step } => test::run(root, &filters, all, step.as_deref()),
        Command::Peers { check } => peers::run(root, check),
        Command::Pictures => pictures::run(root),
        Command::Simulate(options) => simulate::run(root, &options),
        Command::Generate { check } => generate::run(root, check),
    }
}
