//! The conformance vectors in every language but Rust, whose own run is among the tests of Rust. The packages must have been
//! installed by the tests of their languages.

use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::steps::Outcome;
use crate::workspace;

/// Below the repository's root.
const DRIVERS: &str = "tests/conformance/drivers";

/// Lets each language carry out every vector, and resume the jobs of each other.
///
/// # Errors
///
/// When a language is missing, or a vector or a job does not come out as expected.
pub(super) fn run(shell: &Shell) -> Outcome {
    let target = workspace::target_directory(shell)?;
    let harness = workspace::program(&target, "debug", "conformance")?;
    let drivers = shell.current_dir().join(DRIVERS);
    let others = [
        ("python", python(&target, &drivers, "sync")?),
        ("python", python(&target, &drivers, "async")?),
        ("node", node(shell, &target, &drivers)?),
        ("c", c(shell, &target, &drivers)?),
    ];
    for (language, command) in &others {
        cmd!(shell, "{harness} run {language} {command...}").run()?;
    }
    let rust = ("rust", vec![workspace::program(&target, "debug", "conformance_driver")?]);
    let all = [rust].into_iter().chain(others);
    let all = all.map(|(language, command)| told(language, &command)).collect::<Result<Vec<_>, _>>()?;
    let program = workspace::program(&target, "debug", "b24delete")?;
    cmd!(shell, "{harness} relay {program} {all...}").run()?;
    Ok(())
}

/// A driver as the harness takes it.
fn told(language: &str, command: &[PathBuf]) -> Result<String, Box<dyn std::error::Error>> {
    let command = command.iter().map(|word| word.to_str().ok_or("a path is not UTF-8"));
    let words = [Ok(language)].into_iter().chain(command).collect::<Result<Vec<_>, _>>()?;
    Ok(serde_json::to_string(&words)?)
}

/// The Python into which nothing but the wheel was installed.
fn python(target: &Path, drivers: &Path, client: &str) -> Result<Vec<PathBuf>, Box<dyn std::error::Error>> {
    let python = installed(target.join("python/fresh/bin/python"))?;
    Ok(vec![python, drivers.join("driver.py"), client.into()])
}

/// A module of the project into which nothing but the package was installed.
fn node(shell: &Shell, target: &Path, drivers: &Path) -> Result<Vec<PathBuf>, Box<dyn std::error::Error>> {
    let project = installed(target.join("node/project"))?;
    shell.copy_file(drivers.join("driver.mjs"), &project)?;
    Ok(vec!["node".into(), project.join("driver.mjs")])
}

/// A program that is linked to the installed library.
fn c(shell: &Shell, target: &Path, drivers: &Path) -> Result<Vec<PathBuf>, Box<dyn std::error::Error>> {
    let prefix = installed(target.join("c/prefix"))?;
    let (include, library) = (prefix.join("include"), prefix.join("lib"));
    let (source, program) = (drivers.join("driver.c"), target.join("c/conformance_driver"));
    let strict = ["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra", "-Wpedantic", "-Werror"];
    let path = format!("-Wl,-rpath,{}", library.display());
    cmd!(
        shell,
        "cc {strict...} -I {include} {source} -o {program} -L {library} {path} -lb24delete -lm -lpthread"
    )
    .run()?;
    Ok(vec![program])
}

fn installed(path: PathBuf) -> Result<PathBuf, Box<dyn std::error::Error>> {
    match path.exists() {
        true => Ok(path),
        false => Err(format!("{} is missing: the language's own tests install it", path.display()).into()),
    }
}
