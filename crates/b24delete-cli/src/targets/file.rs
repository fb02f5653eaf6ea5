//! Files of targets, whose form is found out from their first line.

use std::fmt;
use std::io::{self, Read, Seek as _};
use std::path::Path;

use b24delete::Operation;

use super::kind::Kind;
use super::rows::{Columns, CsvRows, Lines, RowError};
use super::spool::Input;
use crate::escape::shown;
use crate::failure::Failure;

/// A file of targets that can be read twice.
pub(crate) struct TargetFile {
    name: String,
    input: Input,
    form: Form,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Plain,
    Csv { delimiter: char, columns: Columns },
}

impl TargetFile {
    /// Opens a file, or stdin for `-`, and finds out its form.
    ///
    /// # Errors
    /// When it cannot be read, or is a CSV file without the column.
    pub(crate) fn open(path: &Path, kind: Kind) -> Result<Self, Failure> {
        let name = match path.as_os_str() == "-" {
            true => "stdin".to_owned(),
            false => shown(&path.to_string_lossy()),
        };
        let mut input = Input::open(path)
            .map_err(|error| Failure::usage(format!("`{name}` could not be read: {error}")))?;
        let form = form(&mut input, kind, &name)?;
        Ok(Self { name, input, form })
    }

    /// The targets from the start of the file.
    ///
    /// # Errors
    /// When the file cannot be read again.
    pub(super) fn into_rows(mut self, kind: Kind) -> Result<FileRows<Input>, Failure> {
        rewind(&mut self.input, &self.name)?;
        Ok(FileRows::new(self.name, self.input, self.form, kind))
    }

    /// As [`into_rows`](Self::into_rows), and the file can be read once more.
    pub(super) fn rows(&mut self, kind: Kind) -> Result<FileRows<&mut Input>, Failure> {
        rewind(&mut self.input, &self.name)?;
        Ok(FileRows::new(self.name.clone(), &mut self.input, self.form, kind))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for TargetFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({:?})", self.name, self.form)
    }
}

/// The targets of a file, each with its place when it is wrong.
pub(super) struct FileRows<R> {
    name: String,
    rows: Rows<R>,
    kind: Kind,
}

enum Rows<R> {
    Plain(Lines<R>),
    Csv(CsvRows<R>, Columns),
}

impl<R: Read> FileRows<R> {
    fn new(name: String, reader: R, form: Form, kind: Kind) -> Self {
        let rows = match form {
            Form::Plain => Rows::Plain(Lines::new(reader)),
            Form::Csv { delimiter, columns } => Rows::Csv(with_header_read(reader, delimiter), columns),
        };
        Self { name, rows, kind }
    }
}

impl<R: Read> Iterator for FileRows<R> {
    type Item = Result<Operation, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let target = match &mut self.rows {
            Rows::Plain(lines) => lines.next_target(self.kind),
            Rows::Csv(rows, columns) => rows.next_target(self.kind, *columns),
        };
        Some(target?.map_err(|error| at(&self.name, error)))
    }
}

/// The rows below the header, which was looked at before.
fn with_header_read<R: Read>(reader: R, delimiter: char) -> CsvRows<R> {
    let mut rows = CsvRows::new(reader, delimiter);
    rows.next_row();
    rows
}

/// Finds out from the first line whether a file is CSV: only a header has letters.
fn form(input: &mut Input, kind: Kind, name: &str) -> Result<Form, Failure> {
    let header = match Lines::new(&mut *input).next_filled() {
        None => return Ok(Form::Plain),
        Some(Err(error)) => return Err(at(name, error)),
        Some(Ok((_, header))) => header,
    };
    let delimiter = [',', ';', '\t'].into_iter().find(|delimiter| header.contains(*delimiter));
    let has_letters = header.contains(|letter: char| letter.is_alphabetic() || letter == '"');
    if delimiter.is_none() && !has_letters {
        return Ok(Form::Plain);
    }
    rewind(input, name)?;
    let delimiter = delimiter.unwrap_or(',');
    let (number, row) = match CsvRows::new(&mut *input, delimiter).next_row() {
        Some(row) => row.map_err(|error| at(name, error))?,
        None => return Ok(Form::Plain),
    };
    let names: Vec<_> = row.iter().map(|column| column.trim().to_lowercase()).collect();
    let columns = columns(&names, kind).map_err(|failure| {
        let message = format!("{}; the first line is `{}`", failure.message, shown(&header));
        at(name, (number, Failure { message, ..failure }))
    })?;
    Ok(Form::Csv { delimiter, columns })
}

fn columns(names: &[String], kind: Kind) -> Result<Columns, Failure> {
    match kind {
        Kind::Lead | Kind::LeadContactItems => ids(names, "lead_id", "contact_id"),
        Kind::Contact => ids(names, "contact_id", "lead_id"),
        Kind::LeadContact => {
            Ok(Columns::Binding(column(names, &["lead_id"])?, column(names, &["contact_id"])?))
        }
    }
}

fn ids(names: &[String], own: &str, other: &str) -> Result<Columns, Failure> {
    let id = column(names, &["id", own])?;
    let binds = names.get(id).is_some_and(|name| name == own);
    let other = names.iter().position(|name| binds && name == other);
    Ok(Columns::Id { id, other })
}

/// The place of the only column with one of these names: with two, the wrong one could be deleted.
fn column(names: &[String], wanted: &[&str]) -> Result<usize, Failure> {
    let mut found = names.iter().enumerate().filter(|(_, name)| wanted.contains(&name.as_str()));
    let any_of = wanted.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
    match (found.next(), found.next()) {
        (Some((index, _)), None) => Ok(index),
        (Some((_, first)), Some((_, second))) => {
            Err(Failure::usage(format!("both columns `{first}` and `{second}` could hold the ids, keep one")))
        }
        (None, _) => {
            Err(Failure::usage(format!("neither a target nor a CSV header with the column {any_of}")))
        }
    }
}

fn rewind(input: &mut Input, name: &str) -> Result<(), Failure> {
    let unreadable = |error: io::Error| Failure::usage(format!("`{name}` could not be read again: {error}"));
    input.rewind().map_err(unreadable)
}

fn at(name: &str, (line, failure): RowError) -> Failure {
    failure.within(format!("`{name}` line {line}"))
}
