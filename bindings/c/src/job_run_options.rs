//! `b24_job_run_options`: how a job is run.

use std::ffi::{c_char, c_void};

use crate::canceller::{Canceller, Targets};
use crate::error::Error;
use crate::gate::{gate, quietly, required, text};
use crate::run_options::{Progress, ProgressCallback};
use crate::user_data::Finalizer;

/// How a job is run. One may serve several runs, one after the other.
#[derive(Default)]
pub struct JobRunOptions {
    pub(crate) core: b24delete_jobs::JobRunOptions,
    pub(crate) targets: Option<Targets>,
    pub(crate) progress: Option<Progress>,
}

/// Options with the defaults: what the plan says, no canceller, no progress. Free them with `b24_job_run_options_free`,
/// after the run.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_run_options_new() -> Option<Box<JobRunOptions>> {
    quietly(None, || Some(Box::default()))
}

/// Frees options. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_run_options_free(options: Option<Box<JobRunOptions>>) {
    quietly((), || drop(options));
}

/// Refuses to run unless the job has exactly `count` operations. Without it any number will do.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_run_options_set_expect(options: Option<&mut JobRunOptions>, count: u64) {
    if let Some(options) = options {
        options.core.expect = Some(count);
    }
}

/// Instead of what the plan says: stops the run when more operations fail or stay unknown. The texts are those of
/// `b24_plan_options_set_max_failures`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_run_options_set_max_failures(
    options: Option<&mut JobRunOptions>,
    max_failures: *const c_char,
) -> Option<Box<Error>> {
    gate(|| {
        required("options", options)?.core.max_failures = Some(text("max_failures", max_failures)?.parse()?);
        Ok(())
    })
}

/// Goes on even when the first answers are all `absent`. The default is false.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_run_options_set_allow_absent(
    options: Option<&mut JobRunOptions>,
    allow_absent: bool,
) {
    if let Some(options) = options {
        options.core.allow_absent = allow_absent;
    }
}

/// Lets `canceller` cancel runs, from any thread; NULL takes it away again. The canceller may be freed before the options.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_run_options_set_canceller(
    options: Option<&mut JobRunOptions>,
    canceller: Option<&Canceller>,
) {
    if let Some(options) = options {
        options.targets = canceller.map(Canceller::targets);
    }
}

/// As `b24_run_options_set_progress_callback`. The account is that of this run only.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_run_options_set_progress_callback(
    options: Option<&mut JobRunOptions>,
    callback: ProgressCallback,
    user_data: *mut c_void,
    finalizer: Finalizer,
) {
    quietly((), || {
        let progress = Progress::new(callback, user_data, finalizer);
        if let Some(options) = options {
            options.progress = progress;
        }
    });
}
