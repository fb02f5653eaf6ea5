//! Many rows of numbers at once.

use rusqlite::{CachedStatement, Connection, params_from_iter};

/// So many rows go into the file with one statement: most of what a short statement costs does not depend on its rows.
const AT_ONCE: usize = 10;

/// A row whose columns are numbers or missing.
pub(super) type Numbers<const COLUMNS: usize> = [Option<i64>; COLUMNS];

/// Inserts rows of numbers. What cannot be inserted at once goes to `refused`, in the order of the rows.
pub(super) fn insert<const COLUMNS: usize>(
    connection: &Connection,
    table: &str,
    rows: &[Numbers<COLUMNS>],
    mut refused: impl FnMut(rusqlite::Error, &[Numbers<COLUMNS>]) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let (groups, rest) = rows.as_chunks::<AT_ONCE>();
    let groups = groups.iter().map(<[_; AT_ONCE]>::as_slice);
    for (size, groups) in [(AT_ONCE, groups.collect::<Vec<_>>()), (1, rest.chunks(1).collect())] {
        if groups.is_empty() {
            continue;
        }
        let mut statement = prepare::<COLUMNS>(connection, table, size)?;
        for group in groups {
            if let Err(error) = statement.execute(params_from_iter(group.iter().flatten())) {
                refused(error, group)?;
            }
        }
    }
    Ok(())
}

/// The statement that inserts so many rows into a table, whose columns are named with it.
fn prepare<'a, const COLUMNS: usize>(
    connection: &'a Connection,
    table: &str,
    rows: usize,
) -> rusqlite::Result<CachedStatement<'a>> {
    let row = format!("({})", ["?"; COLUMNS].join(", "));
    let rows = vec![row; rows].join(", ");
    connection.prepare_cached(&format!("INSERT INTO {table} VALUES {rows}"))
}
