//! Making and opening job files.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{Fault, Result, Store, schema};

/// How long to wait for a reader or writer that is just busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// A store is used by one thread at a time: SQLite needs no locks of its own.
const ALONE: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
const TO_WRITE: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(ALONE);
const TO_READ: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_URI).union(ALONE);

/// Every commit reaches the disk, with one sync; readers do not disturb the writer.
const DURABLE: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;";

/// For a file that nobody knows of yet: it is synced as a whole when it is complete.
const FAST: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;";

/// A job file that is being made. It has its final name only once it is complete, so that a crash leaves no half a plan.
#[derive(Debug)]
pub(crate) struct Draft {
    place: PathBuf,
    path: PathBuf,
}

impl Draft {
    /// Begins the file, readable for its owner only, in a directory that is made so where it is missing.
    ///
    /// # Errors
    /// When there is such a file already, or it cannot be made.
    pub(crate) fn create(path: &Path) -> Result<(Self, Store)> {
        if path.symlink_metadata().is_ok() {
            return Err(Fault::Text("exists already".to_owned()));
        }
        // SQLite would take what an earlier job left there for a part of this one.
        let rest = beside(path, "-wal");
        if rest.metadata().is_ok_and(|rest| rest.len() > 0) {
            let text = format!("cannot be made: `{}` is left of an earlier job", rest.display());
            return Err(Fault::Text(text));
        }
        make_directory(path).map_err(|error| Fault::Text(format!("cannot be made: {error}")))?;
        let place = beside(path, ".draft");
        remove(&place).map_err(|error| Fault::Text(format!("cannot be made: {error}")))?;
        let draft = Self { place, path: path.to_owned() };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&draft.place).map_err(|error| Fault::Text(format!("cannot be made: {error}")))?;
        let connection = Connection::open_with_flags(&draft.place, TO_WRITE)?;
        connection.execute_batch(FAST)?;
        schema::migrate(&connection, 0)?;
        Ok((draft, Store::new(connection, path)))
    }

    /// Gives the complete file its name. Its store is closed.
    ///
    /// # Errors
    /// When the disk does not take it, or the name was taken meanwhile.
    pub(crate) fn complete(self) -> Result<()> {
        File::open(&self.place).and_then(|file| file.sync_all())?;
        // Unlike a renaming, a link never replaces a file that is there.
        match fs::hard_link(&self.place, &self.path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(Fault::Text("exists already".to_owned()));
            }
            // Some file systems have no links.
            Err(_) => fs::rename(&self.place, &self.path)?,
        }
        sync_directory(&self.path)?;
        Ok(())
    }
}

impl Drop for Draft {
    /// Leaves nothing but the complete file.
    fn drop(&mut self) {
        if let Err(error) = remove(&self.place) {
            tracing::warn!(%error, "a draft is left behind");
        }
    }
}

impl Store {
    /// Refuses a path where there is no file.
    pub(crate) fn exists(path: &Path) -> Result<()> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => Ok(()),
            Ok(_) => Err(Fault::Text("is not a file".to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(Fault::Text("does not exist".to_owned()))
            }
            Err(error) => Err(Fault::Text(format!("cannot be opened: {error}"))),
        }
    }

    /// Opens a job file to change it; the caller holds the [`Lock`](super::Lock).
    ///
    /// # Errors
    /// When it is missing, foreign, damaged, read-only or of a newer version.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Self::exists(path)?;
        let connection = Connection::open_with_flags(path, TO_WRITE)?;
        connection.busy_timeout(PATIENCE)?;
        let version = check(&connection)?;
        if connection.is_readonly(rusqlite::MAIN_DB)? {
            return Err(Fault::Text("cannot be written: it is read-only".to_owned()));
        }
        connection.execute_batch(DURABLE)?;
        sound(&connection)?;
        let mut store = Self::new(connection, path);
        if version < schema::VERSION {
            store.transaction(|store| Ok(schema::migrate(&store.connection, version)?))?;
        }
        Ok(store)
    }

    /// Opens a job file to look at it, also beside a process that runs it.
    ///
    /// # Errors
    /// When it is missing, foreign, damaged or not of this version.
    pub(crate) fn open_to_read(path: &Path) -> Result<Self> {
        Self::exists(path)?;
        let mut connection = Connection::open_with_flags(path, TO_READ)?;
        if !beside(path, "-wal").exists() && read_version(&connection).is_err_and(|error| cannot_open(&error))
        {
            // SQLite makes files beside it even to read, which a read-only directory does not allow.
            connection = Connection::open_with_flags(unchanging(path), TO_READ)?;
        }
        connection.busy_timeout(PATIENCE)?;
        let version = check(&connection)?;
        if version < schema::VERSION {
            let text = format!("is of the older version {version}: `b24delete run` brings it up to date");
            return Err(Fault::Text(text));
        }
        Ok(Self::new(connection, path))
    }
}

/// The URI of a file that nobody changes.
fn unchanging(path: &Path) -> String {
    let text = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{text}?immutable=1")
}

fn cannot_open(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::CannotOpen)
}

fn read_version(connection: &Connection) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// The version of a file that is a job of this program.
fn check(connection: &Connection) -> Result<i32> {
    let version = read_version(connection)?;
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != schema::APPLICATION_ID {
        return Err(Fault::Text("is not a job file".to_owned()));
    }
    match version {
        1..=schema::VERSION => Ok(version),
        newer => Err(Fault::Text(format!(
            "is of version {newer}, which this program does not know: it reads up to {}",
            schema::VERSION
        ))),
    }
}

/// Looks through the whole file, so that damage shows before anything is deleted rather than amid the work.
fn sound(connection: &Connection) -> Result<()> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    match verdict.as_str() {
        "ok" => Ok(()),
        fault => Err(Fault::Text(format!("is damaged: {fault}"))),
    }
}

/// A path that differs only in what stands after its end.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn make_directory(path: &Path) -> std::io::Result<()> {
    let directory = directory(path);
    if fs::metadata(directory).is_ok() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> std::io::Result<()> {
    File::open(directory(path))?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_path: &Path) -> std::io::Result<()> {
    Ok(())
}
