//! The error model: one type, a stable kind, and what the failed attempt may have done.

mod classify;
mod kind;
mod portal_codes;

use std::fmt;
use std::sync::Arc;

pub(crate) use self::classify::{Endpoint, classify};
pub use self::kind::ErrorKind;

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a failed attempt may have done on the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing left this machine.
    NotSent,
    /// The portal refused before executing anything.
    Rejected,
    /// The portal may have executed the operation, or may still do so.
    MayHaveApplied,
}

impl Effect {
    /// The stable word: `not_sent`, `rejected` or `may_have_applied`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Rejected => "rejected",
            Self::MayHaveApplied => "may_have_applied",
        }
    }

    /// The effect with this stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::NotSent, Self::Rejected, Self::MayHaveApplied]
            .into_iter()
            .find(|effect| effect.as_str() == word)
    }
}

/// The family of a kind: the exception class in Python and JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// The record does not exist.
    NotFound,
    /// The request itself is wrong.
    InvalidRequest,
    /// The acting user or application may not do this.
    AccessDenied,
    /// The portal does not accept the credentials.
    Auth,
    /// A limit of the portal.
    Limit,
    /// A fault inside the portal.
    Portal,
    /// The request or its answer was lost or damaged on the way.
    Transport,
    /// The operation may have been executed, and this could not be settled.
    OutcomeUnknown,
    /// A fault on this side: configuration, job file, cancellation.
    Local,
}

impl Family {
    /// The name of the class in Python and JavaScript, such as `NotFoundError`.
    pub const fn class_name(self) -> &'static str {
        match self {
            Self::NotFound => "NotFoundError",
            Self::InvalidRequest => "InvalidRequestError",
            Self::AccessDenied => "AccessDeniedError",
            Self::Auth => "AuthError",
            Self::Limit => "LimitError",
            Self::Portal => "PortalError",
            Self::Transport => "TransportError",
            Self::OutcomeUnknown => "OutcomeUnknownError",
            Self::Local => "LocalError",
        }
    }
}

/// What the engine does after an error of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Follow {
    /// Nothing left this machine: send again.
    Repeat,
    /// Nothing ran: wait, then send again.
    Wait,
    /// Renew the access token, then send again.
    Refresh,
    /// Read the portal to settle what happened.
    LookUp,
    /// End the run.
    Stop,
    /// End the operation.
    End,
}

impl ErrorKind {
    /// The stable word of the kind, the same in every language, such as `not_found`.
    pub const fn as_str(self) -> &'static str {
        self.row().word
    }

    /// The family that the kind belongs to.
    pub const fn family(self) -> Family {
        self.row().family
    }

    /// What an attempt that ended with this kind may have done, where the single error does not say better.
    pub const fn default_effect(self) -> Effect {
        self.row().effect
    }

    /// One sentence that says what the kind means.
    pub const fn summary(self) -> &'static str {
        self.row().summary
    }

    pub(crate) const fn follow(self) -> Follow {
        self.row().follow
    }

    /// The kind with this stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Everything that can go wrong, from a bad id to a lost answer.
///
/// The [`kind`](Self::kind) is stable and the same in every language; the texts are for people. Known secrets are masked
/// in all of them. `Display` prints this error only, [`source`](std::error::Error::source) leads to its cause.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    effect: Effect,
    method: Option<&'static str>,
    code: String,
    description: String,
    http_status: Option<u16>,
    attempts: u32,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// The caller's own source of operations failed; [`Client::delete_stream`](crate::Client::delete_stream) takes it.
    pub fn of_source(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        let mut wrapped =
            Self::not_sent(ErrorKind::InvalidArgument, format!("the source of operations failed: {error}"));
        wrapped.0.source = Some(Arc::new(error));
        wrapped
    }

    /// An error of this side, with a text that names the value and what is allowed.
    pub(crate) fn new(kind: ErrorKind, description: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            effect: kind.default_effect(),
            method: None,
            code: String::new(),
            description: description.into(),
            http_status: None,
            attempts: 0,
            source: None,
        }))
    }

    /// An error that was found on this side, before anything was sent; the text names the value and what is allowed.
    pub fn not_sent(kind: ErrorKind, description: impl Into<String>) -> Self {
        Self::new(kind, description).with_effect(Effect::NotSent)
    }

    /// The portal reported an error in its own words.
    pub(crate) fn from_portal(kind: ErrorKind, code: &str, description: &str, http_status: u16) -> Self {
        Self::new(kind, description).with_code(code).with_http_status(http_status)
    }

    /// An attempt may have applied and could not be settled; `cause` says how it was lost.
    pub(crate) fn outcome_unknown(description: impl Into<String>, cause: Option<Self>) -> Self {
        let mut error = Self::new(ErrorKind::OutcomeUnknown, description);
        if let Some(cause) = cause {
            error.0.method = cause.0.method;
            error.0.http_status = cause.0.http_status;
            error.0.attempts = cause.0.attempts;
            error.0.source = Some(Arc::new(cause));
        }
        error
    }

    /// The same error where an attempt may have done something else than its kind says.
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.0.effect = effect;
        self
    }

    /// Names the REST method.
    #[must_use]
    pub fn with_method(mut self, method: &'static str) -> Self {
        self.0.method = Some(method);
        self
    }

    /// Says how often the delete was sent in a way that could have executed it.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Adds the portal's own code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = code.into();
        self
    }

    /// Adds the status of the HTTP reply.
    #[must_use]
    pub fn with_http_status(mut self, http_status: u16) -> Self {
        self.0.http_status = Some(http_status);
        self
    }

    /// The error that led to this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// What went wrong: the stable contract.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// True when nothing that comes after it can go better: the portal as a whole refuses, or code on this side that
    /// every request needs is broken.
    pub(crate) fn is_for_all(&self) -> bool {
        let is_ours = self.kind() == ErrorKind::Internal && self.effect() == Effect::NotSent;
        is_ours || matches!(self.kind().follow(), Follow::Stop | Follow::Refresh)
    }

    /// What the failed attempt may have done.
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// The REST method that was called, such as `crm.lead.delete`.
    pub fn method(&self) -> Option<&'static str> {
        self.0.method
    }

    /// The portal's own code; empty when it gave none or the error is of this side.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The portal's own text, or this library's where the error is of this side. Secrets are masked.
    pub fn description(&self) -> &str {
        &self.0.description
    }

    /// Status of the HTTP reply that carried the error: 200 inside a batch.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// How often the delete was sent in a way that could have executed it.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(method) = self.0.method {
            write!(formatter, "{method}: ")?;
        }
        match self.0.description.is_empty() {
            true => formatter.write_str(self.0.kind.summary())?,
            false => formatter.write_str(&self.0.description)?,
        }
        write!(formatter, " ({}", self.0.kind)?;
        if !self.0.code.trim().is_empty() {
            write!(formatter, ", {}", self.0.code)?;
        }
        if let Some(status) = self.0.http_status {
            write!(formatter, ", HTTP {status}")?;
        }
        formatter.write_str(")")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("effect", &self.0.effect)
            .field("method", &self.0.method)
            .field("code", &self.0.code)
            .field("description", &self.0.description)
            .field("http_status", &self.0.http_status)
            .field("attempts", &self.0.attempts)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl PartialEq for Error {
    /// Equal when everything but the source is.
    fn eq(&self, other: &Self) -> bool {
        let key = |error: &Self| {
            let inner = &error.0;
            (inner.kind, inner.effect, inner.method, inner.http_status, inner.attempts)
        };
        key(self) == key(other) && self.code() == other.code() && self.description() == other.description()
    }
}
