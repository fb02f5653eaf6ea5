//! `b24_verification`: whether plan and record of a job are as they were written.

use std::ffi::{CString, c_char};

use b24delete_jobs::Place;

use crate::error::Error;
use crate::gate::{Out, c_text, gate, optional_text, required};
use crate::job::Job;

/// What a check of a job found. It can tell whether plan and record fit together as they were written. Whoever can write the
/// file can also compute the whole chain anew: only a head that was kept elsewhere shows that.
pub struct Verification {
    head: CString,
    entries: u64,
    kept_head_run: i64,
    findings: Vec<CString>,
}

/// Checks plan and record against their hash chain, and against `head`, one that was kept elsewhere, or NULL.
/// `verification` is freed with `b24_verification_free`.
///
/// Errors: `job` when the file cannot be read; `invalid_argument` when `head` is not 64 hexadecimal digits. That something
/// does not fit is not an error.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_verify(
    job: Option<&Job>,
    head: *const c_char,
    verification: *mut Option<Box<Verification>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(verification);
    gate(|| {
        let job = required("job", job)?;
        let found = job.core().verify(optional_text("head", head)?.as_deref())?;
        out.set(Verification {
            head: c_text(&found.head),
            entries: found.entries,
            kept_head_run: found.kept_head.map_or(-1, place),
            findings: found.findings.iter().map(|finding| c_text(&finding.to_string())).collect(),
        });
        Ok(())
    })
}

/// Frees a verification. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_verification_free(verification: Option<Box<Verification>>) {
    drop(verification);
}

/// True when everything fits.
#[unsafe(no_mangle)]
pub extern "C" fn b24_verification_is_intact(verification: Option<&Verification>) -> bool {
    verification.is_some_and(|verification| verification.findings.is_empty())
}

/// How many things do not fit.
#[unsafe(no_mangle)]
pub extern "C" fn b24_verification_findings(verification: Option<&Verification>) -> usize {
    verification.map_or(0, |verification| verification.findings.len())
}

/// What does not fit, in words for people; `index` counts from 0, and behind the last there is an empty text. It lives as long
/// as the verification.
#[unsafe(no_mangle)]
pub extern "C" fn b24_verification_finding(
    verification: Option<&Verification>,
    index: usize,
) -> *const c_char {
    let finding = verification.and_then(|verification| verification.findings.get(index));
    finding.map_or(c"".as_ptr(), |finding| finding.as_ptr())
}

/// The head, 64 hexadecimal digits. It lives as long as the verification.
#[unsafe(no_mangle)]
pub extern "C" fn b24_verification_head(verification: Option<&Verification>) -> *const c_char {
    verification.map_or(c"".as_ptr(), |verification| verification.head.as_ptr())
}

/// How many recorded outcomes were checked, with those that later runs replaced.
#[unsafe(no_mangle)]
pub extern "C" fn b24_verification_entries(verification: Option<&Verification>) -> u64 {
    verification.map_or(0, |verification| verification.entries)
}

/// Where the head that was kept elsewhere stands: 0 after the plan, else after that run, the first of which is 1; -1 when it
/// is nowhere or none was given.
#[unsafe(no_mangle)]
pub extern "C" fn b24_verification_kept_head_run(verification: Option<&Verification>) -> i64 {
    verification.map_or(-1, |verification| verification.kept_head_run)
}

fn place(place: Place) -> i64 {
    match place {
        Place::Run(run) => i64::try_from(run).unwrap_or(i64::MAX),
        _ => 0,
    }
}
