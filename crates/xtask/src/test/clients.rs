//! Published Bitrix24 clients, unchanged, against the emulator: when they cannot work with it, the emulator is wrong.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use xshell::{Shell, cmd};

use super::filters;
use crate::npm;
use crate::steps::Outcome;
use crate::{python, workspace};

/// Below the repository's root.
pub(crate) const TESTS: &str = "tests/clients";

/// Installs the clients below `target/` and runs their tests.
pub(super) fn run(shell: &Shell, filters: &[String]) -> Outcome {
    let target = workspace::target_directory(shell)?;
    node(shell, &target, filters)?;
    python(shell, &target, filters)
}

/// The clients for Node.js, beside this project's own package, which must have been installed before.
fn node(shell: &Shell, target: &Path, filters: &[String]) -> Outcome {
    let directory = Path::new(TESTS).join("node");
    npm::install(shell, &directory, target)?;
    let tests = npm::tests(shell, &directory)?;
    let patterns = npm::patterns(filters);
    cmd!(shell, "node --test --test-reporter=dot {patterns...} {tests...}")
        .env("B24DELETE", workspace::program(target, "debug", "b24delete")?)
        .env("B24DELETE_PROJECT", npm::project(target))
        .run()?;
    Ok(())
}

fn python(shell: &Shell, target: &Path, filters: &[String]) -> Outcome {
    let python = environment(shell, target)?;
    let tests = cmd!(shell, "{python} -m pytest --quiet -p no:cacheprovider {TESTS}")
        .env("B24DELETE", workspace::program(target, "debug", "b24delete")?)
        .args(filters::expression(filters))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    filters::verdict(Command::from(tests).status()?, filters, TESTS)
}

/// The Python that has the published clients.
///
/// # Errors
///
/// When they cannot be installed.
pub(crate) fn environment(shell: &Shell, target: &Path) -> Result<PathBuf, Box<dyn Error>> {
    python::environment(shell, &target.join("clients"), &Path::new(TESTS).join("requirements.txt"))
}
