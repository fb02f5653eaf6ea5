//! `b24_overview`: what a job is and how far it is.

use std::ffi::{CStr, CString, c_char};
use std::time::{SystemTime, UNIX_EPOCH};

use b24delete_jobs::State;

use crate::error::Error;
use crate::gate::{Out, c_text, gate, required};
use crate::job::Job;
use crate::summary::Summary;

/// What a job is and how far it is.
pub struct Overview {
    overview: b24delete_jobs::Overview,
    name: CString,
    host: CString,
    head: CString,
    summary: Summary,
}

/// How far a job is.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// There is no job: the handle was NULL.
    None = 0,
    /// Nothing was sent yet.
    Planned = 1,
    /// A run has begun and left something to do: it is at work, was interrupted, or its process ended.
    Running = 2,
    /// Every operation has an outcome.
    Finished = 3,
    /// A stop rule or a refusal of the portal ended the last run. Running it again goes on.
    Aborted = 4,
    /// Something that this version does not know.
    Other = 5,
}

/// Reads what a job is and how far it is. `overview` is freed with `b24_overview_free`.
///
/// Errors: `job` when the file cannot be read.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_overview(
    job: Option<&Job>,
    overview: *mut Option<Box<Overview>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(overview);
    gate(|| {
        let overview = required("job", job)?.core().overview()?;
        out.set(Overview {
            name: c_text(&overview.name),
            host: c_text(&overview.host),
            head: c_text(&overview.head),
            summary: Summary::new(overview.summary.clone()),
            overview,
        });
        Ok(())
    })
}

/// Frees an overview. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_free(overview: Option<Box<Overview>>) {
    drop(overview);
}

/// Random name of the job, which restored records carry. It lives as long as the overview; so for the other texts.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_name(overview: Option<&Overview>) -> *const c_char {
    shown(overview, |overview| &overview.name)
}

/// Host of the portal.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_host(overview: Option<&Overview>) -> *const c_char {
    shown(overview, |overview| &overview.host)
}

/// The user in whose name it was planned; 0 where that is not known.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_user_id(overview: Option<&Overview>) -> u64 {
    count(overview, |overview| overview.user_id.unwrap_or(0))
}

/// How far it is.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_state(overview: Option<&Overview>) -> JobState {
    overview.map_or(JobState::None, |overview| match overview.overview.state {
        State::Planned => JobState::Planned,
        State::Running => JobState::Running,
        State::Finished => JobState::Finished,
        State::Aborted => JobState::Aborted,
        _ => JobState::Other,
    })
}

/// How far it is, as a stable word: `planned`, `running`, `finished` or `aborted`. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_state_name(overview: Option<&Overview>) -> *const c_char {
    let name = match b24_overview_state(overview) {
        JobState::None => c"none",
        JobState::Planned => c"planned",
        JobState::Running => c"running",
        JobState::Finished => c"finished",
        JobState::Aborted => c"aborted",
        JobState::Other => c"other",
    };
    name.as_ptr()
}

/// When it was planned, in Unix seconds. NaN where it did not happen yet; so for the other times.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_created(overview: Option<&Overview>) -> f64 {
    time(overview, |overview| Some(overview.created))
}

/// When its first run began.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_started(overview: Option<&Overview>) -> f64 {
    time(overview, |overview| overview.started)
}

/// When its last operation got an outcome.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_finished(overview: Option<&Overview>) -> f64 {
    time(overview, |overview| overview.finished)
}

/// When titles and copies were removed.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_forgotten(overview: Option<&Overview>) -> f64 {
    time(overview, |overview| overview.forgotten)
}

/// Whether records are copied before they go.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_backup(overview: Option<&Overview>) -> bool {
    overview.is_some_and(|overview| overview.overview.backup)
}

/// Whether records that were modified since the plan are spared.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_if_unchanged(overview: Option<&Overview>) -> bool {
    overview.is_some_and(|overview| overview.overview.if_unchanged)
}

/// Different operations.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_operations(overview: Option<&Overview>) -> u64 {
    count(overview, |overview| overview.operations)
}

/// Operations that were given more than once and left out.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_duplicates(overview: Option<&Overview>) -> u64 {
    count(overview, |overview| overview.duplicates)
}

/// Operations that an earlier process may have sent and whose outcome is not known yet.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_in_doubt(overview: Option<&Overview>) -> u64 {
    count(overview, |overview| overview.in_doubt)
}

/// Copies of records that it holds.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_backups(overview: Option<&Overview>) -> u64 {
    count(overview, |overview| overview.backups)
}

/// How often it was run.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_runs(overview: Option<&Overview>) -> u64 {
    count(overview, |overview| overview.runs)
}

/// Bytes of the file.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_size(overview: Option<&Overview>) -> u64 {
    count(overview, |overview| overview.size)
}

/// Head of the hash chain over plan and record, 64 hexadecimal digits. Whoever keeps that of a job that does not run can tell
/// later, by `b24_job_verify`, whether its record was edited, cut or rewritten.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_head(overview: Option<&Overview>) -> *const c_char {
    shown(overview, |overview| &overview.head)
}

/// The last outcomes of all operations that have one; what stopped a run and its seconds are not told here. It lives as long
/// as the overview.
#[unsafe(no_mangle)]
pub extern "C" fn b24_overview_summary(overview: Option<&Overview>) -> Option<&Summary> {
    overview.map(|overview| &overview.summary)
}

fn shown(overview: Option<&Overview>, of: impl FnOnce(&Overview) -> &CString) -> *const c_char {
    overview.map_or(c"", |overview: &Overview| -> &CStr { of(overview) }).as_ptr()
}

fn count(overview: Option<&Overview>, of: impl FnOnce(&b24delete_jobs::Overview) -> u64) -> u64 {
    overview.map_or(0, |overview| of(&overview.overview))
}

fn time(
    overview: Option<&Overview>,
    of: impl FnOnce(&b24delete_jobs::Overview) -> Option<SystemTime>,
) -> f64 {
    let time = overview.and_then(|overview| of(&overview.overview));
    let since = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(f64::NAN, |since| since.as_secs_f64())
}
