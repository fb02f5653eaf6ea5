//! The kinds of errors, as C sees them.
// Made from crates/b24delete/data/errors.toml by `cargo xtask generate`.

use std::ffi::CStr;

/// What went wrong: a stable number, and a stable word in every language.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// There is no error.
    None = 0,
    /// The record, or the lead whose bindings were to go, does not exist.
    NotFound = 1,
    /// An argument has a value that is not allowed.
    InvalidArgument = 2,
    /// An id is missing or is not a whole number from 1 to 2^53-1.
    InvalidId = 3,
    /// A required field of the request is missing or not valid.
    MissingFields = 4,
    /// The portal does not know the REST method; self-hosted portals may lag behind the cloud.
    MethodNotFound = 5,
    /// The method may not be called inside `batch`.
    BatchMethodNotAllowed = 6,
    /// A `batch` held more than 50 commands.
    BatchTooLong = 7,
    /// The portal answers REST over https only.
    HttpsRequired = 8,
    /// The acting user may not do this; for a whole request also: REST is not part of the portal's plan.
    AccessDenied = 9,
    /// The webhook or token lacks the scope `crm`.
    InsufficientScope = 10,
    /// The acting user has no access to the application, or is not an intranet user.
    UserAccess = 11,
    /// The method refuses this way of authorization.
    WrongAuthType = 12,
    /// An administrator of the portal has yet to confirm, or has denied, the use of the method.
    ConfirmationRequired = 13,
    /// The portal's subscription has ended.
    PaymentRequired = 14,
    /// The request carried no authorization that the portal recognised.
    NoAuth = 15,
    /// The webhook's user or code is wrong, or its user was dismissed.
    InvalidCredentials = 16,
    /// The access token belongs to no application of this portal.
    InvalidToken = 17,
    /// The access token has expired.
    ExpiredToken = 18,
    /// The authorization server did not renew the access token; a new login is needed.
    RefreshFailed = 19,
    /// The application is not installed on the portal.
    ApplicationNotFound = 20,
    /// Too many requests in a short time; nothing was executed.
    RateLimited = 21,
    /// The method has used up its operating time of the last ten minutes; nothing was executed.
    OperationTimeLimit = 22,
    /// The portal's support has blocked REST for overload; only support lifts it.
    Overloaded = 23,
    /// The portal failed inside.
    InternalServerError = 24,
    /// The portal reported an unexpected answer, or gave one that its documentation does not know.
    UnexpectedAnswer = 25,
    /// The portal could not load a manifest.
    ManifestNotAvailable = 26,
    /// The portal was deleted or its public part is closed.
    PortalDeleted = 27,
    /// Any other error that the portal reported; `code` and `description` are its own words.
    PortalError = 28,
    /// No answer came within the request timeout.
    Timeout = 29,
    /// The connection could not be made, or broke before the answer was complete.
    Connection = 30,
    /// The portal's certificate was not accepted, or the TLS handshake failed.
    Tls = 31,
    /// The portal pointed to another address; credentials are never sent after a redirect.
    Redirected = 32,
    /// The answer was not a reply of the REST interface: HTML, cut-off or malformed JSON, or too large.
    InvalidResponse = 33,
    /// The operation may have been executed and this could not be settled; the cause is the error's source.
    OutcomeUnknown = 34,
    /// The configuration is incomplete or contradicts itself.
    Config = 35,
    /// The caller cancelled, or a stop rule ended the run.
    Cancelled = 36,
    /// The job file could not be used, or a backup could not be made.
    Job = 37,
    /// The record changed after the plan was made.
    Changed = 38,
    /// A fault of this library.
    Internal = 39,
}

