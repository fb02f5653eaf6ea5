//! Pairs of ids, each once, on disk: ten million of them must not fill the memory.

use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::{Fault, Result, stored};

/// A file that nobody else sees and that goes with its connection, mostly read and written through the system's cache:
/// `cache_size` is in KiB.
const PRIVATE: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4096;
    PRAGMA locking_mode = EXCLUSIVE;
    CREATE TABLE pairs (lead INTEGER, contact INTEGER, PRIMARY KEY (lead, contact)) STRICT, WITHOUT ROWID;
    BEGIN;";

/// A set of pairs of a lead and a contact.
#[derive(Debug)]
pub(crate) struct Pairs {
    /// Never locked: it lets a set that somebody else holds be shared between threads.
    connection: Mutex<Connection>,
    count: u64,
}

impl Pairs {
    /// An empty set.
    ///
    /// # Errors
    /// When there is no place for it.
    pub(crate) fn new() -> Result<Self> {
        let connection = Connection::open("").map_err(|error| fault(&error))?;
        connection.execute_batch(PRIVATE).map_err(|error| fault(&error))?;
        Ok(Self { connection: Mutex::new(connection), count: 0 })
    }

    /// Adds a pair; false when it was there already.
    pub(crate) fn insert(&mut self, lead: u64, contact: u64) -> Result<bool> {
        let added =
            self.execute("INSERT OR IGNORE INTO pairs (lead, contact) VALUES (?1, ?2)", lead, contact)?;
        self.count += u64::from(added);
        Ok(added)
    }

    /// Takes a pair out; false when it is not there.
    pub(crate) fn remove(&mut self, lead: u64, contact: u64) -> Result<bool> {
        let removed = self.execute("DELETE FROM pairs WHERE lead = ?1 AND contact = ?2", lead, contact)?;
        self.count -= u64::from(removed);
        Ok(removed)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        self.count
    }

    fn execute(&mut self, sql: &str, lead: u64, contact: u64) -> Result<bool> {
        let connection = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut statement = connection.prepare_cached(sql).map_err(|error| fault(&error))?;
        Ok(statement.execute([stored(lead), stored(contact)]).map_err(|error| fault(&error))? > 0)
    }
}

fn fault(error: &rusqlite::Error) -> Fault {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => Fault::Text("the disk is full".to_owned()),
        _ => Fault::Text(error.to_string()),
    }
}
