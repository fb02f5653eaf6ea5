//! The way of operations from Python to the engine: in chunks, so that few steps go between the two.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use b24delete::{Error, ErrorKind, Operation as Delete, Result};
use futures_util::Stream;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList};
use tokio::sync::mpsc::error::SendError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock;
use crate::errors::{class_name, invalid_argument};
use crate::operation::Operation;
use crate::process::Process;

/// So many operations are pulled at a time, a pack, and so many at most for an engine that takes them quickly.
const CHUNK: usize = 50;
const LARGEST_CHUNK: usize = 200;

/// An engine that is ready for the next chunk after so long is quick: no portal of Bitrix24's own is.
const QUICK_ENGINE: Duration = Duration::from_millis(50);

/// So many chunks may wait for the engine when operations are pulled before it runs short of them.
const CHUNKS_AHEAD: usize = 5;

/// So many of [`CHUNK`] it takes before it has sent anything.
const TAKEN_AT_ONCE: usize = 2;

/// A source that gives a chunk within this time may be asked for more at a time.
const QUICK: Duration = Duration::from_millis(1);

/// While one proves quick, the time is looked at after so many operations.
const BETWEEN_LOOKS: usize = 8;

type Chunk = Vec<Result<Delete>>;

/// Operations that were pulled and that the engine did not take before it ended.
pub(crate) type Left = Arc<Mutex<Vec<Delete>>>;

/// Where operations go in.
pub(crate) struct Feed {
    chunks: UnboundedSender<Chunk>,
    given: Arc<AtomicUsize>,
    /// How many chunks the engine has taken; closed when it takes no more.
    taken: watch::Receiver<usize>,
    last: Mutex<LastChunk>,
    left: Left,
}

/// When operations were last pulled, and how many at most.
struct LastChunk {
    at: Instant,
    size: usize,
}

/// Where they come out, for the engine.
pub(crate) struct Operations {
    chunks: UnboundedReceiver<Chunk>,
    current: std::vec::IntoIter<Result<Delete>>,
    take: watch::Sender<usize>,
    left: Left,
}

impl Stream for Operations {
    type Item = Result<Delete>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(operation) = self.current.next() {
                return Poll::Ready(Some(operation));
            }
            let Some(chunk) = ready!(self.chunks.poll_recv(context)) else { return Poll::Ready(None) };
            self.take.send_modify(|count| *count += 1);
            self.current = chunk.into_iter();
        }
    }
}

impl Drop for Operations {
    fn drop(&mut self) {
        self.chunks.close();
        let mut left = locked(&self.left);
        left.extend(self.current.by_ref().flatten());
        while let Ok(chunk) = self.chunks.try_recv() {
            left.extend(chunk.into_iter().flatten());
        }
    }
}

impl Feed {
    /// A feed, and the stream for the engine.
    pub(crate) fn new() -> (Self, Operations) {
        let (sender, chunks) = unbounded_channel();
        let (take, taken) = watch::channel(0);
        let last = Mutex::new(LastChunk { at: clock::now(), size: CHUNK });
        let left = Left::default();
        let operations =
            Operations { chunks, current: Vec::new().into_iter(), take, left: Arc::clone(&left) };
        (Self { chunks: sender, given: Arc::default(), taken, last, left }, operations)
    }

    /// What the engine does not take will be there.
    pub(crate) fn left(&self) -> Left {
        Arc::clone(&self.left)
    }

    /// Waits until the engine has taken everything; false when it takes no more. It still works on the last chunk then.
    pub(crate) fn is_wanted(&self) -> impl Future<Output = bool> + Send + use<> {
        let (given, mut taken) = (Arc::clone(&self.given), self.taken.clone());
        async move {
            let is_empty = |taken: &usize| given.load(Ordering::Relaxed) <= *taken;
            taken.wait_for(is_empty).await.is_ok() && taken.has_changed().is_ok()
        }
    }

    /// True when more may be pulled without waiting until it [is wanted](Self::is_wanted).
    pub(crate) fn has_room(&self) -> bool {
        let is_open = self.taken.has_changed().is_ok();
        is_open && self.given.load(Ordering::Relaxed) < *self.taken.borrow() + CHUNKS_AHEAD
    }

    /// How many operations may be pulled now: more for an engine that took the last ones quickly, as each time costs.
    pub(crate) fn next_chunk(&self) -> usize {
        let mut last = locked(&self.last);
        let now = clock::now();
        // The first ones it takes without an answer of the portal.
        let has_proved = self.given.load(Ordering::Relaxed) > CHUNKS_AHEAD + TAKEN_AT_ONCE;
        last.size = match has_proved && now - last.at < QUICK_ENGINE {
            true => (last.size * 2).min(LARGEST_CHUNK),
            false => CHUNK,
        };
        last.at = now;
        last.size
    }

