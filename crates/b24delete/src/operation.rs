//! The four deletes.

use std::fmt;

use crate::error::Result;
use crate::id::{ContactId, LeadId};

/// One of the four deletes, with its ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Deletes a lead: `crm.lead.delete`, or `crm.item.delete` with entityTypeId 1.
    DeleteLead {
        /// The lead.
        lead_id: LeadId,
    },
    /// Deletes a contact: `crm.contact.delete`, or `crm.item.delete` with entityTypeId 3.
    DeleteContact {
        /// The contact.
        contact_id: ContactId,
    },
    /// Takes one contact off a lead: `crm.lead.contact.delete`. Both records stay.
    DeleteLeadContact {
        /// The lead.
        lead_id: LeadId,
        /// The contact.
        contact_id: ContactId,
    },
    /// Takes all contacts off a lead: `crm.lead.contact.items.delete`. All records stay.
    DeleteLeadContactItems {
        /// The lead.
        lead_id: LeadId,
    },
}

impl Operation {
    /// Deletes the lead with this id.
    ///
    /// # Errors
    /// `invalid_id` unless the id lies between 1 and 2^53-1; so for the other three.
    pub fn lead(lead_id: i64) -> Result<Self> {
        Ok(Self::DeleteLead { lead_id: LeadId::new(lead_id)? })
    }

    /// Deletes the contact with this id.
    ///
    /// # Errors
    /// As [`lead`](Self::lead).
    pub fn contact(contact_id: i64) -> Result<Self> {
        Ok(Self::DeleteContact { contact_id: ContactId::new(contact_id)? })
    }

    /// Takes one contact off a lead.
    ///
    /// # Errors
    /// As [`lead`](Self::lead).
    pub fn lead_contact(lead_id: i64, contact_id: i64) -> Result<Self> {
        Ok(Self::DeleteLeadContact {
            lead_id: LeadId::new(lead_id)?,
            contact_id: ContactId::new(contact_id)?,
        })
    }

    /// Takes all contacts off a lead.
    ///
    /// # Errors
    /// As [`lead`](Self::lead).
    pub fn lead_contact_items(lead_id: i64) -> Result<Self> {
        Ok(Self::DeleteLeadContactItems { lead_id: LeadId::new(lead_id)? })
    }

    /// The classic REST method, whatever interface carries the operation out.
    pub const fn method(&self) -> &'static str {
        match self {
            Self::DeleteLead { .. } => "crm.lead.delete",
            Self::DeleteContact { .. } => "crm.contact.delete",
            Self::DeleteLeadContact { .. } => "crm.lead.contact.delete",
            Self::DeleteLeadContactItems { .. } => "crm.lead.contact.items.delete",
        }
    }

    /// The lead that the operation deletes or changes.
    pub const fn lead_id(&self) -> Option<LeadId> {
        match *self {
            Self::DeleteLead { lead_id }
            | Self::DeleteLeadContact { lead_id, .. }
            | Self::DeleteLeadContactItems { lead_id } => Some(lead_id),
            Self::DeleteContact { .. } => None,
        }
    }

    /// The contact that the operation deletes or takes off a lead.
    pub const fn contact_id(&self) -> Option<ContactId> {
        match *self {
            Self::DeleteContact { contact_id } | Self::DeleteLeadContact { contact_id, .. } => {
                Some(contact_id)
            }
            Self::DeleteLead { .. } | Self::DeleteLeadContactItems { .. } => None,
        }
    }
}

impl fmt::Display for Operation {
    /// The method with its ids, such as `crm.lead.contact.delete 1:1010`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ", self.method())?;
        match self {
            Self::DeleteLead { lead_id } | Self::DeleteLeadContactItems { lead_id } => {
                write!(formatter, "{lead_id}")
            }
            Self::DeleteContact { contact_id } => write!(formatter, "{contact_id}"),
            Self::DeleteLeadContact { lead_id, contact_id } => write!(formatter, "{lead_id}:{contact_id}"),
        }
    }
}
