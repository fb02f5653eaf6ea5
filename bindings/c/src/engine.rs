//! The library's own threads: one on which everything runs that waits for the network, and one for callbacks.
//!
//! A process has one engine. It starts with the first client and lives as long as the process. After a fork the child
//! has none of its threads, so the child starts another for its new clients, and what came from the parent is refused.

use std::io;
use std::process;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::mpsc;
use std::thread;

use b24delete::{ErrorKind, Result};
use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;

use crate::gate::{panicked, quietly};
use crate::place::{Place, may_wait};
use crate::signals;

/// A call of a callback.
type Job = Box<dyn FnOnce() + Send>;

/// The threads of this library in one process.
pub(crate) struct Engine {
    process: u32,
    handle: Handle,
    callbacks: mpsc::Sender<Job>,
    /// Ends the threads when it is dropped.
    _stop: oneshot::Sender<()>,
    /// That of the process that this one was forked from. It stays reachable, so that it does not look like a leak.
    _before: Option<&'static Self>,
}

/// No lock guards it: a lock that another thread holds during a fork would stay locked in the child for ever.
static CURRENT: AtomicPtr<Engine> = AtomicPtr::new(ptr::null_mut());

impl Engine {
    /// The engine of this process, started when there is none.
    ///
    /// # Errors
    /// `internal` when the system refuses the threads.
    pub(crate) fn of_this_process() -> Result<&'static Self> {
        loop {
            let known = CURRENT.load(Ordering::Acquire);
            // SAFETY: what was published once is never freed.
            let current = unsafe { known.as_ref() };
            if let Some(engine) = current.filter(|engine| engine.is_of_this_process()) {
                return Ok(engine);
            }
            let started = Self::begin(current).map_err(|error| {
                let text = format!("the library's threads cannot be started: {error}");
                b24delete::Error::not_sent(ErrorKind::Internal, text).with_source(error)
            })?;
            let started = Box::into_raw(Box::new(started));
            if CURRENT.compare_exchange(known, started, Ordering::AcqRel, Ordering::Acquire).is_err() {
                // SAFETY: another thread was faster, and nobody has seen this one.
                drop(unsafe { Box::from_raw(started) });
            }
        }
    }

    fn begin(before: Option<&'static Self>) -> io::Result<Self> {
        let runtime =
            runtime::Builder::new_current_thread().enable_all().thread_name("b24delete-wait").build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let (callbacks, jobs) = mpsc::channel::<Job>();
        start_thread("b24delete", move || {
            Place::Engine.enter(|| _ = runtime.block_on(stopped));
        })?;
        start_thread("b24delete-calls", move || jobs.into_iter().for_each(|job| quietly((), job)))?;
        Ok(Self { process: process::id(), handle, callbacks, _stop: stop, _before: before })
    }

    /// False in a child that was forked after the engine had started.
    pub(crate) fn is_of_this_process(&self) -> bool {
        self.process == process::id()
    }

    /// Refuses what comes from the parent of a forked process.
    pub(crate) fn check(&self) -> Result<()> {
        match self.is_of_this_process() {
            true => Ok(()),
            false => Err(b24delete::Error::not_sent(
                ErrorKind::Config,
                "the client was made before a fork: make one in this process",
            )),
        }
    }

    /// Runs a future on the engine's thread and waits for its result. Only there may anything touch a socket: a write to
    /// a closed connection would raise SIGPIPE on another thread.
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        future: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let task = self.start(future)?;
        self.wait_here(task)
    }

    /// Starts a future on the engine's thread, for a thread that may wait. What is returned gives its result.
    pub(crate) fn start<T, F>(&self, future: F) -> Result<impl Future<Output = Result<T>> + use<T, F>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        self.check()?;
        may_wait()?;
        let task = self.handle.spawn(future);
        Ok(async move { task.await.unwrap_or_else(|error| Err(ended_early(error))) })
    }

    /// Waits for a future that does no input or output of its own.
    pub(crate) fn wait_here<T>(&self, future: impl Future<Output = T>) -> T {
        self.handle.block_on(future)
    }

    /// Starts a future on the engine's thread; `then` gets its result on the thread for callbacks.
    pub(crate) fn start_call<T: Send + 'static>(
        &'static self,
        future: impl Future<Output = Result<T>> + Send + 'static,
        then: impl FnOnce(Result<T>) + Send + 'static,
    ) {
        let task = self.handle.spawn(future);
        self.handle.spawn(async move {
            let result = task.await.unwrap_or_else(|error| Err(ended_early(error)));
            // The thread for callbacks takes jobs as long as there is a sender, and this engine is never freed.
            let _ = self.callbacks.send(Box::new(move || then(result)));
        });
    }

    /// Lets tasks be started from this thread.
    pub(crate) fn enter(&self) -> runtime::EnterGuard<'_> {
        self.handle.enter()
    }
}

fn ended_early(error: tokio::task::JoinError) -> b24delete::Error {
    match error.try_into_panic() {
        Ok(panic) => panicked(&*panic),
        Err(error) => {
            b24delete::Error::not_sent(ErrorKind::Internal, format!("the call ended early: {error}"))
        }
    }
}

/// Starts a thread that no signal reaches.
fn start_thread(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    signals::blocked(|| thread::Builder::new().name(name.to_owned()).spawn(body)).map(drop)
}
