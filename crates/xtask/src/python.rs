//! What the checks and measurements of the Python package share: environments with tools, the wheel, and a place for it.

use std::error::Error;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::workspace;

/// Below the repository's root.
pub(crate) const PACKAGE: &str = "python";

const REQUIREMENTS: &str = "python/tests/requirements.txt";

/// The Python that has the tools of the package's tests.
///
/// # Errors
///
/// When Python 3 is not there or a tool cannot be installed.
pub(crate) fn tools(shell: &Shell) -> Result<PathBuf, Box<dyn Error>> {
    let directory = workspace::target_directory(shell)?.join("python").join("tools");
    environment(shell, &directory, Path::new(REQUIREMENTS))
}

/// The Python of a virtual environment that holds exactly what the file lists.
///
/// # Errors
///
/// When Python 3 is not there or something cannot be installed.
pub(crate) fn environment(
    shell: &Shell,
    directory: &Path,
    requirements: &Path,
) -> Result<PathBuf, Box<dyn Error>> {
    let python = directory.join("bin/python");
    let wanted = shell.read_file(requirements)?;
    // Written last, so that an installation that broke off is made again.
    let installed = directory.join("installed.txt");
    if shell.read_file(&installed).is_ok_and(|text| text == wanted) {
        return Ok(python);
    }
    shell.remove_path(directory)?;
    cmd!(shell, "python3 -m venv {directory}").run().map_err(|error| {
        format!("{error}\nhint: Python 3 with its module `venv` is needed (on Debian: `python3-venv`)")
    })?;
    cmd!(shell, "{python} -m pip install --quiet --requirement {requirements}").run()?;
    shell.write_file(installed, wanted)?;
    Ok(python)
}

/// Builds the wheel, and nothing else, in a directory.
///
/// # Errors
///
/// When it cannot be built.
pub(crate) fn wheel(
    shell: &Shell,
    tools: &Path,
    profile: &str,
    directory: &Path,
) -> Result<PathBuf, Box<dyn Error>> {
    shell.remove_path(directory)?;
    {
        let _package = shell.push_dir(PACKAGE);
        cmd!(shell, "{tools} -m maturin build --quiet --profile {profile} --out {directory}").run()?;
    }
    Ok(shell.read_dir(directory)?.into_iter().next().ok_or("maturin built no wheel")?)
}

/// Packs the sources, with those of the crates that the package is made of, into a directory.
///
/// # Errors
///
/// When they cannot be packed.
pub(crate) fn sources(shell: &Shell, tools: &Path, directory: &Path) -> Result<(), Box<dyn Error>> {
    let _package = shell.push_dir(PACKAGE);
    Ok(cmd!(shell, "{tools} -m maturin sdist --out {directory}").run()?)
}

/// The Python of a new environment that has the wheel and nothing else: the wheel must need nothing.
///
/// # Errors
///
/// When it cannot be installed.
pub(crate) fn fresh(
    shell: &Shell,
    tools: &Path,
    wheel: &Path,
    directory: &Path,
) -> Result<PathBuf, Box<dyn Error>> {
    shell.remove_path(directory)?;
    cmd!(shell, "python3 -m venv --without-pip {directory}").run()?;
    let python = directory.join("bin/python");
    cmd!(shell, "{tools} -m pip --python {python} install --quiet --no-index {wheel}").run()?;
    let command = directory.join("bin/b24delete");
    cmd!(shell, "{command} --version").run()?;
    Ok(python)
}
