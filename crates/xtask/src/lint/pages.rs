//! The pages: some test runs every block of code, and every link between pages leads somewhere.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use xshell::Shell;

use super::repository::{files, none};
use crate::steps::Outcome;

/// Which test runs the blocks in a language, and the pages on which it finds them.
const RUN: [(&str, &str, &[&str]); 9] = [
    ("console", "crates/b24delete-cli/tests/it/guide.rs", &["README.md", "docs/guide/"]),
    ("toml", "crates/b24delete-cli/tests/it/guide.rs", &["docs/guide/oauth.md"]),
    ("rust", "tests/build.rs", &["README.md", "docs/guide/rust.md"]),
    ("python", "python/tests/test_documentation.py", &["README.md", "docs/guide/", "python/README.md"]),
    ("js", "node/test/examples.test.mts", &["README.md", "docs/guide/", "node/README.md"]),
    ("c", "crates/xtask/src/test/c/pages.rs", &["README.md", "docs/guide/", "bindings/c/README.md"]),
    ("cpp", "crates/xtask/src/test/c/pages.rs", &["README.md", "docs/guide/", "bindings/c/README.md"]),
    ("cmake", "crates/xtask/src/test/c/pages.rs", &["bindings/c/README.md"]),
    ("sh", "crates/xtask/src/lint/pages.rs", &[""]),
];

/// Made from the header, which the compilers check.
const GENERATED: &str = "bindings/c/REFERENCE.md";

/// What `sh` blocks may say: commands that install or build, each of which another step carries out in its own way.
const INSTALLING: [&str; 11] = [
    "cargo run --release -- demo",
    "cargo xtask lint",
    "cargo xtask test",
    "cargo xtask install --prefix ",
    "cargo install --locked --path crates/b24delete-cli",
    "cargo run -p b24delete-tests --bin conformance -- ",
    "cargo add ",
    "pip install b24delete",
    "pip install ./python",
    "npm install b24delete",
    "cc delete_lead.c -o delete_lead ",
];

/// Every block of code is in a language that a test runs on that page.
pub(super) fn blocks(shell: &Shell) -> Outcome {
    let mut unknown = Vec::new();
    unknown.extend(RUN.iter().filter(|(_, test, _)| !shell.path_exists(test)).map(|row| row.1.to_owned()));
    for page in pages(shell)?.iter().filter(|page| *page != GENERATED) {
        let text = shell.read_file(page)?;
        let mut block = None;
        for (line, number) in text.lines().zip(1..) {
            match (line.trim_start().strip_prefix("```"), block) {
                (Some(language), None) => {
                    block = Some(language);
                    if !is_run(page, language) {
                        unknown.push(format!("{page}:{number}: `{language}`"));
                    }
                }
                (Some(_), Some(_)) => block = None,
                (None, Some("sh")) if !INSTALLING.iter().any(|known| line.starts_with(known)) => {
                    unknown.push(format!("{page}:{number}: {line}"));
                }
                (None, _) => {}
            }
        }
    }
    none("a block of code that no test runs", &unknown)
}

fn is_run(page: &str, language: &str) -> bool {
    RUN.iter()
        .any(|(known, _, places)| *known == language && places.iter().any(|place| page.starts_with(place)))
}

/// Every link to a file of the repository, and to a heading in it, leads there.
pub(super) fn links(shell: &Shell) -> Outcome {
    let known: BTreeSet<PathBuf> = files(shell)?.into_iter().map(PathBuf::from).collect();
    let mut broken = Vec::new();
    for page in pages(shell)? {
        let text = shell.read_file(&page)?;
        for (line, number) in prose(&text) {
            for link in targets(line).filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
                let (file, heading) = link.split_once('#').unwrap_or((link, ""));
                let path = if file.is_empty() { PathBuf::from(&page) } else { beside(&page, file) };
                let is_there = known.contains(&path) || known.iter().any(|file| file.starts_with(&path));
                if !is_there || !(heading.is_empty() || has_heading(shell, &path, heading)?) {
                    broken.push(format!("{page}:{number}: {link}"));
                }
            }
        }
    }
    none("a link that leads nowhere", &broken)
}

/// The lines outside of blocks of code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (&str, u32)> {
    let mut in_block = false;
    text.lines().zip(1..).filter(move |(line, _)| {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        !in_block && !is_fence
    })
}

/// The targets of `[text](target)` in a line, code aside.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let outside_of_code = line.split('`').step_by(2);
    outside_of_code.flat_map(|part| part.split("](").skip(1)).filter_map(|rest| rest.split(')').next())
}

/// A path as a page names it, from the repository's root.
fn beside(page: &str, file: &str) -> PathBuf {
    let mut path = PathBuf::from(page);
    path.pop();
    for component in Path::new(file).components() {
        match component {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

fn has_heading(shell: &Shell, page: &Path, wanted: &str) -> Result<bool, xshell::Error> {
    let text = shell.read_file(page)?;
    Ok(text.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == wanted))
}

/// How a forge names a heading in links.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    words
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

fn pages(shell: &Shell) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    Ok(files(shell)?.into_iter().filter(|path| path.ends_with(".md")).collect())
}
