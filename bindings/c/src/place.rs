//! From where a call comes: in some callbacks waiting would never end.

use std::cell::Cell;

use b24delete::Result;

use crate::gate::invalid;

/// What the current thread is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A thread of the caller, or a callback that may take its time.
    Anywhere,
    /// The thread that does everything for everybody.
    Engine,
    /// A callback of a token store, for which a client waits.
    TokenStore,
}

thread_local! {
    static PLACE: Cell<Place> = const { Cell::new(Place::Anywhere) };
}

impl Place {
    /// Runs `body` as part of this place.
    pub(crate) fn enter<T>(self, body: impl FnOnce() -> T) -> T {
        let before = PLACE.replace(self);
        let result = body();
        PLACE.set(before);
        result
    }
}

/// Refuses calls that wait where waiting would never end.
pub(crate) fn may_wait() -> Result<()> {
    match PLACE.get() {
        Place::Anywhere => Ok(()),
        Place::Engine => {
            Err(invalid("a call that waits was made from an event callback, which must not wait"))
        }
        Place::TokenStore => {
            Err(invalid("a call that waits was made from a token store's callback, for which it would wait"))
        }
    }
}
