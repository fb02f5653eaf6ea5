//! Checks of the repository's own files, which need nothing installed.

use std::error::Error;

use xshell::{Shell, cmd};

use crate::steps::Outcome;

/// The only source of Rust packages that everybody can reach.
const CRATES_IO: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

/// How a generated file begins; those may be of any length.
const GENERATED: &str = "// Made from ";

const MOST_LINES: usize = 400;

/// Files of code that are written by hand; headers of C and C++ are one for a whole library.
const SOURCES: [&str; 6] = [".c", ".mjs", ".mts", ".py", ".rs", ".ts"];

/// Lock files fit what they lock, and name no registry but the public ones, so that everybody can build from them.
pub(super) fn lock_files(shell: &Shell) -> Outcome {
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        cmd!(shell, "cargo metadata --manifest-path {manifest} --format-version 1 --locked")
            .quiet()
            .ignore_stdout()
            .run()?;
    }
    let foreign = |path: &str, line: &str| match path.rsplit('/').next() {
        Some("Cargo.lock") => line.starts_with("source = ") && line != CRATES_IO,
        Some("package-lock.json") => line.contains("\"resolved\": \"http"),
        Some("requirements.txt") => line.contains("://") || line.starts_with("--"),
        _ => false,
    };
    none("a private address in a lock file", &matches(shell, foreign)?)
}

/// Nothing is kept that `.gitignore` leaves out: what is built or installed is made anew, not committed.
pub(super) fn ignored_files(shell: &Shell) -> Outcome {
    let kept = cmd!(shell, "git ls-files --cached --ignored --exclude-standard").quiet().read()?;
    none(
        "a file that is committed although it is ignored",
        &kept.lines().map(str::to_owned).collect::<Vec<_>>(),
    )
}

/// No code stands for code to come, and no test is switched off.
pub(super) fn unfinished_code(shell: &Shell) -> Outcome {
    // Put together here, so that this file does not hold them.
    let rust = ["todo", "unimplemented"].map(|name| format!("{name}!("));
    let ignored = ["#[", "ignore"].concat();
    let python = ["skip", "xfail"].map(|name| format!("pytest.{name}"));
    let mark = ["pytest.mark.", "skip"].concat();
    let unfinished = |path: &str, line: &str| match path.rsplit('.').next() {
        Some("rs") => rust.iter().any(|word| line.contains(word.as_str())) || line.contains(&ignored),
        Some("py") => python.iter().any(|word| line.contains(word.as_str())) || line.contains(&mark),
        _ => false,
    };
    none("unfinished code or a test that is switched off", &matches(shell, unfinished)?)
}

/// No file of code is too long to read, unless it is generated.
pub(super) fn length_of_files(shell: &Shell) -> Outcome {
    let mut long = Vec::new();
    let is_source = |path: &&String| SOURCES.iter().any(|ending| path.ends_with(ending));
    for path in files(shell)?.iter().filter(is_source) {
        let text = shell.read_file(path)?;
        let lines = text.lines().count();
        if lines > MOST_LINES && !text.lines().take(3).any(|line| line.starts_with(GENERATED)) {
            long.push(format!("{path}: {lines} lines"));
        }
    }
    none(&format!("a file of more than {MOST_LINES} lines"), &long)
}

/// The lines for which `is_match` holds, given the file's path and the line without its indentation.
fn matches(shell: &Shell, is_match: impl Fn(&str, &str) -> bool) -> Result<Vec<String>, Box<dyn Error>> {
    let mut found = Vec::new();
    for path in files(shell)? {
        // What is not text holds no line that anybody looks for.
        let Ok(text) = shell.read_file(&path) else { continue };
        let lines = text.lines().map(str::trim).zip(1..).filter(|(line, _)| is_match(&path, line));
        found.extend(lines.map(|(line, number)| format!("{path}:{number}: {line}")));
    }
    Ok(found)
}

/// The repository's files, new ones included and deleted or ignored ones left out.
pub(super) fn files(shell: &Shell) -> Result<Vec<String>, Box<dyn Error>> {
    let listed = cmd!(shell, "git ls-files --cached --others --exclude-standard").quiet().read()?;
    Ok(listed.lines().filter(|path| shell.path_exists(path)).map(str::to_owned).collect())
}

pub(super) fn none(what: &str, found: &[String]) -> Outcome {
    if found.is_empty() { Ok(()) } else { Err(format!("{what}\n  {}", found.join("\n  ")).into()) }
}
