//! The wheel for this platform, and the source package.

use xshell::{Shell, cmd};

use super::Place;
use crate::python;
use crate::steps::Outcome;
use crate::workspace::SHIPPED;

pub(super) fn make(shell: &Shell, place: &Place) -> Outcome {
    let (tools, files) = (python::tools(shell)?, &place.files);
    let wheel = python::wheel(shell, &tools, SHIPPED, &place.scratch.join("wheels"))?;
    let fresh = python::fresh(shell, &tools, &wheel, &place.scratch.join("python"))?;
    super::expect_version(&cmd!(shell, "{fresh} -m b24delete --version").read()?)?;
    shell.copy_file(wheel, files)?;
    python::sources(shell, &tools, files)
}
