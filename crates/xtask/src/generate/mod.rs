//! `cargo xtask generate`: writes the files that are made from data, or checks that they are up to date.

mod errors;
mod errors_page;
mod header;
mod node;
mod reference;

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// A file made from data: its path below the repository's root, and its text.
struct Generated {
    path: &'static str,
    text: String,
}

/// Writes every generated file; with `check`, only compares and fails when one differs.
///
/// # Errors
/// When the data cannot be read, a file cannot be written, or `check` finds a difference.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), Box<dyn Error>> {
    let model = errors::model(root)?;
    let mut files = errors::files(root, &model)?;
    let header = header::file(root)?;
    files.extend([node::kinds(&model)?, reference::file(&header.text)?, header]);
    let stale: Vec<_> = files
        .into_iter()
        .filter(|file| fs::read_to_string(root.join(file.path)).ok().as_deref() != Some(&file.text))
        .collect();
    if check && !stale.is_empty() {
        let paths: Vec<_> = stale.iter().map(|file| file.path).collect();
        return Err(format!("not up to date: {} (run `cargo xtask generate`)", paths.join(", ")).into());
    }
    for file in stale {
        fs::write(root.join(file.path), file.text)?;
        println!("wrote {}", file.path);
    }
    Ok(())
}

/// The text as `cargo fmt` leaves it, so that both checks agree.
fn formatted(root: &Path, text: &str) -> Result<String, Box<dyn Error>> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    rustfmt.stdin.take().ok_or("rustfmt has no input")?.write_all(text.as_bytes())?;
    let output = rustfmt.wait_with_output()?;
    if !output.status.success() {
        return Err("rustfmt refused a generated file".into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
