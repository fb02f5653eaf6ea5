//! The portal's records, in SQLite, and the log of what executed.

mod bindings;
mod cascade;
pub(crate) mod entities;
mod error;
pub(crate) mod field;
pub(crate) mod links;
mod log;
pub(crate) mod multifields;
mod product_rows;
pub(crate) mod query;
pub(crate) mod records;
mod restrictions;
mod schema;
mod seed;
mod snapshot;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::Connection;

pub use error::StoreError;
pub use log::{Execution, ExecutionResult};
pub use restrictions::Restriction;
pub use seed::Seed;
pub use snapshot::{Bound, LeadContact, Snapshot};

/// The portal's records and the log of what executed.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    executions: Vec<Execution>,
    /// Which user fields exist, as type and old name.
    user_fields: BTreeSet<(i64, String)>,
    /// Whether any record has ever been restricted.
    restricted: bool,
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
        schema::prepare(&connection)?;
        let restricted =
            connection.query_row("SELECT EXISTS (SELECT 1 FROM restriction)", [], |row| row.get(0))?;
        let user_fields = {
            let mut statement = connection.prepare("SELECT entity_type, name FROM user_field")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<Result<_, _>>()?
        };
        Ok(Self { connection, executions: Vec::new(), user_fields, restricted })
    }

    /// Runs the commands of one request in one transaction.
    ///
    /// # Errors
    ///
    /// When the transaction cannot be started or committed; nothing has changed and the log has not grown then.
    pub fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Result<T, StoreError> {
        let executed = self.executions.len();
        self.connection.prepare_cached("BEGIN")?.execute([])?;
        let done = work(self);
        let committed = self.connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
        if let Err(error) = committed {
            self.executions.truncate(executed);
            self.connection.execute_batch("ROLLBACK")?;
            return Err(error.into());
        }
        Ok(done)
    }

    /// How many rows have been added, changed or removed so far; moves exactly when a record changes.
    pub(crate) fn changes(&self) -> u64 {
        self.connection.total_changes()
    }
}
