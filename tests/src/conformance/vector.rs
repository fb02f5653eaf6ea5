//! What a vector says: a portal, a client, a call and what must come of it.

use std::collections::BTreeMap;

use b24delete_emulator::profile::Profile;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::expectation::Expectation;

/// A file of vectors.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VectorFile {
    /// Where the schema of the file is.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// What the vectors of the file have in common.
    pub about: String,
    /// The vectors.
    pub vectors: Vec<Vector>,
}

/// One scenario with its expected outcome, the same in every language.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// What is shown, in a few words; no other vector has the same.
    pub name: String,
    /// The emulated portal.
    #[serde(default)]
    pub portal: PortalSetup,
    /// The options of the client.
    #[serde(default)]
    pub client: ClientSetup,
    /// What the client is to do.
    pub call: Call,
    /// What must come of it.
    pub expect: Expectation,
}

/// How the portal is set up. It is a fresh one for every vector, without limits unless they are given.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PortalSetup {
    /// Leads to begin with; their ids count from 1.
    pub leads: u64,
    /// Contacts to begin with; their ids count from 1.
    pub contacts: u64,
    /// Contacts bound to each lead: lead N has the contacts from N on, round and round.
    pub links_per_lead: u64,
    /// Limit on requests, such as `50/2`.
    pub limits: Option<String>,
    /// Limit on operating time, such as `480/600`.
    pub operating: Option<String>,
    /// To which method the time of a batch is charged: `nested` or `batch`.
    pub charge: Option<String>,
    /// Whose words the answers follow.
    #[schemars(with = "Value")]
    pub profile: Profile,
    /// Time that methods take, such as `crm.lead.delete=0.5`.
    pub cost: Vec<String>,
    /// Seconds after which the gateway cuts a request.
    pub cut: Option<f64>,
    /// What happens to a request that was cut: `stop`, `finish-command` or `run-on`.
    pub after_cut: Option<String>,
    /// The scopes of the webhook and of the application.
    pub scopes: Option<Vec<String>>,
    /// Seconds by which the portal's clock is wrong.
    pub clock_skew: f64,
    /// Serve https, with a certificate that no client trusts.
    pub tls: bool,
    /// What the acting user may not do, as the emulator's `restrictions`.
    #[schemars(with = "Vec<Value>")]
    pub restrictions: Vec<b24delete_emulator::store::Restriction>,
    /// Fault rules of the emulator. In their texts `{code}` stands for the webhook's secret code, `{elsewhere}` for the
    /// URL of a host that nobody may visit and `{host}` for that of the portal.
    pub faults: Vec<Value>,
}

/// The options of the client. What is absent has the library's default, but the limits are off, requests time out after
/// 20 seconds and lost ones settle in 0.3.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClientSetup {
    /// Another webhook URL than that of the portal; `{code}` and `{host}` stand for the portal's.
    pub webhook: Option<String>,
    /// Authorization as an application, instead of a webhook.
    pub oauth: Option<OAuthSetup>,
    /// Limit on requests.
    pub limits: Option<String>,
    /// Limit on execution time.
    pub operating: Option<String>,
    /// Seconds to wait for an answer.
    pub request_timeout: Option<f64>,
    /// Seconds to wait for a connection.
    pub connect_timeout: Option<f64>,
    /// Seconds for which a lost request may be at work.
    pub settle_time: Option<f64>,
    /// Requests at a time.
    pub concurrency: Option<u64>,
    /// Which methods delete leads and contacts.
    pub api: Option<String>,
}

/// Authorization as the portal's application.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OAuthSetup {
    /// The access token to begin with.
    pub access: Token,
    /// The refresh token to begin with.
    pub refresh: Token,
    /// Another application's secret.
    pub wrong_secret: bool,
    /// How tokens are asked for: `post` or `get`.
    pub token_request: Option<String>,
    /// Where tokens are kept.
    pub store: Option<Store>,
}

/// A token to begin with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Token {
    /// One that the portal takes.
    #[default]
    Valid,
    /// One that the portal took until now.
    Expired,
    /// One that the portal never gave.
    Foreign,
    /// None at all.
    None,
}

