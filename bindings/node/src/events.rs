//! What the engine tells while it works.

use b24delete::{Event, Observer};
use napi::Status;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;

use crate::errors::ErrorFields;

/// A function of JavaScript that is told of events and does not keep the process alive.
pub type EventFunction = ThreadsafeFunction<EventFields, (), EventFields, Status, false, true>;

/// An event; the fields that its type does not have are absent.
#[derive(Debug, Default)]
#[napi(object, object_from_js = false)]
pub struct EventFields {
    /// `waiting`, `sending` or `retrying`.
    pub r#type: &'static str,
    /// Waiting: why.
    pub reason: Option<&'static str>,
    /// Waiting: for how long, as far as is known.
    pub seconds: Option<f64>,
    /// Sending: the REST method.
    pub method: Option<&'static str>,
    /// Sending, retrying: how many operations are concerned.
    pub operations: Option<u32>,
    /// Sending: true when the request only reads.
    pub lookup: Option<bool>,
    /// Retrying: what went wrong.
    pub error: Option<ErrorFields>,
}

/// Passes events on to JavaScript.
pub(crate) struct Listener(pub(crate) EventFunction);

impl Observer for Listener {
    fn on_event(&self, event: &Event<'_>) {
        let count = |operations: usize| u32::try_from(operations).ok();
        let fields = match *event {
            Event::Waiting { reason, duration } => EventFields {
                r#type: "waiting",
                reason: Some(reason.as_str()),
                seconds: Some(duration.as_secs_f64()),
                ..EventFields::default()
            },
            Event::Sending { method, operations, lookup } => EventFields {
                r#type: "sending",
                method: Some(method),
                operations: count(operations),
                lookup: Some(lookup),
                ..EventFields::default()
            },
            Event::Retrying { operations, error } => EventFields {
                r#type: "retrying",
                operations: count(operations),
                error: Some(ErrorFields::from(error)),
                ..EventFields::default()
            },
            // An event that is younger than this binding.
            _ => return,
        };
        // Nobody is left to be told when the environment has ended.
        let _ = self.0.call(fields, ThreadsafeFunctionCallMode::NonBlocking);
    }
}
