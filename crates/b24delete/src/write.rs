//! Calls that change something, beside the four operations: sent again only while nothing ran.

use std::sync::Arc;

use serde_json::Value;

use crate::client::Shared;
use crate::clock;
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::read::{Answer, Batch, answer, may_read_again, repeated};

/// How the portal spells a reference to the result of an earlier command of a batch.
const REFERENCE: &str = "$result[";

/// A call of a REST method that changes something.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// The REST method, such as `crm.lead.add`.
    pub method: &'static str,
    /// Its parameters, a JSON object.
    pub parameters: Value,
}

impl Write {
    /// Whether it may travel with others: inside a batch the portal would take a text with `$result[` for a reference
    /// to another call's result.
    pub fn fits_into_a_batch(&self) -> bool {
        !self.parameters.to_string().contains(REFERENCE)
    }
}

/// Calls a method. It runs in a task of its own, which outlives the caller's interest.
pub(crate) async fn one(shared: Arc<Shared>, method: &'static str, parameters: &Value) -> Result<Answer> {
    let body = parameters.to_string().into_bytes();
    let call = async move {
        repeated(&shared, method, &[method], body, may_write_again, |reply| answer(&shared, method, reply))
            .await
    };
    tokio::spawn(call).await.unwrap_or_else(|_| Err(panicked()))
}

/// Calls several methods in one request, in a task of its own. What was refused inside of it is not sent again here:
/// the rest ran.
pub(crate) async fn batch(shared: Arc<Shared>, writes: &[Write]) -> Result<Vec<Result<Answer>>> {
    if let Some(write) = writes.iter().find(|write| !write.fits_into_a_batch()) {
        let text =
            format!("a call of `{}` has a text with `{REFERENCE}`, which no batch may carry", write.method);
        return Err(Error::not_sent(ErrorKind::InvalidArgument, text));
    }
    let batch = Batch::new(writes.iter().map(|write| (write.method, &write.parameters)))?;
    if writes.is_empty() {
        return Ok(Vec::new());
    }
    let call = async move {
        let read = |reply: &_| batch.answers(&shared, reply);
        let answers =
            repeated(&shared, "batch", &batch.methods(), batch.body(), may_write_again, read).await?;
        for error in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            if let (ErrorKind::OperationTimeLimit, Some(method)) = (error.kind(), error.method()) {
                shared.limiter().out_of_time(method, clock::now());
            }
        }
        Ok(answers)
    };
    tokio::spawn(call).await.unwrap_or_else(|_| Err(panicked()))
}

/// Whether a call that failed so certainly did not run, and is worth another try.
fn may_write_again(error: &Error, tries: u32) -> bool {
    match error.effect() {
        Effect::MayHaveApplied => false,
        Effect::NotSent | Effect::Rejected => may_read_again(error, tries),
    }
}

fn panicked() -> Error {
    Error::new(ErrorKind::Internal, "the call panicked")
}
