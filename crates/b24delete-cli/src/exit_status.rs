//! How the command ended.

use std::process::ExitCode;

/// How the command ended. The numbers are the process's exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Everything was done.
    Success = 0,
    /// Something failed, is unknown or was not run.
    Incomplete = 1,
    /// The arguments or the configuration are wrong; nothing was deleted.
    Usage = 2,
    /// The portal refused as a whole: authorization, rights, scope, plan or block.
    Refused = 3,
    /// Ctrl-C.
    Interrupted = 130,
}

impl ExitStatus {
    /// The process's exit code.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}
