//! The state of the portal in one piece, for comparison in tests.

use rusqlite::Result;
use serde::Serialize;

use super::entities::{ACTIVITY, COMMENT, COMPANY, CONTACT, DEAL, LEAD};
use super::field::Entity;
use super::links::LinkKind;
use super::{Store, StoreError};

/// Which records exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// The ids of all leads, ascending.
    pub leads: Vec<i64>,
    /// The ids of all contacts, ascending.
    pub contacts: Vec<i64>,
    /// The ids of all companies, ascending.
    pub companies: Vec<i64>,
    /// The ids of all deals, ascending.
    pub deals: Vec<i64>,
    /// All links between leads and contacts, by lead, SORT and contact.
    pub lead_contacts: Vec<LeadContact>,
    /// All activities with what they are bound to.
    pub activities: Vec<Bound>,
    /// All timeline comments with what they are bound to.
    pub comments: Vec<Bound>,
}

/// A link between a lead and a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeadContact {
    /// The lead.
    pub lead_id: i64,
    /// The contact.
    pub contact_id: i64,
    /// The place of the contact among those of the lead.
    pub sort: i64,
    /// Whether it is the one that the lead names as its contact.
    pub primary: bool,
}

/// A record that hangs on others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bound {
    /// The record.
    pub id: i64,
    /// What it is bound to, as `[entityTypeId, entityId]`, ascending.
    pub bindings: Vec<(i64, i64)>,
}

impl Store {
    /// Which records exist.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot {
            leads: self.ids(&LEAD)?,
            contacts: self.ids(&CONTACT)?,
            companies: self.ids(&COMPANY)?,
            deals: self.ids(&DEAL)?,
            lead_contacts: self.lead_contacts()?,
            activities: self.all_bound(&ACTIVITY)?,
            comments: self.all_bound(&COMMENT)?,
        })
    }

    fn ids(&self, entity: &Entity) -> Result<Vec<i64>> {
        let mut statement =
            self.connection.prepare(&format!("SELECT ID FROM {} ORDER BY ID", entity.name))?;
        statement.query_map([], |row| row.get(0))?.collect()
    }

    fn lead_contacts(&self) -> Result<Vec<LeadContact>> {
        let sql =
            "SELECT owner, other, sort, is_primary FROM link WHERE kind = ? ORDER BY owner, sort, other";
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map([LinkKind::LeadContact.code()], |row| {
            Ok(LeadContact {
                lead_id: row.get(0)?,
                contact_id: row.get(1)?,
                sort: row.get(2)?,
                primary: row.get(3)?,
            })
        })?;
        rows.collect()
    }

    fn all_bound(&self, entity: &Entity) -> Result<Vec<Bound>> {
        let mut all = Vec::new();
        for id in self.ids(entity)? {
            all.push(Bound { id, bindings: self.bindings(entity, id)? });
        }
        Ok(all)
    }
}
