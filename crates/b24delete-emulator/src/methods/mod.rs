//! The REST methods of the portal: one module per family, found by their lower-case name.

mod activity;
mod classic;
mod executed;
mod filter;
mod item;
mod item_names;
mod links;
mod list;
mod params;
mod portal;
mod products;
mod refusal;
#[cfg(test)]
mod tests;
mod timeline;
mod values;
mod writing;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value};

use crate::profile::Profile;
use crate::store::Store;

use executed::Subject;

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

impl Answer {
    /// A reply of a `result` only.
    pub(crate) fn of(result: impl Into<Value>) -> Self {
        Self { result: result.into(), ..Self::default() }
    }
}

impl Call<'_> {
    /// The portal's clock, in whole Unix seconds.
    #[expect(clippy::cast_possible_truncation, reason = "records keep whole seconds")]
    pub(crate) fn seconds(&self) -> i64 {
        self.now as i64
    }
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
    handler: Handler,
}

type Handler = fn(&mut Call<'_>) -> Result<Answer, Refusal>;

impl Method {
    /// A method of the scope `crm` that only reads.
    const fn read(name: &'static str, handler: Handler) -> Self {
        Self { name, scope: "crm", subject: None, handler }
    }

    /// A method of the scope `crm` that writes.
    const fn write(name: &'static str, subject: Subject, handler: Handler) -> Self {
        Self { name, scope: "crm", subject: Some(subject), handler }
    }

    /// The same method in another scope; empty when any will do.
    const fn scope(self, scope: &'static str) -> Self {
        Self { scope, ..self }
    }

    /// Executes a call. One that writes is noted in the log of what executed, whatever comes of it.
    pub(crate) fn run(&self, call: &mut Call<'_>) -> Result<Answer, Refusal> {
        let Some(subject) = self.subject else { return (self.handler)(call) };
        let before = call.store.changes();
        let answer = (self.handler)(call);
        let applied = call.store.changes() != before;
        let execution = executed::describe(self.name, subject, call, &answer, applied);
        call.store.record(execution);
        answer
    }
}

/// The method of that name, which must be in lower case.
pub(crate) fn find(lower_case_name: &str) -> Option<&'static Method> {
    static BY_NAME: LazyLock<HashMap<String, &'static Method>> =
        LazyLock::new(|| all().map(|method| (method.name.to_ascii_lowercase(), method)).collect());
    BY_NAME.get(lower_case_name).copied()
}

/// Every method of the records; the wire has a few of its own, such as `batch`.
pub(crate) fn all() -> impl Iterator<Item = &'static Method> {
    let families: [&'static [Method]; 12] = [
        &classic::LEADS,
        &classic::CONTACTS,
        &classic::COMPANIES,
        &classic::DEALS,
        &links::LEAD_CONTACTS,
        &links::DEAL_CONTACTS,
        &links::CONTACT_COMPANIES,
        &item::METHODS,
        &activity::METHODS,
        &timeline::METHODS,
        &products::METHODS,
        &portal::METHODS,
    ];
    families.into_iter().flatten()
}
