//! Single calls that wait for their answer.

use b24delete::Result;

use crate::call_options::CallOptions;
use crate::client::Client;
use crate::deletion::Deletion;
use crate::error::Error;
use crate::gate::{Out, gate, required};
use crate::operation::{
    Operation, b24_operation_contact, b24_operation_lead, b24_operation_lead_contact,
    b24_operation_lead_contact_items,
};

/// Deletes a lead, `crm.lead.delete`, and waits for it. `deletion` may be NULL.
///
/// Errors: `invalid_id` unless the id lies between 1 and 2^53-1; `not_found` when there is no such lead; else any kind, and
/// `b24_error_effect` tells what may have happened. So for the other three.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete_lead(
    client: Option<&Client>,
    lead_id: i64,
    deletion: *mut Option<Box<Deletion>>,
) -> Option<Box<Error>> {
    b24_delete(client, b24_operation_lead(lead_id), None, deletion)
}

/// Deletes a contact, `crm.contact.delete`, and waits for it. The portal may take 100 seconds. `deletion` may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete_contact(
    client: Option<&Client>,
    contact_id: i64,
    deletion: *mut Option<Box<Deletion>>,
) -> Option<Box<Error>> {
    b24_delete(client, b24_operation_contact(contact_id), None, deletion)
}

/// Takes one contact off a lead, `crm.lead.contact.delete`, and waits for it. The lead comes first. Both records stay. When
/// it was not linked, the status is `B24_STATUS_ABSENT`. `deletion` may be NULL.
///
/// Errors: `not_found` when there is no such lead.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete_lead_contact(
    client: Option<&Client>,
    lead_id: i64,
    contact_id: i64,
    deletion: *mut Option<Box<Deletion>>,
) -> Option<Box<Error>> {
    b24_delete(client, b24_operation_lead_contact(lead_id, contact_id), None, deletion)
}

/// Takes all contacts off a lead, `crm.lead.contact.items.delete`, and waits for it. All records stay. `deletion` may be
/// NULL.
///
/// Errors: `not_found` when there is no such lead.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete_lead_contact_items(
    client: Option<&Client>,
    lead_id: i64,
    deletion: *mut Option<Box<Deletion>>,
) -> Option<Box<Error>> {
    b24_delete(client, b24_operation_lead_contact_items(lead_id), None, deletion)
}

/// Carries out one operation, with options, and waits for it. `options` and `deletion` may be NULL.
///
/// Errors: as of the four functions above; with a deadline also the limit's error or `outcome_unknown`, with a canceller
/// `cancelled`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete(
    client: Option<&Client>,
    operation: Operation,
    options: Option<&CallOptions>,
    deletion: *mut Option<Box<Deletion>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(deletion);
    gate(|| {
        let client = required("client", client)?;
        let call = prepared(client, operation, options)?;
        out.set(Deletion::new(client.engine()?.wait(call)?));
        Ok(())
    })
}

/// The call of an operation that was checked; it still has to be started.
pub(crate) fn prepared(
    client: &Client,
    operation: Operation,
    options: Option<&CallOptions>,
) -> Result<impl Future<Output = Result<b24delete::Deletion>> + Send + use<>> {
    let operation = operation.checked()?;
    let (options, attached) = options.map(CallOptions::start).unwrap_or_default();
    let client = client.core().clone();
    Ok(async move {
        let result = client.delete(operation, options).await;
        drop(attached);
        result
    })
}
