//! The words of verdicts.

use std::ffi::CStr;

/// The verdict on an operation.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// There is no verdict: the handle was NULL.
    None = 0,
    /// The thing is gone: the portal said so, or an own attempt lost its answer and the thing is gone.
    Deleted = 1,
    /// There was nothing to delete.
    Absent = 2,
    /// Refused for good; the error says why.
    Failed = 3,
    /// An attempt may have applied, and it could not be settled: look yourself before you act on it.
    Unknown = 4,
    /// No attempt of this run can have executed it.
    NotRun = 5,
}

/// What a verdict rests on.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmedBy {
    /// On nothing: the verdict is unknown or not run.
    None = 0,
    /// The portal's answer to the delete.
    Reply = 1,
    /// A look at the portal after the answer was lost.
    Lookup = 2,
}

impl From<b24delete::Status> for Status {
    fn from(status: b24delete::Status) -> Self {
        match status {
            b24delete::Status::Deleted => Self::Deleted,
            b24delete::Status::Absent => Self::Absent,
            b24delete::Status::Failed => Self::Failed,
            b24delete::Status::Unknown => Self::Unknown,
            b24delete::Status::NotRun => Self::NotRun,
        }
    }
}

impl From<b24delete::ConfirmedBy> for ConfirmedBy {
    fn from(confirmed_by: b24delete::ConfirmedBy) -> Self {
        match confirmed_by {
            b24delete::ConfirmedBy::Reply => Self::Reply,
            b24delete::ConfirmedBy::Lookup => Self::Lookup,
        }
    }
}

pub(crate) fn status_name(status: Status) -> &'static CStr {
    match status {
        Status::None => c"none",
        Status::Deleted => c"deleted",
        Status::Absent => c"absent",
        Status::Failed => c"failed",
        Status::Unknown => c"unknown",
        Status::NotRun => c"not_run",
    }
}

pub(crate) fn confirmed_by_name(confirmed_by: ConfirmedBy) -> &'static CStr {
    match confirmed_by {
        ConfirmedBy::None => c"none",
        ConfirmedBy::Reply => c"reply",
        ConfirmedBy::Lookup => c"lookup",
    }
}
