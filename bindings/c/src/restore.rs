//! Restoring what a job deleted.

use std::ffi::c_void;
use std::pin::pin;

use b24delete::Result;
use b24delete_jobs::RestoreSummary as CoreSummary;
use tokio::sync::watch;

use crate::client::Client;
use crate::engine::Engine;
use crate::error::Error;
use crate::gate::{Out, gate, required};
use crate::job::Job;
use crate::lines::{LineCallback, Lines};
use crate::restore_options::{RestoreOptions, RestoreProgress};
use crate::restore_summary::RestoreSummary;

/// Puts back what a job deleted, or goes on where an earlier restore stopped, and waits for it: bindings as they were, from
/// copies or from the plan; leads and contacts with new ids, from copies only. What was restored is not restored again.
/// Timeline comments, activities, files and history do not return, and `b24_restore_summary_loss` says so.
///
/// `options` and `summary` may be NULL. A record that cannot be restored is counted, and is no error.
///
/// Errors: `job`, before anything is sent, as for `b24_job_run`, and when titles and copies were removed. The portal's, when
/// it refuses more than a single record: what was done until then is kept, and the next restore goes on.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_restore(
    job: Option<&Job>,
    client: Option<&Client>,
    options: Option<&RestoreOptions>,
    summary: *mut Option<Box<RestoreSummary>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(summary);
    gate(|| {
        let job = required("job", job)?.core().clone();
        let client = required("client", client)?;
        let engine = client.engine()?;
        let core_client = client.core().clone();
        let canceller = b24delete::Canceller::new();
        let targets = options.and_then(|options| options.targets.as_ref());
        let _attached = targets.map(|targets| targets.attach(canceller.clone()));
        let mut core_options = b24delete_jobs::RestoreOptions::default();
        core_options.canceller = Some(canceller);
        let (tell, told) = watch::channel(CoreSummary::default());
        let restored = engine.start(async move {
            let tell = move |summary: &CoreSummary| _ = tell.send_replace(summary.clone());
            job.restore(&core_client, core_options, tell).await
        })?;
        let progress = options.and_then(|options| options.progress.as_ref());
        out.set(RestoreSummary::new(see_through(engine, restored, told, progress)?));
        Ok(())
    })
}

/// Hands over what restores did, record by record and binding by binding, on this thread: the map from old ids to new ones.
/// The lines have `what` (`lead`, `contact` or `binding`), `lead_id`, `contact_id`, `new_id`, `status` (`restored`, `failed`
/// or `unsettled`) and `error`.
///
/// Errors: `job` when the file cannot be read. When `on_restored` does not return 0 that ends it, and is no error.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_restored(
    job: Option<&Job>,
    on_restored: LineCallback,
    user_data: *mut c_void,
) -> Option<Box<Error>> {
    gate(|| {
        let job = required("job", job)?;
        let lines = Lines::new(required("on_restored", on_restored)?, user_data);
        lines.tell_all(job.core().restored()?)
    })
}

/// Waits for a restore and tells of it on this thread.
fn see_through(
    engine: &Engine,
    restored: impl Future<Output = Result<CoreSummary>>,
    mut told: watch::Receiver<CoreSummary>,
    progress: Option<&RestoreProgress>,
) -> Result<CoreSummary> {
    let mut restored = pin!(restored);
    loop {
        let ended = engine.wait_here(async {
            tokio::select! {
                biased;
                summary = &mut restored => Some(summary),
                Ok(()) = told.changed() => None,
            }
        });
        if let Some(ended) = ended {
            return ended;
        }
        if let Some(progress) = progress {
            let so_far = told.borrow_and_update().clone();
            progress.tell(so_far);
        }
    }
}
