//! The version of the library that is loaded.

use std::ffi::{CStr, c_char};

const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");

/// Version of the library that is loaded, such as `0.1.0`; `B24DELETE_VERSION` is that of the header. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn b24_version() -> *const c_char {
    CStr::from_bytes_with_nul(VERSION.as_bytes()).unwrap_or_default().as_ptr()
}
