//! The thread that calls back into Python for the engine, so that no thread of the engine ever waits for the interpreter.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use pyo3::prelude::*;

use crate::{logging, process};

/// Something to do in Python.
type Callback = Box<dyn FnOnce(Python<'_>) + Send>;

/// The way to that thread, which starts with the first callback.
#[derive(Default)]
pub(crate) struct Callbacks {
    sender: OnceLock<Sender<Callback>>,
    expected: AtomicUsize,
}

/// A callback that somebody waits for in an event loop, until it is dropped.
pub(crate) struct Expected(&'static AtomicUsize);

impl Drop for Expected {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Callbacks {
    /// Somebody waits from now on.
    pub(crate) fn expect(&'static self) -> Expected {
        self.expected.fetch_add(1, Ordering::Relaxed);
        Expected(&self.expected)
    }

    /// True while somebody waits in an event loop, and not in a call that looks after records by itself.
    pub(crate) fn are_expected(&self) -> bool {
        self.expected.load(Ordering::Relaxed) > 0
    }

    /// Does this in Python soon, after everything that was asked for earlier.
    pub(crate) fn push(&self, callback: impl FnOnce(Python<'_>) + Send + 'static) {
        let sender = self.sender.get_or_init(|| {
            let (sender, receiver) = mpsc::channel();
            let thread = thread::Builder::new().name("b24delete callbacks".to_owned());
            if let Err(error) = thread.spawn(move || serve(receiver)) {
                tracing::error!(%error, "the thread for callbacks could not be started");
            }
            sender
        });
        // It ends with the interpreter only.
        let _ = sender.send(Box::new(callback));
    }
}

/// Does what is asked for, as much as there is at a time. The thread stays known to the interpreter in between: to make it
/// known anew costs more than most callbacks.
fn serve(mut callbacks: Receiver<Callback>) {
    let (Ok(mut first), Some(process)) = (callbacks.recv(), process::existing()) else { return };
    process.in_python(|py| {
        loop {
            for callback in std::iter::once(first).chain(callbacks.try_iter()) {
                logging::deliver_aside(py);
                callback(py);
            }
            let callbacks = &mut callbacks;
            match process.out_of_python(py, move || callbacks.recv()) {
                Ok(callback) => first = callback,
                Err(_) => return,
            }
        }
    });
}
