//! Single calls that tell their answer to a callback.

use std::ffi::c_void;

use crate::call::prepared;
use crate::call_options::CallOptions;
use crate::client::Client;
use crate::deletion::Deletion;
use crate::error::Error;
use crate::gate::{gate, required};
use crate::operation::{
    Operation, b24_operation_contact, b24_operation_lead, b24_operation_lead_contact,
    b24_operation_lead_contact_items,
};
use crate::user_data::{Finalizer, UserData};

/// Gets the answer of a call: either `error` or `deletion` is not NULL, and the callback frees it.
///
/// It runs on the library's thread for callbacks, which calls one at a time, in the order in which calls end. It may take
/// its time and make any call, but the next callback waits for it.
pub type DeletionCallback = Option<
    unsafe extern "C" fn(user_data: *mut c_void, error: Option<Box<Error>>, deletion: Option<Box<Deletion>>),
>;

/// As `b24_delete_lead`, without waiting: `callback` gets the answer, once. `options` may be NULL.
///
/// An error that is returned is of the arguments, and then there is no callback. `finalizer` runs once in any case: after
/// the callback, or before an error is returned. It may be NULL. The client may be freed meanwhile, and to cancel the call
/// give its options a canceller. So for the other three.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete_lead_async(
    client: Option<&Client>,
    lead_id: i64,
    options: Option<&CallOptions>,
    callback: DeletionCallback,
    user_data: *mut c_void,
    finalizer: Finalizer,
) -> Option<Box<Error>> {
    b24_delete_async(client, b24_operation_lead(lead_id), options, callback, user_data, finalizer)
}

/// As `b24_delete_contact`, without waiting.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete_contact_async(
    client: Option<&Client>,
    contact_id: i64,
    options: Option<&CallOptions>,
    callback: DeletionCallback,
    user_data: *mut c_void,
    finalizer: Finalizer,
) -> Option<Box<Error>> {
    b24_delete_async(client, b24_operation_contact(contact_id), options, callback, user_data, finalizer)
}

/// As `b24_delete_lead_contact`, without waiting.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete_lead_contact_async(
    client: Option<&Client>,
    lead_id: i64,
    contact_id: i64,
    options: Option<&CallOptions>,
    callback: DeletionCallback,
    user_data: *mut c_void,
    finalizer: Finalizer,
) -> Option<Box<Error>> {
    let operation = b24_operation_lead_contact(lead_id, contact_id);
    b24_delete_async(client, operation, options, callback, user_data, finalizer)
}

/// As `b24_delete_lead_contact_items`, without waiting.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete_lead_contact_items_async(
    client: Option<&Client>,
    lead_id: i64,
    options: Option<&CallOptions>,
    callback: DeletionCallback,
    user_data: *mut c_void,
    finalizer: Finalizer,
) -> Option<Box<Error>> {
    let operation = b24_operation_lead_contact_items(lead_id);
    b24_delete_async(client, operation, options, callback, user_data, finalizer)
}

/// As `b24_delete`, without waiting.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete_async(
    client: Option<&Client>,
    operation: Operation,
    options: Option<&CallOptions>,
    callback: DeletionCallback,
    user_data: *mut c_void,
    finalizer: Finalizer,
) -> Option<Box<Error>> {
    gate(|| {
        let user_data = UserData::new(user_data, finalizer);
        let client = required("client", client)?;
        let callback = required("callback", callback)?;
        let engine = client.engine()?;
        engine.start_call(prepared(client, operation, options)?, move |result| {
            let (error, deletion) = match result {
                Ok(deletion) => (None, Some(Box::new(Deletion::new(deletion)))),
                Err(error) => (Some(Box::new(Error::new(error))), None),
            };
            // SAFETY: the header says what the callback may do, and that it owns what it gets.
            unsafe { callback(user_data.pointer(), error, deletion) };
        });
        Ok(())
    })
}
