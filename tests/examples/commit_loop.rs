//! What `cargo xtask bench` measures a job file against: the smallest commit of SQLite for every pack of 50, one number in
//! one row, kept as a job file is and on a thread that may block. No journal in SQLite that keeps intents can take less.

use std::sync::{Arc, Mutex, PoisonError};

use b24delete_tests::measured::{Ended, Work, tell_done};
use rusqlite::{Connection, OpenFlags};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Ended {
    let work = Work::from_arguments()?;
    // Below `target/`, as the job file of `job_loop`.
    let directory = tempfile::tempdir_in(std::env::current_exe()?.parent().ok_or("no directory")?)?;
    let flags = OpenFlags::default() | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(directory.path().join("bench"), flags)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE counts (packs INTEGER NOT NULL); INSERT INTO counts VALUES (0);",
    )?;
    let connection = Arc::new(Mutex::new(connection));
    let ids = work.ids();
    let deletes = ids.clone().count();
    for _ in ids.step_by(50) {
        let connection = Arc::clone(&connection);
        tokio::task::spawn_blocking(move || count_one(&connection)).await??;
    }
    tell_done(deletes);
    Ok(())
}

fn count_one(connection: &Mutex<Connection>) -> rusqlite::Result<()> {
    let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    connection.prepare_cached("UPDATE counts SET packs = packs + 1")?.execute([])?;
    Ok(())
}
