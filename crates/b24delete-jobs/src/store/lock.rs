//! One process per job.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process;

use super::{Fault, Result};

/// The right to change a job, held until it is dropped or the process ends, however it ends.
///
/// It is a lock of the operating system on `FILE.lock`, which stays empty and is never removed: SQLite's own locks
/// would be lost if the job file itself were opened and closed beside it.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    process: u32,
}

impl Lock {
    /// Takes the lock.
    ///
    /// # Errors
    /// When another process has it.
    pub(crate) fn take(job: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path(job)).map_err(|error| match error.kind() {
            ErrorKind::PermissionDenied => Fault::Text("may not be written by this user".to_owned()),
            _ => Fault::Text(format!("cannot be locked: {error}")),
        })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file, process: process::id() }),
            Err(TryLockError::WouldBlock) => Err(Fault::Text("is in use by another process".to_owned())),
            Err(TryLockError::Error(error)) => Err(Fault::Text(format!("cannot be locked: {error}"))),
        }
    }
}

impl Drop for Lock {
    /// To close the file is not enough: a child that was forked meanwhile has it open too. Such a child does not give up what
    /// is its parent's.
    fn drop(&mut self) {
        if self.process != process::id() {
            return;
        }
        if let Err(error) = self.file.unlock() {
            tracing::error!(%error, "a job file cannot be unlocked");
        }
    }
}

/// One lock for one file, by whatever path it is reached.
fn path(job: &Path) -> PathBuf {
    let real = job.canonicalize().unwrap_or_else(|_| job.to_owned());
    let mut name = real.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    real.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_ends_with_its_holder_whoever_else_has_the_file_open() {
        let directory = tempfile::tempdir().unwrap();
        let job = directory.path().join("some.b24job");
        let lock = Lock::take(&job).unwrap();
        // As a child has it that is forked now.
        let _inherited = lock.file.try_clone().unwrap();
        assert!(Lock::take(&job).is_err(), "it is held");
        drop(lock);
        assert!(Lock::take(&job).is_ok());
    }
}
