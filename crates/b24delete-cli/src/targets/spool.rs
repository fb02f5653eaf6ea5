//! Inputs that can be read twice: regular files as they are, pipes through a temporary copy.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use tempfile::SpooledTempFile;

/// Up to this size a pipe is kept in memory.
const IN_MEMORY: usize = 8 << 20;

/// An input that can be read from its start again.
pub(super) enum Input {
    File(File),
    Copy(SpooledTempFile),
}

impl Input {
    /// Opens a file, or stdin for `-`.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        if path.as_os_str() == "-" {
            return copy(io::stdin().lock());
        }
        let file = File::open(path)?;
        match file.metadata()?.is_file() {
            true => Ok(Self::File(file)),
            false => copy(file),
        }
    }
}

fn copy(mut source: impl Read) -> io::Result<Input> {
    let mut spool = SpooledTempFile::new(IN_MEMORY);
    io::copy(&mut source, &mut spool)?;
    spool.rewind()?;
    Ok(Input::Copy(spool))
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Copy(spool) => spool.read(buffer),
        }
    }
}

impl Seek for Input {
    fn seek(&mut self, position: io::SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(position),
            Self::Copy(spool) => spool.seek(position),
        }
    }
}
