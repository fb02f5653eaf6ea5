//! The environment variables that are read, all in one list.

use crate::failure::Failure;

/// URL of an inbound webhook.
const WEBHOOK: &str = "B24_WEBHOOK";

/// The value of `B24_WEBHOOK`, unless it is empty.
///
/// # Errors
/// When it is not UTF-8 text.
pub(crate) fn webhook() -> Result<Option<String>, Failure> {
    match std::env::var_os(WEBHOOK) {
        None => Ok(None),
        Some(value) => match value.into_string() {
            Ok(text) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
            Err(_) => Err(Failure::usage(format!("`{WEBHOOK}` is not UTF-8 text"))),
        },
    }
}
