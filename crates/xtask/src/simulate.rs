//! `cargo xtask simulate`: runs seeds of the simulation, in release.

use std::path::Path;

use clap::Args;
use xshell::{Shell, cmd};

use crate::steps::Outcome;

/// Which seeds to run.
#[derive(Debug, Default, Args)]
pub(crate) struct Options {
    /// How many seeds to run
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    seeds: u64,
    /// The first seed
    #[arg(long, value_name = "S", default_value_t = 1)]
    first: u64,
    /// Run a wrong engine instead, which must be found out
    #[arg(long, value_name = "NAME")]
    mutant: Option<String>,
    /// Run every wrong engine instead
    #[arg(long, conflicts_with = "mutant")]
    mutants: bool,
    /// Go on after failures, and tell each in one line
    #[arg(long)]
    keep_going: bool,
}

impl Options {
    /// The engine over so many seeds.
    pub(crate) fn seeds(seeds: u64) -> Self {
        Self { seeds, first: 1, ..Self::default() }
    }

    /// Every wrong engine over so many seeds.
    pub(crate) fn mutants(seeds: u64) -> Self {
        Self { mutants: true, ..Self::seeds(seeds) }
    }
}

/// Runs the seeds and tells what they found.
///
/// # Errors
///
/// When a seed breaks an invariant, or a wrong engine breaks none.
pub(crate) fn run(root: &Path, options: &Options) -> Outcome {
    let shell = Shell::new()?;
    shell.change_dir(root);
    let (seeds, first) = (options.seeds.to_string(), options.first.to_string());
    let mutant = options.mutant.iter().flat_map(|name| ["--mutant", name]);
    let mutants = options.mutants.then_some("--mutants");
    let keep_going = options.keep_going.then_some("--keep-going");
    let simulate = ["run", "--release", "--quiet", "--package", "b24delete-tests", "--bin", "simulate", "--"];
    cmd!(
        shell,
        "cargo {simulate...} --seeds {seeds} --first {first} {mutant...} {mutants...} {keep_going...}"
    )
    .run()?;
    Ok(())
}
