//! `b24_plan_summary`: what a plan found, in sums and operation by operation.

use std::ffi::c_void;

use crate::error::Error;
use crate::gate::{Out, gate, required};
use crate::job::Job;
use crate::lines::{LineCallback, Lines};

/// What a plan found, in sums. Without `b24_plan_options_set_look` only the first two are told.
pub struct PlanSummary {
    summary: b24delete_jobs::PlanSummary,
}

/// Reads what the plan found, in sums. `summary` is freed with `b24_plan_summary_free`.
///
/// Errors: `job` when the file cannot be read.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_plan_summary(
    job: Option<&Job>,
    summary: *mut Option<Box<PlanSummary>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(summary);
    gate(|| {
        out.set(PlanSummary { summary: required("job", job)?.core().plan_summary()? });
        Ok(())
    })
}

/// Hands over every operation of the plan, in their order, on this thread, with what was found about its record.
///
/// The lines are those of `b24delete ... --dry-run --output jsonl`: `seq`, `method`, `lead_id`, `contact_id`, `visible` (false
/// when the record is not there or hidden from the user: the portal does not tell which), `title` (as the portal has it:
/// made harmless by nobody), `owner`, `created`, `modified`, `bindings`, `activities`, `shared_activities` and `deals`. What is
/// null is not known: the plan did not look, or the portal did not tell.
///
/// Errors: `job` when the file cannot be read. When `on_planned` does not return 0 that ends it, and is no error.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_planned(
    job: Option<&Job>,
    on_planned: LineCallback,
    user_data: *mut c_void,
) -> Option<Box<Error>> {
    gate(|| {
        let job = required("job", job)?;
        let lines = Lines::new(required("on_planned", on_planned)?, user_data);
        lines.tell_all(job.core().planned()?)
    })
}

/// Frees a summary of a plan. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_summary_free(summary: Option<Box<PlanSummary>>) {
    drop(summary);
}

/// Different operations.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_summary_operations(summary: Option<&PlanSummary>) -> u64 {
    count(summary, |summary| summary.operations)
}

/// Operations that were given more than once and left out.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_summary_duplicates(summary: Option<&PlanSummary>) -> u64 {
    count(summary, |summary| summary.duplicates)
}

/// Operations whose records were looked at.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_summary_looked_at(summary: Option<&PlanSummary>) -> u64 {
    count(summary, |summary| summary.looked_at)
}

/// Those of them whose record is not there or hidden from the user: the portal does not tell which.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_summary_not_visible(summary: Option<&PlanSummary>) -> u64 {
    count(summary, |summary| summary.not_visible)
}

/// Bindings of leads that would go.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_summary_bindings(summary: Option<&PlanSummary>) -> u64 {
    count(summary, |summary| summary.bindings)
}

/// Links between the contacts and leads that would go.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_summary_leads(summary: Option<&PlanSummary>) -> u64 {
    count(summary, |summary| summary.leads)
}

/// Deals that use the contacts.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_summary_deals(summary: Option<&PlanSummary>) -> u64 {
    count(summary, |summary| summary.deals)
}

/// Activities that would go.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_summary_activities(summary: Option<&PlanSummary>) -> u64 {
    count(summary, |summary| summary.activities)
}

/// Activities that would only lose a link.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_summary_shared_activities(summary: Option<&PlanSummary>) -> u64 {
    count(summary, |summary| summary.shared_activities)
}

fn count(summary: Option<&PlanSummary>, of: impl FnOnce(&b24delete_jobs::PlanSummary) -> u64) -> u64 {
    summary.map_or(0, |summary| of(&summary.summary))
}
