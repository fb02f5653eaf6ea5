//! The C library as its users get it: installed, compiled against in every way, and run against the emulator.

mod abi;
mod compilers;
mod examples;
mod memory;
mod programs;

use std::path::PathBuf;

use xshell::Shell;

use self::compilers::Compiler;
use crate::install;
use crate::steps::Outcome;
use crate::workspace;

pub(super) use self::memory::{sanitized, valgrind};

/// The library, installed for the tests, and where they leave what they build.
struct Place {
    prefix: PathBuf,
    scratch: PathBuf,
    emulator: PathBuf,
}

impl Place {
    /// Installs the library that was built for debugging below `target/`.
    fn prepare(shell: &Shell) -> Result<Self, Box<dyn std::error::Error>> {
        let target = workspace::target_directory(shell)?;
        let scratch = target.join("c");
        let prefix = scratch.join("prefix");
        shell.remove_path(&prefix)?;
        install::place(shell, &target.join("debug"), &prefix)?;
        Ok(Self { prefix, scratch, emulator: workspace::program(&target, "debug", "b24delete")? })
    }
}

/// Compiles and runs the programs whose names contain one of `filters`, or all of them with the checks of the library
/// itself.
pub(super) fn run(shell: &Shell, filters: &[String]) -> Outcome {
    let place = Place::prepare(shell)?;
    let compilers = compilers::all(shell)?;
    if filters.is_empty() {
        abi::check(shell, &place)?;
        compilers.iter().try_for_each(|compiler| compiler.check_headers(shell, &place.prefix))?;
        examples::run(shell, &place)?;
    }
    for compiler in &compilers {
        programs::run(shell, &place, compiler, filters)?;
    }
    Ok(())
}
