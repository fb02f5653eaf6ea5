//! `b24_job`: a plan and its record in one file.

use std::ffi::{CString, c_char, c_void};
use std::pin::pin;

use b24delete::Result;
use futures_util::{Stream, stream};

use crate::client::Client;
use crate::delete_many::{OperationsCallback, checked};
use crate::engine::Engine;
use crate::error::Error;
use crate::gate::{Out, c_text, gate, required, text};
use crate::operation::Operation;
use crate::plan_options::PlanOptions;
use crate::reader::{Reader, Reading};

/// A job: its operations, its plan, its record and its copies, in one file. What is about to be sent stands in it before it
/// is sent, so that a process that ends at any instant loses no outcome: running the job again goes on, and first looks up
/// what may have been sent.
///
/// The handle keeps no file open. Reading a job does not disturb a process that runs it.
pub struct Job {
    job: b24delete_jobs::Job,
    path: CString,
}

impl Job {
    fn new(job: b24delete_jobs::Job) -> Self {
        Self { path: c_text(&job.path().to_string_lossy()), job }
    }

    pub(crate) fn core(&self) -> &b24delete_jobs::Job {
        &self.job
    }
}

/// Plans a job over `count` operations, and waits for it: makes its file at `path`, which must not exist yet, with mode
/// 0600. Operations that are given more than once are carried out once. Nothing is deleted yet. A plan that is not
/// completed leaves no file.
///
/// `options` and `job` may be NULL.
///
/// Errors: those of the ids; `job` when the file cannot be made or the number of operations is not the expected one; the
/// portal's when the plan looks at records.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_plan(
    path: *const c_char,
    client: Option<&Client>,
    operations: *const Operation,
    count: usize,
    options: Option<&PlanOptions>,
    job: *mut Option<Box<Job>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(job);
    gate(|| {
        let path = text("path", path)?;
        let client = required("client", client)?;
        let operations = checked(operations, count)?;
        let operations = stream::iter(operations.into_iter().map(Ok));
        let engine = client.engine()?;
        out.set(Job::new(engine.wait(planning(path, client, operations, options))?));
        Ok(())
    })
}

/// As `b24_job_plan`, over operations that a callback gives, as many as there are. A negative number and an operation with
/// a wrong id are errors that end the plan.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_plan_from(
    path: *const c_char,
    client: Option<&Client>,
    read_operations: OperationsCallback,
    user_data: *mut c_void,
    options: Option<&PlanOptions>,
    job: *mut Option<Box<Job>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(job);
    gate(|| {
        let path = text("path", path)?;
        let client = required("client", client)?;
        let reader = Reader::new(required("read_operations", read_operations)?, user_data);
        let engine = client.engine()?;
        let (reading, operations) = Reading::new(reader);
        let planned = engine.start(planning(path, client, operations, options))?;
        out.set(Job::new(read_for(reading, engine, planned)?));
        Ok(())
    })
}

/// Opens a job that was planned before. `job` may be NULL, to check the file only.
///
/// Errors: `job` when the file is missing, of another program, damaged or of a newer version.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_open(path: *const c_char, job: *mut Option<Box<Job>>) -> Option<Box<Error>> {
    let out = Out::cleared(job);
    gate(|| {
        out.set(Job::new(b24delete_jobs::Job::open(text("path", path)?)?));
        Ok(())
    })
}

/// Frees the handle. NULL is fine. The file stays.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_free(job: Option<Box<Job>>) {
    drop(job);
}

/// The file, as it was given. It lives as long as the job.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_path(job: Option<&Job>) -> *const c_char {
    job.map_or(c"".as_ptr(), |job| job.path.as_ptr())
}

/// Removes titles and copies for good. Ids and outcomes stay, so that the job can still be accounted for; what it deleted
/// cannot be restored any more, and a job that spares changed records spares everything that is still to be done.
///
/// Errors: `job` when the file cannot be written or another process runs the job.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_forget(job: Option<&Job>) -> Option<Box<Error>> {
    gate(|| required("job", job)?.job.forget())
}

/// The plan as something that can be waited for.
fn planning(
    path: String,
    client: &Client,
    operations: impl Stream<Item = Result<b24delete::Operation>> + Send + 'static,
    options: Option<&PlanOptions>,
) -> impl Future<Output = Result<b24delete_jobs::Job>> + Send + 'static {
    let client = client.core().clone();
    let options = options.map(|options| options.core.clone()).unwrap_or_default();
    async move { b24delete_jobs::Job::plan_stream(path, &client, operations, options).await }
}

/// Reads operations on this thread until `planned` is there.
fn read_for<T>(mut reading: Reading, engine: &Engine, planned: impl Future<Output = T>) -> T {
    let mut planned = pin!(planned);
    loop {
        let next = engine.wait_here(async {
            tokio::select! {
                biased;
                planned = &mut planned => Ok(planned),
                Some(question) = reading.question() => Err(question),
            }
        });
        match next {
            Ok(planned) => return planned,
            Err(question) => reading.read(question),
        }
    }
}
