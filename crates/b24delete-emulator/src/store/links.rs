//! Links between records, such as a lead's contacts: one table for all kinds.

use rusqlite::{Result, Row};

use super::Store;
use super::entities::{COMPANY, CONTACT, DEAL, LEAD};
use super::field::Entity;

/// What is linked to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkKind {
    /// A lead's contacts.
    LeadContact,
    /// A deal's contacts.
    DealContact,
    /// A contact's companies.
    ContactCompany,
}

impl LinkKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 3] = [Self::LeadContact, Self::DealContact, Self::ContactCompany];

    /// The type of the records that have the list.
    pub(crate) fn owner(self) -> &'static Entity {
        match self {
            Self::LeadContact => &LEAD,
            Self::DealContact => &DEAL,
            Self::ContactCompany => &CONTACT,
        }
    }

    /// The type of the records in the list.
    pub(crate) fn other(self) -> &'static Entity {
        match self {
            Self::LeadContact | Self::DealContact => &CONTACT,
            Self::ContactCompany => &COMPANY,
        }
    }

    /// The key that names the other record, also the owner's field that mirrors the primary link.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::LeadContact | Self::DealContact => "CONTACT_ID",
            Self::ContactCompany => "COMPANY_ID",
        }
    }

    /// The kind of the list that records of that type have.
    pub(crate) fn of_owner(entity: &Entity) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.owner().type_id == entity.type_id)
    }

    /// The number that stands for the kind in the table.
    pub(crate) fn code(self) -> i64 {
        self.owner().type_id
    }
}

/// A record's link to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    /// The other record.
    pub(crate) other: i64,
    /// Its place in the list.
    pub(crate) sort: i64,
    /// Whether it is the one that the owner's field mirrors.
    pub(crate) primary: bool,
}

impl Link {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self { other: row.get(0)?, sort: row.get(1)?, primary: row.get(2)? })
    }
}

impl Store {
    /// A record's links, in their order.
    pub(crate) fn links(&self, kind: LinkKind, owner: i64) -> Result<Vec<Link>> {
        let sql =
            "SELECT other, sort, is_primary FROM link WHERE kind = ? AND owner = ? ORDER BY sort, other";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_map((kind.code(), owner), Link::from_row)?.collect()
    }

    /// Adds a link; false when it exists already. The first link is primary whatever it says.
    pub(crate) fn add_link(&mut self, kind: LinkKind, owner: i64, link: Link) -> Result<bool> {
        let mut links = self.links(kind, owner)?;
        if links.iter().any(|known| known.other == link.other) {
            return Ok(false);
        }
        let primary = link.primary || !links.iter().any(|known| known.primary);
        if primary {
            links.iter_mut().for_each(|known| known.primary = false);
            self.unset_primary(kind, owner)?;
        }
        self.write_link(kind, owner, Link { primary, ..link })?;
        if primary {
            self.mirror(kind, owner, Some(link.other))?;
        }
        Ok(true)
    }

    /// Removes a link; false when there is none. The first of the rest follows a primary one.
    pub(crate) fn remove_link(&mut self, kind: LinkKind, owner: i64, other: i64) -> Result<bool> {
        let was_primary: Option<bool> = {
            let sql = "DELETE FROM link WHERE kind = ? AND owner = ? AND other = ? RETURNING is_primary";
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_map((kind.code(), owner, other), |row| row.get(0))?.next().transpose()?
        };
        if was_primary == Some(true) {
            self.promote_first(kind, owner)?;
        }
        Ok(was_primary.is_some())
    }

    /// Replaces all links of a record. Without a primary one the first becomes primary.
    pub(crate) fn set_links(&mut self, kind: LinkKind, owner: i64, links: &[Link]) -> Result<()> {
        self.drop_links(kind, owner)?;
        for link in links {
            self.write_link(kind, owner, Link { primary: false, ..*link })?;
        }
        let chosen =
            links.iter().find(|link| link.primary).or_else(|| links.iter().min_by_key(|link| link.sort));
        self.set_primary(kind, owner, chosen.map(|link| link.other))
    }

    /// Removes all links of a record; false when there was none.
    pub(crate) fn clear_links(&mut self, kind: LinkKind, owner: i64) -> Result<bool> {
        let removed = self.drop_links(kind, owner)?;
        if removed > 0 {
            self.mirror(kind, owner, None)?;
        }
        Ok(removed > 0)
    }

    /// The records whose lists contain the other one.
    pub(crate) fn link_owners(&self, kind: LinkKind, other: i64) -> Result<Vec<i64>> {
        let mut statement =
            self.connection.prepare_cached("SELECT owner FROM link WHERE kind = ? AND other = ?")?;
        statement.query_map((kind.code(), other), |row| row.get(0))?.collect()
    }

    /// Removes the rows only, for an owner that is going or about to get new ones.
    pub(super) fn drop_links(&self, kind: LinkKind, owner: i64) -> Result<usize> {
        let mut statement =
            self.connection.prepare_cached("DELETE FROM link WHERE kind = ? AND owner = ?")?;
        statement.execute((kind.code(), owner))
    }

    fn write_link(&self, kind: LinkKind, owner: i64, link: Link) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO link (kind, owner, other, sort, is_primary) VALUES (?, ?, ?, ?, ?)";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.execute((kind.code(), owner, link.other, link.sort, link.primary))?;
        Ok(())
    }

    fn promote_first(&mut self, kind: LinkKind, owner: i64) -> Result<()> {
        let first = self.links(kind, owner)?.first().map(|link| link.other);
        self.set_primary(kind, owner, first)
    }

    fn set_primary(&mut self, kind: LinkKind, owner: i64, other: Option<i64>) -> Result<()> {
        if let Some(other) = other {
            let sql = "UPDATE link SET is_primary = 1 WHERE kind = ? AND owner = ? AND other = ?";
            self.connection.prepare_cached(sql)?.execute((kind.code(), owner, other))?;
        }
        self.mirror(kind, owner, other)
    }

    fn unset_primary(&self, kind: LinkKind, owner: i64) -> Result<()> {
        let sql = "UPDATE link SET is_primary = 0 WHERE kind = ? AND owner = ? AND is_primary";
        self.connection.prepare_cached(sql)?.execute((kind.code(), owner))?;
        Ok(())
    }

    fn mirror(&self, kind: LinkKind, owner: i64, other: Option<i64>) -> Result<()> {
        self.set_column(kind.owner(), owner, kind.key(), other)
    }
}
