//! `b24_event`: what a client tells while it works.

use std::ffi::{CString, c_char, c_void};

use crate::error::Error;
use crate::gate::c_text;
use crate::place::Place;
use crate::user_data::UserData;

/// Told of an event, which is there until the callback returns.
pub type EventCallback = Option<unsafe extern "C" fn(user_data: *mut c_void, event: *const Event)>;

/// Something that happened while a client worked.
pub struct Event {
    step: Step,
    wait_reason: CString,
    wait_seconds: f64,
    method: CString,
    operations: usize,
    is_lookup: bool,
    error: Option<Box<Error>>,
}

/// What a client does.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There is no event.
    None = 0,
    /// Nothing can be sent for a while: `b24_event_wait_reason`, `b24_event_wait_seconds`.
    Waiting = 1,
    /// A request is sent: `b24_event_method`, `b24_event_operations`, `b24_event_is_lookup`.
    Sending = 2,
    /// A request, or operations of it, came to nothing and will be looked up or sent again: `b24_event_operations`,
    /// `b24_event_error`.
    Retrying = 3,
    /// Something that this version has no name for.
    Other = 4,
}

impl Event {
    fn empty() -> Self {
        Self {
            step: Step::Other,
            wait_reason: CString::default(),
            wait_seconds: 0.0,
            method: CString::default(),
            operations: 0,
            is_lookup: false,
            error: None,
        }
    }

    fn new(event: &b24delete::Event<'_>) -> Self {
        match *event {
            b24delete::Event::Waiting { reason, duration } => Self {
                step: Step::Waiting,
                wait_reason: c_text(reason.as_str()),
                wait_seconds: duration.as_secs_f64(),
                ..Self::empty()
            },
            b24delete::Event::Sending { method, operations, lookup } => Self {
                step: Step::Sending,
                method: c_text(method),
                operations,
                is_lookup: lookup,
                ..Self::empty()
            },
            b24delete::Event::Retrying { operations, error } => Self {
                step: Step::Retrying,
                operations,
                error: Some(Box::new(Error::new(error.clone()))),
                ..Self::empty()
            },
            _ => Self::empty(),
        }
    }
}

/// A callback of the caller as the observer of the core.
pub(crate) struct Observer {
    callback: unsafe extern "C" fn(user_data: *mut c_void, event: *const Event),
    user_data: UserData,
}

impl Observer {
    pub(crate) fn new(
        callback: unsafe extern "C" fn(user_data: *mut c_void, event: *const Event),
        user_data: UserData,
    ) -> Self {
        Self { callback, user_data }
    }
}

impl b24delete::Observer for Observer {
    fn on_event(&self, event: &b24delete::Event<'_>) {
        let event = Event::new(event);
        // SAFETY: the header says what the callback may do; the event lives until it returns.
        Place::Engine.enter(|| unsafe { (self.callback)(self.user_data.pointer(), &raw const event) });
    }
}

/// What the client does.
#[unsafe(no_mangle)]
pub extern "C" fn b24_event_step(event: Option<&Event>) -> Step {
    event.map_or(Step::None, |event| event.step)
}

/// Why nothing can be sent, in a few words for people; empty unless it waits.
#[unsafe(no_mangle)]
pub extern "C" fn b24_event_wait_reason(event: Option<&Event>) -> *const c_char {
    event.map_or(c"".as_ptr(), |event| event.wait_reason.as_ptr())
}

/// For how many seconds nothing can be sent, as far as is known.
#[unsafe(no_mangle)]
pub extern "C" fn b24_event_wait_seconds(event: Option<&Event>) -> f64 {
    event.map_or(0.0, |event| event.wait_seconds)
}

/// The REST method that is sent: `batch`, or the method of a single call; else empty.
#[unsafe(no_mangle)]
pub extern "C" fn b24_event_method(event: Option<&Event>) -> *const c_char {
    event.map_or(c"".as_ptr(), |event| event.method.as_ptr())
}

/// How many operations are concerned.
#[unsafe(no_mangle)]
pub extern "C" fn b24_event_operations(event: Option<&Event>) -> usize {
    event.map_or(0, |event| event.operations)
}

/// True when the request that is sent only reads.
#[unsafe(no_mangle)]
pub extern "C" fn b24_event_is_lookup(event: Option<&Event>) -> bool {
    event.is_some_and(|event| event.is_lookup)
}

/// What went wrong before a repeat; else NULL. It lives as long as the event.
#[unsafe(no_mangle)]
pub extern "C" fn b24_event_error(event: Option<&Event>) -> Option<&Error> {
    event?.error.as_deref()
}
