//! `b24_run_options`: how a run over many operations behaves.

use std::ffi::{c_char, c_void};

use crate::canceller::{Canceller, Targets};
use crate::error::Error;
use crate::gate::{gate, quietly, required, text};
use crate::summary::Summary;
use crate::user_data::{Finalizer, UserData};

/// Told of the account so far, which is there until the callback returns.
pub type ProgressCallback = Option<unsafe extern "C" fn(user_data: *mut c_void, so_far: *const Summary)>;

/// How runs behave. One may serve several runs, one after the other.
#[derive(Default)]
pub struct RunOptions {
    pub(crate) core: b24delete::RunOptions,
    pub(crate) targets: Option<Targets>,
    pub(crate) progress: Option<Progress>,
}

/// The caller's progress callback.
pub(crate) struct Progress {
    callback: unsafe extern "C" fn(user_data: *mut c_void, so_far: *const Summary),
    user_data: UserData,
}

impl Progress {
    /// What the caller gave; `None` for NULL, and then the finalizer runs now.
    pub(crate) fn new(
        callback: ProgressCallback,
        user_data: *mut c_void,
        finalizer: Finalizer,
    ) -> Option<Self> {
        let user_data = UserData::new(user_data, finalizer);
        callback.map(|callback| Self { callback, user_data })
    }

    pub(crate) fn tell(&self, so_far: b24delete::Summary) {
        let so_far = Summary::new(so_far);
        // SAFETY: the header says what the callback may do; the summary lives until it returns.
        unsafe { (self.callback)(self.user_data.pointer(), &raw const so_far) };
    }
}

/// Options with the defaults: no stop rule, no canceller, no progress. Free them with `b24_run_options_free`, after the
/// run.
#[unsafe(no_mangle)]
pub extern "C" fn b24_run_options_new() -> Option<Box<RunOptions>> {
    quietly(None, || Some(Box::default()))
}

/// Frees options. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_run_options_free(options: Option<Box<RunOptions>>) {
    quietly((), || drop(options));
}

/// Stops a run when more operations fail or stay unknown: a count such as `10`, or `5%` of the outcomes once 100 are there.
/// Other texts are `config` errors.
#[unsafe(no_mangle)]
pub extern "C" fn b24_run_options_set_max_failures(
    options: Option<&mut RunOptions>,
    max_failures: *const c_char,
) -> Option<Box<Error>> {
    gate(|| {
        required("options", options)?.core.max_failures = Some(text("max_failures", max_failures)?.parse()?);
        Ok(())
    })
}

/// Stops a run when this many first answers are all `absent`: most likely the wrong portal. 0, the default, never does.
#[unsafe(no_mangle)]
pub extern "C" fn b24_run_options_set_stop_if_first_absent(options: Option<&mut RunOptions>, count: u64) {
    if let Some(options) = options {
        options.core.stop_if_first_absent = Some(count).filter(|count| *count > 0);
    }
}

/// Lets `canceller` cancel runs, from any thread; NULL takes it away again. The canceller may be freed before the options.
#[unsafe(no_mangle)]
pub extern "C" fn b24_run_options_set_canceller(
    options: Option<&mut RunOptions>,
    canceller: Option<&Canceller>,
) {
    if let Some(options) = options {
        options.targets = canceller.map(Canceller::targets);
    }
}

/// Has `callback` told of the account each time after the outcomes that are there were handed over; NULL tells nobody.
///
/// It runs on the thread that makes the call with these options, may take its time and make any call. `finalizer` runs once,
/// when the options no longer need `user_data`; it may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn b24_run_options_set_progress_callback(
    options: Option<&mut RunOptions>,
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
