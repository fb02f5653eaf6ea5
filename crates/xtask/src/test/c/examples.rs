//! The examples, compiled outside the repository in each way that users have: pkg-config, CMake, and statically.

use std::error::Error;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use super::compilers::STRICT;
use super::{Place, system};
use crate::emulator::Emulator;
use crate::steps::Outcome;

/// Below the repository's root.
pub(super) const EXAMPLES: &str = "bindings/c/examples";

/// Each example with arguments, input, and what it then prints.
pub(super) const RUNS: [(&str, &[&str], &str, &str); 3] = [
    ("delete_lead.c", &["1"], "", "lead 1 is deleted, confirmed by reply"),
    ("delete_many.c", &[], "2\n3\n", "2 deleted \n3 deleted"),
    ("delete_many.cpp", &["4", "5"], "", "4 deleted\n5 deleted"),
];

/// Python packages with the tools that the system may lack.
const TOOLS: [&str; 2] = ["cmake==3.31.6", "pkgconf==2.4.3.post1"];

/// Builds all examples in all ways and runs each against the emulator.
pub(super) fn run(shell: &Shell, place: &Place) -> Outcome {
    let directory = place.scratch.join("examples");
    shell.remove_path(&directory)?;
    shell.create_dir(&directory)?;
    for source in shell.read_dir(EXAMPLES)? {
        shell.copy_file(&source, &directory)?;
    }
    let pkg_config = tool(shell, place, "pkg-config", "pkgconf")?;
    let cmake = tool(shell, place, "cmake", "cmake")?;
    let portal = Emulator::start(&place.emulator, ["--leads", "100"])?;
    let _webhook = shell.push_env("B24_WEBHOOK", &portal.addresses.webhook);
    let _search = shell.push_env("PKG_CONFIG_PATH", place.prefix.join("lib/pkgconfig"));
    let _library = shell.push_env("LD_LIBRARY_PATH", place.prefix.join("lib"));
    let _directory = shell.push_dir(&directory);
    with_pkg_config(shell, &pkg_config)?;
    with_cmake(shell, &cmake, &place.prefix)
}

fn with_pkg_config(shell: &Shell, pkg_config: &Path) -> Outcome {
    let flags = &words(&cmd!(shell, "{pkg_config} --cflags --libs b24delete").quiet().read()?);
    for (file, arguments, input, wanted) in RUNS {
        let (compiler, standard) =
            if file.ends_with(".c") { ("cc", "-std=c11") } else { ("c++", "-std=c++17") };
        cmd!(shell, "{compiler} {standard} {STRICT...} {file} -o by_pkg_config {flags...} -pthread")
            .quiet()
            .run()?;
        let command: Vec<_> = ["./by_pkg_config"].iter().chain(arguments).copied().collect();
        expect(shell, &command, input, wanted)?;
    }

    let flags = words(&cmd!(shell, "{pkg_config} --static --cflags --libs b24delete").quiet().read()?);
    let flags: Vec<_> = flags.iter().map(|flag| flag.replace("-lb24delete", "-l:libb24delete.a")).collect();
    cmd!(shell, "cc -std=c11 {STRICT...} delete_lead.c -o static {flags...}").quiet().run()?;
    let needed = cmd!(shell, "readelf --dynamic static").quiet().read()?;
    if needed.contains("libb24delete") {
        return Err("a program that is linked statically needs the shared library".into());
    }
    expect(shell, &["./static", "6"], "", "lead 6 is deleted, confirmed by reply")
}

fn with_cmake(shell: &Shell, cmake: &Path, prefix: &Path) -> Outcome {
    let warnings = STRICT.join(" ");
    cmd!(shell, "{cmake} -S . -B build -DCMAKE_PREFIX_PATH={prefix} -DCMAKE_C_FLAGS={warnings} -DCMAKE_CXX_FLAGS={warnings}").quiet().ignore_stdout().run()?;
    cmd!(shell, "{cmake} --build build").quiet().ignore_stdout().run()?;
    expect(shell, &["build/delete_lead", "11"], "", "lead 11 is deleted, confirmed by reply")?;
    expect(shell, &["build/delete_many"], "12\n13\n", "12 deleted \n13 deleted")?;
    expect(shell, &["build/delete_many_cpp", "14"], "", "14 deleted")?;
    expect(shell, &["build/delete_lead_static", "15"], "", "lead 15 is deleted, confirmed by reply")
}

/// A program, where it is installed; else that of the Python package, installed below `target/`.
///
/// # Errors
///
/// When the package cannot be installed.
pub(super) fn tool(
    shell: &Shell,
    place: &Place,
    name: &str,
    package: &str,
) -> Result<PathBuf, Box<dyn Error>> {
    if system::has(shell, name) {
        return Ok(name.into());
    }
    let directory = place.scratch.join(format!("{package}-tool"));
    let program = directory.join("bin").join(package);
    if !program.is_file() {
        let python = directory.join("bin/python");
        let requirement = TOOLS.iter().find(|tool| tool.starts_with(package)).ok_or("no such tool")?;
        cmd!(shell, "python3 -m venv {directory}").run()?;
        cmd!(shell, "{python} -m pip install --quiet {requirement}").run()?;
    }
    Ok(program)
}

/// Runs a program and compares what it prints.
fn expect(shell: &Shell, command: &[&str], input: &str, wanted: &str) -> Outcome {
    let [program, arguments @ ..] = command else { return Err("there is no command".into()) };
    let printed = cmd!(shell, "{program} {arguments...}").stdin(input).quiet().read()?;
    match printed.trim_end() == wanted.trim_end() {
        true => Ok(()),
        false => Err(format!("`{}` printed `{printed}`, wanted `{wanted}`", command.join(" ")).into()),
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
