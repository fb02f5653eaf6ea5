//! `cargo xtask test`: every test there is.

mod c;
pub(crate) mod clients;
mod conformance;
mod filters;
mod node;
mod python;

use std::path::Path;

use xshell::{Shell, cmd};

use crate::steps::{self, Outcome, Step};
use crate::{bench, deny, faults, fuzz, kills, peers, simulate};

/// The step that all others need.
const BUILD: &str = "build";

/// Seeds of the simulation, and for each wrong engine, where the time does not matter.
const SEEDS: u64 = 10_000;
const SEEDS_FOR_A_MUTANT: u64 = 1_000;

/// Runs the tests whose names contain one of `filters`, or all of them, and those that take long where `all` is given; or
/// only those steps whose names contain `part`. What cannot run is a failure.
///
/// # Errors
///
/// When a test fails or cannot run.
pub(crate) fn run(root: &Path, filters: &[String], all: bool, part: Option<&str>) -> Outcome {
    check(filters)?;
    let shell = Shell::new()?;
    shell.change_dir(root);
    let mut steps = vec![
        // One selection of packages for all steps: another one has other features and compiles everything again.
        Step::new(BUILD, || Ok(cmd!(shell, "cargo build --workspace --all-targets").run()?)),
        Step::new("Rust", || Ok(cmd!(shell, "cargo test --workspace --no-fail-fast -- {filters...}").run()?)),
        Step::new("npm package", || node::run(&shell, filters)),
        Step::new("published clients", || clients::run(&shell, filters)),
        Step::new("Python package", || python::run(&shell, filters)),
        Step::new("C library", || c::run(&shell, filters)),
    ];
    // Vectors have sentences for names: a filter leaves none of them.
    if filters.is_empty() {
        steps.push(Step::new("conformance", || conformance::run(&shell)));
    }
    if all || part.is_some() {
        steps.extend(long(root, &shell));
    }
    if let Some(part) = part {
        steps.retain(|step| step.is_called(BUILD) || step.is_called(part));
        if steps.len() < 2 {
            return Err(format!("no step's name contains `{part}`").into());
        }
    }
    steps::run(steps)
}

/// What takes minutes each.
fn long<'a>(root: &'a Path, shell: &'a Shell) -> Vec<Step<'a>> {
    vec![
        Step::new("simulation", || simulate::run(root, &simulate::Options::seeds(SEEDS))),
        Step::new("wrong engines", || simulate::run(root, &simulate::Options::mutants(SEEDS_FOR_A_MUTANT))),
        Step::new("faults", || faults::run(root, faults::COUNT)),
        Step::new("kills", || kills::run(root, kills::COUNT)),
        Step::new("dependencies", || deny::run(root, &deny::CHECKS.map(str::to_owned))),
        Step::new("table of peers", || peers::run(root, true)),
        Step::new("fuzz targets", || fuzz::run(root, fuzz::SECONDS)),
        Step::new("archive of Python sources", || python::from_source(shell)),
        Step::new("C library with clang", || c::clang(shell)),
        Step::new("C library under valgrind", || c::valgrind(shell, &[])),
        Step::new("C library with AddressSanitizer", || c::sanitized(shell, &[])),
        Step::new("bench", || bench::check(root)),
    ]
}

/// The languages have different rules for filters; names are what they have in common.
fn check(filters: &[String]) -> Outcome {
    let is_name = |filter: &&String| {
        !filter.is_empty() && filter.chars().all(|letter| letter.is_alphanumeric() || "_:".contains(letter))
    };
    match filters.iter().find(|filter| !is_name(filter)) {
        Some(filter) => {
            Err(format!("`{filter}` is not a part of a test's name: letters, digits, `_` and `::`").into())
        }
        None => Ok(()),
    }
}
