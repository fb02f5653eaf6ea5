//! What the four deletes delete.

use std::fmt;

use b24delete::Operation;
use serde_json::{Map, Value};

/// A record or link, or all links of a lead: what one operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Thing {
    /// A lead.
    Lead(i64),
    /// A contact.
    Contact(i64),
    /// The link between a lead and a contact.
    Link(i64, i64),
    /// All links of a lead.
    Links(i64),
}

impl Thing {
    /// What the operation deletes.
    pub(crate) fn of(operation: &Operation) -> Self {
        let id = |id: u64| i64::try_from(id).unwrap_or_default();
        match *operation {
            Operation::DeleteLead { lead_id } => Self::Lead(id(lead_id.get())),
            Operation::DeleteContact { contact_id } => Self::Contact(id(contact_id.get())),
            Operation::DeleteLeadContact { lead_id, contact_id } => {
                Self::Link(id(lead_id.get()), id(contact_id.get()))
            }
            Operation::DeleteLeadContactItems { lead_id } => Self::Links(id(lead_id.get())),
        }
    }

    /// What a call of a deleting method with these parameters deletes; ids may be texts.
    pub(crate) fn deleted_by(method: &str, params: &Map<String, Value>) -> Option<Self> {
        let id = number(params.get("id"))?;
        let contact =
            || number(params.get("fields[CONTACT_ID]").or_else(|| params.get("fields")?.get("CONTACT_ID")));
        match (method, number(params.get("entityTypeId"))) {
            ("crm.lead.delete", _) | ("crm.item.delete", Some(1)) => Some(Self::Lead(id)),
            ("crm.contact.delete", _) | ("crm.item.delete", Some(3)) => Some(Self::Contact(id)),
            ("crm.lead.contact.delete", _) => Some(Self::Link(id, contact()?)),
            ("crm.lead.contact.items.delete", _) => Some(Self::Links(id)),
            _ => None,
        }
    }

    /// What a call of a reading method with these parameters shows.
    pub(crate) fn shown_by(method: &str, params: &Map<String, Value>) -> Option<Self> {
        let id = number(params.get("id"))?;
        match (method, number(params.get("entityTypeId"))) {
            ("crm.lead.get", _) | ("crm.item.get", Some(1)) => Some(Self::Lead(id)),
            ("crm.contact.get", _) | ("crm.item.get", Some(3)) => Some(Self::Contact(id)),
            ("crm.lead.contact.items.get", _) => Some(Self::Links(id)),
            _ => None,
        }
    }

    /// The lead that it is or hangs on.
    pub(crate) fn lead(self) -> Option<i64> {
        match self {
            Self::Lead(lead) | Self::Link(lead, _) | Self::Links(lead) => Some(lead),
            Self::Contact(_) => None,
        }
    }

    /// The contact that it is or hangs on.
    pub(crate) fn contact(self) -> Option<i64> {
        match self {
            Self::Contact(contact) | Self::Link(_, contact) => Some(contact),
            Self::Lead(_) | Self::Links(_) => None,
        }
    }

    /// True when a lookup of `shown` says something about it.
    pub(crate) fn is_shown_by(self, shown: Self) -> bool {
        match self {
            Self::Lead(_) | Self::Contact(_) => self == shown,
            Self::Link(lead, _) | Self::Links(lead) => shown == Self::Links(lead),
        }
    }

    /// True when the operations on both must follow one another.
    pub(crate) fn follows(self, other: Self) -> bool {
        let lane = |thing: Self| thing.lead().ok_or_else(|| thing.contact());
        let commute = matches!((self, other), (Self::Link(_, one), Self::Link(_, another)) if one != another);
        lane(self) == lane(other) && !commute
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lead(lead) => write!(formatter, "lead {lead}"),
            Self::Contact(contact) => write!(formatter, "contact {contact}"),
            Self::Link(lead, contact) => write!(formatter, "link {lead}:{contact}"),
            Self::Links(lead) => write!(formatter, "links of {lead}"),
        }
    }
}

fn number(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
