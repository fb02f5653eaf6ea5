//! The way of operations from Python to the engine: in chunks, so that few steps go between the two.

use std::sync::Arc;
use std::time::Duration;

use b24delete::{Error, ErrorKind, Operation as Delete, Result};
use futures_util::{Stream, StreamExt as _, stream};
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;

use crate::clock;
use crate::errors::{class_name, invalid_argument};
use crate::operation::Operation;
use crate::process::Process;

/// The most operations that are pulled at a time, and how many such chunks wait for the engine.
const LARGEST_CHUNK: usize = 256;
const CHUNKS_AHEAD: usize = 1;

/// A source that gives a chunk within this time may be asked for more at a time.
const QUICK: Duration = Duration::from_millis(1);

type Chunk = Vec<Result<Delete>>;

/// Where operations go in.
pub(crate) struct Feed(Sender<Chunk>);

impl Feed {
    /// A feed, and the stream for the engine.
    pub(crate) fn new() -> (Self, impl Stream<Item = Result<Delete>> + Send + 'static) {
        let (sender, receiver) = mpsc::channel(CHUNKS_AHEAD);
        let next = |mut receiver: Receiver<Chunk>| async move {
            receiver.recv().await.map(|chunk| (stream::iter(chunk), receiver))
        };
        (Self(sender), stream::unfold(receiver, next).flatten())
    }

    /// Waits until the engine takes more; false when it takes no more.
    pub(crate) async fn is_wanted(&self) -> bool {
        self.0.reserve().await.is_ok()
    }

    /// As [`push`](Self::push), what a plain iterator gives within a short time, as it must not hold up an event loop; false
    /// when it gives no more. What it raises is raised.
    pub(crate) fn pull_from(&self, operations: &Bound<'_, PyIterator>) -> PyResult<bool> {
        let started = clock::now();
        let mut operations = operations.clone();
        let mut pulled = Vec::with_capacity(LARGEST_CHUNK);
        let end = loop {
            match next(&mut operations) {
                Ok(operation) => pulled.push(operation),
                Err(end) => break Some(end),
            }
            if pulled.len() == LARGEST_CHUNK || clock::now() - started > QUICK {
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

    /// Hands these over, and the failure of the source behind them, which stops the run. Only after
    /// [`is_wanted`](Self::is_wanted), and by one at a time.
    pub(crate) fn push(&self, operations: Vec<Delete>, failure: Option<&PyErr>) {
        let failure = failure.map(|raised| {
            let text = format!("the source of operations failed: {raised}");
            Err(Error::not_sent(ErrorKind::InvalidArgument, text))
        });
        // An engine that takes no more has stopped, and its outcomes say why.
        let _ = self.0.try_send(operations.into_iter().map(Ok).chain(failure).collect());
    }
}

/// Calls `settle` with true when more operations are taken, with false when no more are.
pub(crate) fn tell_when_wanted(process: &'static Process, feed: Option<Arc<Feed>>, settle: Py<PyAny>) {
    let wanted = async move {
        match feed {
            Some(feed) => feed.is_wanted().await,
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

    /// Pulls a chunk: one operation from a slow source, many from a quick one.
    pub(crate) fn pull(&mut self, py: Python<'_>) -> Pulled {
        let started = clock::now();
        let mut operations = Vec::with_capacity(self.chunk);
        let mut iterator = self.iterator.bind(py).clone();
        let end = loop {
            match next(&mut iterator) {
                Ok(operation) => operations.push(operation),
                Err(end) => break Some(end),
            }
            if operations.len() == self.chunk {
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
