//! Packs that were about to be sent: what a crash leaves in doubt.

use std::collections::{HashMap, HashSet};

use rusqlite::params;

use super::{Fault, Result, Store, stored, unsigned};

/// The packs whose operations have not all got an outcome, in memory as in the file.
#[derive(Debug, Default)]
pub(crate) struct Intents {
    packs: HashMap<i64, Pack>,
    pack_of: HashMap<u64, i64>,
    next: i64,
}

#[derive(Debug)]
struct Pack {
    at: u64,
    /// Operations with their attempts before this one.
    open: Vec<(u64, u32)>,
    changed: bool,
}

impl Intents {
    /// Every operation that may have been sent: since when, and after how many attempts.
    pub(crate) fn all(&self) -> HashMap<u64, (u64, u32)> {
        let operations = |pack: &Pack| {
            let at = pack.at;
            pack.open.clone().into_iter().map(move |(seq, attempts)| (seq, (at, attempts)))
        };
        self.packs.values().flat_map(operations).collect()
    }

    /// A pack is about to be sent.
    pub(crate) fn open(&mut self, at: u64, operations: Vec<(u64, u32)>) {
        self.close(operations.iter().map(|(seq, _)| *seq));
        let pack = self.next;
        self.next += 1;
        self.pack_of.extend(operations.iter().map(|(seq, _)| (*seq, pack)));
        self.packs.insert(pack, Pack { at, open: operations, changed: true });
    }

    /// Operations have their outcomes.
    pub(crate) fn close(&mut self, operations: impl Iterator<Item = u64>) {
        let touched: HashSet<i64> = operations.filter_map(|seq| self.pack_of.remove(&seq)).collect();
        for pack in touched {
            let Some(packed) = self.packs.get_mut(&pack) else { continue };
            packed.open.retain(|(seq, _)| self.pack_of.get(seq) == Some(&pack));
            packed.changed = true;
        }
    }

    /// How many operations are in doubt.
    pub(crate) fn len(&self) -> usize {
        self.pack_of.len()
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
            let (pack, at): (i64, u64) = (row.get(0)?, unsigned(row.get(1)?)?);
            let open: Vec<(u64, u32)> = serde_json::from_str(row.get_ref(2)?.as_str().unwrap_or_default())
                .map_err(|error| Fault::damaged(format!("an intent that cannot be read: {error}")))?;
            intents.pack_of.extend(open.iter().map(|(seq, _)| (*seq, pack)));
            intents.packs.insert(pack, Pack { at, open, changed: false });
            intents.next = pack + 1;
        }
        Ok(intents)
    }

    /// Writes what changed. Packs without open operations go.
    pub(crate) fn save_intents(&mut self, intents: &mut Intents) -> Result<()> {
        let mut write = self
            .connection
            .prepare_cached("INSERT OR REPLACE INTO intents (pack, at, operations) VALUES (?1, ?2, ?3)")?;
        let mut delete = self.connection.prepare_cached("DELETE FROM intents WHERE pack = ?1")?;
        for (id, pack) in intents.packs.iter_mut().filter(|(_, pack)| pack.changed) {
            if pack.open.is_empty() {
                delete.execute([id])?;
            } else {
                let operations = serde_json::to_string(&pack.open).unwrap_or_default();
                write.execute(params![id, stored(pack.at), operations])?;
            }
            pack.changed = false;
        }
        intents.packs.retain(|_, pack| !pack.open.is_empty());
        Ok(())
    }
}
