//! The report on a job: as one text, or written to a file object as it is made.

use std::io::{self, Write};

use b24delete::{Error, ErrorKind, Result};
use b24delete_jobs::{Job, Report, ReportFormat};
use pyo3::intern;
use pyo3::prelude::*;

use crate::errors::{OrRaise as _, class_name, invalid_argument};
use crate::process;

/// So many bytes are handed over at a time.
const CHUNK: usize = 1 << 16;

/// The report as text.
///
/// # Errors
/// For a form that there is not, or when the file cannot be read.
pub(crate) fn text(py: Python<'_>, job: &Job, form: &str) -> PyResult<String> {
    let written = py.detach(|| {
        let mut written = Vec::new();
        let (report, form) = begin(job, form)?;
        report.write(form, &mut written).map(|()| written)
    });
    Ok(String::from_utf8_lossy(&written.or_raise(py)?).into_owned())
}

/// Writes the report to an object with a method `write` that takes text.
///
/// # Errors
/// As [`text`], and what the method raises, unchanged.
pub(crate) fn write(py: Python<'_>, job: &Job, form: &str, to: &Bound<'_, PyAny>) -> PyResult<()> {
    let method = to.getattr(intern!(py, "write")).ok().filter(|method| method.is_callable());
    let Some(method) = method else {
        let text = format!("`to` needs a method `write`, which `{}` has not", class_name(to));
        return Err(invalid_argument(py, text));
    };
    let method = method.unbind();
    let mut file = File { method: &method, waiting: Vec::with_capacity(CHUNK), raised: None };
    let written = py.detach(|| {
        let (report, form) = begin(job, form)?;
        report.write(form, &mut file)?;
        file.flush().map_err(|error| Error::not_sent(ErrorKind::Job, error.to_string()))
    });
    match file.raised {
        Some(raised) => Err(raised),
        None => written.or_raise(py),
    }
}

fn begin(job: &Job, form: &str) -> Result<(Report, ReportFormat)> {
    let form = match form {
        "text" => ReportFormat::Text,
        "csv" => ReportFormat::Csv,
        "jsonl" => ReportFormat::Jsonl,
        "html" => ReportFormat::Html,
        _ => {
            let text = format!("`{form}` is no form of a report: `text`, `csv`, `jsonl` or `html`");
            return Err(Error::not_sent(ErrorKind::InvalidArgument, text));
        }
    };
    Ok((process::current()?.runtime.block_on(job.report())?, form))
}

/// A file object of the caller's, which is given text by the chunk.
struct File<'a> {
    method: &'a Py<PyAny>,
    waiting: Vec<u8>,
    raised: Option<PyErr>,
}

impl File<'_> {
    /// Hands over what is waiting, but for a character whose end is still to come.
    fn hand_over(&mut self) -> io::Result<()> {
        let whole = match std::str::from_utf8(&self.waiting) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        let rest = self.waiting.split_off(whole);
        let text = String::from_utf8(std::mem::replace(&mut self.waiting, rest)).map_err(io::Error::other)?;
        let told = Python::attach(|py| {
            // A report of a million lines can be interrupted.
            py.check_signals()?;
            self.method.call1(py, (text,)).map(drop)
        });
        told.map_err(|raised| {
            self.raised = Some(raised);
            io::Error::other("the file object raised an exception")
        })
    }
}

impl Write for File<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= CHUNK {
            self.hand_over()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() { Ok(()) } else { self.hand_over() }
    }
}
