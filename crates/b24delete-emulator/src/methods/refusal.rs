//! The refusals that several methods share.

use std::borrow::Cow;

use super::Refusal;

impl Refusal {
    /// A refusal with HTTP status 400.
    pub(crate) fn new(code: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self { http_status: 400, code: Cow::Borrowed(code), description: description.into() }
    }

    /// The refusal of old CRM methods: their code is empty.
    pub(crate) fn plain(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new("", description)
    }

    /// The record's number is missing or none.
    pub(crate) fn invalid_id() -> Self {
        Self::plain("ID is not defined or invalid.")
    }

    /// There is no such record, in old CRM methods.
    pub(crate) fn not_found() -> Self {
        Self::plain("Not found")
    }

    /// The user lacks a right, in old CRM methods.
    pub(crate) fn access_denied() -> Self {
        Self::plain("Access denied")
    }
}

/// The database failed: the portal has an error of its own.
impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the portal's database failed");
        Self { http_status: 500, ..Self::new("INTERNAL_SERVER_ERROR", "Internal server error") }
    }
}
