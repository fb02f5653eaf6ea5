//! Runs over many operations.

use std::ffi::{c_int, c_void};
use std::slice;

use b24delete::Result;

use crate::client::Client;
use crate::error::Error;
use crate::gate::{Out, gate, invalid, required};
use crate::operation::Operation;
use crate::outcome::Outcome;
use crate::place::may_wait;
use crate::reader::Reader;
use crate::run::{Run, Teller};
use crate::run_options::{Progress, RunOptions};
use crate::summary::Summary;

/// Gets an outcome, which is there until the callback returns; `b24_outcome_copy` keeps it. Returns 0 to go on, and
/// anything else to cancel the run: no more callbacks then, and what is still to come is only counted in the summary.
///
/// It runs on the thread that makes the call it was given to, may take its time and make any call. While it does, the run
/// goes no further than a few packs ahead.
pub type OutcomeCallback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, outcome: *const Outcome) -> c_int>;

/// Puts the next operations into `operations`, which has room for `capacity` of them. Returns how many there are: 0 at the
/// end, and a negative number when they cannot be had, which stops the run with the reason `source`.
///
/// It runs on the thread that makes the call it was given to, when more is wanted. It may wait, but should not for long
/// once it has some: nothing is handed over meanwhile. It may make any call.
pub type OperationsCallback = Option<
    unsafe extern "C" fn(user_data: *mut c_void, operations: *mut Operation, capacity: usize) -> isize,
>;

/// Carries out `count` operations in packs, waits for it, and hands over one outcome for each as it becomes final.
///
/// `options`, `on_outcome` and `summary` may be NULL. All operations are checked before anything is sent, and they are
/// copied. Operations on one lead keep their order. An operation that fails is an outcome and not an error: what is
/// returned as an error is wrong with the arguments, and then nothing was sent. Why a run stopped early is in the summary.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete_many(
    client: Option<&Client>,
    operations: *const Operation,
    count: usize,
    options: Option<&RunOptions>,
    on_outcome: OutcomeCallback,
    user_data: *mut c_void,
    summary: *mut Option<Box<Summary>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(summary);
    gate(|| {
        let client = required("client", client)?;
        let operations = checked(operations, count)?;
        let engine = client.engine()?;
        may_wait()?;
        let run = Run::over(client, operations, options)?;
        out.set(Summary::new(
            run.see_through(engine, &Teller::new(on_outcome, user_data, progress(options))),
        ));
        Ok(())
    })
}

/// As `b24_delete_many`, over operations that a callback gives, as many as there are. `user_data` goes to both callbacks.
///
/// An operation with a wrong id stops the run, as a negative number does; those before it are carried out if they were sent
/// by then, and are not run otherwise. What follows it was not read. The error is in the summary.
#[unsafe(no_mangle)]
pub extern "C" fn b24_delete_many_from(
    client: Option<&Client>,
    read_operations: OperationsCallback,
    options: Option<&RunOptions>,
    on_outcome: OutcomeCallback,
    user_data: *mut c_void,
    summary: *mut Option<Box<Summary>>,
) -> Option<Box<Error>> {
    let out = Out::cleared(summary);
    gate(|| {
        let client = required("client", client)?;
        let reader = Reader::new(required("read_operations", read_operations)?, user_data);
        let engine = client.engine()?;
        may_wait()?;
        let run = Run::reading(client, reader, options)?;
        out.set(Summary::new(
            run.see_through(engine, &Teller::new(on_outcome, user_data, progress(options))),
        ));
        Ok(())
    })
}

fn progress(options: Option<&RunOptions>) -> Option<&Progress> {
    options.and_then(|options| options.progress.as_ref())
}

/// The operations of an array.
pub(crate) fn checked(operations: *const Operation, count: usize) -> Result<Vec<b24delete::Operation>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let size = count.checked_mul(size_of::<Operation>()).and_then(|size| isize::try_from(size).ok());
    if operations.is_null() || !operations.is_aligned() || size.is_none() {
        return Err(invalid(format!("`operations` is not an array of {count} operations")));
    }
    // SAFETY: it is aligned and not too long; the header asks for `count` operations that stay as they are.
    let operations = unsafe { slice::from_raw_parts(operations, count) };
    let named = |index: usize, error: &b24delete::Error| {
        b24delete::Error::not_sent(error.kind(), format!("`operations[{index}]`: {}", error.description()))
    };
    let each = operations.iter().enumerate();
    each.map(|(index, operation)| operation.checked().map_err(|error| named(index, &error))).collect()
}
