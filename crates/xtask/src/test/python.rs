//! The Python package as users get it: its wheel, installed into an environment that has nothing else.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use xshell::{Shell, cmd};

use super::filters;
use crate::python::{self, PACKAGE};
use crate::steps::Outcome;
use crate::workspace;

/// Builds the wheel, installs it and runs its tests; without filters, checks its types too.
pub(super) fn run(shell: &Shell, filters: &[String]) -> Outcome {
    let tools = python::tools(shell)?;
    let directory = workspace::target_directory(shell)?.join(PACKAGE);
    let python = installed(shell, &tools, &directory)?;
    let root = shell.current_dir();
    let configuration = root.join(PACKAGE).join("pyproject.toml");
    let tests = root.join(PACKAGE).join("tests");
    // Outside the source tree: what is imported is what was installed.
    let _elsewhere = shell.push_dir(&directory);
    let pytest = cmd!(shell, "{python} -m pytest --quiet -c {configuration} --rootdir {tests} {tests}")
        .args(filters::expression(filters))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    filters::verdict(Command::from(pytest).status()?, filters, "python/tests")?;
    if filters.is_empty() {
        for what in [["--package", "b24delete"].as_slice(), &[&*tests.to_string_lossy()]] {
            cmd!(shell, "{python} -m mypy --config-file {configuration}").args(what).run()?;
        }
        cmd!(shell, "{python} -m mypy.stubtest --concise b24delete._native").run()?;
        cmd!(shell, "{python} -m pyright --project {configuration} --pythonpath {python}").run()?;
    }
    Ok(())
}

/// The archive of sources alone: a wheel is built from it elsewhere, installed, and does what the README shows.
pub(super) fn from_source(shell: &Shell) -> Outcome {
    let tools = python::tools(shell)?;
    let target = workspace::target_directory(shell)?;
    let directory = target.join(PACKAGE).join("from-source");
    shell.remove_path(&directory)?;
    shell.create_dir(&directory)?;
    python::sources(shell, &tools, &directory)?;
    let archive = shell.read_dir(&directory)?.into_iter().next().ok_or("maturin made no archive")?;
    let fresh = directory.join("fresh");
    cmd!(shell, "python3 -m venv {fresh}").run()?;
    let python = fresh.join("bin/python");
    // What other crates were compiled to is at hand; those of this repository come from the archive, and are compiled anew.
    let _target = shell.push_env("CARGO_TARGET_DIR", &target);
    let _profile = shell.push_env("MATURIN_PEP517_ARGS", "--profile dev");
    cmd!(shell, "{python} -m pip install --quiet {archive}").run()?;
    let installed = "import b24delete, b24delete.testing as testing\n\
        with testing.Emulator(leads=3) as portal:\n\
        \x20   print(b24delete.Client(webhook=portal.webhook).delete_lead(3).status)";
    let _elsewhere = shell.push_dir(&directory);
    match cmd!(shell, "{python} -c {installed}").read()?.as_str() {
        "deleted" => Ok(()),
        told => Err(format!("the wheel from the archive of sources told `{told}`").into()),
    }
}

/// The Python of a new environment into which the wheel was installed, and of which it is known that the wheel needs
/// nothing else. Only then the tools come in.
fn installed(shell: &Shell, tools: &Path, directory: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let wheel = python::wheel(shell, tools, "dev", &directory.join("wheels"))?;
    let python = python::fresh(shell, tools, &wheel, &directory.join("fresh"))?;
    let places = "import sysconfig; print(sysconfig.get_path('purelib'))";
    let (own, theirs) =
        (cmd!(shell, "{python} -c {places}").read()?, cmd!(shell, "{tools} -c {places}").read()?);
    shell.write_file(Path::new(&own).join("tools.pth"), theirs)?;
    Ok(python)
}
