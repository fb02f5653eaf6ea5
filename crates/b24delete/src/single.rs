//! A single call: a run of one operation that calls the method itself instead of `batch`.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use crate::client::Shared;
use crate::clock;
use crate::error::{Effect, Error, ErrorKind, Follow, Result};
use crate::operation::Operation;
use crate::options::{CallOptions, RunOptions};
use crate::outcome::{Deletion, Status};
use crate::run::{Answer, Canceller, Engine, Mode, Sink, Tally};
use crate::seen_through::SeenThrough;
use crate::sync::locked;

pub(crate) async fn delete(
    shared: Arc<Shared>,
    operation: Operation,
    options: CallOptions,
) -> Result<Deletion> {
    let sink = Sink::account();
    let tally = sink.tally();
    let deadline = options.deadline.and_then(|deadline| clock::now().checked_add(deadline));
    // Kept until the end: that nobody can cancel any more would cancel the call.
    let canceller = options.canceller;
    let cancelled = canceller.as_ref().map(Canceller::listen);
    let engine = Engine::new(shared, Mode::Direct, RunOptions::default(), sink, cancelled)
        .carrying_out(operation)
        .until(deadline);
    let answer = Call { engine: SeenThrough::new(engine.run()), tally }.answer().await;
    let Some(Answer { mut outcome, time, stopped_by }) = answer else {
        return Err(Error::new(ErrorKind::Internal, "the call ended without an outcome")
            .with_method(operation.method()));
    };
    let stopped_by = stopped_by.as_ref().and_then(|reason| reason.error());
    if let Some(error) = stopped_by.filter(|error| says_more(outcome.status, error)) {
        outcome.error = Some(error.clone());
    }
    let result = outcome.into_deletion(time);
    match canceller.is_some_and(|canceller| canceller.is_cancelled()) {
        true => result.map_err(cancelled_error),
        false => result,
    }
}

/// A call that somebody waits for. When nobody does any more, its engine goes on alone: it sends nothing more, and sees
/// through what is on the wire.
struct Call {
    engine: SeenThrough<()>,
    tally: Arc<Mutex<Tally>>,
}

impl Call {
    /// What the call comes to; none after a fault of the engine. It may be there before the engine has ended.
    async fn answer(mut self) -> Option<Answer> {
        poll_fn(|context| {
            let ended = Pin::new(&mut self.engine).poll(context).is_ready();
            match locked(&self.tally).take_answer() {
                None if !ended => Poll::Pending,
                answer => Poll::Ready(answer),
            }
        })
        .await
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        // Before the engine is handed over, which looks for it first.
        locked(&self.tally).abandon();
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
