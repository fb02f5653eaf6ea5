//! `simulate`: runs seeds of the simulation and tells what they found.

use std::process::ExitCode;

use b24delete_tests::simulation::{self, Mutant, Totals};
use clap::Parser;

#[derive(Parser)]
#[command(about = "Runs the client against the emulated portal on virtual time, one run per seed")]
struct Arguments {
    /// How many seeds to run
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Run a wrong engine instead, which must be found out
    #[arg(long)]
    mutant: Option<Mutant>,
    /// Run every wrong engine instead
    #[arg(long, conflicts_with = "mutant")]
    mutants: bool,
    /// Go on after failures, and tell each in one line
    #[arg(long)]
    keep_going: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let engines = match (arguments.mutants, arguments.mutant) {
        (true, _) => Mutant::ALL.map(Some).to_vec(),
        (false, mutant) => vec![mutant],
    };
    // Every engine is run, also after one that does not do as it should.
    let as_expected =
        engines.into_iter().filter(|mutant| !does_as_expected(&arguments, *mutant)).count() == 0;
    if as_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the seeds: the engine must pass all of them, a wrong one must be found out.
fn does_as_expected(arguments: &Arguments, mutant: Option<Mutant>) -> bool {
    if let Some(mutant) = mutant {
        println!("wrong engine: {mutant}");
    }
    let mut totals = Totals::default();
    let mut failures = 0;
    for seed in arguments.first..arguments.first.saturating_add(arguments.seeds) {
        let Err(failure) = simulation::run(seed, mutant, &mut totals) else { continue };
        failures += 1;
        match arguments.keep_going {
            true => println!("seed {seed}: {}", failure.headline()),
            false => {
                println!("{failure}");
                break;
            }
        }
    }
    println!("{totals}");
    println!("failures                 {failures}");
    (failures > 0) == mutant.is_some()
}
