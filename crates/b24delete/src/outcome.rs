//! Verdicts: the outcome of one operation, the answer of a single call, the summary of a run.

use std::fmt;
use std::time::Duration;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::error::{Effect, Error, ErrorKind};
use crate::operation::Operation;
use crate::portal_time::PortalTime;

/// Version of the JSON form of outcomes and summaries.
const FORMAT_VERSION: u32 = 1;

/// The verdict on an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// The thing is gone: the portal said so, or an own attempt lost its answer and the thing is gone.
    Deleted,
    /// There was nothing to delete.
    Absent,
    /// Refused for good.
    Failed,
    /// An attempt may have applied, and it could not be settled.
    Unknown,
    /// No attempt of this run can have executed it.
    NotRun,
}

impl Status {
    /// The stable word: `deleted`, `absent`, `failed`, `unknown` or `not_run`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Absent => "absent",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotRun => "not_run",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConfirmedBy {
    /// The portal's answer to the delete.
    Reply,
    /// A look at the portal after the answer was lost.
    Lookup,
}

impl ConfirmedBy {
    /// The stable word: `reply` or `lookup`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Lookup => "lookup",
        }
    }
}

impl fmt::Display for ConfirmedBy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The answer of a single call that found nothing wrong.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Deletion {
    /// [`Status::Deleted`], or [`Status::Absent`] when the contact was not linked to the lead.
    pub status: Status,
    /// What the status rests on.
    pub confirmed_by: ConfirmedBy,
    /// How often the delete was sent in a way that could have executed it, at least 1.
    pub attempts: u32,
    /// The portal's account of the time it took, where the reply had one.
    pub time: Option<PortalTime>,
}

/// The final, single verdict of a run on one operation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// Place of the operation among those pulled, from 0.
    pub seq: u64,
    /// The operation.
    pub operation: Operation,
    /// The verdict.
    pub status: Status,
    /// What the verdict rests on; `None` for unknown and not run.
    pub confirmed_by: Option<ConfirmedBy>,
    /// How often the delete was sent in a way that could have executed it.
    pub attempts: u32,
    /// The reason of a refusal, of an absence that the portal reported, or of a doubt.
    pub error: Option<Error>,
}

impl Outcome {
    /// A verdict that was kept somewhere, such as in a job file.
    pub fn new(seq: u64, operation: Operation, status: Status) -> Self {
        Self { seq, operation, status, confirmed_by: None, attempts: 0, error: None }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Outcome", 10)?;
        line.serialize_field("v", &FORMAT_VERSION)?;
        line.serialize_field("type", "outcome")?;
        line.serialize_field("seq", &self.seq)?;
        line.serialize_field("method", self.operation.method())?;
        line.serialize_field("lead_id", &self.operation.lead_id())?;
        line.serialize_field("contact_id", &self.operation.contact_id())?;
        line.serialize_field("status", self.status.as_str())?;
        line.serialize_field("confirmed_by", &self.confirmed_by.map(ConfirmedBy::as_str))?;
        line.serialize_field("attempts", &self.attempts)?;
        line.serialize_field("error", &self.error.as_ref().map(ErrorFields))?;
        line.end()
    }
}

/// The fields of an error inside an outcome's JSON form.
struct ErrorFields<'a>(&'a Error);

impl Serialize for ErrorFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Error", 5)?;
        fields.serialize_field("kind", self.0.kind().as_str())?;
        fields.serialize_field("code", self.0.code())?;
        fields.serialize_field("description", self.0.description())?;
        fields.serialize_field("http_status", &self.0.http_status())?;
        fields.serialize_field("effect", self.0.effect().as_str())?;
        fields.end()
    }
}

/// The account of a run so far.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// Outcomes so far: the sum of the five counts below.
    pub total: u64,
    /// Deleted, by reply or by lookup.
    pub deleted: u64,
    /// Those of `deleted` that rest on a lookup.
    pub deleted_by_lookup: u64,
    /// Nothing to delete.
    pub absent: u64,
    /// Refused for good.
    pub failed: u64,
    /// Could not be settled.
    pub unknown: u64,
    /// Not carried out.
    pub not_run: u64,
    /// HTTP requests sent, with lookups and repeats.
    pub requests: u64,
    /// Time since the run began.
    pub elapsed: Duration,
    /// What stopped the run before its end.
    pub stopped_by: Option<StopReason>,
}

