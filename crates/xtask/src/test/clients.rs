//! Published Bitrix24 clients, unchanged, against the emulator: when they cannot work with it, the emulator is wrong.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use xshell::{Shell, cmd};

use crate::npm;
use crate::steps::Outcome;
use crate::workspace;

/// Below the repository's root.
const TESTS: &str = "tests/clients";

/// How pytest ends when the filters left no test.
const NO_TESTS: i32 = 5;

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
    let python = environment(shell, &target.join("clients"))?;
    let mut tests = cmd!(shell, "{python} -m pytest --quiet -p no:cacheprovider {TESTS}")
        .env("B24DELETE", workspace::program(target, "debug", "b24delete")?)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    if !filters.is_empty() {
        tests = tests.arg("-k").arg(expression(filters));
    }
    match Command::from(tests).status()?.code() {
        Some(0) => Ok(()),
        Some(NO_TESTS) if !filters.is_empty() => Ok(()),
        _ => Err(format!("a test in {TESTS} failed").into()),
    }
}

/// The Python of a virtual environment that holds exactly the pinned clients.
fn environment(shell: &Shell, directory: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let python = directory.join("bin/python");
    let wanted = shell.read_file(Path::new(TESTS).join("requirements.txt"))?;
    // Written last, so that an installation that broke off is made again.
    let installed = directory.join("installed.txt");
    if shell.read_file(&installed).is_ok_and(|text| text == wanted) {
        return Ok(python);
    }
    shell.remove_path(directory)?;
    cmd!(shell, "python3 -m venv {directory}").run().map_err(|error| {
        format!("{error}\nhint: Python 3 with its module `venv` is needed (on Debian: `python3-venv`)")
    })?;
    cmd!(shell, "{python} -m pip install --quiet --requirement {TESTS}/requirements.txt").run()?;
    shell.write_file(installed, wanted)?;
    Ok(python)
}

/// The filters as pytest writes them: any of them, each with all of its parts.
fn expression(filters: &[String]) -> String {
    let parts =
        |filter: &String| filter.split(':').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" and ");
    filters.iter().map(parts).collect::<Vec<_>>().join(" or ")
}
