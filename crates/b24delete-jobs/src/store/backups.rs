//! Copies of records, compressed.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rusqlite::{OptionalExtension as _, params};

use super::{Fault, Result, Store, stored, unsigned};

/// A copy is read only up to this size: a file from elsewhere must not fill the memory.
const LARGEST: u64 = 256 << 20;

impl Store {
    /// Keeps a copy, a text of JSON, for operation `seq`; a newer one replaces it.
    pub(crate) fn insert_backup(&mut self, seq: u64, at: u64, json: &[u8]) -> Result<()> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(json)?;
        let data = encoder.finish()?;
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO backups (seq, at, data) VALUES (?1, ?2, ?3)")?
            .execute(params![stored(seq), stored(at), data])?;
        Ok(())
    }

    /// The copy for operation `seq`.
    pub(crate) fn backup(&self, seq: u64) -> Result<Option<Vec<u8>>> {
        let mut statement = self.connection.prepare_cached("SELECT data FROM backups WHERE seq = ?1")?;
        let data: Option<Vec<u8>> = statement.query_row([stored(seq)], |row| row.get(0)).optional()?;
        data.map(|data| {
            let mut json = Vec::new();
            DeflateDecoder::new(data.as_slice())
                .take(LARGEST)
                .read_to_end(&mut json)
                .map_err(|error| Fault::damaged(format!("a backup that cannot be read: {error}")))?;
            Ok(json)
        })
        .transpose()
    }

    /// How many copies there are.
    pub(crate) fn count_backups(&self) -> Result<u64> {
        unsigned(self.connection.query_row("SELECT count(*) FROM backups", [], |row| row.get(0))?)
    }
}
