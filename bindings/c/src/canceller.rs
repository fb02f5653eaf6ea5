//! `b24_canceller`: cancels calls and runs from elsewhere.

use std::collections::BTreeMap;
use std::process;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::gate::quietly;

/// Cancels every call and every run that was given it, also those that begin later. It may be used from several threads
/// at once, but not from a signal handler.
pub struct Canceller {
    targets: Targets,
    process: u32,
}

/// What a canceller cancels.
#[derive(Debug, Clone, Default)]
pub(crate) struct Targets(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    is_cancelled: bool,
    next: u64,
    under_way: BTreeMap<u64, b24delete::Canceller>,
}

/// A call or a run that is cancelled with the others until this is dropped.
#[derive(Debug)]
pub(crate) struct Attached {
    targets: Targets,
    number: u64,
}

impl Canceller {
    pub(crate) fn targets(&self) -> Targets {
        self.targets.clone()
    }
}

impl Targets {
    /// Cancels `target` when the canceller is used, or at once when it was used before.
    pub(crate) fn attach(&self, target: b24delete::Canceller) -> Attached {
        let mut state = self.locked();
        if state.is_cancelled {
            target.cancel();
        }
        let number = state.next;
        state.next += 1;
        state.under_way.insert(number, target);
        Attached { targets: self.clone(), number }
    }

    fn cancel(&self) {
        let mut state = self.locked();
        state.is_cancelled = true;
        state.under_way.values().for_each(b24delete::Canceller::cancel);
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.targets.locked().under_way.remove(&self.number);
    }
}

/// Makes a canceller that was not used yet. Free it with `b24_canceller_free`.
#[unsafe(no_mangle)]
pub extern "C" fn b24_canceller_new() -> Option<Box<Canceller>> {
    quietly(None, || Some(Box::new(Canceller { targets: Targets::default(), process: process::id() })))
}

/// Cancels, for good. A call under way ends with an error of kind `cancelled` whose effect says what may have happened; a
/// run sends nothing more, sees through what is on the wire, and gives every operation that it has read its outcome.
///
/// NULL is fine, and so is a second time. In a child that was forked after the canceller was made it does nothing.
#[unsafe(no_mangle)]
pub extern "C" fn b24_canceller_cancel(canceller: Option<&Canceller>) {
    quietly((), || {
        // Another thread of the parent may have held the lock during the fork.
        if let Some(canceller) = canceller.filter(|canceller| canceller.process == process::id()) {
            canceller.targets.cancel();
        }
    });
}

/// Frees a canceller. NULL is fine. Calls, runs and options that were given it are not touched.
#[unsafe(no_mangle)]
pub extern "C" fn b24_canceller_free(canceller: Option<Box<Canceller>>) {
    quietly((), || drop(canceller));
}
