//! No panic crosses into Python: it becomes `LocalError` of kind `internal`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use b24delete::{Effect, Error, ErrorKind, Result};
use futures_util::FutureExt as _;
use pyo3::prelude::*;

use crate::errors;

const TEXT: &str = "b24delete panicked, please report what stands on stderr";

/// Runs `action`; a panic in it becomes our own error.
pub(crate) fn guarded<T>(py: Python<'_>, action: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(action))
        .unwrap_or_else(|_| Err(errors::local(py, ErrorKind::Internal, Effect::MayHaveApplied, TEXT, 0)))
}

/// As [`guarded`], for what runs beside an event loop: whoever awaits it is told.
pub(crate) async fn guarded_task<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let internal = || Error::not_sent(ErrorKind::Internal, TEXT).with_effect(Effect::MayHaveApplied);
    AssertUnwindSafe(future).catch_unwind().await.unwrap_or_else(|_| Err(internal()))
}
