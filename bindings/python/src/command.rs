//! The `b24delete` command, from the package.

use std::ffi::OsString;

use pyo3::prelude::*;

use crate::panic_gate::guarded;

/// Runs the command with these arguments, the first of which is the program's name, and returns its exit code.
#[pyfunction]
pub(crate) fn run_command(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<u8> {
    guarded(py, || Ok(py.detach(|| b24delete_cli::run(arguments).code())))
}
