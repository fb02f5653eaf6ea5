//! `cargo xtask kills`: the real command is killed amid jobs and restores, hundreds of times. The tests do it a few times
//! only: every life of the process settles what the one before left in doubt.

use std::path::Path;

use xshell::{Shell, cmd};

use crate::steps::Outcome;
use crate::workspace;

/// Kills unless asked otherwise.
pub(crate) const COUNT: u64 = 300;

/// Prints how often the process was killed at which instant, and what disagreed in the end.
///
/// # Errors
///
/// When an outcome disagrees with the portal, is missing, or was told twice.
pub(crate) fn run(root: &Path, count: u64) -> Outcome {
    let shell = Shell::new()?;
    shell.change_dir(root);
    cmd!(shell, "cargo build --release -p b24delete-tests --bins").run()?;
    let program = workspace::program(&workspace::target_directory(&shell)?, "release", "kills")?;
    let count = count.to_string();
    Ok(cmd!(shell, "{program} {count}").run()?)
}
