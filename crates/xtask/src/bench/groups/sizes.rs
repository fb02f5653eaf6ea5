//! How large what is shipped is.

use std::error::Error;
use std::path::Path;

use super::{Bench, Rows};
use crate::bench::row::Row;

/// MiB.
const LIMIT: f64 = 6.0;

pub(super) fn rows(bench: &Bench<'_>) -> Rows {
    let workshop = &bench.workshop;
    Ok(vec![
        row("the wheel", workshop.wheel()?)?,
        row("the native module of the npm package", &workshop.addon()?)?,
        row("the tarball of the native module", &workshop.addon_tarball()?)?,
        row("the shared library, stripped", &workshop.stripped_library()?)?,
    ])
}

fn row(of: &str, file: &Path) -> Result<Row, Box<dyn Error>> {
    let bytes = std::fs::metadata(file)?.len();
    Ok(Row::alone("size", "MiB", of, bytes as f64 / f64::from(1 << 20)).at_most(LIMIT).exact())
}
