//! `cargo xtask faults`: many faults of every kind over real sockets, and what became of the deletes. The tests strike
//! a few times only: with many, waits and settle times add up to minutes.

use std::path::Path;

use xshell::{Shell, cmd};

use crate::steps::Outcome;
use crate::workspace;

/// How often each kind strikes unless asked otherwise.
pub(crate) const COUNT: u64 = 50;

/// Prints a table with a row for each kind of fault, which strikes `count` times.
///
/// # Errors
///
/// When an outcome disagrees with the portal, or a case does not come to its end.
pub(crate) fn run(root: &Path, count: u64) -> Outcome {
    let shell = Shell::new()?;
    shell.change_dir(root);
    cmd!(shell, "cargo build --release -p b24delete-tests --bins").run()?;
    let program = workspace::program(&workspace::target_directory(&shell)?, "release", "fault_table")?;
    let count = count.to_string();
    Ok(cmd!(shell, "{program} {count}").run()?)
}
