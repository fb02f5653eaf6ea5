//! `cargo xtask peers`: PEERS.md, the table of faults that users of published clients met, beside what this project makes of
//! them.

use std::fs;
use std::path::Path;

use xshell::{Shell, cmd};

use crate::npm;
use crate::steps::Outcome;
use crate::test::clients;
use crate::workspace;

const TABLE: &str = "PEERS.md";

/// Plays every fault with every client and writes the table; with `check`, only compares it.
///
/// # Errors
/// When a client cannot be installed or started, or `check` finds a difference.
pub(crate) fn run(root: &Path, check: bool) -> Outcome {
    let shell = Shell::new()?;
    shell.change_dir(root);
    // The same selection of packages as for the tests: another one compiles everything again.
    cmd!(shell, "cargo build --workspace --all-targets --quiet").run()?;
    let target = workspace::target_directory(&shell)?;
    let python = clients::environment(&shell, &target)?;
    npm::install(&shell, &Path::new(clients::TESTS).join("node"), &target)?;
    let script = Path::new(clients::TESTS).join("peers.py");
    let table = cmd!(shell, "{python} {script}")
        .env("B24DELETE", workspace::program(&target, "debug", "b24delete")?)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .read()?;
    let text = format!("{}\n", table.trim_end());
    let path = root.join(TABLE);
    if fs::read_to_string(&path).ok().as_deref() == Some(&text) {
        return Ok(());
    }
    if check {
        let changed: Vec<_> = text.lines().filter(|line| !contains(&path, line)).collect();
        return Err(
            format!("{TABLE} is not up to date (run `cargo xtask peers`):\n{}", changed.join("\n")).into()
        );
    }
    fs::write(&path, text)?;
    println!("wrote {TABLE}");
    Ok(())
}

fn contains(path: &Path, line: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.lines().any(|other| other == line))
}
