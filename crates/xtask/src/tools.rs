//! Programs from crates.io that only `cargo xtask` uses: installed below `target/`, in the release that is named here.

use std::error::Error;
use std::path::PathBuf;

use xshell::{Shell, cmd};

use crate::workspace;

/// A program and its release.
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
}

pub(crate) const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
pub(crate) const FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2" };

impl Tool {
    /// Installs the program, unless that was done before, and tells where it is.
    ///
    /// # Errors
    ///
    /// When it cannot be installed.
    pub(crate) fn installed(&self, shell: &Shell) -> Result<PathBuf, Box<dyn Error>> {
        let Self { name, version } = self;
        let tools = workspace::target_directory(shell)?.join("tools");
        // Apart from what is built for the project, so that neither waits for the other.
        let building = tools.join("building");
        cmd!(
            shell,
            "cargo install --quiet --locked --root {tools} --target-dir {building} {name} --version {version}"
        )
        .run()?;
        Ok(tools.join("bin").join(name))
    }
}
