//! `b24_plan_options`: what a job is to do beyond its operations.

use std::ffi::c_char;

use crate::error::Error;
use crate::gate::{gate, quietly, required, text};

/// What a job is to do beyond its operations.
#[derive(Default)]
pub struct PlanOptions {
    pub(crate) core: b24delete_jobs::PlanOptions,
}

/// Options with the defaults. Free them with `b24_plan_options_free`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_options_new() -> Option<Box<PlanOptions>> {
    quietly(None, || Some(Box::default()))
}

/// Frees options. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_options_free(options: Option<Box<PlanOptions>>) {
    drop(options);
}

/// Looks at every record: title, owner, dates, bindings, activities, deals. This takes several requests for 50 records.
/// The default is false.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_options_set_look(options: Option<&mut PlanOptions>, look: bool) {
    set(options, |options| options.look = look);
}

/// Keeps a copy of every record and its bindings before it is deleted, from which `b24_job_restore` makes it anew; a record
/// that cannot be copied stays. The default is false.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_options_set_backup(options: Option<&mut PlanOptions>, backup: bool) {
    set(options, |options| options.backup = backup);
}

/// Spares records that were modified since the plan: their outcome is `failed` with the kind `changed`. The default is
/// false.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_options_set_if_unchanged(options: Option<&mut PlanOptions>, if_unchanged: bool) {
    set(options, |options| options.if_unchanged = if_unchanged);
}

/// Refuses to plan unless there are exactly `count` different operations. Without it any number will do.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_options_set_expect(options: Option<&mut PlanOptions>, count: u64) {
    set(options, |options| options.expect = Some(count));
}

/// Stops a run when more operations fail or stay unknown: a count such as `10`, or `5%` of the outcomes once 100 are there.
/// Other texts are `config` errors. Without it no run is stopped by failures.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_options_set_max_failures(
    options: Option<&mut PlanOptions>,
    max_failures: *const c_char,
) -> Option<Box<Error>> {
    gate(|| {
        required("options", options)?.core.max_failures = Some(text("max_failures", max_failures)?.parse()?);
        Ok(())
    })
}

/// Stops a run when this many first answers are all `absent`: most likely the wrong portal. The default is 100; 0 never
/// does.
#[unsafe(no_mangle)]
pub extern "C" fn b24_plan_options_set_stop_if_first_absent(options: Option<&mut PlanOptions>, count: u64) {
    set(options, |options| options.stop_if_first_absent = Some(count).filter(|count| *count > 0));
}

fn set(options: Option<&mut PlanOptions>, change: impl FnOnce(&mut b24delete_jobs::PlanOptions)) {
    if let Some(options) = options {
        change(&mut options.core);
    }
}
