//! `cargo xtask lint`: the style of the code, and what must hold for every file of the repository.

mod dependencies;
mod native_module;
mod node;
mod pages;
mod repository;

use std::path::Path;

use xshell::{Shell, cmd};

use crate::generate;
use crate::python::{self, PACKAGE};
use crate::steps::{self, Outcome, Step};
use crate::workspace;

/// The tool for spelling, with its version.
const SPELLING: &str = "crates/xtask/spelling/requirements.txt";

/// Runs every check.
///
/// # Errors
///
/// When a check fails.
pub(crate) fn run(root: &Path) -> Outcome {
    let shell = Shell::new()?;
    shell.change_dir(root);
    steps::run(vec![
        Step::new("format", || Ok(cmd!(shell, "cargo fmt --all --check").run()?)),
        Step::new("generated files", || generate::run(root, true)),
        Step::new("lock files", || repository::lock_files(&shell)),
        Step::new("ignored files", || repository::ignored_files(&shell)),
        Step::new("unfinished code", || repository::unfinished_code(&shell)),
        Step::new("length of files", || repository::length_of_files(&shell)),
        Step::new("native module of Node.js", || native_module::check(&shell)),
        Step::new("code in pages", || pages::blocks(&shell)),
        Step::new("links in pages", || pages::links(&shell)),
        Step::new("unused dependencies", || dependencies::are_used(&shell)),
        Step::new("compiler of dependencies", || dependencies::work_with_the_stated_compiler(&shell)),
        Step::new("spelling", || spelling(&shell)),
        Step::new("TypeScript", || node::run(&shell)),
        Step::new("clippy", || {
            Ok(cmd!(shell, "cargo clippy --workspace --all-targets --quiet -- -D warnings").run()?)
        }),
        Step::new("Python", || {
            let tools = python::tools(&shell)?;
            cmd!(shell, "{tools} -m ruff format --quiet --no-cache --check {PACKAGE}").run()?;
            Ok(cmd!(shell, "{tools} -m ruff check --quiet --no-cache {PACKAGE}").run()?)
        }),
        Step::new("documentation", || {
            let _warnings = shell.push_env("RUSTDOCFLAGS", "-D warnings");
            Ok(cmd!(shell, "cargo doc --workspace --no-deps --quiet").run()?)
        }),
    ])
}

/// Words that nobody means, in code and text; `typos.toml` has those that somebody does.
fn spelling(shell: &Shell) -> Outcome {
    let directory = workspace::target_directory(shell)?.join("spelling");
    python::environment(shell, &directory, Path::new(SPELLING))?;
    let typos = directory.join("bin/typos");
    Ok(cmd!(shell, "{typos}").run()?)
}
