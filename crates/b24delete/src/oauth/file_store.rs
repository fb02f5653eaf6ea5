//! Tokens in a file that processes on one machine share.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::store::{StoreError, StoreFuture, TokenLock, TokenStore};
use super::tokens::Tokens;
use crate::clock;

/// A token file is far shorter.
const LARGEST: u64 = 64 * 1024;

/// How often a lock that another process holds is tried again, and for how long: longer than a renewal can take.
const TRY_AGAIN: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(90);

/// Keeps tokens in a file that only its owner can read (mode 0600, in directories made with mode 0700).
///
/// A new file replaces the old one as a whole, after it has reached the disk: a crash leaves either. `FILE.lock` next to
/// it keeps processes from renewing the same token twice; it stays empty and is never removed.
#[derive(Debug, Clone)]
pub struct FileTokenStore {
    path: PathBuf,
}

impl FileTokenStore {
    /// A store in this file. Nothing is read or created yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn lock_path(&self) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        self.path.with_file_name(name)
    }

    /// Names the file before an error of it.
    fn failed(&self, what: &str, error: impl std::fmt::Display) -> StoreError {
        format!("token file `{}` {what}: {error}", self.path.display()).into()
    }
}

impl TokenStore for FileTokenStore {
    fn load(&self) -> StoreFuture<'_, Option<Tokens>> {
        Box::pin(async move {
            let path = self.path.clone();
            let text = blocking(move || read(&path)).await;
            match text.map_err(|error| self.failed("cannot be read", error))? {
                Some(text) => Tokens::from_json(&text).map(Some).map_err(|error| {
                    self.failed("is of no use, a new login replaces it", error.description())
                }),
                None => Ok(None),
            }
        })
    }

    fn save(&self, tokens: &Tokens) -> StoreFuture<'_, ()> {
        let text = tokens.to_json();
        Box::pin(async move {
            let path = self.path.clone();
            blocking(move || write(&path, &text))
                .await
                .map_err(|error| self.failed("cannot be written", error))
        })
    }

    fn lock(&self) -> StoreFuture<'_, TokenLock> {
        Box::pin(async move {
            let path = self.lock_path();
            let file = blocking(move || open_lock(&path)).await;
            let file = file.map_err(|error| self.failed("cannot be locked", error))?;
            let deadline = clock::now() + PATIENCE;
            loop {
                match file.try_lock() {
                    Ok(()) => return Ok(TokenLock::new(file)),
                    Err(TryLockError::WouldBlock) if clock::now() < deadline => {
                        clock::sleep_until(Some(clock::now() + TRY_AGAIN)).await;
                    }
                    Err(TryLockError::WouldBlock) => {
                        let seconds = PATIENCE.as_secs();
                        return Err(
                            self.failed("is locked", format!("another process has held it for {seconds} s"))
                        );
                    }
                    Err(TryLockError::Error(error)) => return Err(self.failed("cannot be locked", error)),
                }
            }
        })
    }
}

/// Does work on files where it may block.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

fn read(path: &Path) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text)?;
    Ok(Some(text))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let directory = make_directory(path)?;
    // Temporary files have mode 0600 from their first moment.
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_directory(directory)
}

fn open_lock(path: &Path) -> io::Result<File> {
    make_directory(path)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the directories above a file, for their owner only. Those that exist stay as they are.
fn make_directory(path: &Path) -> io::Result<&Path> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if fs::metadata(directory).is_err() {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory)?;
    }
    Ok(directory)
}

/// Makes a renaming last.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn tokens(refresh: &str) -> Tokens {
        Tokens::new(None, Some(Secret::new(refresh)))
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_can_read_what_is_saved() {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a/b/tokens.json");
        let store = FileTokenStore::new(&path);
        assert!(store.load().await.unwrap().is_none());
        for refresh in ["first", "second"] {
            drop(store.lock().await.unwrap());
            store.save(&tokens(refresh)).await.unwrap();
            assert_eq!(store.load().await.unwrap(), Some(tokens(refresh)));
        }
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&store.lock_path()), 0o600);
        assert_eq!((mode(path.parent().unwrap()), mode(&directory.path().join("a"))), (0o700, 0o700));
        let names = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(names, 2, "no temporary file stays");
    }

    #[tokio::test]
    async fn a_damaged_file_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tokens.json");
        for content in [&b""[..], b"{\"v\":1,\"refresh_token\":\"s3cr", b"\xff\xfe", &[b'['; 100_000]] {
            fs::write(&path, content).unwrap();
            let error = FileTokenStore::new(&path).load().await.unwrap_err().to_string();
            assert!(error.contains("tokens.json`") && !error.contains("s3cr"), "{error}");
        }
    }

    #[tokio::test]
    async fn one_holds_the_lock_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tokens.json");
        let (one, other) = (FileTokenStore::new(&path), FileTokenStore::new(&path));
        let held = one.lock().await.unwrap();
        let waiting = tokio::spawn(async move { other.lock().await.map(drop) });
        clock::sleep_until(Some(clock::now() + TRY_AGAIN * 5)).await;
        assert!(!waiting.is_finished());
        drop(held);
        waiting.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_directory_that_cannot_be_made_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        fs::write(&file, "").unwrap();
        let store = FileTokenStore::new(file.join("tokens.json"));
        let error = store.lock().await.unwrap_err().to_string();
        assert!(error.contains("cannot be locked"), "{error}");
    }
}
