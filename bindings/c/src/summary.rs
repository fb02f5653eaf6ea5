//! `b24_summary`: the account of a run.

use std::ffi::{CString, c_char};

use b24delete::StopReason;

use crate::error::Error;
use crate::gate::{c_text, required};
use crate::outcome::line;
use crate::string::hand_over;

/// The account of a run, final or so far.
pub struct Summary {
    summary: b24delete::Summary,
    stopped_by: CString,
    error: Option<Box<Error>>,
}

impl Summary {
    pub(crate) fn new(summary: b24delete::Summary) -> Self {
        let reason = summary.stopped_by.as_ref();
        let error = reason.and_then(StopReason::error).cloned();
        Self {
            stopped_by: c_text(reason.map_or("", StopReason::as_str)),
            error: error.map(|error| Box::new(Error::new(error))),
            summary,
        }
    }
}

/// Frees a summary. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_free(summary: Option<Box<Summary>>) {
    drop(summary);
}

/// Outcomes: the sum of deleted, absent, failed, unknown and not run.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_total(summary: Option<&Summary>) -> u64 {
    count(summary, |summary| summary.total)
}

/// Deleted, by reply or by lookup.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_deleted(summary: Option<&Summary>) -> u64 {
    count(summary, |summary| summary.deleted)
}

/// Those of the deleted that rest on a lookup.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_deleted_by_lookup(summary: Option<&Summary>) -> u64 {
    count(summary, |summary| summary.deleted_by_lookup)
}

/// Nothing to delete.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_absent(summary: Option<&Summary>) -> u64 {
    count(summary, |summary| summary.absent)
}

/// Refused for good.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_failed(summary: Option<&Summary>) -> u64 {
    count(summary, |summary| summary.failed)
}

/// Could not be settled.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_unknown(summary: Option<&Summary>) -> u64 {
    count(summary, |summary| summary.unknown)
}

/// Not carried out.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_not_run(summary: Option<&Summary>) -> u64 {
    count(summary, |summary| summary.not_run)
}

/// HTTP requests sent, with lookups and repeats.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_requests(summary: Option<&Summary>) -> u64 {
    count(summary, |summary| summary.requests)
}

/// Seconds since the run began.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_seconds(summary: Option<&Summary>) -> f64 {
    summary.map_or(0.0, |summary| summary.summary.elapsed.as_secs_f64())
}

/// True when every operation is deleted or was absent, and nothing stopped the run.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_is_clean(summary: Option<&Summary>) -> bool {
    summary.is_some_and(|summary| summary.summary.is_clean())
}

/// What stopped the run before its end, as a stable word: `cancelled`, `max_failures`, `all_absent`, `source`, or the kind
/// of the portal's refusal; empty when nothing did. It lives as long as the summary.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_stopped_by(summary: Option<&Summary>) -> *const c_char {
    summary.map_or(c"".as_ptr(), |summary| summary.stopped_by.as_ptr())
}

/// The error behind the stop; NULL where there is none. It lives as long as the summary.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_error(summary: Option<&Summary>) -> Option<&Error> {
    summary?.error.as_deref()
}

/// The summary as a line of JSON, the same in every language. `json` gets a text without a line break, to be freed with
/// `b24_string_free`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_summary_to_json(
    summary: Option<&Summary>,
    json: *mut *mut c_char,
) -> Option<Box<Error>> {
    hand_over(json, || line(&required("summary", summary)?.summary))
}

fn count(summary: Option<&Summary>, of: impl FnOnce(&b24delete::Summary) -> u64) -> u64 {
    summary.map_or(0, |summary| of(&summary.summary))
}
