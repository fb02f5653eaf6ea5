//! `b24_operation`: one of the four deletes with its ids.

use b24delete::Result;

use crate::gate::invalid;

/// The four deletes.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Deletes a lead: `crm.lead.delete`.
    Lead = 1,
    /// Deletes a contact: `crm.contact.delete`.
    Contact = 2,
    /// Takes one contact off a lead: `crm.lead.contact.delete`. Both records stay.
    LeadContact = 3,
    /// Takes all contacts off a lead: `crm.lead.contact.items.delete`. All records stay.
    LeadContactItems = 4,
}

/// One of the four deletes with its ids, each from 1 to 2^53-1. The ids are checked by the function that takes the
/// operation, before anything is sent.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// A value of `b24_method`.
    pub method: u32,
    /// The lead; 0 for `B24_METHOD_CONTACT`.
    pub lead_id: i64,
    /// The contact; 0 where the method takes none.
    pub contact_id: i64,
}

impl Operation {
    /// Room for an operation that the caller is to fill in.
    pub(crate) const EMPTY: Self = Self { method: 0, lead_id: 0, contact_id: 0 };

    const fn new(method: Method, lead_id: i64, contact_id: i64) -> Self {
        Self { method: method as u32, lead_id, contact_id }
    }

    /// The operation that it describes.
    ///
    /// # Errors
    /// `invalid_id` for an id out of range, `invalid_argument` for anything else that is wrong.
    pub(crate) fn checked(self) -> Result<b24delete::Operation> {
        const LEAD: u32 = Method::Lead as u32;
        const CONTACT: u32 = Method::Contact as u32;
        const LEAD_CONTACT: u32 = Method::LeadContact as u32;
        const LEAD_CONTACT_ITEMS: u32 = Method::LeadContactItems as u32;
        let Self { method, lead_id, contact_id } = self;
        match method {
            LEAD => unused("contact_id", contact_id).and_then(|()| b24delete::Operation::lead(lead_id)),
            CONTACT => unused("lead_id", lead_id).and_then(|()| b24delete::Operation::contact(contact_id)),
            LEAD_CONTACT => b24delete::Operation::lead_contact(lead_id, contact_id),
            LEAD_CONTACT_ITEMS => unused("contact_id", contact_id)
                .and_then(|()| b24delete::Operation::lead_contact_items(lead_id)),
            _ => Err(invalid(format!("`method` is {method}: a value of `b24_method` is needed"))),
        }
    }
}

fn unused(name: &str, id: i64) -> Result<()> {
    match id {
        0 => Ok(()),
        _ => Err(invalid(format!("`{name}` is {id}: 0 is needed, the method does not take it"))),
    }
}

/// The operation that deletes a lead.
#[unsafe(no_mangle)]
pub extern "C" fn b24_operation_lead(lead_id: i64) -> Operation {
    Operation::new(Method::Lead, lead_id, 0)
}

/// The operation that deletes a contact.
#[unsafe(no_mangle)]
pub extern "C" fn b24_operation_contact(contact_id: i64) -> Operation {
    Operation::new(Method::Contact, 0, contact_id)
}

/// The operation that takes one contact off a lead. The lead comes first.
#[unsafe(no_mangle)]
pub extern "C" fn b24_operation_lead_contact(lead_id: i64, contact_id: i64) -> Operation {
    Operation::new(Method::LeadContact, lead_id, contact_id)
}

/// The operation that takes all contacts off a lead.
#[unsafe(no_mangle)]
pub extern "C" fn b24_operation_lead_contact_items(lead_id: i64) -> Operation {
    Operation::new(Method::LeadContactItems, lead_id, 0)
}
