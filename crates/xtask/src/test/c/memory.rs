//! The programs once more, under tools that see wrong use of memory.

use std::process::Command;

use xshell::{Shell, cmd};

use super::programs::{self, shared};
use super::{Place, compilers, system};
use crate::install;
use crate::steps::Outcome;
use crate::workspace;

/// AddressSanitizer needs a target to be named.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// valgrind makes programs so slow that a thousand would take minutes.
const WATCHED_CANCELLATIONS: u32 = 50;

/// Runs the programs under valgrind's memcheck.
pub(crate) fn valgrind(shell: &Shell, filters: &[String]) -> Outcome {
    system::require(shell, "valgrind", &["valgrind", "libc6-dbg"])?;
    let mut place = Place::prepare(shell)?;
    place.cancellations = WATCHED_CANCELLATIONS;
    let compiler = compilers::usual(shell)?;
    for program in programs::all(shell, filters)?.into_iter().chain(programs::examples()) {
        let path = program.compile(shell, &place, compiler, &shared(&place.prefix))?;
        let log = place.scratch.join(format!("{}-valgrind.txt", program.name));
        let mut command = Command::new("valgrind");
        command
            .args(["--error-exitcode=99", "--leak-check=full", "--fair-sched=yes"])
            // In a forked child the threads of its parent are gone, and what they had looks lost.
            .arg("--child-silent-after-fork=yes")
            // The library's threads live as long as the process: their stacks look possibly lost.
            .args(["--show-leak-kinds=definite,indirect", "--errors-for-leak-kinds=definite,indirect"])
            .arg(format!("--log-file={}", log.display()))
            .arg(path);
        let ended = program.run(shell, &place, command);
        let told = shell.read_file(&log)?;
        eprintln!("valgrind {}: {}", program.name, summary(&told));
        ended.inspect_err(|_| eprintln!("{told}"))?;
    }
    Ok(())
}

/// What valgrind says of errors and leaks.
fn summary(log: &str) -> String {
    let is_told = |line: &&str| {
        ["definitely lost", "All heap blocks were freed", "ERROR SUMMARY"]
            .iter()
            .any(|what| line.contains(what))
    };
    let text = |line: &str| line.rsplit("== ").next().unwrap_or_default().trim().to_owned();
    log.lines().filter(is_told).map(text).collect::<Vec<_>>().join("; ")
}

/// Runs the programs with AddressSanitizer in them and in the library.
pub(crate) fn sanitized(shell: &Shell, filters: &[String]) -> Outcome {
    let mut place = Place::prepare(shell)?;
    {
        let _unstable = shell.push_env("RUSTC_BOOTSTRAP", "1");
        let _flags = shell.push_env("RUSTFLAGS", "-Zsanitizer=address");
        cmd!(shell, "cargo build -p b24delete-c --target {TARGET} --target-dir target/sanitized").run()?;
    }
    let built = workspace::target_directory(shell)?.join("sanitized").join(TARGET).join("debug");
    place.scratch = place.scratch.join("sanitized");
    place.prefix = place.scratch.join("prefix");
    install::place(shell, &built, &place.prefix)?;
    let compiler = compilers::usual(shell)?;
    let mut arguments = shared(&place.prefix);
    arguments.push("-fsanitize=address".to_owned());
    for program in programs::all(shell, filters)?.into_iter().chain(programs::examples()) {
        let path = program.compile(shell, &place, compiler, &arguments)?;
        eprintln!("AddressSanitizer {}", program.name);
        program.run(shell, &place, Command::new(path))?;
    }
    Ok(())
}
