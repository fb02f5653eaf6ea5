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

/// The Python of a new environment into which the wheel was installed, and of which it is known that the wheel needs
/// nothing else. Only then the tools come in.
fn installed(shell: &Shell, tools: &Path, directory: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let wheels = directory.join("wheels");
    shell.remove_path(&wheels)?;
    {
        let _package = shell.push_dir(PACKAGE);
        cmd!(shell, "{tools} -m maturin build --quiet --out {wheels}").run()?;
    }
    let fresh = directory.join("fresh");
    shell.remove_path(&fresh)?;
    cmd!(shell, "python3 -m venv --without-pip {fresh}").run()?;
    let python = fresh.join("bin/python");
    let wheel = shell.read_dir(&wheels)?.into_iter().next().ok_or("maturin built no wheel")?;
    cmd!(shell, "{tools} -m pip --python {python} install --quiet --no-index {wheel}").run()?;
    let command = fresh.join("bin/b24delete");
    cmd!(shell, "{command} --version").run()?;
    let places = "import sysconfig; print(sysconfig.get_path('purelib'))";
    let (own, theirs) =
        (cmd!(shell, "{python} -c {places}").read()?, cmd!(shell, "{tools} -c {places}").read()?);
    shell.write_file(Path::new(&own).join("tools.pth"), theirs)?;
    Ok(python)
}
