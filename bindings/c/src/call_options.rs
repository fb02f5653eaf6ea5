//! `b24_call_options`: how one single call behaves.

use std::time::Duration;

use crate::canceller::{Attached, Canceller, Targets};
use crate::error::Error;
use crate::gate::{gate, quietly, required, seconds};

/// How single calls behave. One may serve many calls.
#[derive(Debug, Default)]
pub struct CallOptions {
    deadline: Option<Duration>,
    targets: Option<Targets>,
}

impl CallOptions {
    /// The options for the core, and what has to be kept while the call is under way.
    pub(crate) fn start(&self) -> (b24delete::CallOptions, Option<Attached>) {
        let mut options = b24delete::CallOptions::default();
        options.deadline = self.deadline;
        let attached = self.targets.as_ref().map(|targets| {
            let canceller = b24delete::Canceller::new();
            options.canceller = Some(canceller.clone());
            targets.attach(canceller)
        });
        (options, attached)
    }
}

/// Options with the defaults: no deadline, no canceller. Free them with `b24_call_options_free`, at any time after the
/// calls have begun.
#[unsafe(no_mangle)]
pub extern "C" fn b24_call_options_new() -> Option<Box<CallOptions>> {
    quietly(None, || Some(Box::default()))
}

/// Frees options. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn b24_call_options_free(options: Option<Box<CallOptions>>) {
    quietly((), || drop(options));
}

/// Ends a call with all its waits after so many seconds: in the error of a limit (`rate_limited`, `operation_time_limit`)
/// when nothing was sent, else in `outcome_unknown`. Without it a call ends by the request timeout and after the waits that
/// the limits ask for.
#[unsafe(no_mangle)]
pub extern "C" fn b24_call_options_set_deadline(
    options: Option<&mut CallOptions>,
    deadline: f64,
) -> Option<Box<Error>> {
    gate(|| {
        required("options", options)?.deadline = Some(seconds("deadline", deadline)?);
        Ok(())
    })
}

/// Lets `canceller` cancel the calls; NULL takes it away again. The canceller may be freed before the options.
#[unsafe(no_mangle)]
pub extern "C" fn b24_call_options_set_canceller(
    options: Option<&mut CallOptions>,
    canceller: Option<&Canceller>,
) {
    if let Some(options) = options {
        options.targets = canceller.map(Canceller::targets);
    }
}
