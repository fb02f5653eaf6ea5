//! What goes wrong with a job file.

use std::io;
use std::path::Path;

use b24delete::{Error, ErrorKind};
use rusqlite::ErrorCode;

/// A fault of a job file that does not know yet which one.
#[derive(Debug)]
pub(crate) enum Fault {
    /// SQLite's own.
    Sql(rusqlite::Error),
    /// A text about the file, to be read after its name.
    Text(String),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Text(error.to_string())
    }
}

impl Fault {
    /// The content cannot have been written by this program.
    pub(crate) fn damaged(what: impl std::fmt::Display) -> Self {
        Self::Text(format!("is damaged: it holds {what}"))
    }

    /// The error for users, which names the file.
    pub(crate) fn at(self, path: &Path) -> Error {
        let path = path.display();
        match self {
            Self::Text(text) => Error::not_sent(ErrorKind::Job, format!("job file `{path}` {text}")),
            Self::Sql(error) => {
                let fault = format!("job file `{path}` {}", describe(&error));
                let told = Error::not_sent(ErrorKind::Job, fault);
                match error.sqlite_error_code() {
                    Some(ErrorCode::SystemIoFailure) => told.with_source(error),
                    // SQLite's own words add nothing.
                    _ => told,
                }
            }
        }
    }
}

fn describe(error: &rusqlite::Error) -> String {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    if let FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) = error {
        return format!("is damaged: {error}");
    }
    let known = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "is not a job file",
        Some(ErrorCode::DatabaseCorrupt) => "is damaged",
        Some(ErrorCode::DiskFull) => "cannot be written: the disk is full",
        Some(ErrorCode::ReadOnly) => "cannot be written: it is read-only",
        Some(ErrorCode::CannotOpen) => "cannot be opened: this user may not read it, or not write beside it",
        Some(ErrorCode::PermissionDenied) => "may not be opened by this user",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "is in use by another program",
        Some(ErrorCode::SystemIoFailure) => "cannot be read or written",
        _ => return format!("cannot be used: {error}"),
    };
    known.to_owned()
}
