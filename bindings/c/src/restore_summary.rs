//! `b24_restore_summary`: the account of a restore.

use std::ffi::{CString, c_char};

use crate::error::Error;
use crate::gate::{c_text, required};
use crate::outcome::line;
use crate::string::hand_over;

/// The account of one restore.
pub struct RestoreSummary {
    summary: b24delete_jobs::RestoreSummary,
    losses: Vec<CString>,
}

impl RestoreSummary {
    pub(crate) fn new(summary: b24delete_jobs::RestoreSummary) -> Self {
        Self { losses: summary.losses.iter().map(|loss| c_text(loss)).collect(), summary }
    }
}

/// Frees a summary. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_free(summary: Option<Box<RestoreSummary>>) {
    drop(summary);
}

/// Leads that were created anew.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_leads(summary: Option<&RestoreSummary>) -> u64 {
    count(summary, |summary| summary.leads)
}

/// Contacts that were created anew.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_contacts(summary: Option<&RestoreSummary>) -> u64 {
    count(summary, |summary| summary.contacts)
}

/// Bindings between leads and contacts that are as they were again.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_bindings(summary: Option<&RestoreSummary>) -> u64 {
    count(summary, |summary| summary.bindings)
}

/// Records that are still there, or there again under their old id.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_present(summary: Option<&RestoreSummary>) -> u64 {
    count(summary, |summary| summary.present)
}

/// Records and bindings that an earlier restore took care of.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_earlier(summary: Option<&RestoreSummary>) -> u64 {
    count(summary, |summary| summary.earlier)
}

/// Records and bindings that could not be restored.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_failed(summary: Option<&RestoreSummary>) -> u64 {
    count(summary, |summary| summary.failed)
}

/// Operations that deleted something of which there is no copy.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_without_copy(summary: Option<&RestoreSummary>) -> u64 {
    count(summary, |summary| summary.without_copy)
}

/// True when it was cancelled before its end.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_cancelled(summary: Option<&RestoreSummary>) -> bool {
    summary.is_some_and(|summary| summary.summary.cancelled)
}

/// How many sentences `b24_restore_summary_loss` has.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_losses(summary: Option<&RestoreSummary>) -> usize {
    summary.map_or(0, |summary| summary.losses.len())
}

/// What does not return with the records that were created anew, in a sentence; `index` counts from 0, and behind the last
/// there is an empty text. It lives as long as the summary.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_loss(summary: Option<&RestoreSummary>, index: usize) -> *const c_char {
    let loss = summary.and_then(|summary| summary.losses.get(index));
    loss.map_or(c"".as_ptr(), |loss| loss.as_ptr())
}

/// The summary as a line of JSON. `json` gets a text without a line break, to be freed with `b24_string_free`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_summary_to_json(
    summary: Option<&RestoreSummary>,
    json: *mut *mut c_char,
) -> Option<Box<Error>> {
    hand_over(json, || line(&required("summary", summary)?.summary))
}

fn count(summary: Option<&RestoreSummary>, of: impl FnOnce(&b24delete_jobs::RestoreSummary) -> u64) -> u64 {
    summary.map_or(0, |summary| of(&summary.summary))
}
