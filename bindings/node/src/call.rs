//! The answer of a single call.

use b24delete::{Deletion, PortalTime};
use napi_derive::napi;

/// What a single call came to.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct DeletionFields {
    /// The stable word of the status.
    pub status: &'static str,
    /// What the status rests on.
    pub confirmed_by: &'static str,
    /// Sends of the delete that could have executed it.
    pub attempts: u32,
    /// The portal's account of the time it took.
    pub time: Option<TimeFields>,
}

/// The portal's account of the time a call took.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct TimeFields {
    /// When the portal began, in Unix seconds.
    pub start: Option<f64>,
    /// When the portal finished, in Unix seconds.
    pub finish: Option<f64>,
    /// `finish` minus `start`.
    pub duration: Option<f64>,
    /// Time of the method itself.
    pub processing: Option<f64>,
    /// `start` as ISO 8601.
    pub date_start: Option<String>,
    /// `finish` as ISO 8601.
    pub date_finish: Option<String>,
    /// Execution time of this method in the last ten minutes.
    pub operating: Option<f64>,
    /// When the oldest part of `operating` is forgotten, in Unix seconds.
    pub operating_reset_at: Option<f64>,
}

impl From<Deletion> for DeletionFields {
    fn from(deletion: Deletion) -> Self {
        Self {
            status: deletion.status.as_str(),
            confirmed_by: deletion.confirmed_by.as_str(),
            attempts: deletion.attempts,
            time: deletion.time.map(TimeFields::from),
        }
    }
}

impl From<PortalTime> for TimeFields {
    fn from(time: PortalTime) -> Self {
        Self {
            start: time.start,
            finish: time.finish,
            duration: time.duration,
            processing: time.processing,
            date_start: time.date_start,
            date_finish: time.date_finish,
            operating: time.operating,
            operating_reset_at: time.operating_reset_at,
        }
    }
}
