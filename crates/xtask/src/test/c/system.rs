//! Programs that the system may lack.

use xshell::{Shell, cmd};

use crate::steps::Outcome;

/// Whether a program can be run.
pub(super) fn has(shell: &Shell, program: &str) -> bool {
    cmd!(shell, "{program} --version").quiet().ignore_stdout().ignore_stderr().run().is_ok()
}

/// Makes sure that a program is there, and installs it from these Debian packages where that is allowed.
///
/// # Errors
///
/// When it is not there and cannot be installed.
pub(super) fn require(shell: &Shell, program: &str, packages: &[&str]) -> Outcome {
    if has(shell, program) {
        return Ok(());
    }
    if !has(shell, "apt-get") || cmd!(shell, "id --user").quiet().read()? != "0" {
        let packages = packages.join(" ");
        return Err(format!("`{program}` is not there\nhint: on Debian, `apt-get install {packages}`").into());
    }
    cmd!(shell, "apt-get update --quiet=2").run()?;
    cmd!(shell, "apt-get install --yes --quiet=2 --no-install-recommends {packages...}").run()?;
    match has(shell, program) {
        true => Ok(()),
        false => Err(format!("`{program}` cannot be run although it was installed").into()),
    }
}
