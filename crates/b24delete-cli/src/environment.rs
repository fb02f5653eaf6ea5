//! The environment variables that are read, all in one list.

use crate::failure::Failure;

/// URL of an inbound webhook.
pub(crate) const WEBHOOK: &str = "B24_WEBHOOK";
/// REST address of the portal, for an application.
pub(crate) const REST: &str = "B24_REST";
/// The application's id.
pub(crate) const CLIENT_ID: &str = "B24_CLIENT_ID";
/// The application's key.
pub(crate) const CLIENT_SECRET: &str = "B24_CLIENT_SECRET";
/// An access token to begin with.
pub(crate) const ACCESS_TOKEN: &str = "B24_ACCESS_TOKEN";
/// A refresh token to begin with.
pub(crate) const REFRESH_TOKEN: &str = "B24_REFRESH_TOKEN";
/// The token endpoint of the authorization server.
pub(crate) const OAUTH_TOKEN: &str = "B24_OAUTH_TOKEN";

/// The value of a variable, unless it is empty.
///
/// # Errors
/// When it is not UTF-8 text.
pub(crate) fn read(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var_os(name) {
        None => Ok(None),
        Some(value) => match value.into_string() {
            Ok(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Err(_) => Err(Failure::usage(format!("`{name}` is not UTF-8 text"))),
        },
    }
}
