//! The filters of `cargo xtask test` for pytest.

use std::process::ExitStatus;

use crate::steps::Outcome;

/// How pytest ends when the filters left no test.
const NO_TESTS: i32 = 5;

/// The arguments that let pytest run any of the filters, each with all of its parts; none without filters.
pub(super) fn expression(filters: &[String]) -> Vec<String> {
    let parts =
        |filter: &String| filter.split(':').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" and ");
    match filters.is_empty() {
        true => Vec::new(),
        false => vec!["-k".to_owned(), filters.iter().map(parts).collect::<Vec<_>>().join(" or ")],
    }
}

/// What the end of pytest means. Filters may leave nothing to run.
///
/// # Errors
///
/// When a test failed.
pub(super) fn verdict(status: ExitStatus, filters: &[String], tests: &str) -> Outcome {
    match status.code() {
        Some(0) => Ok(()),
        Some(NO_TESTS) if !filters.is_empty() => Ok(()),
        _ => Err(format!("a test in {tests} failed").into()),
    }
}
