//! What the plan found about the records.

use rusqlite::params;

use super::{Fault, Result, Store, stored, unsigned};

/// A binding between a lead and a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Binding {
    /// The contact.
    pub contact_id: u64,
    /// Its place among the lead's contacts.
    pub sort: i64,
    /// Whether it is the lead's main contact.
    pub is_primary: bool,
    /// Reserved by the portal; 0.
    pub role_id: i64,
}

/// What the plan found about the record of an operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// False when the record is not there or hidden from the user: the portal does not tell which.
    pub visible: bool,
    /// Title of a lead, name of a contact.
    pub title: Option<String>,
    /// The user who is responsible for the record.
    pub owner: Option<u64>,
    /// As the portal wrote it.
    pub created: Option<String>,
    /// As the portal wrote it.
    pub modified: Option<String>,
    /// Bindings of a lead that would go.
    pub bindings: Option<Vec<Binding>>,
    /// Leads that a contact is linked to.
    pub leads: Option<u64>,
    /// Deals that use a contact.
    pub deals: Option<u64>,
    /// Activities that would go.
    pub activities: Option<u64>,
    /// Activities that would only lose a link.
    pub shared_activities: Option<u64>,
}

impl Store {
    /// Keeps what was found about the record of operation `seq`.
    pub(crate) fn insert_facts(&mut self, seq: u64, facts: &Facts) -> Result<()> {
        let bindings = facts.bindings.as_ref().map(|bindings| {
            let rows: Vec<_> = bindings
                .iter()
                .map(|row| (row.contact_id, row.sort, u8::from(row.is_primary), row.role_id))
                .collect();
            serde_json::to_string(&rows).unwrap_or_default()
        });
        self.connection
            .prepare_cached(
                "INSERT INTO facts (seq, visible, title, owner, created, modified, bindings, leads, deals, activities,
                     shared_activities)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                stored(seq),
                facts.visible,
                facts.title,
                facts.owner.map(stored),
                facts.created,
                facts.modified,
                bindings,
                facts.leads.map(stored),
                facts.deals.map(stored),
                facts.activities.map(stored),
                facts.shared_activities.map(stored),
            ])?;
        Ok(())
    }

    /// At most `limit` facts of operations from `seq` on.
    pub(crate) fn facts(&self, seq: u64, limit: usize) -> Result<Vec<(u64, Facts)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT seq, visible, title, owner, created, modified, bindings, leads, deals, activities,
                 shared_activities
             FROM facts WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
        )?;
        let mut rows = statement.query(params![stored(seq), stored(limit as u64)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let number = |column: usize| -> Result<Option<u64>> {
                row.get::<_, Option<i64>>(column)?.map(unsigned).transpose()
            };
            let bindings = row.get::<_, Option<String>>(6)?.map(|text| read_bindings(&text)).transpose()?;
            let facts = Facts {
                visible: row.get(1)?,
                title: row.get(2)?,
                owner: number(3)?,
                created: row.get(4)?,
                modified: row.get(5)?,
                bindings,
                leads: number(7)?,
                deals: number(8)?,
                activities: number(9)?,
                shared_activities: number(10)?,
            };
            found.push((unsigned(row.get(0)?)?, facts));
        }
        Ok(found)
    }

    /// The facts about the record of operation `seq`.
    pub(crate) fn facts_of(&self, seq: u64) -> Result<Option<Facts>> {
        Ok(self.facts(seq, 1)?.into_iter().find(|(found, _)| *found == seq).map(|(_, facts)| facts))
    }

    /// Sums over all facts: rows, visible ones, bindings of leads, leads of contacts, deals, activities that go, activities
    /// that lose a link.
    pub(crate) fn sum_facts(&self) -> Result<[u64; 7]> {
        let query =
            "SELECT count(*), total(visible), total(json_array_length(bindings)), total(leads), total(deals),
                         total(activities), total(shared_activities) FROM facts";
        let mut sums = [0; 7];
        self.connection.query_row(query, [], |row| {
            for (column, sum) in sums.iter_mut().enumerate() {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole counts")]
                let value = match row.get_ref(column)? {
                    rusqlite::types::ValueRef::Real(value) => value as u64,
                    value => value.as_i64().unwrap_or_default().cast_unsigned(),
                };
                *sum = value;
            }
            Ok(())
        })?;
        Ok(sums)
    }
}

fn read_bindings(text: &str) -> Result<Vec<Binding>> {
    let rows: Vec<(u64, i64, u8, i64)> = serde_json::from_str(text)
        .map_err(|error| Fault::damaged(format!("bindings that cannot be read: {error}")))?;
    let binding = |(contact_id, sort, is_primary, role_id)| Binding {
        contact_id,
        sort,
        is_primary: is_primary == 1,
        role_id,
    };
    Ok(rows.into_iter().map(binding).collect())
}
