//! `b24_restore_options`: how a job is restored.

use std::ffi::c_void;

use crate::canceller::{Canceller, Targets};
use crate::gate::quietly;
use crate::restore_summary::RestoreSummary;
use crate::user_data::{Finalizer, UserData};

/// Told of the account of a restore so far, which is there until the callback returns.
pub type RestoreProgressCallback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, so_far: *const RestoreSummary)>;

/// How a job is restored. One may serve several restores, one after the other.
#[derive(Default)]
pub struct RestoreOptions {
    pub(crate) targets: Option<Targets>,
    pub(crate) progress: Option<RestoreProgress>,
}

/// The caller's progress callback.
pub(crate) struct RestoreProgress {
    callback: unsafe extern "C" fn(user_data: *mut c_void, so_far: *const RestoreSummary),
    user_data: UserData,
}

impl RestoreProgress {
    pub(crate) fn tell(&self, so_far: b24delete_jobs::RestoreSummary) {
        let so_far = RestoreSummary::new(so_far);
        // SAFETY: the header says what the callback may do; the summary lives until it returns.
        unsafe { (self.callback)(self.user_data.pointer(), &raw const so_far) };
    }
}

/// Options with the defaults: no canceller, no progress. Free them with `b24_restore_options_free`, after the restore.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_options_new() -> Option<Box<RestoreOptions>> {
    quietly(None, || Some(Box::default()))
}

/// Frees options. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_options_free(options: Option<Box<RestoreOptions>>) {
    quietly((), || drop(options));
}

/// Lets `canceller` end restores after the record at hand, from any thread; NULL takes it away again. The canceller may be
/// freed before the options.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_options_set_canceller(
    options: Option<&mut RestoreOptions>,
    canceller: Option<&Canceller>,
) {
    if let Some(options) = options {
        options.targets = canceller.map(Canceller::targets);
    }
}

/// Has `callback` told of the account when it has changed; NULL tells nobody.
///
/// It runs on the thread that runs `b24_job_restore`, may take its time and make any call; the restore does not wait for it.
/// `finalizer` runs once, when the options no longer need `user_data`; it may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn b24_restore_options_set_progress_callback(
    options: Option<&mut RestoreOptions>,
    callback: RestoreProgressCallback,
    user_data: *mut c_void,
    finalizer: Finalizer,
) {
    quietly((), || {
        let user_data = UserData::new(user_data, finalizer);
        if let Some(options) = options {
            options.progress = callback.map(|callback| RestoreProgress { callback, user_data });
        }
    });
}
