//! Runs of jobs, and what they have recorded.

use std::ffi::c_void;

use crate::client::Client;
use crate::delete_many::OutcomeCallback;
use crate::error::Error;
use crate::gate::{Out, gate, required};
use crate::job::Job;
use crate::job_run_options::JobRunOptions;
use crate::run::{Run, Teller};
use crate::summary::Summary;

/// Starts a job, or goes on where it stopped, and waits for it: `deleted`, `absent` and `failed` stand, everything else is
/// carried out, and what an earlier process may have sent is looked up first. Each outcome is in the file before
/// `on_outcome` gets it.
///
/// `options`, `on_outcome` and `summary` may be NULL. The summary is that of this run; `b24_job_overview` tells that of the
/// job, and the head of its record.
///
/// Errors: `job`, before anything is sent: the file cannot be opened, is damaged or read-only, another process runs it, it
/// was planned for another portal, or the number of operations is not the expected one.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_run(
    job: Option<&Job>,
    client: Option<&Client>,
    options: Option<&JobRunOptions>,
    on_outcome: OutcomeCallback,
    user_data: *mut c_void,
    summary: *mut Option<Box<Summary>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(summary);
    gate(|| {
        let job = required("job", job)?.core().clone();
        let client = required("client", client)?;
        let engine = client.engine()?;
        let run = Run::of_job(client, job, options)?;
        let progress = options.and_then(|options| options.progress.as_ref());
        out.set(Summary::new(run.see_through(engine, &Teller::new(on_outcome, user_data, progress))));
        Ok(())
    })
}

/// Hands over the last outcome of every operation that has one, in the order of the operations, on this thread.
///
/// Errors: `job` when the file cannot be read. When `on_outcome` does not return 0 that ends it, and is no error.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_outcomes(
    job: Option<&Job>,
    on_outcome: OutcomeCallback,
    user_data: *mut c_void,
) -> Option<Box<Error>> {
    gate(|| {
        let job = required("job", job)?;
        let teller = Teller::new(Some(required("on_outcome", on_outcome)?), user_data, None);
        for outcome in job.core().outcomes()? {
            if !teller.outcome(outcome?) {
                break;
            }
        }
        Ok(())
    })
}
