//! The TypeScript of the npm package: format, lints and types.

use std::path::Path;

use xshell::{Shell, cmd};

use crate::npm::{self, PACKAGE};
use crate::steps::Outcome;
use crate::workspace;

/// Runs the checks that `npm run lint` stands for. The tests' types are checked with the types that were built.
pub(super) fn run(shell: &Shell) -> Outcome {
    npm::install(shell, Path::new(PACKAGE), &workspace::target_directory(shell)?)?;
    let _package = shell.push_dir(PACKAGE);
    cmd!(shell, "npm run --silent lint").run()?;
    Ok(())
}
