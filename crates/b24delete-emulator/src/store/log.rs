//! The ground truth for tests: what really executed on the portal, in order.

use std::sync::Arc;

use serde::Serialize;

use super::Store;

/// One execution of a method that writes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Execution {
    /// Its place in the log, from 1.
    pub sequence: u64,
    /// The portal's clock at the execution, in Unix seconds.
    pub portal_time: f64,
    /// The REST method, as the documentation spells it.
    pub method: &'static str,
    /// The lead that was written to, when the call named or created one.
    pub lead_id: Option<i64>,
    /// The contact that was written to, when the call named or created one.
    pub contact_id: Option<i64>,
    /// The record of any other type that was written to.
    pub record_id: Option<i64>,
    /// The webhook or application that asked, by a name that is no secret.
    pub credential: Arc<str>,
    /// The HTTP request that carried the call.
    pub request: u64,
    /// What came of it.
    pub result: ExecutionResult,
}

/// What came of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ExecutionResult {
    /// At least one record changed.
    Applied,
    /// The method succeeded, but no record changed.
    NothingToDo,
    /// The method refused, and no record changed.
    Refused {
        /// The `error` word of the reply.
        code: String,
        /// The `error_description` of the reply.
        description: String,
    },
}

impl Store {
    /// Notes an execution; its place in the log is given here.
    pub(crate) fn record(&mut self, mut execution: Execution) {
        execution.sequence = self.executions.len() as u64 + 1;
        self.executions.push(execution);
    }

    /// What executed after the execution with that sequence number; 0 gives everything.
    pub fn executions(&self, after_sequence: u64) -> &[Execution] {
        let after = usize::try_from(after_sequence).unwrap_or(usize::MAX);
        self.executions.get(after..).unwrap_or_default()
    }
}
