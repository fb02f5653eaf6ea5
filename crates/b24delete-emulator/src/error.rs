//! What can go wrong with the emulator itself.

use std::error::Error;
use std::fmt;
use std::io;

use crate::methods::Refusal;
use crate::store::StoreError;

/// The emulator could not be started or its records could not be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum EmulatorError {
    /// The database failed.
    Store(StoreError),
    /// The port could not be opened.
    Port {
        /// Its number, 0 for any.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// A file could not be written.
    Io(io::Error),
    /// The certificates could not be made.
    Certificate(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for EmulatorError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Port { port, .. } => {
                return write!(formatter, "port {port} of this machine could not be opened");
            }
            Self::Store(_) => "the portal's records could not be used",
            Self::Io(_) => "the emulator could not write a file",
            Self::Certificate(_) => "the emulator could not make its certificates",
        })
    }
}

impl Error for EmulatorError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::Port { source: error, .. } | Self::Io(error) => Some(error),
            Self::Certificate(error) => Some(error.as_ref()),
        }
    }
}

impl From<StoreError> for EmulatorError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for EmulatorError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A refusal by a method of the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The `error` word.
    pub code: String,
    /// The `error_description`.
    pub description: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the portal refused: {} {}", self.code, self.description)
    }
}

impl Error for Refused {}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code.into_owned(), description: refusal.description.into_owned() }
    }
}
