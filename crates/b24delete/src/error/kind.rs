//! The kinds of errors.
// Made from data/errors.toml by `cargo xtask generate`.

use super::{Effect, Family, Follow};

/// What went wrong: a stable word, the same in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The record, or the lead whose bindings were to go, does not exist.
    NotFound,
    /// An argument has a value that is not allowed.
    InvalidArgument,
    /// An id is missing or is not a whole number from 1 to 2^53-1.
    InvalidId,
    /// A required field of the request is missing or not valid.
    MissingFields,
    /// The portal does not know the REST method; self-hosted portals may lag behind the cloud.
    MethodNotFound,
    /// The method may not be called inside `batch`.
    BatchMethodNotAllowed,
    /// A `batch` held more than 50 commands.
    BatchTooLong,
    /// The portal answers REST over https only.
    HttpsRequired,
    /// The acting user may not do this; for a whole request also: REST is not part of the portal's plan.
    AccessDenied,
    /// The webhook or token lacks the scope `crm`.
    InsufficientScope,
    /// The acting user has no access to the application, or is not an intranet user.
    UserAccess,
    /// The method refuses this way of authorization.
    WrongAuthType,
    /// An administrator of the portal has yet to confirm, or has denied, the use of the method.
    ConfirmationRequired,
    /// The portal's subscription has ended.
    PaymentRequired,
    /// The request carried no authorization that the portal recognised.
    NoAuth,
    /// The webhook's user or code is wrong, or its user was dismissed.
    InvalidCredentials,
    /// The access token belongs to no application of this portal.
    InvalidToken,
    /// The access token has expired.
    ExpiredToken,
    /// The authorization server did not renew the access token; a new login is needed.
    RefreshFailed,
    /// The application is not installed on the portal.
    ApplicationNotFound,
    /// Too many requests in a short time; nothing was executed.
    RateLimited,
    /// The method has used up its operating time of the last ten minutes; nothing was executed.
    OperationTimeLimit,
    /// The portal's support has blocked REST for overload; only support lifts it.
    Overloaded,
    /// The portal failed inside.
    InternalServerError,
    /// The portal reported an unexpected answer, or gave one that its documentation does not know.
    UnexpectedAnswer,
    /// The portal could not load a manifest.
    ManifestNotAvailable,
    /// The portal was deleted or its public part is closed.
    PortalDeleted,
    /// Any other error that the portal reported; `code` and `description` are its own words.
    PortalError,
    /// No answer came within the request timeout.
    Timeout,
    /// The connection could not be made, or broke before the answer was complete.
    Connection,
    /// The portal's certificate was not accepted, or the TLS handshake failed.
    Tls,
    /// The portal pointed to another address; credentials are never sent after a redirect.
    Redirected,
    /// The answer was not a reply of the REST interface: HTML, cut-off or malformed JSON, or too large.
    InvalidResponse,
    /// The operation may have been executed and this could not be settled; the cause is the error's source.
    OutcomeUnknown,
    /// The configuration is incomplete or contradicts itself.
    Config,
    /// The caller cancelled, or a stop rule ended the run.
    Cancelled,
    /// The job file could not be used, or a backup could not be made.
    Job,
    /// The record changed after the plan was made.
    Changed,
    /// A fault of this library.
    Internal,
}

