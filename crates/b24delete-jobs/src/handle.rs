//! The job file for asynchronous callers.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use b24delete::{Error, ErrorKind, Result};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use crate::store::{Fault, Lock, Store};

/// Shares an open job file. Its work is done on threads that may block.
#[derive(Debug, Clone)]
pub(crate) struct Handle {
    store: Arc<Mutex<Store>>,
    path: Arc<Path>,
    /// Held as long as anybody can write through this handle.
    _lock: Option<Arc<Lock>>,
}

impl Handle {
    /// Opens a job file to look at it.
    pub(crate) fn to_read(path: &Path) -> Result<Self> {
        let store = Store::open_to_read(path).map_err(|fault| fault.at(path))?;
        Ok(Self::new(store, path.to_owned(), None))
    }

    /// Opens a job file to change it: nobody else can until this handle and its clones are gone.
    pub(crate) fn to_write(path: &Path) -> Result<Self> {
        let open = || {
            Store::exists(path)?;
            let lock = Lock::take(path)?;
            Ok((Store::open(path)?, lock))
        };
        let (store, lock) = open().map_err(|fault: Fault| fault.at(path))?;
        Ok(Self::new(store, path.to_owned(), Some(lock)))
    }

    /// A file that is being made, under its later name.
    pub(crate) fn of_draft(store: Store, path: PathBuf) -> Self {
        Self::new(store, path, None)
    }

    fn new(store: Store, path: PathBuf, lock: Option<Lock>) -> Self {
        Self { store: Arc::new(Mutex::new(store)), path: path.into(), _lock: lock.map(Arc::new) }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Does work on the file, here and now.
    pub(crate) fn now<T>(&self, work: impl FnOnce(&mut Store) -> Result<T, Fault>) -> Result<T> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut store).map_err(|fault| fault.at(&self.path))
    }

    /// Does work on the file on another thread. It is done even when the future is dropped.
    pub(crate) async fn call<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&mut Store) -> Result<T, Fault> + Send + 'static,
    {
        let handle = self.clone();
        let (give, mut result) = oneshot::channel();
        // One type for all work: for each of its own, tokio's tasks would be compiled once more.
        let work: Box<dyn FnOnce() + Send> = Box::new(move || drop(give.send(handle.now(work))));
        let ended = spawn_blocking(work).await;
        result.try_recv().unwrap_or_else(|_| {
            let why = ended.err().map(|error| format!(": {error}")).unwrap_or_default();
            Err(Error::not_sent(ErrorKind::Internal, format!("work on the job file failed{why}")))
        })
    }
}
