//! The crates: packed, and each compiled from its package with the packages of the others.

use xshell::{Shell, cmd};

use super::Place;
use crate::steps::Outcome;
use crate::workspace;

/// What crates.io shows of a crate, or is asked for.
const REQUIRED: [&str; 6] = ["description", "license", "repository", "readme", "keywords", "categories"];

pub(super) fn make(shell: &Shell, place: &Place) -> Outcome {
    let metadata = workspace::metadata(shell)?;
    let published: Vec<_> = metadata.packages.iter().filter(|package| package.is_published()).collect();
    for package in &published {
        if let Some(field) = REQUIRED.iter().find(|field| !package.tells(field)) {
            return Err(format!("`{}` has no `{field}`", package.name).into());
        }
    }
    let selected = published.iter().flat_map(|package| ["--package", &package.name]);
    // A release is made from what is committed; whoever tries it out has changed files.
    cmd!(shell, "cargo package --quiet --allow-dirty {selected...}").run()?;
    for package in &published {
        let name = format!("{}-{}.crate", package.name, super::VERSION);
        shell.copy_file(place.target.join("package").join(&name), &place.files)?;
    }
    Ok(())
}
