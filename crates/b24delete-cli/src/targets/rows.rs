//! The rows of a file of targets: one target a line, or CSV.

use std::io::{self, BufRead, BufReader, Read};

use b24delete::Operation;

use super::csv_row;
use super::kind::Kind;
use crate::failure::Failure;

/// A file without line ends must not fill the memory.
const LONGEST_LINE: usize = 1 << 20;

/// So many lines may a quoted text in a CSV row have.
const MOST_LINES_OF_A_ROW: usize = 1000;

/// A row that could not be read, and its line.
pub(super) type RowError = (u64, Failure);

/// The lines of a file, checked for length and UTF-8.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader: BufReader::new(reader), number: 0, buffer: Vec::new() }
    }

    /// The next line without its end, with its number from 1.
    pub(super) fn next_line(&mut self) -> Option<Result<(u64, &str), RowError>> {
        self.number += 1;
        self.buffer.clear();
        let mut limited = (&mut self.reader).take(LONGEST_LINE as u64 + 1);
        match limited.read_until(b'\n', &mut self.buffer) {
            Ok(0) => return None,
            Ok(length) if length > LONGEST_LINE => {
                let text = "the line is longer than 1 MiB: this is no file of targets";
                return Some(Err((self.number, Failure::usage(text))));
            }
            Ok(_) => {}
            Err(error) => return Some(Err((self.number, unreadable(&error)))),
        }
        let mark = "\u{feff}".as_bytes();
        let line = self.buffer.strip_prefix(mark).filter(|_| self.number == 1).unwrap_or(&self.buffer);
        Some(match std::str::from_utf8(line) {
            Ok(line) => Ok((self.number, line.trim_end_matches(['\r', '\n']))),
            Err(_) => Err((self.number, not_utf8())),
        })
    }

    /// The next line that is not blank.
    pub(super) fn next_filled(&mut self) -> Option<Result<(u64, String), RowError>> {
        loop {
            match self.next_line()? {
                Ok((_, line)) if line.trim().is_empty() => {}
                line => return Some(line.map(|(number, line)| (number, line.to_owned()))),
            }
        }
    }

    pub(super) fn next_target(&mut self, kind: Kind) -> Option<Result<Operation, RowError>> {
        let line = self.next_filled()?;
        Some(line.and_then(|(number, line)| kind.parse(line.trim()).map_err(|failure| (number, failure))))
    }
}

/// Where the ids stand in a CSV row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    /// `other` is the column of the id that makes a binding of it, as the reports of jobs have one.
    Id {
        id: usize,
        other: Option<usize>,
    },
    Binding(usize, usize),
}

/// The rows of a CSV file.
pub(super) struct CsvRows<R> {
    lines: Lines<R>,
    delimiter: char,
}

impl<R: Read> CsvRows<R> {
    pub(super) fn new(reader: R, delimiter: char) -> Self {
        Self { lines: Lines::new(reader), delimiter }
    }

    /// The next row that is not blank, with the number of its first line.
    pub(super) fn next_row(&mut self) -> Option<Result<(u64, Vec<String>), RowError>> {
        loop {
            let (number, mut record) = match self.lines.next_filled()? {
                Ok(line) => line,
                Err(error) => return Some(Err(error)),
            };
            for _ in 0..MOST_LINES_OF_A_ROW {
                match csv_row::split(&record, self.delimiter) {
                    Some(row) if row.iter().all(|cell| cell.trim().is_empty()) => break,
                    Some(row) => return Some(Ok((number, row))),
                    None => {}
                }
                match self.lines.next_line() {
                    Some(Ok((_, line))) if record.len() + line.len() <= LONGEST_LINE => {
                        record.push('\n');
                        record.push_str(line);
                    }
                    Some(Err(error)) => return Some(Err(error)),
                    Some(Ok(_)) | None => return Some(Err((number, open_quote()))),
                }
            }
            if csv_row::split(&record, self.delimiter).is_none() {
                return Some(Err((number, open_quote())));
            }
        }
    }

    pub(super) fn next_target(
        &mut self,
        kind: Kind,
        columns: Columns,
    ) -> Option<Result<Operation, RowError>> {
        let row = self.next_row()?;
        Some(row.and_then(|(number, row)| target(&row, kind, columns).map_err(|failure| (number, failure))))
    }
}

fn target(row: &[String], kind: Kind, columns: Columns) -> Result<Operation, Failure> {
    let cell = |index: usize| row.get(index).map(|cell| cell.trim()).unwrap_or_default();
    match columns {
        Columns::Id { other: Some(other), .. } if !cell(other).is_empty() => Err(no_binding(kind)),
        Columns::Id { id, .. } => kind.parse(cell(id)),
        Columns::Binding(lead, contact) => Kind::parse_binding(cell(lead), cell(contact)),
    }
}

/// Bindings are many and cheap, records are not: a file of bindings is for the command that keeps the records.
fn no_binding(kind: Kind) -> Failure {
    let (command, noun) = (kind.command(), kind.noun());
    Failure::usage(format!(
        "`lead_id` and `contact_id` together name a binding, where `{command}` needs a {noun}"
    ))
    .hint("`lead-contact` takes bindings off and leaves the records; otherwise leave the other column out")
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::usage(format!("could not be read: {error}"))
}

fn not_utf8() -> Failure {
    Failure::usage("the file is not UTF-8 text").hint("save it as UTF-8, in a spreadsheet as `CSV UTF-8`")
}

fn open_quote() -> Failure {
    Failure::usage("a quote begins here and does not end")
}
