//! The row about the job itself.

use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use super::{Fault, Result, Store, stored, unsigned};
use crate::state::State;

/// What was decided when the job was planned, and holds for every run of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    pub(crate) backup: bool,
    pub(crate) if_unchanged: bool,
    pub(crate) max_failures: Option<u64>,
    pub(crate) max_failures_percent: Option<f64>,
    pub(crate) stop_if_first_absent: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            backup: false,
            if_unchanged: false,
            max_failures: None,
            max_failures_percent: None,
            stop_if_first_absent: Some(100),
        }
    }
}

/// The job itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JobRow {
    /// Random; goes into `ORIGINATOR_ID` of restored records.
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) user_id: Option<u64>,
    pub(crate) state: State,
    /// Milliseconds since 1970, as all times here.
    pub(crate) created_at: u64,
    pub(crate) started_at: Option<u64>,
    pub(crate) finished_at: Option<u64>,
    pub(crate) forgotten_at: Option<u64>,
    pub(crate) settings: Settings,
    pub(crate) operations: u64,
    pub(crate) duplicates: u64,
    pub(crate) facts_digest: Option<Vec<u8>>,
    pub(crate) head: Option<Vec<u8>>,
}

impl Store {
    /// Writes the row of a new job.
    pub(crate) fn insert_job(&mut self, job: &JobRow) -> Result<()> {
        self.connection.execute(
            "INSERT INTO job (id, name, host, user_id, state, created_at, settings, operations, duplicates,
                 facts_digest, head)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                job.name,
                job.host,
                job.user_id.map(stored),
                job.state as i64,
                stored(job.created_at),
                serde_json::to_string(&job.settings).unwrap_or_default(),
                stored(job.operations),
                stored(job.duplicates),
                job.facts_digest,
                job.head,
            ],
        )?;
        Ok(())
    }

    /// The row of the job.
    pub(crate) fn job(&self) -> Result<JobRow> {
        type Columns = (JobRow, i64, String);
        let read = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Columns> {
            let number =
                |name: &str| row.get::<_, Option<i64>>(name).map(|value| value.map(i64::cast_unsigned));
            let job = JobRow {
                name: row.get("name")?,
                host: row.get("host")?,
                user_id: number("user_id")?,
                state: State::Planned,
                created_at: row.get::<_, i64>("created_at")?.cast_unsigned(),
                started_at: number("started_at")?,
                finished_at: number("finished_at")?,
                forgotten_at: number("forgotten_at")?,
                settings: Settings::default(),
                operations: row.get::<_, i64>("operations")?.cast_unsigned(),
                duplicates: row.get::<_, i64>("duplicates")?.cast_unsigned(),
                facts_digest: row.get("facts_digest")?,
                head: row.get("head")?,
            };
            Ok((job, row.get("state")?, row.get("settings")?))
        };
        let columns = self.connection.query_row("SELECT * FROM job", [], read).optional()?;
        let (mut job, state, settings) =
            columns.ok_or_else(|| Fault::Text("is damaged: the plan is missing".to_owned()))?;
        job.state = State::from_number(state).ok_or_else(|| Fault::damaged(format!("the state {state}")))?;
        job.settings =
            serde_json::from_str(&settings).map_err(|error| Fault::damaged(format!("settings: {error}")))?;
        Ok(job)
    }

    /// Notes that a run begins.
    pub(crate) fn job_runs(&mut self, at: u64) -> Result<()> {
        self.connection.execute(
            "UPDATE job SET state = ?1, started_at = coalesce(started_at, ?2), finished_at = NULL",
            params![State::Running as i64, stored(at)],
        )?;
        Ok(())
    }

    /// Notes how a run left the job.
    pub(crate) fn job_ended(&mut self, state: State, at: u64) -> Result<()> {
        let finished = (state == State::Finished).then_some(stored(at));
        self.connection
            .execute("UPDATE job SET state = ?1, finished_at = ?2", params![state as i64, finished])?;
        Ok(())
    }

    /// Removes titles and backups for good: their pages are overwritten. Ids and outcomes stay.
    pub(crate) fn forget(&mut self, at: u64) -> Result<()> {
        self.connection.execute_batch("PRAGMA secure_delete = ON")?;
        self.transaction(|store| {
            store.connection.execute_batch("DELETE FROM facts; DELETE FROM backups;")?;
            store.connection.execute("UPDATE job SET forgotten_at = ?1", [stored(at)])?;
            Ok(())
        })?;
        self.connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?;
        Ok(())
    }

    /// Bytes of the file.
    pub(crate) fn size(&self) -> Result<u64> {
        let pages: i64 = self.connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
        let page: i64 = self.connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        unsigned(pages.saturating_mul(page))
    }
}
