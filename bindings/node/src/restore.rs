//! Restores, as plain fields.

use b24delete_jobs::{RestorePlan, RestoreSummary, Restored, RestoredThing};
use napi::Status;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;

use crate::errors::ErrorFields;
use crate::job_views::number;

/// A function of JavaScript that is told the account of a restore and does not keep the process alive.
pub type ToldFunction =
    ThreadsafeFunction<RestoreSummaryFields, (), RestoreSummaryFields, Status, false, true>;

/// What a job can restore.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct RestorePlanFields {
    /// Leads that were deleted and have a copy.
    pub leads: f64,
    /// Contacts, likewise.
    pub contacts: f64,
    /// Operations that took bindings off leads, likewise.
    pub unlinked: f64,
    /// Operations that deleted something of which there is no copy.
    pub without_copy: f64,
}

/// The account of one restore.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct RestoreSummaryFields {
    /// Leads that were created anew.
    pub leads: f64,
    /// Contacts that were created anew.
    pub contacts: f64,
    /// Bindings that are as they were again.
    pub bindings: f64,
    /// Records that are still there.
    pub present: f64,
    /// What an earlier restore took care of.
    pub earlier: f64,
    /// What could not be restored.
    pub failed: f64,
    /// Operations that deleted something of which there is no copy.
    pub without_copy: f64,
    /// True when it was cancelled before its end.
    pub cancelled: bool,
    /// What does not return, in sentences.
    pub losses: Vec<String>,
}

/// What restores did about one record or binding.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct RestoredFields {
    /// `lead`, `contact` or `binding`.
    pub what: &'static str,
    /// The lead's old id.
    pub lead_id: Option<f64>,
    /// The contact's old id.
    pub contact_id: Option<f64>,
    /// The stable word of the status.
    pub status: &'static str,
    /// The record's id now.
    pub new_id: Option<f64>,
    /// Why it could not be restored.
    pub error: Option<ErrorFields>,
}

/// Tells JavaScript the account so far, where it wants to know.
pub(crate) fn tell(told: Option<&ToldFunction>, summary: &RestoreSummary) {
    if let Some(told) = told {
        // Nobody is left to be told when the environment has ended.
        let _ = told.call(RestoreSummaryFields::from(summary), ThreadsafeFunctionCallMode::NonBlocking);
    }
}

impl From<RestorePlan> for RestorePlanFields {
    fn from(plan: RestorePlan) -> Self {
        Self {
            leads: number(plan.leads),
            contacts: number(plan.contacts),
            unlinked: number(plan.unlinked),
            without_copy: number(plan.without_copy),
        }
    }
}

impl From<&RestoreSummary> for RestoreSummaryFields {
    fn from(summary: &RestoreSummary) -> Self {
        Self {
            leads: number(summary.leads),
            contacts: number(summary.contacts),
            bindings: number(summary.bindings),
            present: number(summary.present),
            earlier: number(summary.earlier),
            failed: number(summary.failed),
            without_copy: number(summary.without_copy),
            cancelled: summary.cancelled,
            losses: summary.losses.clone(),
        }
    }
}

impl From<&Restored> for RestoredFields {
    fn from(restored: &Restored) -> Self {
        let (what, lead_id, contact_id) = match restored.thing {
            RestoredThing::Lead(id) => ("lead", Some(id), None),
            RestoredThing::Contact(id) => ("contact", None, Some(id)),
            RestoredThing::Binding { lead_id, contact_id } => ("binding", Some(lead_id), Some(contact_id)),
        };
        Self {
            what,
            lead_id: lead_id.map(number),
            contact_id: contact_id.map(number),
            status: restored.status.as_str(),
            new_id: restored.new_id.map(number),
            error: restored.error.as_ref().map(ErrorFields::from),
        }
    }
}
