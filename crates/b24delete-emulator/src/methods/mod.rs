//! The REST methods of the portal: one module per family, found by their lower-case name.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::profile::Profile;
use crate::store::Store;

/// One call of a REST method, already authorized and within the limits.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// The portal's records.
    pub(crate) store: &'a mut Store,
    /// The parameters, whatever encoding they came in; nested maps and lists as PHP would see them.
    pub(crate) params: &'a Map<String, Value>,
    /// Which of the contradicting sources the answers follow.
    pub(crate) profile: &'a Profile,
    /// The portal's clock, in Unix seconds.
    pub(crate) now: f64,
    /// True when the call came with an application's token, false for a webhook.
    pub(crate) application: bool,
    /// The scopes of the webhook or application, as the method `scope` answers them.
    pub(crate) scopes: &'a [String],
    /// Where the call came from, for the log of what executed.
    pub(crate) origin: &'a Origin,
}

/// Where a call came from.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// The webhook or application that asked, by a name that is no secret.
    pub(crate) credential: Arc<str>,
    /// The HTTP request that carried the call.
    pub(crate) request: u64,
}

/// What a method answers when it succeeds.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// The `result` of the reply.
    pub(crate) result: Value,
    /// The `total` of a list method.
    pub(crate) total: Option<u64>,
    /// The `next` offset of a list method, while more rows exist.
    pub(crate) next: Option<u64>,
}

/// What a method answers when it refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// HTTP status of the reply when the call is not inside a batch.
    pub(crate) http_status: u16,
    /// The `error` word; empty is normal for old CRM methods.
    pub(crate) code: Cow<'static, str>,
    /// The `error_description` text.
    pub(crate) description: Cow<'static, str>,
}

/// A REST method of the portal.
#[derive(Debug)]
pub(crate) struct Method {
    /// The name as the documentation spells it, such as `crm.lead.delete`.
    pub(crate) name: &'static str,
    /// The scope that the webhook or application needs; empty when any will do.
    pub(crate) scope: &'static str,
    /// What the method writes to, or nothing when it only reads.
    subject: Option<Subject>,
    /// Executes a call.
    handler: fn(&mut Call<'_>) -> Result<Answer, Refusal>,
}

/// The records that a writing method changes, for the log of what executed.
#[derive(Debug, Clone, Copy)]
enum Subject {
    /// A lead, by `id`.
    Lead,
}

impl Method {
    /// Executes a call; a writing one is noted in the log of what executed, whatever comes of it.
    pub(crate) fn run(&self, call: &mut Call<'_>) -> Result<Answer, Refusal> {
        (self.handler)(call)
    }
}

/// The method of that name, which must be in lower case.
pub(crate) fn find(lower_case_name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == lower_case_name)
}

static METHODS: &[Method] = &[];
