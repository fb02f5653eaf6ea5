//! The job file: the only module that speaks SQL.

mod backups;
mod facts;
mod fault;
mod file;
mod intents;
mod job;
mod lock;
mod operations;
mod outcomes;
mod pairs;
mod report;
mod restores;
mod restoring;
mod runs;
mod schema;
mod spans;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

pub use self::facts::{Binding, Facts};
pub(crate) use self::fault::Fault;
pub(crate) use self::file::Draft;
pub(crate) use self::intents::Intents;
pub(crate) use self::job::{JobRow, Settings};
pub(crate) use self::lock::Lock;
pub(crate) use self::operations::columns;
pub(crate) use self::outcomes::Kept;
pub(crate) use self::pairs::Pairs;
pub(crate) use self::report::{Line, Part};
pub(crate) use self::restores::{Restore, RestoreState};
pub(crate) use self::restoring::{Deleted, Restorable};
pub(crate) use self::runs::{RunRow, WaitRow};
pub(crate) use self::spans::{confirmed_number, status_number};
pub(crate) use self::walk::Open;

/// Shorthand for results of the store.
pub(crate) type Result<T, E = Fault> = std::result::Result<T, E>;

/// How many prepared statements are kept: more than there are.
const STATEMENTS: usize = 64;

/// An open job file.
#[derive(Debug)]
pub(crate) struct Store {
    connection: Connection,
    path: PathBuf,
    /// Rows of `errors` that were written or used lately.
    known_errors: HashMap<outcomes::ErrorFields, i64>,
}

impl Store {
    fn new(connection: Connection, path: &Path) -> Self {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Self { connection, path: path.to_owned(), known_errors: HashMap::new() }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Does everything in `work` or nothing; it has reached the disk when this returns.
    pub(crate) fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.command("BEGIN IMMEDIATE")?;
        let result = work(self).and_then(|value| {
            self.command("COMMIT")?;
            Ok(value)
        });
        if result.is_err() {
            self.known_errors.clear();
            // SQLite may have rolled back by itself, for instance on a full disk.
            if !self.connection.is_autocommit() {
                self.connection.execute_batch("ROLLBACK")?;
            }
        }
        result
    }

    fn command(&self, sql: &str) -> Result<()> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Reads in `work` see the file as it is now, whatever a running job adds meanwhile.
    pub(crate) fn snapshot<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.connection.execute_batch("BEGIN DEFERRED")?;
        let result = work(self);
        self.connection.execute_batch("COMMIT")?;
        result
    }
}

impl Drop for Store {
    /// Leaves one file where nobody is at work: even to read, SQLite makes files beside one whose log is written ahead,
    /// and a reader cannot remove them.
    fn drop(&mut self) {
        let kept = self.connection.is_readonly(rusqlite::MAIN_DB).and_then(|read_only| match read_only {
            true => Ok(()),
            false => self
                .connection
                .busy_timeout(Duration::ZERO)
                .and_then(|()| self.connection.execute_batch("PRAGMA journal_mode = DELETE")),
        });
        if let Err(error) = kept {
            tracing::debug!(%error, "the job file keeps its log");
        }
    }
}

/// An unsigned number as SQLite keeps it. Ids and counts are far below the limit.
fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number that was stored as an unsigned one.
fn unsigned(number: i64) -> Result<u64> {
    u64::try_from(number)
        .map_err(|_| Fault::damaged(format!("the number {number} where none below 0 can be")))
}
