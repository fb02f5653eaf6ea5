//! What programs that are compiled already rely on: `bindings/c/abi.txt` changes on purpose only.

use std::collections::BTreeSet;
use std::error::Error;

use xshell::{Shell, cmd};

use super::Place;
use crate::steps::Outcome;

/// Below the repository's root.
const COMMITTED: &str = "bindings/c/abi.txt";
const HEADER: &str = "bindings/c/include/b24delete.h";

/// Compares the library with what is committed.
pub(super) fn check(shell: &Shell, place: &Place) -> Outcome {
    let header = shell.read_file(HEADER)?;
    let functions = declarations(&header, false);
    let symbols = symbols(shell, place)?;
    let declared: BTreeSet<_> = functions.iter().filter_map(|function| name_of(function)).collect();
    if symbols.iter().map(String::as_str).ne(declared.iter().copied()) {
        let differing: Vec<_> =
            declared.symmetric_difference(&symbols.iter().map(String::as_str).collect()).copied().collect();
        return Err(
            format!("the header and the symbols of the library differ in {}", differing.join(", ")).into()
        );
    }
    let library = place.prefix.join("lib/libb24delete.so");
    let dynamic = cmd!(shell, "readelf --dynamic --wide {library}").quiet().read()?;
    let soname = between(&dynamic, "soname: [", "]").ok_or("the library has no soname")?;
    if !dynamic.contains("NODELETE") {
        return Err("the library may be taken out of memory while its threads run".into());
    }
    let declarations = [declarations(&header, true), functions].concat().join("\n");
    let now = format!("soname {soname}\n\n{declarations}\n\n{}", layouts(shell, place, &header)?);
    let actual = place.scratch.join("abi.txt");
    shell.write_file(&actual, &now)?;
    match shell.read_file(COMMITTED).is_ok_and(|committed| committed == now) {
        true => Ok(()),
        false => {
            let _ = cmd!(shell, "diff --unified {COMMITTED} {actual}").quiet().run();
            Err(format!(
                "the binary interface differs from {COMMITTED}\nhint: if that is meant, copy {} there",
                actual.display()
            )
            .into())
        }
    }
}

/// The prototypes of the header, or the types of its callbacks, each in one line, sorted.
fn declarations(header: &str, of_callbacks: bool) -> Vec<String> {
    let mut declarations = Vec::new();
    let mut open = String::new();
    for line in header.lines() {
        let is_code = !line.starts_with([' ', '/', '}', '#']) && line.contains("b24_") && line.contains('(');
        if (is_code && line.starts_with("typedef") == of_callbacks) || !open.is_empty() {
            open = format!("{open} {}", line.trim());
        }
        if open.ends_with(';') {
            declarations.push(std::mem::take(&mut open).trim().to_owned());
        }
    }
    declarations.sort_by(|one, other| name_of(one).cmp(&name_of(other)));
    declarations
}

fn name_of(prototype: &str) -> Option<&str> {
    prototype.split('(').next()?.rsplit([' ', '*']).next()
}

fn symbols(shell: &Shell, place: &Place) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let library = place.prefix.join("lib/libb24delete.so");
    let listed = cmd!(shell, "nm --dynamic --defined-only --format=posix {library}").quiet().read()?;
    Ok(listed.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

/// What the compiler makes of structs and enums: sizes, places and values.
fn layouts(shell: &Shell, place: &Place, header: &str) -> Result<String, Box<dyn Error>> {
    let mut source = String::from("#include <b24delete.h>\n#include <stdio.h>\n\nint main(void) {\n");
    let mut fields: Vec<&str> = Vec::new();
    for line in header.lines() {
        let code = line.trim().trim_end_matches([',', ';']);
        if let Some((constant, _)) = code.split_once(" = ").filter(|(name, _)| name.starts_with("B24_")) {
            source += &format!("    printf(\"{constant} = %d\\n\", (int){constant});\n");
        } else if line.starts_with("    ") && line.ends_with(';') {
            fields.extend(code.rsplit(' ').next());
        } else if let Some(name) = line.strip_prefix("} ").and_then(|name| name.strip_suffix(';')) {
            source += &format!("    printf(\"{name}: %zu bytes\\n\", sizeof({name}));\n");
            for field in fields.drain(..) {
                source += &format!(
                    "    printf(\"{name}.{field}: at %zu, %zu bytes\\n\", offsetof({name}, {field}), sizeof((({name} *)0)->{field}));\n"
                );
            }
        }
    }
    source += "    return 0;\n}\n";
    let file = place.scratch.join("layouts.c");
    let program = place.scratch.join("layouts");
    let include = place.prefix.join("include");
    shell.write_file(&file, source)?;
    cmd!(shell, "cc -std=c11 -I {include} {file} -o {program}").quiet().run()?;
    Ok(cmd!(shell, "{program}").quiet().read()? + "\n")
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(inside, _)| inside)
}
