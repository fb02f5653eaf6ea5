//! `b24_outcome`: the final, single verdict of a run on one operation.

use std::ffi::{CString, c_char};

use b24delete::ErrorKind;

use crate::error::Error;
use crate::gate::{c_text, quietly, required};
use crate::status::{ConfirmedBy, Status, confirmed_by_name, status_name};
use crate::string::hand_over;

/// The final, single verdict of a run on one operation.
pub struct Outcome {
    outcome: b24delete::Outcome,
    method: CString,
    error: Option<Box<Error>>,
}

impl Outcome {
    pub(crate) fn new(outcome: b24delete::Outcome) -> Self {
        Self {
            method: c_text(outcome.operation.method()),
            error: outcome.error.clone().map(|error| Box::new(Error::new(error))),
            outcome,
        }
    }
}

/// A copy that outlives the callback; NULL for NULL. Free it with `b24_outcome_free`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_copy(outcome: Option<&Outcome>) -> Option<Box<Outcome>> {
    quietly(None, || outcome.map(|outcome| Box::new(Outcome::new(outcome.outcome.clone()))))
}

/// Frees a copy. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_free(outcome: Option<Box<Outcome>>) {
    drop(outcome);
}

/// Place of the operation among those that the run was given, from 0.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_seq(outcome: Option<&Outcome>) -> u64 {
    outcome.map_or(0, |outcome| outcome.outcome.seq)
}

/// The classic REST method of the operation, such as `crm.lead.delete`. It lives as long as the outcome.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_method(outcome: Option<&Outcome>) -> *const c_char {
    outcome.map_or(c"".as_ptr(), |outcome| outcome.method.as_ptr())
}

/// The lead that the operation deletes or changes; 0 where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_lead_id(outcome: Option<&Outcome>) -> i64 {
    let lead_id = outcome.and_then(|outcome| outcome.outcome.operation.lead_id());
    lead_id.map_or(0, |lead_id| lead_id.get().cast_signed())
}

/// The contact that the operation deletes or takes off a lead; 0 where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_contact_id(outcome: Option<&Outcome>) -> i64 {
    let contact_id = outcome.and_then(|outcome| outcome.outcome.operation.contact_id());
    contact_id.map_or(0, |contact_id| contact_id.get().cast_signed())
}

/// The verdict.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_status(outcome: Option<&Outcome>) -> Status {
    outcome.map_or(Status::None, |outcome| outcome.outcome.status.into())
}

/// The verdict as a stable word: `deleted`, `absent`, `failed`, `unknown` or `not_run`. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_status_name(outcome: Option<&Outcome>) -> *const c_char {
    status_name(b24_outcome_status(outcome)).as_ptr()
}

/// What the verdict rests on.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_confirmed_by(outcome: Option<&Outcome>) -> ConfirmedBy {
    let confirmed_by = outcome.and_then(|outcome| outcome.outcome.confirmed_by);
    confirmed_by.map_or(ConfirmedBy::None, ConfirmedBy::from)
}

/// What the verdict rests on, as a stable word: `reply`, `lookup`, or `none` for unknown and not run. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_confirmed_by_name(outcome: Option<&Outcome>) -> *const c_char {
    confirmed_by_name(b24_outcome_confirmed_by(outcome)).as_ptr()
}

/// How often the delete was sent in a way that could have executed it.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_attempts(outcome: Option<&Outcome>) -> u32 {
    outcome.map_or(0, |outcome| outcome.outcome.attempts)
}

/// The reason of a refusal, of an absence that the portal reported, or of a doubt; else NULL. It lives as long as the
/// outcome.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_error(outcome: Option<&Outcome>) -> Option<&Error> {
    outcome?.error.as_deref()
}

/// The outcome as a line of JSON, the same in every language. `json` gets a text without a line break, to be freed with
/// `b24_string_free`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_outcome_to_json(
    outcome: Option<&Outcome>,
    json: *mut *mut c_char,
) -> Option<Box<Error>> {
    hand_over(json, || line(&required("outcome", outcome)?.outcome))
}

/// A record as a line of JSON.
pub(crate) fn line(record: &impl serde::Serialize) -> b24delete::Result<String> {
    serde_json::to_string(record)
        .map_err(|error| b24delete::Error::not_sent(ErrorKind::Internal, error.to_string()))
}