    /// As [`push`](Self::push), what a plain iterator gives within a short time, as it must not hold up an event loop; false
    /// when it gives no more. What it raises is raised.
    pub(crate) fn pull_from(&self, operations: &Bound<'_, PyIterator>) -> PyResult<bool> {
        let started = clock::now();
        let mut operations = operations.clone();
        let most = self.next_chunk();
        let mut pulled = Vec::with_capacity(most);
        let end = loop {
            match next(&mut operations) {
                Ok(operation) => pulled.push(operation),
                Err(end) => break Some(end),
            }
            let count = pulled.len();
            let looks = count < BETWEEN_LOOKS || count.is_multiple_of(BETWEEN_LOOKS);
            if count == most || looks && clock::now() - started > QUICK {
                break None;
            }
        };
        let (has_more, raised) = match end {
            None => (true, None),
            Some(End::Exhausted) => (false, None),
            Some(End::Raised(raised)) => (false, Some(raised)),
        };
        self.push(pulled, raised.as_ref());
        raised.map_or(Ok(has_more), Err)
    }

    /// As [`push`](Self::push), from a list of Python's. What is not an operation counts as such a failure, and is raised.
    pub(crate) fn push_from(
        &self,
        operations: &Bound<'_, PyList>,
        raised: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let mut deletes = Vec::with_capacity(operations.len());
        for item in operations {
            match delete(&item) {
                Ok(delete) => deletes.push(delete),
                Err(error) => {
                    self.push(deletes, Some(&error));
                    return Err(error);
                }
            }
        }
        self.push(deletes, raised.map(PyErr::from_value).as_ref());
        Ok(())
    }

    /// Hands these over, and the failure of the source behind them, which stops the run. Only when more are wanted or there
    /// is room.
    pub(crate) fn push(&self, operations: Vec<Delete>, failure: Option<&PyErr>) {
        let failure = failure.map(|raised| {
            let text = format!("the source of operations failed: {raised}");
            Err(Error::not_sent(ErrorKind::InvalidArgument, text))
        });
        self.given.fetch_add(1, Ordering::Relaxed);
        // An engine that takes no more has stopped, and its outcomes say why.
        if let Err(SendError(chunk)) =
            self.chunks.send(operations.into_iter().map(Ok).chain(failure).collect())
        {
            locked(&self.left).extend(chunk.into_iter().flatten());
        }
    }
}

/// Calls `settle` with true when more operations are taken, with false when no more are.
pub(crate) fn tell_when_wanted(process: &'static Process, feed: Option<Arc<Feed>>, settle: Py<PyAny>) {
    let wanted = feed.map(|feed| feed.is_wanted());
    let wanted = async move {
        match wanted {
            Some(wanted) => wanted.await,
            None => false,
        }
    };
    tell(process, settle, wanted);
}

/// Calls `settle` with what `future` gives.
pub(crate) fn tell<F>(process: &'static Process, settle: Py<PyAny>, future: F) -> JoinHandle<()>
where
    F: Future<Output = bool> + Send + 'static,
{
    let expected = process.callbacks.expect();
    process.runtime.spawn(async move {
        let value = future.await;
        process.callbacks.push(move |py| {
            if let Err(error) = settle.call1(py, (value, None::<bool>)) {
                error.write_unraisable(py, None);
            }
            drop(expected);
        });
    })
}

/// An iterator of the caller's, from which operations are pulled.
pub(crate) struct Source {
    iterator: Py<PyIterator>,
    chunk: usize,
}

/// What a pull brought.
pub(crate) struct Pulled {
    pub(crate) operations: Vec<Delete>,
    pub(crate) end: Option<End>,
}

/// Why nothing more can be pulled.
pub(crate) enum End {
    /// There is no more.
    Exhausted,
    /// The caller's own code raised.
    Raised(PyErr),
}

impl Source {
    /// A source whose operations are all `at_hand` already, as in a list, or one that may be slow.
    pub(crate) fn new(iterator: Py<PyIterator>, at_hand: bool) -> Self {
        Self { iterator, chunk: if at_hand { LARGEST_CHUNK } else { 1 } }
    }

    /// Pulls a chunk: one operation from a slow source, up to `most` from a quick one.
    pub(crate) fn pull(&mut self, py: Python<'_>, most: usize) -> Pulled {
        let started = clock::now();
        let most = most.min(self.chunk);
        let mut operations = Vec::with_capacity(most);
        let mut iterator = self.iterator.bind(py).clone();
        let end = loop {
            match next(&mut iterator) {
                Ok(operation) => operations.push(operation),
                Err(end) => break Some(end),
            }
            if operations.len() == most {
                break None;
            }
        };
        self.chunk = match clock::now() - started < QUICK {
            true => (self.chunk * 2).min(LARGEST_CHUNK),
            false => 1,
        };
        Pulled { operations, end }
    }
}

/// The next operation of an iterator, or its end.
fn next(operations: &mut Bound<'_, PyIterator>) -> std::result::Result<Delete, End> {
    match operations.next().map(|item| item.and_then(|item| delete(&item))) {
        Some(Ok(operation)) => Ok(operation),
        Some(Err(raised)) => Err(End::Raised(raised)),
        None => Err(End::Exhausted),
    }
}

/// The operation that an item of the caller's stands for.
pub(crate) fn delete(item: &Bound<'_, PyAny>) -> PyResult<Delete> {
    match item.cast::<Operation>() {
        Ok(operation) => Ok(operation.get().0),
        Err(_) => {
            let text = format!("`{}` is not an operation: `Operation.lead(123)` is one", class_name(item));
            Err(invalid_argument(item.py(), text))
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
