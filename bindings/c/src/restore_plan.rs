//! `b24_restore_plan`: what a job can restore.

use crate::error::Error;
use crate::gate::{Out, gate, required};
use crate::job::Job;

/// What a job can restore.
pub struct RestorePlan {
    plan: b24delete_jobs::RestorePlan,
}

/// Tells what `b24_job_restore` has to do. `plan` is freed with `b24_restore_plan_free`.
///
/// Errors: `job` when the file cannot be read.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_restore_plan(
    job: Option<&Job>,
    plan: *mut Option<Box<RestorePlan>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(plan);
    gate(|| {
        out.set(RestorePlan { plan: required("job", job)?.core().restore_plan()? });
        Ok(())
    })
}

/// Frees a plan. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_plan_free(plan: Option<Box<RestorePlan>>) {
    drop(plan);
}

/// Leads that were deleted, or may have been, and have a copy.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_plan_leads(plan: Option<&RestorePlan>) -> u64 {
    plan.map_or(0, |plan| plan.plan.leads)
}

/// Contacts that were deleted, or may have been, and have a copy.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_plan_contacts(plan: Option<&RestorePlan>) -> u64 {
    plan.map_or(0, |plan| plan.plan.contacts)
}

/// Operations that took bindings off leads, or may have, and of which there is a copy.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_plan_unlinked(plan: Option<&RestorePlan>) -> u64 {
    plan.map_or(0, |plan| plan.plan.unlinked)
}

/// Operations that deleted something of which there is no copy.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_plan_without_copy(plan: Option<&RestorePlan>) -> u64 {
    plan.map_or(0, |plan| plan.plan.without_copy)
}
