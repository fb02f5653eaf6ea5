//! Packs that were about to be sent: what a crash leaves in doubt.

use std::collections::HashMap;

use rusqlite::params;

use super::{Fault, Result, Store, stored, unsigned};

/// The packs whose operations have not all got an outcome, in memory as in the file. There are few at a time.
#[derive(Debug, Default)]
pub(crate) struct Intents {
    packs: Vec<Pack>,
    next: i64,
}

#[derive(Debug)]
struct Pack {
    id: i64,
    at: u64,
    /// Operations with their attempts before this one, by their numbers.
    open: Vec<(u64, u32)>,
    changed: bool,
}

impl Pack {
    fn close(&mut self, seq: u64) -> bool {
        let place = self.open.binary_search_by_key(&seq, |(seq, _)| *seq);
        place.is_ok_and(|place| {
            self.open.remove(place);
            self.changed = true;
            true
        })
    }
}

impl Intents {
    /// Every operation that may have been sent: since when, and after how many attempts.
    pub(crate) fn all(&self) -> HashMap<u64, (u64, u32)> {
        let operations = |pack: &Pack| {
            pack.open.iter().map(|(seq, attempts)| (*seq, (pack.at, *attempts))).collect::<Vec<_>>()
        };
        self.packs.iter().flat_map(operations).collect()
    }

    /// A pack is about to be sent.
    pub(crate) fn open(&mut self, at: u64, mut operations: Vec<(u64, u32)>) {
        self.close(operations.iter().map(|(seq, _)| *seq));
        operations.sort_unstable();
        self.packs.push(Pack { id: self.next, at, open: operations, changed: true });
        self.next += 1;
    }

    /// Operations have their outcomes.
    pub(crate) fn close(&mut self, operations: impl Iterator<Item = u64>) {
        for seq in operations {
            // An operation stands in one pack at most.
            let _ = self.packs.iter_mut().any(|pack| pack.close(seq));
        }
    }

    /// How many operations are in doubt.
    pub(crate) fn len(&self) -> usize {
        self.packs.iter().map(|pack| pack.open.len()).sum()
    }
}

impl Store {
    /// What an earlier run left in doubt.
    pub(crate) fn intents(&self) -> Result<Intents> {
        let mut intents = Intents::default();
        let mut statement =
            self.connection.prepare("SELECT pack, at, operations FROM intents ORDER BY pack")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, at): (i64, u64) = (row.get(0)?, unsigned(row.get(1)?)?);
            let mut open: Vec<(u64, u32)> =
                serde_json::from_str(row.get_ref(2)?.as_str().unwrap_or_default())
                    .map_err(|error| Fault::damaged(format!("an intent that cannot be read: {error}")))?;
            open.sort_unstable();
            intents.packs.push(Pack { id, at, open, changed: false });
            intents.next = id + 1;
        }
        Ok(intents)
    }

    /// Writes what changed. Packs without open operations go.
    pub(crate) fn save_intents(&mut self, intents: &mut Intents) -> Result<()> {
        let mut write = self
            .connection
            .prepare_cached("INSERT OR REPLACE INTO intents (pack, at, operations) VALUES (?1, ?2, ?3)")?;
        let mut delete = self.connection.prepare_cached("DELETE FROM intents WHERE pack = ?1")?;
        for pack in intents.packs.iter_mut().filter(|pack| pack.changed) {
            if pack.open.is_empty() {
                delete.execute([pack.id])?;
            } else {
                let operations = serde_json::to_string(&pack.open).unwrap_or_default();
                write.execute(params![pack.id, stored(pack.at), operations])?;
            }
            pack.changed = false;
        }
        intents.packs.retain(|pack| !pack.open.is_empty());
        Ok(())
    }
}