impl Summary {
    /// Adds so many operations that ended in the same way.
    pub fn count(&mut self, status: Status, confirmed_by: Option<ConfirmedBy>, operations: u64) {
        self.total += operations;
        match status {
            Status::Deleted => self.deleted += operations,
            Status::Absent => self.absent += operations,
            Status::Failed => self.failed += operations,
            Status::Unknown => self.unknown += operations,
            Status::NotRun => self.not_run += operations,
        }
        if (status, confirmed_by) == (Status::Deleted, Some(ConfirmedBy::Lookup)) {
            self.deleted_by_lookup += operations;
        }
    }

    /// True when every operation is deleted or was absent.
    pub fn is_clean(&self) -> bool {
        self.failed + self.unknown + self.not_run == 0 && self.stopped_by.is_none()
    }
}

impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Summary", 12)?;
        line.serialize_field("v", &FORMAT_VERSION)?;
        line.serialize_field("type", "summary")?;
        line.serialize_field("total", &self.total)?;
        line.serialize_field("deleted", &self.deleted)?;
        line.serialize_field("deleted_by_lookup", &self.deleted_by_lookup)?;
        line.serialize_field("absent", &self.absent)?;
        line.serialize_field("failed", &self.failed)?;
        line.serialize_field("unknown", &self.unknown)?;
        line.serialize_field("not_run", &self.not_run)?;
        line.serialize_field("requests", &self.requests)?;
        line.serialize_field("seconds", &((self.elapsed.as_secs_f64() * 1000.0).round() / 1000.0))?;
        line.serialize_field("stopped_by", &self.stopped_by.as_ref().map(StopReason::as_str))?;
        line.end()
    }
}

/// Why a run ended before its operations did.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum StopReason {
    /// The caller cancelled, or left the loop over the outcomes.
    Cancelled,
    /// More operations failed or stayed unknown than the caller allows.
    MaxFailures,
    /// The first answers were all `absent`: most likely the wrong portal.
    AllAbsent,
    /// The caller's own source of operations failed.
    Source(Error),
    /// The journal of the run could not prepare a pack.
    Journal(Error),
    /// The portal refuses the whole run, could not be reached for long, or refused 30 requests in a row by a limit
    /// although the run waited each time as the limit asks: then somebody else uses it up.
    Portal(Error),
}

impl StopReason {
    /// The stable word: `cancelled`, `max_failures`, `all_absent`, `source`, `journal`, or the kind of the portal's refusal.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::MaxFailures => "max_failures",
            Self::AllAbsent => "all_absent",
            Self::Source(_) => "source",
            Self::Journal(_) => "journal",
            Self::Portal(error) => error.kind().as_str(),
        }
    }

    /// The error behind the stop, where there is one.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Source(error) | Self::Journal(error) | Self::Portal(error) => Some(error),
            Self::Cancelled | Self::MaxFailures | Self::AllAbsent => None,
        }
    }
}

impl Outcome {
    /// Turns the verdict on a single call into its answer; an absent record is the error `not_found`.
    pub(crate) fn into_deletion(self, time: Option<PortalTime>) -> Result<Deletion, Error> {
        match (self.status, self.error) {
            (Status::Deleted | Status::Absent, None) => Ok(Deletion {
                status: self.status,
                confirmed_by: self.confirmed_by.unwrap_or(ConfirmedBy::Reply),
                attempts: self.attempts,
                time,
            }),
            (_, Some(error)) => Err(error.with_attempts(self.attempts)),
            (_, None) => Err(Error::new(ErrorKind::Cancelled, "the call was cancelled before it was sent")
                .with_effect(Effect::NotSent)
                .with_method(self.operation.method())),
        }
    }
}