/// Where tokens are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Store {
    /// In a file of the library's.
    File,
    /// In a store that the caller wrote, in memory.
    Own,
    /// In a store that the caller wrote and whose saving fails.
    Failing,
    /// In a store that the caller wrote and that panics. Only Rust has panics.
    Panicking,
}

impl Store {
    /// The word that drivers know it by.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Own => "own",
            Self::Failing => "failing",
            Self::Panicking => "panicking",
        }
    }
}

/// What the client is to do: one operation with its `ids`, or `many`, as a run or as a job, or nothing after it was made.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Call {
    /// A single call.
    pub operation: Option<OperationName>,
    /// Its ids, the lead's first: values of any type.
    pub ids: Vec<Value>,
    /// A run over many operations, such as `lead:7`, `lead:1-50`, `contact:3`, `lead-contact:1:3` and
    /// `lead-contact-items:1`.
    pub many: Option<Vec<String>>,
    /// Seconds that bound the single call.
    pub deadline: Option<f64>,
    /// The single call, or the run, is cancelled after so many seconds.
    pub cancel_after: Option<f64>,
    /// The run's stop rule on failures, such as `3` or `5%`.
    pub max_failures: Option<String>,
    /// The run's stop rule on first answers that are all `absent`.
    pub stop_if_first_absent: Option<u64>,
    /// The operations are those of a job, which is planned and then run. What is expected is what its file tells.
    pub job: Option<JobSetup>,
}

/// How a job is planned and run.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct JobSetup {
    /// The plan is for exactly so many operations.
    pub expect: Option<u64>,
    /// Records that were modified since the plan are spared.
    pub if_unchanged: bool,
    /// Leads that somebody else modifies between the plan and the run.
    pub touched: Vec<u64>,
    /// The run is for exactly so many operations.
    pub expect_at_run: Option<u64>,
}

/// The four operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationName {
    /// `crm.lead.delete`
    Lead,
    /// `crm.contact.delete`
    Contact,
    /// `crm.lead.contact.delete`
    LeadContact,
    /// `crm.lead.contact.items.delete`
    LeadContactItems,
}

impl OperationName {
    /// The word that drivers know it by.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Contact => "contact",
            Self::LeadContact => "lead_contact",
            Self::LeadContactItems => "lead_contact_items",
        }
    }
}

/// One operation of a run, in the words of drivers: such as `lead:7` or `lead_contact:1:3`.
pub(super) fn spelled_out(many: &[String]) -> Vec<String> {
    many.iter()
        .flat_map(|text| ranges(&text.replace("lead-contact", "lead_contact").replace("-items", "_items")))
        .collect()
}

/// `lead:1-3` as `lead:1`, `lead:2`, `lead:3`; anything else as it is.
fn ranges(text: &str) -> Vec<String> {
    let range = text.split_once(':').and_then(|(word, ids)| {
        let (first, last) = ids.split_once('-')?;
        Some((word, first.parse::<u64>().ok()?, last.parse::<u64>().ok()?))
    });
    match range {
        Some((word, first, last)) => (first..=last).map(|id| format!("{word}:{id}")).collect(),
        None => vec![text.to_owned()],
    }
}

/// The name and the text of every file of vectors.
///
/// # Errors
/// When the directory or a file cannot be read.
pub fn files() -> std::io::Result<BTreeMap<String, String>> {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if name.ends_with(".json") && name != "schema.json" {
            files.insert(name, std::fs::read_to_string(path)?);
        }
    }
    Ok(files)
}

impl Vector {
    /// The kinds of all errors, causes and stops that it expects.
    pub fn expected_kinds(&self) -> Vec<&str> {
        self.expect
            .errors()
            .flat_map(|error| error.causes.iter().chain([&error.kind]))
            .map(String::as_str)
            .collect()
    }

    /// The verdicts that it expects.
    pub fn expected_statuses(&self) -> Vec<&str> {
        let outcomes = self.expect.outcomes.iter().flatten().map(|outcome| outcome.status.as_str());
        outcomes.chain(self.expect.deletion.iter().map(|deletion| deletion.status.as_str())).collect()
    }
}
