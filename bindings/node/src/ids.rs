//! Numbers of JavaScript as ids, and the error for everything else.

use b24delete::{ContactId, Error, ErrorKind, LeadId, Operation, Result};
use napi_derive::napi;

use crate::errors::ErrorFields;

/// Which operation a row of numbers stands for.
const LEAD: f64 = 0.0;
const CONTACT: f64 = 1.0;
const LEAD_CONTACT: f64 = 2.0;
const LEAD_CONTACT_ITEMS: f64 = 3.0;

/// The operation of a code with its ids; an id that it does not have is of no interest.
///
/// # Errors
/// `invalid_id` unless the ids are whole numbers from 1 to 2^53-1.
pub(crate) fn operation(code: f64, lead: f64, contact: f64) -> Result<Operation> {
    match code {
        LEAD => Ok(Operation::DeleteLead { lead_id: lead_id(lead)? }),
        CONTACT => Ok(Operation::DeleteContact { contact_id: contact_id(contact)? }),
        LEAD_CONTACT => {
            Ok(Operation::DeleteLeadContact { lead_id: lead_id(lead)?, contact_id: contact_id(contact)? })
        }
        LEAD_CONTACT_ITEMS => Ok(Operation::DeleteLeadContactItems { lead_id: lead_id(lead)? }),
        _ => Err(Error::not_sent(ErrorKind::Internal, format!("there is no operation with the code {code}"))),
    }
}

/// The code of an operation.
pub(crate) fn code(operation: &Operation) -> f64 {
    match operation {
        Operation::DeleteLead { .. } => LEAD,
        Operation::DeleteContact { .. } => CONTACT,
        Operation::DeleteLeadContact { .. } => LEAD_CONTACT,
        Operation::DeleteLeadContactItems { .. } => LEAD_CONTACT_ITEMS,
    }
}

fn lead_id(id: f64) -> Result<LeadId> {
    whole(id).map_or_else(|| Err(LeadId::invalid(&id.to_string())), LeadId::new)
}

fn contact_id(id: f64) -> Result<ContactId> {
    whole(id).map_or_else(|| Err(ContactId::invalid(&id.to_string())), ContactId::new)
}

#[expect(clippy::cast_possible_truncation, reason = "whole numbers below 2^63 fit")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 2_f64.powi(63)).then_some(number as i64)
}

/// The error for a value that is no id; `value` is its text.
#[napi]
pub fn invalid_id(is_lead: bool, value: String) -> ErrorFields {
    let error = if is_lead { LeadId::invalid(&value) } else { ContactId::invalid(&value) };
    ErrorFields::from(&error)
}

/// An error of this side of the given kind, before anything was sent: for what TypeScript alone can see.
#[napi]
pub fn not_sent(kind: String, text: String) -> ErrorFields {
    let kind = ErrorKind::from_word(&kind).unwrap_or(ErrorKind::Internal);
    ErrorFields::from(&Error::not_sent(kind, text))
}
