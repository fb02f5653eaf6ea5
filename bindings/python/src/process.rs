//! What belongs to one process. Threads do not survive a `fork`, so a child gets everything anew.

use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::time::Duration;
use std::{mem, process, ptr, thread};

use b24delete::{Error, ErrorKind};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};

use crate::callbacks::Callbacks;
use crate::clock;
use crate::logging::Records;

/// How long the interpreter's end waits for Python code that threads of this module are in.
const PATIENCE: Duration = Duration::from_secs(1);

/// The engine's threads, and what waits to be told to Python.
pub(crate) struct Process {
    id: u32,
    pub(crate) runtime: Runtime,
    pub(crate) callbacks: Callbacks,
    pub(crate) records: Records,
    ending: AtomicBool,
    in_python: AtomicUsize,
}

/// Never a lock: a thread that does not exist in a forked child may have held it.
static CURRENT: AtomicPtr<Process> = AtomicPtr::new(ptr::null_mut());

/// This process's own part.
///
/// # Errors
/// `internal` when the system gives no more threads.
pub(crate) fn current() -> Result<&'static Process, Error> {
    let known = CURRENT.load(Ordering::Acquire);
    if let Some(process) = existing() {
        return Ok(process);
    }
    let fresh = Box::into_raw(Box::new(Process::start()?));
    match CURRENT.compare_exchange(known, fresh, Ordering::AcqRel, Ordering::Acquire) {
        // SAFETY: it came from a box and is never freed.
        Ok(_) => Ok(unsafe { &*fresh }),
        Err(winner) => {
            // SAFETY: nobody else has seen the own one, and the winner is never freed.
            unsafe {
                Box::from_raw(fresh).runtime.shutdown_background();
                Ok(&*winner)
            }
        }
    }
}

/// This process's own part, where there is one already.
pub(crate) fn existing() -> Option<&'static Process> {
    // SAFETY: what is stored there came from a box and is never freed.
    let process = unsafe { CURRENT.load(Ordering::Acquire).as_ref() }?;
    (process.id == process::id()).then_some(process)
}

impl Process {
    fn start() -> Result<Self, Error> {
        let failed = |error| {
            Error::not_sent(
                ErrorKind::Internal,
                format!("the engine's threads could not be started: {error}"),
            )
        };
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("b24delete")
            .enable_all()
            .build()
            .map_err(failed)?;
        Ok(Self {
            id: process::id(),
            runtime,
            callbacks: Callbacks::default(),
            records: Records::default(),
            ending: AtomicBool::new(false),
            in_python: AtomicUsize::new(0),
        })
    }

    /// Runs `action` with the interpreter; none when the interpreter ends or has ended. For threads of this module.
    pub(crate) fn in_python<T>(&self, action: impl FnOnce(Python<'_>) -> T) -> Option<T> {
        self.in_python.fetch_add(1, Ordering::SeqCst);
        let result = match self.ending.load(Ordering::SeqCst) {
            true => None,
            false => Python::try_attach(action),
        };
        self.in_python.fetch_sub(1, Ordering::SeqCst);
        result
    }

    /// Waits for something outside of the interpreter, amid [`in_python`](Self::in_python). Nobody comes back from there once
    /// the interpreter ends.
    pub(crate) fn out_of_python<T: Send>(&self, py: Python<'_>, wait: impl FnOnce() -> T + Send) -> T {
        py.detach(|| {
            self.in_python.fetch_sub(1, Ordering::SeqCst);
            let waited = wait();
            self.in_python.fetch_add(1, Ordering::SeqCst);
            if self.ending.load(Ordering::SeqCst) {
                self.in_python.fetch_sub(1, Ordering::SeqCst);
                loop {
                    thread::park();
                }
            }
            waited
        })
    }
}

/// Lets no thread of this module into the interpreter any more: it is about to end, and would end those threads in the
/// middle of whatever they do.
#[pyfunction]
pub(crate) fn shut_down(py: Python<'_>) {
    let Some(process) = existing() else { return };
    process.ending.store(true, Ordering::SeqCst);
    py.detach(|| {
        let started = clock::now();
        while process.in_python.load(Ordering::SeqCst) > 0 && clock::now() - started < PATIENCE {
            thread::yield_now();
        }
    });
}

/// A value that is of use in the process only that made it. A forked child neither uses it nor drops it: that would
/// touch sockets and locks of its parent.
pub(crate) struct Own<T> {
    process: u32,
    value: Option<T>,
}

impl<T> Own<T> {
    /// A value of this process.
    pub(crate) fn new(value: T) -> Self {
        Self { process: process::id(), value: Some(value) }
    }

    /// The value, unless this is another process.
    pub(crate) fn get(&self) -> Option<&T> {
        self.value.as_ref().filter(|_| self.process == process::id())
    }
}

impl<T> Drop for Own<T> {
    fn drop(&mut self) {
        if self.process != process::id() {
            mem::forget(self.value.take());
        }
    }
}
