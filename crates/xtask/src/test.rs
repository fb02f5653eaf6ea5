//! `cargo xtask test`: every test there is.

mod clients;

use std::path::Path;

use xshell::{Shell, cmd};

use crate::steps::{self, Outcome, Step};

/// Runs the tests whose names contain one of `filters`, or all of them. What cannot run is a failure.
///
/// # Errors
///
/// When a test fails or cannot run.
pub(crate) fn run(root: &Path, filters: &[String]) -> Outcome {
    check(filters)?;
    let shell = Shell::new()?;
    shell.change_dir(root);
    steps::run(vec![
        // One selection of packages for all steps: another one has other features and compiles everything again.
        Step::new("build", || Ok(cmd!(shell, "cargo build --workspace --all-targets").run()?)),
        Step::new("Rust", || Ok(cmd!(shell, "cargo test --workspace --no-fail-fast -- {filters...}").run()?)),
        Step::new("published clients", || clients::run(&shell, filters)),
    ])
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
