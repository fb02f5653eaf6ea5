//! The npm package, and the one with the native module for this platform.

use xshell::{Shell, cmd};

use super::Place;
use crate::npm;
use crate::steps::Outcome;
use crate::workspace::SHIPPED;

pub(super) fn make(shell: &Shell, place: &Place) -> Outcome {
    let packages = place.scratch.join("npm");
    npm::pack(shell, &place.target, &npm::native_module(&place.target, SHIPPED)?, &packages)?;
    let project = place.scratch.join("npm-project");
    npm::install_packed(shell, &packages, &project)?;
    {
        let _project = shell.push_dir(&project);
        super::expect_version(&cmd!(shell, "npx --no-install b24delete --version").read()?)?;
    }
    for tarball in npm::tarballs(shell, &packages)? {
        shell.copy_file(tarball, &place.files)?;
    }
    Ok(())
}
