//! Texts that the caller owns.

use std::ffi::{CString, c_char};
use std::ptr;

use b24delete::Result;

use crate::error::Error;
use crate::gate::{c_text, gate};

/// Puts a text into `place`, unless that is NULL; `b24_string_free` takes it back.
pub(crate) fn hand_over(
    place: *mut *mut c_char,
    text: impl FnOnce() -> Result<String>,
) -> Option<Box<Error>> {
    let put = |text: *mut c_char| {
        // SAFETY: the header asks for NULL or room for a pointer.
        unsafe { place.write(text) };
    };
    if !place.is_null() {
        put(ptr::null_mut());
    }
    gate(|| {
        let text = text()?;
        if !place.is_null() {
            put(c_text(&text).into_raw());
        }
        Ok(())
    })
}

/// Takes a text back.
fn take_back(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: the header asks for a text that `hand_over` gave, which comes from `CString::into_raw`.
        drop(unsafe { CString::from_raw(text) });
    }
}

/// Frees a text that this library handed over as `char *`. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_string_free(text: *mut c_char) {
    take_back(text);
}
