//! Why a command ended early, as it is told on stderr.

use std::error::Error as _;
use std::fmt::Display;
use std::io;

use b24delete::{Error, ErrorKind, Family};

use crate::exit_status::ExitStatus;

/// A reason to end the command, with hints for the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) status: ExitStatus,
    pub(crate) message: String,
    pub(crate) hints: Vec<String>,
}

impl Failure {
    /// The arguments, an input or the configuration are wrong.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self::new(ExitStatus::Usage, message)
    }

    /// The work could not be done, or not all of it.
    pub(crate) fn incomplete(message: impl Display) -> Self {
        Self::new(ExitStatus::Incomplete, message)
    }

    /// The portal refuses the caller.
    pub(crate) fn refused(message: impl Display) -> Self {
        Self::new(ExitStatus::Refused, message)
    }

    /// The user interrupted before anything was deleted.
    pub(crate) fn interrupted() -> Self {
        Self::new(ExitStatus::Interrupted, "interrupted, nothing was deleted")
    }

    fn new(status: ExitStatus, message: impl Display) -> Self {
        Self { status, message: message.to_string(), hints: Vec::new() }
    }

    /// Nothing is wrong: whoever read the data, such as `head`, has had enough.
    fn satisfied() -> Self {
        Self::new(ExitStatus::Success, "")
    }

    /// Whether there is something to tell.
    pub(crate) fn is_told(&self) -> bool {
        !self.message.is_empty()
    }

    /// Adds a hint.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hints.push(hint.to_string());
        self
    }

    /// Says before the message where the fault is, or what was tried.
    #[must_use]
    pub(crate) fn within(mut self, place: impl Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }
}

impl From<Failure> for Error {
    /// For callers of the library, who see neither an exit status nor hints apart.
    fn from(failure: Failure) -> Self {
        let text = std::iter::once(failure.message).chain(failure.hints).collect::<Vec<_>>().join("; ");
        Self::not_sent(ErrorKind::Config, text)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let failure = Self::new(status_of(&error), describe(&error));
        match hint_for(error.kind()) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// The error with its causes, in one line.
pub(crate) fn describe(error: &Error) -> String {
    let mut text = match error.kind() {
        ErrorKind::Config | ErrorKind::InvalidId | ErrorKind::Job | ErrorKind::Changed => {
            error.description().to_owned()
        }
        _ => error.to_string(),
    };
    let mut cause = error.source();
    while let Some(error) = cause {
        let told = error.to_string();
        if !text.contains(&told) {
            text.push_str(": ");
            text.push_str(&told);
        }
        cause = error.source();
    }
    text
}

/// The exit status of a command that ends with this error.
pub(crate) fn status_of(error: &Error) -> ExitStatus {
    match (error.kind(), error.kind().family()) {
        (ErrorKind::Config | ErrorKind::InvalidId | ErrorKind::Job, _) => ExitStatus::Usage,
        (_, Family::Auth | Family::AccessDenied) => ExitStatus::Refused,
        (
            ErrorKind::PortalDeleted
            | ErrorKind::MethodNotFound
            | ErrorKind::HttpsRequired
            | ErrorKind::Overloaded
            | ErrorKind::Redirected,
            _,
        ) => ExitStatus::Refused,
        _ => ExitStatus::Incomplete,
    }
}

/// What to do about an error that stopped everything.
pub(crate) fn hint_for(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::InvalidCredentials | ErrorKind::NoAuth | ErrorKind::InvalidToken => {
            "the code of a webhook may have changed, or its user left: see Developer resources in the portal; an application logs in again with `b24delete auth login`"
        }
        ErrorKind::RefreshFailed | ErrorKind::ExpiredToken | ErrorKind::ApplicationNotFound => {
            "`b24delete auth login` logs in again; the application must be installed on the portal"
        }
        ErrorKind::InsufficientScope => {
            "give the webhook or the application the scope `crm` in the portal's settings"
        }
        ErrorKind::MethodNotFound => "`b24delete check` shows which methods the portal has",
        ErrorKind::Redirected => "the portal may have a new address: put it into the configuration",
        ErrorKind::Overloaded => "only the portal's support can lift this block",
        ErrorKind::RateLimited | ErrorKind::OperationTimeLimit => {
            "something else uses up this limit of the portal: try again later, or stop the other integration"
        }
        ErrorKind::PaymentRequired => "REST needs a commercial plan of the portal",
        ErrorKind::Connection => {
            "is the host in the webhook's URL right, and can this machine reach it? nothing is lost by trying again"
        }
        ErrorKind::Tls => {
            "is it `https` on that port? `SSL_CERT_FILE` names a file with the certificate of an authority of your own"
        }
        ErrorKind::Timeout => {
            "the portal may be busy: try again later, or wait longer with `--request-timeout`"
        }
        _ => return None,
    })
}

/// The data could not be written.
pub(crate) fn stdout(error: &io::Error) -> Failure {
    Failure::incomplete(format!("stdout could not be written: {error}"))
}

/// The data of a command that only shows could not be written.
pub(crate) fn shown(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::satisfied(),
        _ => stdout(error),
    }
}
