//! Where cargo leaves what it builds.

use std::error::Error;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use xshell::{Shell, cmd};

#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
}

/// The directory `target/`, wherever the settings of cargo put it.
///
/// # Errors
///
/// When cargo does not tell.
pub(crate) fn target_directory(shell: &Shell) -> Result<PathBuf, Box<dyn Error>> {
    let metadata = cmd!(shell, "cargo metadata --no-deps --format-version 1").quiet().read()?;
    Ok(serde_json::from_str::<Metadata>(&metadata)?.target_directory)
}

/// The path of a program that was built before, such as `target/debug/b24delete`.
///
/// # Errors
///
/// When there is no such file.
pub(crate) fn program(target: &Path, profile: &str, name: &str) -> Result<PathBuf, Box<dyn Error>> {
    let path = target.join(profile).join(name).with_extension(std::env::consts::EXE_EXTENSION);
    if path.is_file() { Ok(path) } else { Err(format!("{} was not built", path.display()).into()) }
}