const KINDS: [(b24delete::ErrorKind, ErrorKind, &CStr); 39] = [
    (b24delete::ErrorKind::NotFound, ErrorKind::NotFound, c"not_found"),
    (b24delete::ErrorKind::InvalidArgument, ErrorKind::InvalidArgument, c"invalid_argument"),
    (b24delete::ErrorKind::InvalidId, ErrorKind::InvalidId, c"invalid_id"),
    (b24delete::ErrorKind::MissingFields, ErrorKind::MissingFields, c"missing_fields"),
    (b24delete::ErrorKind::MethodNotFound, ErrorKind::MethodNotFound, c"method_not_found"),
    (
        b24delete::ErrorKind::BatchMethodNotAllowed,
        ErrorKind::BatchMethodNotAllowed,
        c"batch_method_not_allowed",
    ),
    (b24delete::ErrorKind::BatchTooLong, ErrorKind::BatchTooLong, c"batch_too_long"),
    (b24delete::ErrorKind::HttpsRequired, ErrorKind::HttpsRequired, c"https_required"),
    (b24delete::ErrorKind::AccessDenied, ErrorKind::AccessDenied, c"access_denied"),
    (b24delete::ErrorKind::InsufficientScope, ErrorKind::InsufficientScope, c"insufficient_scope"),
    (b24delete::ErrorKind::UserAccess, ErrorKind::UserAccess, c"user_access"),
    (b24delete::ErrorKind::WrongAuthType, ErrorKind::WrongAuthType, c"wrong_auth_type"),
    (b24delete::ErrorKind::ConfirmationRequired, ErrorKind::ConfirmationRequired, c"confirmation_required"),
    (b24delete::ErrorKind::PaymentRequired, ErrorKind::PaymentRequired, c"payment_required"),
    (b24delete::ErrorKind::NoAuth, ErrorKind::NoAuth, c"no_auth"),
    (b24delete::ErrorKind::InvalidCredentials, ErrorKind::InvalidCredentials, c"invalid_credentials"),
    (b24delete::ErrorKind::InvalidToken, ErrorKind::InvalidToken, c"invalid_token"),
    (b24delete::ErrorKind::ExpiredToken, ErrorKind::ExpiredToken, c"expired_token"),
    (b24delete::ErrorKind::RefreshFailed, ErrorKind::RefreshFailed, c"refresh_failed"),
    (b24delete::ErrorKind::ApplicationNotFound, ErrorKind::ApplicationNotFound, c"application_not_found"),
    (b24delete::ErrorKind::RateLimited, ErrorKind::RateLimited, c"rate_limited"),
    (b24delete::ErrorKind::OperationTimeLimit, ErrorKind::OperationTimeLimit, c"operation_time_limit"),
    (b24delete::ErrorKind::Overloaded, ErrorKind::Overloaded, c"overloaded"),
    (b24delete::ErrorKind::InternalServerError, ErrorKind::InternalServerError, c"internal_server_error"),
    (b24delete::ErrorKind::UnexpectedAnswer, ErrorKind::UnexpectedAnswer, c"unexpected_answer"),
    (b24delete::ErrorKind::ManifestNotAvailable, ErrorKind::ManifestNotAvailable, c"manifest_not_available"),
    (b24delete::ErrorKind::PortalDeleted, ErrorKind::PortalDeleted, c"portal_deleted"),
    (b24delete::ErrorKind::PortalError, ErrorKind::PortalError, c"portal_error"),
    (b24delete::ErrorKind::Timeout, ErrorKind::Timeout, c"timeout"),
    (b24delete::ErrorKind::Connection, ErrorKind::Connection, c"connection"),
    (b24delete::ErrorKind::Tls, ErrorKind::Tls, c"tls"),
    (b24delete::ErrorKind::Redirected, ErrorKind::Redirected, c"redirected"),
    (b24delete::ErrorKind::InvalidResponse, ErrorKind::InvalidResponse, c"invalid_response"),
    (b24delete::ErrorKind::OutcomeUnknown, ErrorKind::OutcomeUnknown, c"outcome_unknown"),
    (b24delete::ErrorKind::Config, ErrorKind::Config, c"config"),
    (b24delete::ErrorKind::Cancelled, ErrorKind::Cancelled, c"cancelled"),
    (b24delete::ErrorKind::Job, ErrorKind::Job, c"job"),
    (b24delete::ErrorKind::Changed, ErrorKind::Changed, c"changed"),
    (b24delete::ErrorKind::Internal, ErrorKind::Internal, c"internal"),
];

const _: () = assert!(b24delete::ErrorKind::ALL.len() == KINDS.len());

pub(crate) fn kind_of(kind: b24delete::ErrorKind) -> ErrorKind {
    KINDS.iter().find(|row| row.0 == kind).map_or(ErrorKind::Internal, |row| row.1)
}

pub(crate) fn name_of(kind: ErrorKind) -> &'static CStr {
    KINDS.iter().find(|row| row.1 == kind).map_or(c"none", |row| row.2)
}
