//! Deleting a record with what belongs to it.

use rusqlite::Result;

use super::Store;
use super::field::Entity;
use super::links::LinkKind;

impl Store {
    /// Deletes a lead, contact, company or deal; false when there is none of that number.
    ///
    /// Its links go. Activities and comments that hang on nothing else go too, others only lose their
    /// binding. The records at the other end of links stay.
    pub(crate) fn delete(&mut self, entity: &Entity, id: i64) -> Result<bool> {
        if !self.delete_row(entity, id)? {
            return Ok(false);
        }
        for kind in LinkKind::ALL {
            if kind.owner().type_id == entity.type_id {
                self.drop_links(kind, id)?;
            } else if kind.other().type_id == entity.type_id {
                for owner in self.link_owners(kind, id)? {
                    self.remove_link(kind, owner, id)?;
                }
            }
        }
        self.release((entity.type_id, id))?;
        for sql in [
            "DELETE FROM multifield WHERE entity_type = ? AND entity = ?",
            "DELETE FROM product_row WHERE entity_type = ? AND entity = ?",
        ] {
            self.connection.prepare_cached(sql)?.execute((entity.type_id, id))?;
        }
        Ok(true)
    }

    /// Deletes the row only.
    pub(super) fn delete_row(&self, entity: &Entity, id: i64) -> Result<bool> {
        // Bulk deletion runs through here: the frequent statements are not put together each time.
        let sql = match entity.name {
            "lead" => "DELETE FROM lead WHERE ID = ?",
            "contact" => "DELETE FROM contact WHERE ID = ?",
            "activity" => "DELETE FROM activity WHERE ID = ?",
            name => &format!("DELETE FROM {name} WHERE ID = ?"),
        };
        Ok(self.connection.prepare_cached(sql)?.execute([id])? > 0)
    }
}
