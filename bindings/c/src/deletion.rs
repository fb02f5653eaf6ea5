//! `b24_deletion`: the answer of a single call that found nothing wrong.

use std::ffi::{CString, c_char};

use b24delete::PortalTime;

use crate::gate::c_text;
use crate::status::{ConfirmedBy, Status, confirmed_by_name, status_name};

/// The answer of a single call that found nothing wrong. Free it with `b24_deletion_free`.
pub struct Deletion {
    deletion: b24delete::Deletion,
    date_start: CString,
    date_finish: CString,
}

impl Deletion {
    pub(crate) fn new(deletion: b24delete::Deletion) -> Self {
        let time = deletion.time.as_ref();
        let date = |of: fn(&PortalTime) -> &Option<String>| {
            c_text(time.and_then(|time| of(time).as_deref()).unwrap_or_default())
        };
        Self {
            date_start: date(|time| &time.date_start),
            date_finish: date(|time| &time.date_finish),
            deletion,
        }
    }
}

/// Frees a deletion. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_free(deletion: Option<Box<Deletion>>) {
    drop(deletion);
}

/// `B24_STATUS_DELETED`, or `B24_STATUS_ABSENT` when the contact was not linked to the lead.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_status(deletion: Option<&Deletion>) -> Status {
    deletion.map_or(Status::None, |deletion| deletion.deletion.status.into())
}

/// The status as a stable word: `deleted` or `absent`. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_status_name(deletion: Option<&Deletion>) -> *const c_char {
    status_name(b24_deletion_status(deletion)).as_ptr()
}

/// What the status rests on.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_confirmed_by(deletion: Option<&Deletion>) -> ConfirmedBy {
    deletion.map_or(ConfirmedBy::None, |deletion| deletion.deletion.confirmed_by.into())
}

/// What the status rests on, as a stable word: `reply` or `lookup`. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_confirmed_by_name(deletion: Option<&Deletion>) -> *const c_char {
    confirmed_by_name(b24_deletion_confirmed_by(deletion)).as_ptr()
}

/// How often the delete was sent in a way that could have executed it, at least 1.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_attempts(deletion: Option<&Deletion>) -> u32 {
    deletion.map_or(0, |deletion| deletion.deletion.attempts)
}

/// When the portal began, in Unix seconds by its own clock. NaN where the reply did not say; so for the other times.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_time_start(deletion: Option<&Deletion>) -> f64 {
    time(deletion, |time| time.start)
}

/// When the portal finished, in Unix seconds by its own clock.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_time_finish(deletion: Option<&Deletion>) -> f64 {
    time(deletion, |time| time.finish)
}

/// How many seconds the portal took.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_time_duration(deletion: Option<&Deletion>) -> f64 {
    time(deletion, |time| time.duration)
}

/// How many seconds the method itself took.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_time_processing(deletion: Option<&Deletion>) -> f64 {
    time(deletion, |time| time.processing)
}

/// Seconds of work of this method within the last ten minutes.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_time_operating(deletion: Option<&Deletion>) -> f64 {
    time(deletion, |time| time.operating)
}

/// When the oldest part of that is forgotten, in Unix seconds by the portal's clock.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_time_operating_reset_at(deletion: Option<&Deletion>) -> f64 {
    time(deletion, |time| time.operating_reset_at)
}

/// When the portal began, as ISO 8601; empty where the reply did not say. It lives as long as the deletion.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_time_date_start(deletion: Option<&Deletion>) -> *const c_char {
    deletion.map_or(c"".as_ptr(), |deletion| deletion.date_start.as_ptr())
}

/// When the portal finished, as ISO 8601; empty where the reply did not say. It lives as long as the deletion.
#[unsafe(no_mangle)]
pub extern "C" fn b24_deletion_time_date_finish(deletion: Option<&Deletion>) -> *const c_char {
    deletion.map_or(c"".as_ptr(), |deletion| deletion.date_finish.as_ptr())
}

fn time(deletion: Option<&Deletion>, of: impl FnOnce(&PortalTime) -> Option<f64>) -> f64 {
    deletion.and_then(|deletion| of(deletion.deletion.time.as_ref()?)).unwrap_or(f64::NAN)
}
