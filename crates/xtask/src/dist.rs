//! `cargo xtask dist`: what a release consists of, in `target/release-files`, with checksums. Each package is installed from its
//! file and run once.

mod archives;
mod crates;
mod npm;
mod python;

use std::error::Error;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::steps::{self, Outcome, Step};
use crate::workspace;

/// The version of all packages.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where a release is made.
struct Place {
    target: PathBuf,
    /// What is to be published.
    files: PathBuf,
    /// What is needed on the way.
    scratch: PathBuf,
    /// The platform of this machine, such as `x86_64-unknown-linux-gnu`.
    platform: String,
}

/// Makes the packages of a release for this platform.
///
/// # Errors
///
/// When a package cannot be made, or does not work.
pub(crate) fn run(root: &Path) -> Outcome {
    let shell = &Shell::new()?;
    shell.change_dir(root);
    let place = &Place::prepare(shell)?;
    steps::run(vec![
        Step::new("versions", || versions(shell)),
        Step::new("crates", || crates::make(shell, place)),
        Step::new("build", || workspace::build_shipped(shell, &place.target).map(drop)),
        Step::new("command", || archives::command(shell, place)),
        Step::new("C library", || archives::library(shell, place)),
        Step::new("Python package", || python::make(shell, place)),
        Step::new("npm packages", || npm::make(shell, place)),
        Step::new("checksums", || checksums(shell, place)),
    ])
}

impl Place {
    fn prepare(shell: &Shell) -> Result<Self, Box<dyn Error>> {
        let target = workspace::target_directory(shell)?;
        let (files, scratch) = (target.join("release-files"), target.join("release-scratch"));
        for directory in [&files, &scratch] {
            shell.remove_path(directory)?;
            shell.create_dir(directory)?;
        }
        let told = cmd!(shell, "rustc --version --verbose").quiet().read()?;
        let platform = told.lines().find_map(|line| line.strip_prefix("host: "));
        let platform = platform.ok_or("rustc does not tell its host")?.to_owned();
        Ok(Self { target, files, scratch, platform })
    }
}

/// All packages have one version, and the change log tells what is in it.
fn versions(shell: &Shell) -> Outcome {
    for (file, wanted) in [
        ("node/package.json", format!("\"version\": \"{VERSION}\"")),
        ("CHANGELOG.md", format!("## [{VERSION}]")),
    ] {
        if !shell.read_file(file)?.contains(&wanted) {
            return Err(format!("{file} does not have `{wanted}`").into());
        }
    }
    Ok(())
}

/// An installed command tells the version that it was packed as.
fn expect_version(told: &str) -> Outcome {
    match told.ends_with(VERSION) {
        true => Ok(()),
        false => Err(format!("an installed command tells `{told}`, not version {VERSION}").into()),
    }
}

/// `SHA256SUMS` over all that is to be published, for `sha256sum --check`.
fn checksums(shell: &Shell, place: &Place) -> Outcome {
    let _files = shell.push_dir(&place.files);
    let names: Vec<_> = shell
        .read_dir(".")?
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    let sums = cmd!(shell, "sha256sum --binary {names...}").quiet().read()?;
    shell.write_file("SHA256SUMS", format!("{sums}\n"))?;
    println!("{}:\n{sums}", place.files.display());
    Ok(())
}
