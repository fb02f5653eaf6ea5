//! Phones, e-mails and messengers: fields that a record can have several times.

use rusqlite::Result;

use super::Store;
use super::field::Entity;

/// The types, as `TYPE_ID` names them.
pub(crate) const TYPES: [&str; 5] = ["PHONE", "EMAIL", "WEB", "IM", "LINK"];

/// One phone, e-mail or messenger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Multifield {
    /// Its number.
    pub(crate) id: i64,
    /// `PHONE`, `EMAIL`, `WEB`, `IM` or `LINK`.
    pub(crate) type_id: String,
    /// `WORK`, `HOME` and the like.
    pub(crate) value_type: String,
    /// The phone number or address.
    pub(crate) value: String,
}

/// A change to a record's phones, e-mails and messengers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MultifieldChange {
    /// The one to change; none adds a new one.
    pub(crate) id: Option<i64>,
    /// `PHONE`, `EMAIL`, `WEB`, `IM` or `LINK`.
    pub(crate) type_id: &'static str,
    /// `WORK`, `HOME` and the like.
    pub(crate) value_type: String,
    /// The phone number or address; empty removes it.
    pub(crate) value: String,
}

impl Store {
    /// A record's phones, e-mails and messengers.
    pub(crate) fn multifields(&self, entity: &Entity, id: i64) -> Result<Vec<Multifield>> {
        let sql = "SELECT ID, type_id, value_type, value FROM multifield WHERE entity_type = ? AND entity = ? ORDER BY ID";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map((entity.type_id, id), |row| {
            Ok(Multifield {
                id: row.get(0)?,
                type_id: row.get(1)?,
                value_type: row.get(2)?,
                value: row.get(3)?,
            })
        })?;
        rows.collect()
    }

    /// Applies changes to a record's phones, e-mails and messengers, and to the flags that tell of them.
    pub(crate) fn change_multifields(
        &mut self,
        entity: &Entity,
        id: i64,
        changes: &[MultifieldChange],
    ) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        for change in changes {
            self.change_multifield(entity, id, change)?;
        }
        let present = self.multifields(entity, id)?;
        for (column, type_id) in [("HAS_PHONE", "PHONE"), ("HAS_EMAIL", "EMAIL"), ("HAS_IMOL", "IM")] {
            let has = present.iter().any(|multifield| multifield.type_id == type_id);
            self.set_column(entity, id, column, if has { "Y" } else { "N" }.to_owned())?;
        }
        Ok(())
    }

    fn change_multifield(&self, entity: &Entity, id: i64, change: &MultifieldChange) -> Result<()> {
        let MultifieldChange { type_id, value_type, value, .. } = change;
        let key = (entity.type_id, id);
        match (change.id, value.is_empty()) {
            (None, true) => {}
            (None, false) => {
                let sql = "INSERT INTO multifield (entity_type, entity, type_id, value_type, value) VALUES (?, ?, ?, ?, ?)";
                self.connection.prepare_cached(sql)?.execute((key.0, key.1, type_id, value_type, value))?;
            }
            (Some(row), true) => {
                let sql = "DELETE FROM multifield WHERE ID = ? AND entity_type = ? AND entity = ?";
                self.connection.prepare_cached(sql)?.execute((row, key.0, key.1))?;
            }
            (Some(row), false) => {
                let sql = "UPDATE multifield SET value_type = ?, value = ? WHERE ID = ? AND entity_type = ? AND entity = ?";
                self.connection.prepare_cached(sql)?.execute((value_type, value, row, key.0, key.1))?;
            }
        }
        Ok(())
    }
}
