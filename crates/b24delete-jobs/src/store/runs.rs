//! Runs of the job, their waits, and the hash chain's head after each.

use b24delete::Error;
use rusqlite::params;

use super::{Result, Store, stored, unsigned};

/// One run of the job.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunRow {
    pub(crate) run: u64,
    pub(crate) started_at: u64,
    /// The last sign of life.
    pub(crate) alive_at: u64,
    /// None while it runs, and after a crash.
    pub(crate) ended_at: Option<u64>,
    /// Why it ended before its operations did: the stable word of the reason.
    pub(crate) stopped_by: Option<String>,
    pub(crate) stop_error: Option<Error>,
    pub(crate) requests: u64,
    /// Its first place in the record, and how many it has.
    pub(crate) first_entry: u64,
    pub(crate) entries: u64,
    /// Of the hash chain after its last entry.
    pub(crate) head: Vec<u8>,
}

/// When nothing could be sent for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WaitRow {
    pub(crate) run: u64,
    /// Milliseconds since 1970.
    pub(crate) at: u64,
    /// Milliseconds, as foreseen when it began.
    pub(crate) duration: u64,
    pub(crate) reason: String,
}

impl Store {
    /// Writes how far a run is.
    pub(crate) fn save_run(&mut self, run: &RunRow) -> Result<()> {
        let stop_error = run.stop_error.as_ref().map(|error| self.error_id(error)).transpose()?;
        self.connection
            .prepare_cached(
                "INSERT INTO runs (run, started_at, ended_at, stopped_by, stop_error, requests, first_entry, entries,
                     head, alive_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT DO UPDATE SET ended_at = ?3, stopped_by = ?4, stop_error = ?5, requests = ?6,
                     entries = ?8, head = ?9, alive_at = ?10",
            )?
            .execute(params![
                stored(run.run),
                stored(run.started_at),
                run.ended_at.map(stored),
                run.stopped_by,
                stop_error,
                stored(run.requests),
                stored(run.first_entry),
                stored(run.entries),
                run.head,
                stored(run.alive_at),
            ])?;
        Ok(())
    }

    /// Leaves a sign of life of a run.
    pub(crate) fn is_alive(&mut self, run: u64, at: u64) -> Result<()> {
        self.connection
            .prepare_cached("UPDATE runs SET alive_at = ?2 WHERE run = ?1")?
            .execute(params![stored(run), stored(at)])?;
        Ok(())
    }

    /// All runs, in order.
    pub(crate) fn runs(&self) -> Result<Vec<RunRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT run, started_at, ended_at, stopped_by, stop_error, requests, first_entry, entries, head, alive_at
             FROM runs ORDER BY run",
        )?;
        let mut rows = statement.query([])?;
        let mut runs = Vec::new();
        while let Some(row) = rows.next()? {
            let stop_error = row.get::<_, Option<i64>>(4)?.map(|id| self.error(id)).transpose()?.flatten();
            runs.push(RunRow {
                run: unsigned(row.get(0)?)?,
                started_at: unsigned(row.get(1)?)?,
                ended_at: row.get::<_, Option<i64>>(2)?.map(unsigned).transpose()?,
                stopped_by: row.get(3)?,
                stop_error,
                requests: unsigned(row.get(5)?)?,
                first_entry: unsigned(row.get(6)?)?,
                entries: unsigned(row.get(7)?)?,
                head: row.get(8)?,
                alive_at: unsigned(row.get(9)?)?,
            });
        }
        Ok(runs)
    }

    /// Keeps when nothing could be sent.
    pub(crate) fn insert_wait(&mut self, wait: &WaitRow) -> Result<()> {
        self.connection
            .prepare_cached("INSERT INTO waits (run, at, duration, reason) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![stored(wait.run), stored(wait.at), stored(wait.duration), wait.reason])?;
        Ok(())
    }

    /// All waits, in order.
    pub(crate) fn waits(&self) -> Result<Vec<WaitRow>> {
        let mut statement =
            self.connection.prepare_cached("SELECT run, at, duration, reason FROM waits ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut waits = Vec::new();
        while let Some(row) = rows.next()? {
            waits.push(WaitRow {
                run: unsigned(row.get(0)?)?,
                at: unsigned(row.get(1)?)?,
                duration: unsigned(row.get(2)?)?,
                reason: row.get(3)?,
            });
        }
        Ok(waits)
    }
}
