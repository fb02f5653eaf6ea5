//! Records of a job that are handed over as lines of JSON.

use std::ffi::{c_char, c_int, c_void};

use b24delete::Result;
use serde::Serialize;

use crate::gate::c_text;
use crate::outcome::line;

/// Gets a record as a line of JSON without a line break, which is there until the callback returns. Returns 0 to go on, and
/// anything else to end the call.
///
/// It runs on the thread that makes the call it was given to, may take its time and make any call.
pub type LineCallback = Option<unsafe extern "C" fn(user_data: *mut c_void, json: *const c_char) -> c_int>;

/// The caller's callback for lines.
pub(crate) struct Lines {
    callback: unsafe extern "C" fn(*mut c_void, *const c_char) -> c_int,
    user_data: *mut c_void,
}

impl Lines {
    pub(crate) fn new(
        callback: unsafe extern "C" fn(*mut c_void, *const c_char) -> c_int,
        user_data: *mut c_void,
    ) -> Self {
        Self { callback, user_data }
    }

    /// Hands records over until there are no more, or the caller wants no more.
    pub(crate) fn tell_all<T: Serialize>(&self, records: impl Iterator<Item = Result<T>>) -> Result<()> {
        for record in records {
            let json = c_text(&line(&record?)?);
            // SAFETY: the header says what the callback may do; the text lives until it returns.
            if unsafe { (self.callback)(self.user_data, json.as_ptr()) } != 0 {
                break;
            }
        }
        Ok(())
    }
}
