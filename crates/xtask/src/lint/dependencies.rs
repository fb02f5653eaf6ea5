//! The dependencies: none is there for nothing, and all of them work with the compiler that this project asks for.

use std::path::Path;

use xshell::Shell;

use super::repository::{files, none};
use crate::steps::Outcome;
use crate::workspace::{self, Package};

/// Every dependency of a crate is named in its code.
pub(super) fn are_used(shell: &Shell) -> Outcome {
    let root = shell.current_dir();
    let sources: Vec<_> = files(shell)?.into_iter().filter(|path| path.ends_with(".rs")).collect();
    let mut unused = Vec::new();
    for package in workspace::metadata(shell)?.packages {
        let directory = package.directory().strip_prefix(&root)?;
        let own = sources.iter().filter(|path| Path::new(path).starts_with(directory));
        let code = own.map(|path| shell.read_file(path)).collect::<Result<String, _>>()?;
        let names = package.dependencies.iter().filter(|name| !is_named(&code, name));
        unused.extend(names.map(|name| format!("{}: {name}", package.name)));
    }
    none("a dependency that no code names", &unused)
}

/// Whether the code has `name::`, `name as` or `use name`, as a word of its own.
fn is_named(code: &str, package: &str) -> bool {
    let name = package.replace('-', "_");
    code.match_indices(&name).any(|(at, _)| {
        let (before, after) = (code.get(..at).unwrap_or(""), code.get(at + name.len()..).unwrap_or(""));
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        !before.ends_with(is_part) && [":", ";", " as ", ")"].iter().any(|end| after.starts_with(end))
    })
}

/// No dependency asks for a newer compiler than this project does.
pub(super) fn work_with_the_stated_compiler(shell: &Shell) -> Outcome {
    let packages = workspace::metadata_of_all(shell)?.packages;
    let (members, others): (Vec<_>, Vec<_>) = packages.into_iter().partition(Package::is_member);
    let stated: Vec<_> = members.iter().filter_map(Package::oldest_compiler).collect();
    let [first, ..] = stated[..] else { return Err("no member states a `rust-version`".into()) };
    if stated.len() != members.len() || stated.iter().any(|other| *other != first) {
        return Err("not all members state the same `rust-version`".into());
    }
    let newer: Vec<_> = others
        .iter()
        .filter(|package| package.oldest_compiler().is_some_and(|oldest| oldest > first))
        .map(|package| format!("{} {}", package.name, package.version))
        .collect();
    none("a dependency that needs a newer compiler than `rust-version`", &newer)
}
