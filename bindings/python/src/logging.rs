//! The engine's events, for Python's `logging` under `b24delete`.
//!
//! Threads of the engine only put them into a queue. Whoever waits in a call tells them, else the thread for callbacks.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as SpanRecord};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

use crate::process;

/// The name of the logger, and how the names of the engine's own events begin.
const NAME: &str = "b24delete";

/// So many records wait at most, when nobody calls for long.
const MOST_WAITING: usize = 1_000;

/// The level from which on the logger takes records; refreshed by whoever has the interpreter.
static THRESHOLD: AtomicI32 = AtomicI32::new(i32::MAX);

/// Records that wait to be told.
#[derive(Default)]
pub(crate) struct Records(Mutex<VecDeque<Record>>);

struct Record {
    level: i32,
    text: String,
}

impl Records {
    fn locked(&self) -> MutexGuard<'_, VecDeque<Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the engine's events from now on.
pub(crate) fn start(py: Python<'_>) -> PyResult<()> {
    static STARTED: Once = Once::new();
    // Where the command runs in this process, its own subscriber came first.
    STARTED.call_once(|| drop(tracing::subscriber::set_global_default(Queue)));
    refresh(py)
}

/// Tells what waits, in the order in which it happened.
///
/// # Errors
/// What a filter or a signal handler raised.
pub(crate) fn deliver(py: Python<'_>) -> PyResult<()> {
    let Some(process) = process::existing() else { return Ok(()) };
    loop {
        let Some(record) = process.records.locked().pop_front() else { break };
        logger(py)?.call_method1(intern!(py, "log"), (record.level, record.text))?;
    }
    refresh(py)
}

/// As [`deliver`], where there is nobody to raise it to.
pub(crate) fn deliver_aside(py: Python<'_>) {
    if let Err(error) = deliver(py) {
        error.write_unraisable(py, None);
    }
}

/// Looks from which level on the logger takes records.
///
/// # Errors
/// What a signal handler raised.
pub(crate) fn refresh(py: Python<'_>) -> PyResult<()> {
    let level = logger(py)?.call_method0(intern!(py, "getEffectiveLevel"))?.extract()?;
    THRESHOLD.store(level, Ordering::Relaxed);
    Ok(())
}

fn logger(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static LOGGER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let logger = LOGGER.get_or_try_init(py, || {
        let logging = py.import("logging")?;
        let logger = logging.call_method1("getLogger", (NAME,))?;
        // As every library should: without a handler, warnings would go to stderr.
        logger.call_method1("addHandler", (logging.call_method0("NullHandler")?,))?;
        Ok::<_, PyErr>(logger.unbind())
    })?;
    Ok(logger.bind(py))
}

/// The number of a level in Python; `TRACE` has none there and gets 5, as is usual.
fn number(level: &Level) -> i32 {
    match *level {
        Level::ERROR => 40,
        Level::WARN => 30,
        Level::INFO => 20,
        Level::DEBUG => 10,
        Level::TRACE => 5,
    }
}

/// Puts the engine's events into the queue. The HTTP stack below stays silent: its events may hold URLs.
struct Queue;

impl Subscriber for Queue {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match metadata.is_event() && metadata.target().starts_with(NAME) {
            true => Interest::sometimes(),
            false => Interest::never(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        number(metadata.level()) >= THRESHOLD.load(Ordering::Relaxed)
    }

    fn event(&self, event: &Event<'_>) {
        let Some(process) = process::existing() else { return };
        let mut text = Text::default();
        event.record(&mut text);
        let mut records = process.records.locked();
        if records.len() < MOST_WAITING {
            records.push_back(Record { level: number(event.metadata().level()), text: text.joined() });
        }
        drop(records);
        if process.callbacks.are_expected() {
            process.callbacks.push(deliver_aside);
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &SpanRecord<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The message of an event and its fields, as one line: `sending method=batch operations=50`.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Text {
    fn joined(mut self) -> String {
        self.message.push_str(&self.fields);
        self.message
    }
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing into a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value}"),
            name => write!(self.fields, " {name}={value}"),
        };
    }
}