impl ErrorKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 39] = [
        Self::NotFound,
        Self::InvalidArgument,
        Self::InvalidId,
        Self::MissingFields,
        Self::MethodNotFound,
        Self::BatchMethodNotAllowed,
        Self::BatchTooLong,
        Self::HttpsRequired,
        Self::AccessDenied,
        Self::InsufficientScope,
        Self::UserAccess,
        Self::WrongAuthType,
        Self::ConfirmationRequired,
        Self::PaymentRequired,
        Self::NoAuth,
        Self::InvalidCredentials,
        Self::InvalidToken,
        Self::ExpiredToken,
        Self::RefreshFailed,
        Self::ApplicationNotFound,
        Self::RateLimited,
        Self::OperationTimeLimit,
        Self::Overloaded,
        Self::InternalServerError,
        Self::UnexpectedAnswer,
        Self::ManifestNotAvailable,
        Self::PortalDeleted,
        Self::PortalError,
        Self::Timeout,
        Self::Connection,
        Self::Tls,
        Self::Redirected,
        Self::InvalidResponse,
        Self::OutcomeUnknown,
        Self::Config,
        Self::Cancelled,
        Self::Job,
        Self::Changed,
        Self::Internal,
    ];

    pub(super) const fn row(self) -> &'static KindRow {
        match self {
            Self::NotFound => &KindRow {
                word: "not_found",
                family: Family::NotFound,
                effect: Effect::Rejected,
                follow: Follow::End,
                summary: "The record, or the lead whose bindings were to go, does not exist.",
            },
            Self::InvalidArgument => &KindRow {
                word: "invalid_argument",
                family: Family::InvalidRequest,
                effect: Effect::Rejected,
                follow: Follow::End,
                summary: "An argument has a value that is not allowed.",
            },
            Self::InvalidId => &KindRow {
                word: "invalid_id",
                family: Family::InvalidRequest,
                effect: Effect::Rejected,
                follow: Follow::End,
                summary: "An id is missing or is not a whole number from 1 to 2^53-1.",
            },
            Self::MissingFields => &KindRow {
                word: "missing_fields",
                family: Family::InvalidRequest,
                effect: Effect::Rejected,
                follow: Follow::End,
                summary: "A required field of the request is missing or not valid.",
            },
            Self::MethodNotFound => &KindRow {
                word: "method_not_found",
                family: Family::InvalidRequest,
                effect: Effect::Rejected,
                follow: Follow::Stop,
                summary: "The portal does not know the REST method; self-hosted portals may lag behind the cloud.",
            },
            Self::BatchMethodNotAllowed => &KindRow {
                word: "batch_method_not_allowed",
                family: Family::InvalidRequest,
                effect: Effect::Rejected,
                follow: Follow::End,
                summary: "The method may not be called inside `batch`.",
            },
            Self::BatchTooLong => &KindRow {
                word: "batch_too_long",
                family: Family::InvalidRequest,
                effect: Effect::Rejected,
                follow: Follow::End,
                summary: "A `batch` held more than 50 commands.",
            },
            Self::HttpsRequired => &KindRow {
                word: "https_required",
                family: Family::InvalidRequest,
                effect: Effect::Rejected,
                follow: Follow::End,
                summary: "The portal answers REST over https only.",
            },
            Self::AccessDenied => &KindRow {
                word: "access_denied",
                family: Family::AccessDenied,
                effect: Effect::Rejected,
                follow: Follow::End,
                summary: "The acting user may not do this; for a whole request also: REST is not part of the portal's plan.",
            },
            Self::InsufficientScope => &KindRow {
                word: "insufficient_scope",
                family: Family::AccessDenied,
                effect: Effect::Rejected,
                follow: Follow::Stop,
                summary: "The webhook or token lacks the scope `crm`.",
            },
            Self::UserAccess => &KindRow {
                word: "user_access",
                family: Family::AccessDenied,
                effect: Effect::Rejected,
                follow: Follow::Stop,
                summary: "The acting user has no access to the application, or is not an intranet user.",
            },
            Self::WrongAuthType => &KindRow {
                word: "wrong_auth_type",
                family: Family::AccessDenied,
                effect: Effect::Rejected,
                follow: Follow::Stop,
                summary: "The method refuses this way of authorization.",
            },
            Self::ConfirmationRequired => &KindRow {
                word: "confirmation_required",
                family: Family::AccessDenied,
                effect: Effect::Rejected,
                follow: Follow::Stop,
                summary: "An administrator of the portal has yet to confirm, or has denied, the use of the method.",
            },
            Self::PaymentRequired => &KindRow {
                word: "payment_required",
                family: Family::AccessDenied,
                effect: Effect::Rejected,
                follow: Follow::Stop,
                summary: "The portal's subscription has ended.",
            },
            Self::NoAuth => &KindRow {
                word: "no_auth",
                family: Family::Auth,
                effect: Effect::Rejected,
                follow: Follow::Stop,
                summary: "The request carried no authorization that the portal recognised.",
            },
            Self::InvalidCredentials => &KindRow {
                word: "invalid_credentials",
                family: Family::Auth,
                effect: Effect::Rejected,
                follow: Follow::Stop,
                summary: "The webhook's user or code is wrong, or its user was dismissed.",
            },
            Self::InvalidToken => &KindRow {
                word: "invalid_token",
                family: Family::Auth,
                effect: Effect::Rejected,
                follow: Follow::Stop,
                summary: "The access token belongs to no application of this portal.",
            },
            Self::ExpiredToken => &KindRow {
                word: "expired_token",
                family: Family::Auth,
                effect: Effect::Rejected,
                follow: Follow::Refresh,
                summary: "The access token has expired.",
            },
            Self::RefreshFailed => &KindRow {
                word: "refresh_failed",
                family: Family::Auth,
                effect: Effect::NotSent,
                follow: Follow::Stop,
                summary: "The authorization server did not renew the access token; a new login is needed.",
            },
            Self::ApplicationNotFound => &KindRow {
                word: "application_not_found",
                family: Family::Auth,
                effect: Effect::Rejected,
                follow: Follow::Stop,
                summary: "The application is not installed on the portal.",
            },
            Self::RateLimited => &KindRow {
                word: "rate_limited",
                family: Family::Limit,
                effect: Effect::Rejected,
                follow: Follow::Wait,
                summary: "Too many requests in a short time; nothing was executed.",
            },
            Self::OperationTimeLimit => &KindRow {
                word: "operation_time_limit",
                family: Family::Limit,
                effect: Effect::Rejected,
                follow: Follow::Wait,
                summary: "The method has used up its operating time of the last ten minutes; nothing was executed.",
            },
            Self::Overloaded => &KindRow {
                word: "overloaded",
                family: Family::Limit,
                effect: Effect::Rejected,
                follow: Follow::Stop,
                summary: "The portal's support has blocked REST for overload; only support lifts it.",
            },
            Self::InternalServerError => &KindRow {
                word: "internal_server_error",
                family: Family::Portal,
                effect: Effect::MayHaveApplied,
                follow: Follow::LookUp,
                summary: "The portal failed inside.",
            },
            Self::UnexpectedAnswer => &KindRow {
                word: "unexpected_answer",
                family: Family::Portal,
                effect: Effect::MayHaveApplied,
                follow: Follow::LookUp,
                summary: "The portal reported an unexpected answer, or gave one that its documentation does not know.",
            },
            Self::ManifestNotAvailable => &KindRow {
                word: "manifest_not_available",
                family: Family::Portal,
                effect: Effect::MayHaveApplied,
                follow: Follow::LookUp,
                summary: "The portal could not load a manifest.",
            },
            Self::PortalDeleted => &KindRow {
                word: "portal_deleted",
                family: Family::Portal,
                effect: Effect::MayHaveApplied,
                follow: Follow::Stop,
                summary: "The portal was deleted or its public part is closed.",
            },
            Self::PortalError => &KindRow {
                word: "portal_error",
                family: Family::Portal,
                effect: Effect::MayHaveApplied,
                follow: Follow::LookUp,
                summary: "Any other error that the portal reported; `code` and `description` are its own words.",
            },
            Self::Timeout => &KindRow {
                word: "timeout",
                family: Family::Transport,
                effect: Effect::MayHaveApplied,
                follow: Follow::LookUp,
                summary: "No answer came within the request timeout.",
            },
            Self::Connection => &KindRow {
                word: "connection",
                family: Family::Transport,
                effect: Effect::MayHaveApplied,
                follow: Follow::LookUp,
                summary: "The connection could not be made, or broke before the answer was complete.",
            },
            Self::Tls => &KindRow {
                word: "tls",
                family: Family::Transport,
                effect: Effect::NotSent,
                follow: Follow::Repeat,
                summary: "The portal's certificate was not accepted, or the TLS handshake failed.",
            },
            Self::Redirected => &KindRow {
                word: "redirected",
                family: Family::Transport,
                effect: Effect::MayHaveApplied,
                follow: Follow::Stop,
                summary: "The portal pointed to another address; credentials are never sent after a redirect.",
            },
            Self::InvalidResponse => &KindRow {
                word: "invalid_response",
                family: Family::Transport,
                effect: Effect::MayHaveApplied,
                follow: Follow::LookUp,
                summary: "The answer was not a reply of the REST interface: HTML, cut-off or malformed JSON, or too large.",
            },
            Self::OutcomeUnknown => &KindRow {
                word: "outcome_unknown",
                family: Family::OutcomeUnknown,
                effect: Effect::MayHaveApplied,
                follow: Follow::End,
                summary: "The operation may have been executed and this could not be settled; the cause is the error's source.",
            },
            Self::Config => &KindRow {
                word: "config",
                family: Family::Local,
                effect: Effect::NotSent,
                follow: Follow::Stop,
                summary: "The configuration is incomplete or contradicts itself.",
            },
            Self::Cancelled => &KindRow {
                word: "cancelled",
                family: Family::Local,
                effect: Effect::NotSent,
                follow: Follow::End,
                summary: "The caller cancelled, or a stop rule ended the run.",
            },
            Self::Job => &KindRow {
                word: "job",
                family: Family::Local,
                effect: Effect::NotSent,
                follow: Follow::End,
                summary: "The job file could not be used, or a backup could not be made.",
            },
            Self::Changed => &KindRow {
                word: "changed",
                family: Family::Local,
                effect: Effect::NotSent,
                follow: Follow::End,
                summary: "The record changed after the plan was made.",
            },
            Self::Internal => &KindRow {
                word: "internal",
                family: Family::Local,
                effect: Effect::MayHaveApplied,
                follow: Follow::LookUp,
                summary: "A fault of this library.",
            },
        }
    }
}

/// A row of the table of kinds.
#[derive(Debug)]
pub(super) struct KindRow {
    pub(super) word: &'static str,
    pub(super) family: Family,
    pub(super) effect: Effect,
    pub(super) follow: Follow,
    pub(super) summary: &'static str,
}
