//! No panic crosses into Python: it becomes `LocalError` of kind `internal`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use b24delete::{Effect, ErrorKind};
use pyo3::prelude::*;

use crate::errors;

/// Runs `action`; a panic in it becomes our own error.
pub(crate) fn guarded<T>(py: Python<'_>, action: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(action)).unwrap_or_else(|_| {
        let text = "b24delete panicked, please report what stands on stderr";
        Err(errors::local(py, ErrorKind::Internal, Effect::MayHaveApplied, text, 0))
    })
}
