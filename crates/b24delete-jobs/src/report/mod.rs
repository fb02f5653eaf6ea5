//! The account of a job: as text, CSV, JSON lines or one page of HTML.

mod chart;
mod content;
mod csv;
mod facts;
mod html;
mod jsonl;
mod read;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
mod text;

use std::io::Write;

use b24delete::{Error, ErrorKind, Result, Summary};

use self::content::{Content, Row};
use crate::handle::Handle;

/// Operations that are read at a time.
const PAGE: usize = 1_000;

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReportFormat {
    /// Counts, times and reasons for people, without single outcomes.
    Text,
    /// Every operation in a line, after a line of names. Spreadsheets take nothing in it for a formula.
    Csv,
    /// Every outcome as one JSON object a line, and the summary.
    Jsonl,
    /// One page that needs nothing else: everything in [`Text`](Self::Text), a chart, and up to 10,000 outcomes.
    Html,
}

/// The account of a job as it is at one moment, also while it runs.
#[derive(Debug)]
pub struct Report {
    handle: Handle,
    content: Content,
}

impl Report {
    pub(crate) async fn read(handle: Handle) -> Result<Self> {
        let content = handle.call(|store| store.snapshot(read::content)).await?;
        Ok(Self { handle, content })
    }

    /// What came of the operations that have an outcome.
    pub fn summary(&self) -> &Summary {
        &self.content.summary
    }

    /// How many operations have no outcome yet.
    pub fn open(&self) -> u64 {
        self.content.open
    }

    /// Writes the report. Texts of the portal cannot do anything but be read, in any of the forms.
    ///
    /// This blocks while it reads the job file.
    ///
    /// # Errors
    /// `job` when the job file cannot be read or the report not be written.
    pub fn write(&self, format: ReportFormat, to: &mut dyn Write) -> Result<()> {
        match format {
            ReportFormat::Text => text::write(&self.content, to).map_err(|error| failed(&error)),
            ReportFormat::Csv => csv::write(self.rows(), to),
            ReportFormat::Jsonl => jsonl::write(self.rows(), &self.content.summary, to),
            ReportFormat::Html => {
                let rows = self.handle.now(|store| read::first_rows(store, html::MAX_ROWS))?;
                html::write(&self.content, &rows, to)
            }
        }
    }

    /// Every operation, in order. Outcomes that come in meanwhile are among them.
    fn rows(&self) -> impl Iterator<Item = Result<Row>> {
        let mut next = 0;
        let page = move || {
            let read = self.handle.now(|store| {
                let created_at = store.job()?.created_at;
                store.lines(next, PAGE)?.into_iter().map(|line| read::row(line, created_at)).collect()
            });
            let rows: Vec<Result<Row>> = match read {
                Ok(rows) => Vec::into_iter(rows).map(Ok).collect(),
                Err(error) => vec![Err(error)],
            };
            match rows.last() {
                Some(Ok(row)) => next = row.seq + 1,
                // After a fault nothing more is read.
                _ => next = u64::MAX,
            }
            (!rows.is_empty()).then_some(rows)
        };
        std::iter::from_fn(page).flatten()
    }
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::not_sent(ErrorKind::Job, format!("the report could not be written: {error}"))
}
