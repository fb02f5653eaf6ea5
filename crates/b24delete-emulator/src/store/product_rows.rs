//! The products of a lead or deal.

use rusqlite::Result;
use serde_json::{Map, Value};

use super::Store;
use super::field::Entity;

impl Store {
    /// A record's product rows, with the number of each.
    pub(crate) fn product_rows(&self, entity: &Entity, id: i64) -> Result<Vec<(i64, Map<String, Value>)>> {
        let sql = "SELECT ID, content FROM product_row WHERE entity_type = ? AND entity = ? ORDER BY ID";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map((entity.type_id, id), |row| {
            let content: String = row.get(1)?;
            Ok((row.get(0)?, serde_json::from_str(&content).unwrap_or_default()))
        })?;
        rows.collect()
    }

    /// Replaces a record's product rows.
    pub(crate) fn set_product_rows(
        &mut self,
        entity: &Entity,
        id: i64,
        rows: &[Map<String, Value>],
    ) -> Result<()> {
        let sql = "DELETE FROM product_row WHERE entity_type = ? AND entity = ?";
        self.connection.prepare_cached(sql)?.execute((entity.type_id, id))?;
        let sql = "INSERT INTO product_row (entity_type, entity, content) VALUES (?, ?, ?)";
        let mut statement = self.connection.prepare_cached(sql)?;
        for row in rows {
            let content = serde_json::to_string(row).unwrap_or_default();
            statement.execute((entity.type_id, id, content))?;
        }
        Ok(())
    }
}
