//! `report`: the account of a job.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use b24delete_jobs::{Job, Report, ReportFormat};
use tempfile::NamedTempFile;

use crate::arguments::{ReportArguments, ReportOutput};
use crate::exit_status::ExitStatus;
use crate::failure::{self, Failure};
use crate::printer::Printer;

/// How every page begins.
const PAGE: &[u8] = b"<!doctype html>";

/// Prints the account, or writes the page.
pub(crate) async fn report(arguments: ReportArguments, printer: &Printer) -> Result<ExitStatus, Failure> {
    let ReportArguments { job, output, html } = arguments;
    let report = Job::open(job)?.report().await?;
    if let Some(file) = &html {
        match file.as_os_str() == "-" {
            true => print(&report, ReportFormat::Html, printer)?,
            false => write_page(&report, file, printer)?,
        }
    }
    let output = output.or(html.is_none().then_some(ReportOutput::Text));
    if let Some(output) = output {
        let format = match output {
            ReportOutput::Text => ReportFormat::Text,
            ReportOutput::Jsonl => ReportFormat::Jsonl,
            ReportOutput::Csv => ReportFormat::Csv,
        };
        print(&report, format, printer)?;
    }
    Ok(ExitStatus::Success)
}

fn print(report: &Report, format: ReportFormat, printer: &Printer) -> Result<(), Failure> {
    let mut fault = None;
    let written = printer.write(|to| report.write(format, &mut Watched { to, fault: &mut fault }));
    match fault {
        Some(fault) => Err(failure::shown(&io::Error::from(fault))),
        None => written.map_err(Failure::from),
    }?;
    printer.flush().map_err(|error| failure::shown(&error))
}

/// Remembers why stdout did not take what was written.
struct Watched<'a> {
    to: &'a mut dyn io::Write,
    fault: &'a mut Option<io::ErrorKind>,
}

impl io::Write for Watched<'_> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.to.write(data).inspect_err(|error| *self.fault = Some(error.kind()))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush().inspect_err(|error| *self.fault = Some(error.kind()))
    }
}

/// Replaces the file as a whole, so that a reader never sees half a page.
fn write_page(report: &Report, path: &Path, printer: &Printer) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::usage(format!("`{}` cannot be written: {error}", path.display()))
    };
    if !is_replaceable(path).map_err(|error| failed(&error))? {
        let hint = "name another file, or remove this one";
        return Err(Failure::usage(format!("`{}` is no page, and stays as it is", path.display())).hint(hint));
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::metadata(directory).map_err(|error| failed(&error))?;
    let mut file = NamedTempFile::new_in(directory).map_err(|error| failed(&error))?;
    report.write(ReportFormat::Html, &mut file)?;
    file.flush().and_then(|()| file.as_file().sync_all()).map_err(|error| failed(&error))?;
    file.persist(path).map_err(|error| failed(&error.error))?;
    printer.note(format_args!("the report is in `{}`", path.display()));
    Ok(())
}

/// Whether nothing but a page, an empty file or no file at all is there: the job file itself is soon typed by mistake.
fn is_replaceable(path: &Path) -> io::Result<bool> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let mut begin = Vec::new();
    file.take(PAGE.len() as u64).read_to_end(&mut begin)?;
    Ok(begin.is_empty() || begin.eq_ignore_ascii_case(PAGE))
}
