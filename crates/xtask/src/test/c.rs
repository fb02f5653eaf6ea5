//! The C library as its users get it: installed, compiled against in every way, and run against the emulator.

mod abi;
mod compilers;
mod examples;
mod memory;
mod pages;
mod programs;
mod system;

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
    /// How often a program cancels.
    cancellations: u32,
}

/// What the library promises to stand.
const CANCELLATIONS: u32 = 1_000;

impl Place {
    /// Installs the library that was built for debugging below `target/`.
    fn prepare(shell: &Shell) -> Result<Self, Box<dyn std::error::Error>> {
        let target = workspace::target_directory(shell)?;
        let scratch = target.join("c");
        let prefix = scratch.join("prefix");
        shell.remove_path(&prefix)?;
        install::place(shell, &target.join("debug"), &prefix)?;
        let emulator = workspace::program(&target, "debug", "b24delete")?;
        Ok(Self { prefix, scratch, emulator, cancellations: CANCELLATIONS })
    }
}

/// Compiles and runs the programs whose names contain one of `filters`, or all of them with the checks of the library
/// itself.
pub(super) fn run(shell: &Shell, filters: &[String]) -> Outcome {
    let place = Place::prepare(shell)?;
    let compiler = compilers::usual(shell)?;
    if filters.is_empty() {
        abi::check(shell, &place)?;
        compiler.check_headers(shell, &place.prefix)?;
        examples::run(shell, &place)?;
    }
    if filters.is_empty() || filters.iter().any(|filter| "pages".contains(filter.as_str())) {
        pages::run(shell, &place, compiler)?;
    }
    programs::run(shell, &place, compiler, filters)
}

/// The headers and the programs with clang.
pub(super) fn clang(shell: &Shell) -> Outcome {
    let compiler = compilers::clang(shell)?;
    let place = Place::prepare(shell)?;
    compiler.check_headers(shell, &place.prefix)?;
    programs::run(shell, &place, compiler, &[])
}
