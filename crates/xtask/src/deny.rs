//! `cargo xtask deny`: what `deny.toml` says of the dependencies' licences, sources and number.

use std::path::Path;

use xshell::{Shell, cmd};

use crate::steps::Outcome;
use crate::tools;

/// The checks that need no network. Advisories are looked up in a database that they must fetch first.
pub(crate) const CHECKS: [&str; 3] = ["licenses", "bans", "sources"];

/// Runs checks of cargo-deny.
///
/// # Errors
///
/// When it cannot be installed, or something is not allowed.
pub(crate) fn run(root: &Path, checks: &[String]) -> Outcome {
    let shell = Shell::new()?;
    shell.change_dir(root);
    let program = tools::DENY.installed(&shell)?;
    Ok(cmd!(shell, "{program} --all-features check {checks...}").run()?)
}
