//! The tables of a job file and their versions.

use rusqlite::Connection;

/// Marks the SQLite file as a job: `b24j`.
pub(super) const APPLICATION_ID: i32 = 0x6232_346a;

/// The version that this program writes.
pub(super) const VERSION: i32 = 1;

/// The step from each version to the next one, beginning with an empty file.
const STEPS: [&str; 1] = [V1];

/// Brings the tables from version `from` to [`VERSION`].
pub(super) fn migrate(connection: &Connection, from: i32) -> rusqlite::Result<()> {
    let done = usize::try_from(from).unwrap_or_default();
    for step in STEPS.iter().skip(done) {
        connection.execute_batch(step)?;
    }
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VERSION)
}

/// Times are milliseconds since 1970; those of `outcomes` count from `job.created_at`, which keeps them short. `seq` is
/// always the rowid, so that no index doubles the size. Operations and outcomes are kept many to a row: a row costs more
/// than what stands in it.
const V1: &str = "
-- One row.
CREATE TABLE job (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,           -- random; goes into ORIGINATOR_ID of restored records
    host TEXT NOT NULL,           -- of the portal; never its secret
    user_id INTEGER,
    state INTEGER NOT NULL,       -- 0 planned, 1 running, 2 finished, 3 aborted
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    forgotten_at INTEGER,
    settings TEXT NOT NULL,       -- JSON
    operations INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    facts_digest BLOB,            -- over the facts, so that a plan can be verified after they are forgotten
    head BLOB                     -- of the hash chain over the plan
) STRICT;

-- Consecutive operations of one kind, the first of which is `seq`.
CREATE TABLE operations (
    seq INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,        -- 0 lead, 1 contact, 2 lead-contact, 3 lead-contact-items
    ids TEXT NOT NULL             -- JSON: [id, …]; of a lead-contact [[lead, contact], …]
) STRICT;

-- What the plan found about the record of an operation.
CREATE TABLE facts (
    seq INTEGER PRIMARY KEY,
    visible INTEGER NOT NULL,     -- 0: not there, or hidden from the user; the portal does not tell which
    title TEXT,
    owner INTEGER,
    created TEXT,                 -- as the portal wrote it
    modified TEXT,
    bindings TEXT,                -- JSON: [[contact, sort, is_primary, role_id], …] of a lead
    leads INTEGER,                -- leads that a contact is linked to
    deals INTEGER,                -- deals that use a contact
    activities INTEGER,           -- that would go
    shared_activities INTEGER     -- that would only lose a link
) STRICT;

-- A pack that was about to be sent: its operations that have no outcome yet. The row goes with the last of them.
CREATE TABLE intents (
    pack INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    operations TEXT NOT NULL      -- JSON: [[seq, attempts before], …]
) STRICT;

-- The last outcome of every operation that has one: of `count` operations from `seq` on, which are the entries from
-- `entry` on and are alike in all else.
CREATE TABLE outcomes (
    seq INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    entry INTEGER NOT NULL,       -- place in the record, from 0
    status INTEGER NOT NULL,      -- 0 deleted, 1 absent, 2 failed, 3 unknown, 4 not_run
    confirmed_by INTEGER,         -- 0 reply, 1 lookup
    attempts INTEGER NOT NULL,
    error INTEGER REFERENCES errors (id),
    at INTEGER NOT NULL
) STRICT;

-- Outcomes that a later run replaced.
CREATE TABLE superseded (
    entry INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    status INTEGER NOT NULL,
    confirmed_by INTEGER,
    attempts INTEGER NOT NULL,
    error INTEGER REFERENCES errors (id),
    at INTEGER NOT NULL
) STRICT;

-- Errors of outcomes, each once as far as it is noticed.
CREATE TABLE errors (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    effect TEXT NOT NULL,
    method TEXT,
    code TEXT NOT NULL,
    description TEXT NOT NULL,
    http_status INTEGER,
    cause TEXT
) STRICT;

CREATE TABLE runs (
    run INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    alive_at INTEGER NOT NULL,    -- the last sign of life: what is in doubt was not sent much later
    ended_at INTEGER,             -- null while it runs, and after a crash
    stopped_by TEXT,              -- null at the end of the operations
    stop_error INTEGER REFERENCES errors (id),
    requests INTEGER NOT NULL,
    first_entry INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    head BLOB NOT NULL            -- of the hash chain after its last entry
) STRICT;

-- When nothing could be sent, and why.
CREATE TABLE waits (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    at INTEGER NOT NULL,
    duration INTEGER NOT NULL,    -- milliseconds, as foreseen
    reason TEXT NOT NULL
) STRICT;

CREATE TABLE backups (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    data BLOB NOT NULL            -- JSON, deflated
) STRICT;

-- What a restore did: a record (entity 1 lead, 3 contact; other_id 0) or a binding (entity 0: lead and contact).
CREATE TABLE restores (
    entity INTEGER NOT NULL,
    old_id INTEGER NOT NULL,
    other_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    state INTEGER NOT NULL,       -- 0 intended, 1 done, 2 failed
    new_id INTEGER,
    error INTEGER REFERENCES errors (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (entity, old_id, other_id)
) STRICT, WITHOUT ROWID;
";
