//! The rows of a file of targets: one target a line, or CSV.

use std::io::{self, BufRead, BufReader, Read};

use b24delete::Operation;
use csv::{ErrorKind, StringRecord};

use super::kind::Kind;
use crate::failure::Failure;

/// No target is nearly as long; a file without line ends must not fill the memory.
const LONGEST_LINE: usize = 4096;

/// A row that could not be read, and its line.
pub(super) type RowError = (u64, Failure);

/// One target a line.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader: BufReader::new(reader), number: 0, buffer: Vec::new() }
    }

    /// The next line that is not blank, with its number from 1.
    pub(super) fn next_line(&mut self) -> Option<Result<(u64, &str), RowError>> {
        loop {
            self.number += 1;
            self.buffer.clear();
            let mut limited = (&mut self.reader).take(LONGEST_LINE as u64 + 1);
            match limited.read_until(b'\n', &mut self.buffer) {
                Ok(0) => return None,
                Ok(length) if length > LONGEST_LINE => {
                    let text =
                        format!("the line is longer than {LONGEST_LINE} bytes: no target is that long");
                    return Some(Err((self.number, Failure::usage(text))));
                }
                Ok(_) => {}
                Err(error) => return Some(Err((self.number, unreadable(&error)))),
            }
            if !self.bytes().is_empty() {
                break;
            }
        }
        let number = self.number;
        Some(match std::str::from_utf8(self.bytes()) {
            Ok(line) => Ok((number, line)),
            Err(_) => Err((number, not_utf8())),
        })
    }

    fn bytes(&self) -> &[u8] {
        let line = self.buffer.strip_prefix("\u{feff}".as_bytes()).filter(|_| self.number == 1);
        line.unwrap_or(&self.buffer).trim_ascii()
    }

    pub(super) fn next_target(&mut self, kind: Kind) -> Option<Result<Operation, RowError>> {
        Some(match self.next_line()? {
            Ok((number, line)) => kind.parse(line).map_err(|failure| (number, failure)),
            Err(error) => Err(error),
        })
    }
}

/// Where the ids stand in a CSV row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    Id(usize),
    Binding(usize, usize),
}

/// The rows of a CSV file below its header.
pub(super) struct CsvRows<R> {
    reader: csv::Reader<R>,
    columns: Columns,
    record: StringRecord,
}

impl<R: Read> CsvRows<R> {
    pub(super) fn new(reader: R, delimiter: u8, columns: Columns) -> Self {
        Self { reader: csv_reader(reader, delimiter), columns, record: StringRecord::new() }
    }

    pub(super) fn next_target(&mut self, kind: Kind) -> Option<Result<Operation, RowError>> {
        loop {
            let line = self.reader.position().line();
            match self.reader.read_record(&mut self.record) {
                Ok(false) => return None,
                Ok(true) if self.record.iter().all(|cell| cell.trim().is_empty()) => {}
                Ok(true) => {
                    let line = self.record.position().map_or(line, csv::Position::line);
                    return Some(self.target(kind).map_err(|failure| (line, failure)));
                }
                Err(error) => return Some(Err((line_of(&error, line), csv_failure(&error)))),
            }
        }
    }

    fn target(&self, kind: Kind) -> Result<Operation, Failure> {
        let cell = |index| self.record.get(index).unwrap_or_default().trim();
        match self.columns {
            Columns::Id(id) => kind.parse(cell(id)),
            Columns::Binding(lead, contact) => Kind::parse_binding(cell(lead), cell(contact)),
        }
    }
}

/// A CSV reader that counts the header as a row like any other when `first_row` asks for it.
pub(super) fn first_row(reader: impl Read, delimiter: u8) -> Result<StringRecord, RowError> {
    let mut reader = csv_reader(reader, delimiter);
    let header = reader.headers().map_err(|error| (line_of(&error, 1), csv_failure(&error)))?;
    Ok(header.clone())
}

fn csv_reader<R: Read>(reader: R, delimiter: u8) -> csv::Reader<R> {
    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(true).from_reader(reader)
}

fn line_of(error: &csv::Error, otherwise: u64) -> u64 {
    error.position().map_or(otherwise, csv::Position::line)
}

fn csv_failure(error: &csv::Error) -> Failure {
    match error.kind() {
        ErrorKind::Io(error) => unreadable(error),
        ErrorKind::Utf8 { .. } => not_utf8(),
        _ => Failure::usage(error),
    }
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::usage(format!("could not be read: {error}"))
}

fn not_utf8() -> Failure {
    Failure::usage("the file is not UTF-8 text").hint("save it as UTF-8, in a spreadsheet as `CSV UTF-8`")
}
