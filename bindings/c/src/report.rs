//! The report on a job.

use std::ffi::{c_char, c_int, c_void};
use std::io::{self, BufWriter, Write};

use b24delete::{ErrorKind, Result};
use b24delete_jobs::ReportFormat as CoreFormat;

use crate::engine::Engine;
use crate::error::Error;
use crate::gate::{gate, invalid, required};
use crate::job::Job;

/// Gets the next `size` bytes of UTF-8, which are there until it returns and do not end with NUL. Returns 0 to go on, and
/// anything else when they cannot be written, which ends the call with an error.
///
/// It runs on the thread that makes the call it was given to, and may take its time.
pub type WriteCallback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, bytes: *const c_char, size: usize) -> c_int>;

/// The forms of a report.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// Counts, times and reasons for people, without single outcomes.
    Text = 1,
    /// Every operation in a line, after a line of names. Spreadsheets take nothing in it for a formula.
    Csv = 2,
    /// Every outcome as one JSON object a line, and the summary.
    Jsonl = 3,
    /// One page that needs nothing else: everything in the text, a chart, and up to 10,000 outcomes.
    Html = 4,
}

/// The caller's callback as something to write to.
struct Writer {
    callback: unsafe extern "C" fn(*mut c_void, *const c_char, usize) -> c_int,
    user_data: *mut c_void,
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: the header says what the callback may do; the bytes are there until it returns.
        match unsafe { (self.callback)(self.user_data, bytes.as_ptr().cast(), bytes.len()) } {
            0 => Ok(bytes.len()),
            code => Err(io::Error::other(format!("the callback that writes returned {code}"))),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the account of a job as it is now, also while it runs. `format` is a value of `b24_report_format`. Texts of the
/// portal cannot do anything but be read, in any of the forms.
///
/// Errors: `job` when the file cannot be read or the report not be written.
#[unsafe(no_mangle)]
pub extern "C" fn b24_job_report(
    job: Option<&Job>,
    format: u32,
    write: WriteCallback,
    user_data: *mut c_void,
) -> Option<Box<Error>> {
    gate(|| {
        let job = required("job", job)?.core().clone();
        let format = checked(format)?;
        let writer = Writer { callback: required("write", write)?, user_data };
        let report = Engine::of_this_process()?.wait(async move { job.report().await })?;
        let mut writer = BufWriter::new(writer);
        report.write(format, &mut writer)?;
        writer.flush().map_err(|error| {
            b24delete::Error::not_sent(ErrorKind::Job, format!("the report could not be written: {error}"))
        })
    })
}

fn checked(format: u32) -> Result<CoreFormat> {
    const TEXT: u32 = ReportFormat::Text as u32;
    const CSV: u32 = ReportFormat::Csv as u32;
    const JSONL: u32 = ReportFormat::Jsonl as u32;
    const HTML: u32 = ReportFormat::Html as u32;
    match format {
        TEXT => Ok(CoreFormat::Text),
        CSV => Ok(CoreFormat::Csv),
        JSONL => Ok(CoreFormat::Jsonl),
        HTML => Ok(CoreFormat::Html),
        _ => Err(invalid(format!("`format` is {format}: a value of `b24_report_format` is needed"))),
    }
}
