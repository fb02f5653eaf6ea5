//! The job file for asynchronous callers.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use b24delete::{Error, ErrorKind, Result};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::store::{Fault, Lock, Store};

/// Shares an open job file. Its work is done on threads that may block.
#[derive(Debug, Clone)]
pub(crate) struct Handle {
    /// None once it is closed.
    file: Arc<Mutex<Option<OpenFile>>>,
    path: Arc<Path>,
}

#[derive(Debug)]
struct OpenFile {
    store: Store,
    /// Held as long as anybody can write through a handle; let go of after the file is closed.
    _lock: Option<Lock>,
}

impl Handle {
    /// Opens a job file to look at it.
    pub(crate) fn to_read(path: &Path) -> Result<Self> {
        let store = Store::open_to_read(path).map_err(|fault| fault.at(path))?;
        Ok(Self::new(store, path.to_owned(), None))
    }

    /// Opens a job file to change it: nobody else can until it is closed, or this handle and its clones are gone.
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
        let file = OpenFile { store, _lock: lock };
        Self { file: Arc::new(Mutex::new(Some(file))), path: path.into() }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Does work on the file, here and now.
    pub(crate) fn now<T>(&self, work: impl FnOnce(&mut Store) -> Result<T, Fault>) -> Result<T> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let done = match file.as_mut() {
            Some(file) => work(&mut file.store),
            None => Err(Fault::Text("is closed".to_owned())),
        };
        done.map_err(|fault| fault.at(&self.path))
    }

    /// Does work on the file on another thread. It is done even when the future is dropped.
    pub(crate) async fn call<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&mut Store) -> Result<T, Fault> + Send + 'static,
    {
        let handle = self.clone();
        let (give, mut result) = oneshot::channel();
        let ended = on_blocking_thread(move || drop(give.send(handle.now(work)))).await;
        result.try_recv().unwrap_or_else(|_| {
            let why = ended.err().map(|error| format!(": {error}")).unwrap_or_default();
            Err(Error::not_sent(ErrorKind::Internal, format!("work on the job file failed{why}")))
        })
    }

    /// Closes the file once the work that is under way is done. Work that nobody waits for any more may come later, and finds
    /// it closed.
    pub(crate) async fn close(self) {
        let close = move || drop(self.file.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Err(error) = on_blocking_thread(close).await {
            tracing::error!(%error, "the job file cannot be closed");
        }
    }
}

/// One type for all work: for each of its own, tokio's tasks would be compiled once more.
fn on_blocking_thread(work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let work: Box<dyn FnOnce() + Send> = Box::new(work);
    spawn_blocking(work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Draft;

    #[tokio::test]
    async fn a_closed_file_is_free_whoever_still_holds_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("some.b24job");
        let (draft, store) = Draft::create(&path).unwrap();
        drop(store);
        draft.complete().unwrap();
        let handle = Handle::to_write(&path).unwrap();
        let other = handle.clone();
        assert!(Handle::to_write(&path).is_err(), "it is locked");
        handle.close().await;
        assert!(Handle::to_write(&path).is_ok());
        let refused = other.call(|store| store.count_backups()).await.unwrap_err();
        assert!(refused.description().ends_with("is closed"), "{refused}");
    }
}
