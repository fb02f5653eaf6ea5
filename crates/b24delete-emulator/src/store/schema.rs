//! The tables, made from the descriptions of the record types.

use std::fmt::Write as _;

use rusqlite::{Connection, Result};

use super::entities;
use super::field::{Entity, Kind};

/// How many prepared statements are kept; the filters of list methods make many.
const STATEMENTS: usize = 128;

/// Readies a connection: fast rather than safe against power cuts, and with every table.
pub(super) fn prepare(connection: &Connection) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch(
        "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;
         PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536;",
    )?;
    for entity in entities::ALL {
        connection.execute_batch(&table(entity))?;
    }
    connection.execute_batch(RELATIONS)
}

/// The statement that creates the table of a record type.
fn table(entity: &Entity) -> String {
    let mut sql = format!("CREATE TABLE IF NOT EXISTS {} (ID INTEGER PRIMARY KEY AUTOINCREMENT", entity.name);
    for field in entity.fields().filter(|field| field.name != "ID") {
        // Writing into a String cannot fail.
        let _ = write!(sql, ", {} {}", field.name, field.kind.column_type());
        if let Some(default) = field.default {
            let quote = if field.kind.is_number() || field.kind == Kind::Money { "" } else { "'" };
            let _ = write!(sql, " DEFAULT {quote}{default}{quote}");
        }
    }
    // User fields and whatever else has no column of its own, as JSON.
    sql.push_str(", extra TEXT)");
    sql
}

/// What connects the records. Identifiers are never used twice, as on the real portal.
const RELATIONS: &str = "
CREATE TABLE IF NOT EXISTS link (
    kind INTEGER NOT NULL, owner INTEGER NOT NULL, other INTEGER NOT NULL,
    sort INTEGER NOT NULL, is_primary INTEGER NOT NULL,
    PRIMARY KEY (kind, owner, other)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_other ON link (kind, other);
CREATE TABLE IF NOT EXISTS bound (
    entity_type INTEGER NOT NULL, entity INTEGER NOT NULL, kind INTEGER NOT NULL, record INTEGER NOT NULL,
    PRIMARY KEY (entity_type, entity, kind, record)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bound_record ON bound (kind, record);
CREATE TABLE IF NOT EXISTS multifield (
    ID INTEGER PRIMARY KEY AUTOINCREMENT, entity_type INTEGER NOT NULL, entity INTEGER NOT NULL,
    type_id TEXT NOT NULL, value_type TEXT NOT NULL, value TEXT NOT NULL COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS multifield_entity ON multifield (entity_type, entity);
CREATE TABLE IF NOT EXISTS product_row (
    ID INTEGER PRIMARY KEY AUTOINCREMENT, entity_type INTEGER NOT NULL, entity INTEGER NOT NULL,
    content TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS product_row_entity ON product_row (entity_type, entity);
CREATE TABLE IF NOT EXISTS restriction (
    entity_type INTEGER NOT NULL, entity INTEGER NOT NULL,
    unreadable INTEGER NOT NULL, undeletable INTEGER NOT NULL, unlisted INTEGER NOT NULL,
    PRIMARY KEY (entity_type, entity)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS user_field (
    entity_type INTEGER NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (entity_type, name)) WITHOUT ROWID;
";
