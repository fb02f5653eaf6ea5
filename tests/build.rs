//! Takes the Rust examples out of the pages, so that a test can run each as a program.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// The pages, below the repository's root.
const PAGES: [&str; 2] = ["README.md", "docs/guide/rust.md"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("..");
    let out = env::var("OUT_DIR")?;
    let (mut modules, mut table, mut printed) = (String::new(), String::new(), String::new());
    for page in PAGES {
        let path = root.join(page);
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(path)?;
        let stem = page.rsplit('/').next().unwrap_or(page).trim_end_matches(".md").to_lowercase();
        for (code, number) in blocks(&text).zip(1..) {
            let name = format!("{stem}_{number}");
            writeln!(modules, "mod {name} {{\n{code}\npub(super) fn run() -> super::Ended {{ main() }}\n}}")?;
            writeln!(table, "    ({name:?}, {name}::run),")?;
            writeln!(printed, "    ({name:?}, {:?}),", prints(code))?;
        }
    }
    fs::write(
        Path::new(&out).join("examples.rs"),
        format!("{modules}\nstatic EXAMPLES: &[(&str, Example)] = &[\n{table}];\n"),
    )?;
    fs::write(Path::new(&out).join("printed.rs"), format!("&[\n{printed}]"))?;
    Ok(())
}

/// The Rust blocks of a page.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
    page.split("\n```rust\n").skip(1).filter_map(|rest| rest.split("\n```").next())
}

/// What an example says that it prints.
fn prints(code: &str) -> String {
    code.lines().filter_map(|line| line.strip_prefix("// prints: ")).collect::<Vec<_>>().join("\n")
}
