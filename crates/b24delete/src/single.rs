//! A single call: a run of one operation that calls the method itself instead of `batch`.

use std::sync::Arc;

use futures_util::{FutureExt, stream};
use tokio::sync::mpsc;

use crate::client::Shared;
use crate::clock;
use crate::error::{Effect, Error, ErrorKind, Follow, Result};
use crate::journal::Start;
use crate::operation::Operation;
use crate::options::{CallOptions, RunOptions};
use crate::outcome::{Deletion, Status};
use crate::run::{Engine, Mode, Sink};
use crate::sync::locked;

pub(crate) async fn delete(
    shared: Arc<Shared>,
    operation: Operation,
    options: CallOptions,
) -> Result<Deletion> {
    let (sender, mut outcomes) = mpsc::channel(1);
    let sink = Sink::channel(sender, None);
    let tally = sink.tally();
    let source = Box::pin(stream::once(std::future::ready(Ok(Start::new(0, operation)))));
    let deadline = options.deadline.and_then(|deadline| clock::now().checked_add(deadline));
    // Kept until the end: that nobody can cancel any more would cancel the call.
    let canceller = options.canceller.unwrap_or_default();
    let cancelled = canceller.listen();
    let engine =
        Engine::new(shared, Mode::Direct, source, RunOptions::default(), sink, cancelled).until(deadline);
    tokio::spawn(engine.run().boxed());
    let outcome = outcomes.recv().await.and_then(|mut outcomes| outcomes.pop());
    let Some(mut outcome) = outcome else {
        return Err(Error::new(ErrorKind::Internal, "the call ended without an outcome")
            .with_method(operation.method()));
    };
    let stopped_by = locked(&tally).summary().stopped_by;
    let stopped_by = stopped_by.as_ref().and_then(|reason| reason.error());
    if let Some(error) = stopped_by.filter(|error| says_more(outcome.status, error)) {
        outcome.error = Some(error.clone());
    }
    let time = locked(&tally).take_time();
    let result = outcome.into_deletion(time);
    match canceller.is_cancelled() {
        true => result.map_err(cancelled_error),
        false => result,
    }
}

/// The error of a call that was cancelled before its outcome was known; any other stands for itself.
fn cancelled_error(error: Error) -> Error {
    let text = match error.kind() {
        ErrorKind::OutcomeUnknown => "the call was cancelled after its request had left",
        _ if error.effect() == Effect::NotSent => "the call was cancelled before its request was sent",
        _ => return error,
    };
    let attempts = error.attempts();
    let cancelled =
        Error::new(ErrorKind::Cancelled, text).with_effect(error.effect()).with_attempts(attempts);
    match error.method() {
        Some(method) => cancelled.with_method(method),
        None => cancelled,
    }
}

/// True when the reason that ended the call tells its caller more than the outcome does: nothing was sent, or the portal as
/// a whole is elsewhere or gone. Other reasons would say too little after a lost attempt: they speak of the last request.
fn says_more(status: Status, error: &Error) -> bool {
    match status {
        Status::NotRun => true,
        Status::Unknown => error.kind().follow() == Follow::Stop && error.effect() == Effect::MayHaveApplied,
        Status::Deleted | Status::Absent | Status::Failed => false,
    }
}
