//! What a job tells of itself, as plain fields.

use std::time::{SystemTime, UNIX_EPOCH};

use b24delete_jobs::{Facts, Overview, Place, PlanSummary, Planned, Verification};
use napi_derive::napi;

use crate::run::SummaryFields;

/// What a job is and how far it is. Instants are milliseconds since 1970.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct OverviewFields {
    /// Random name of the job.
    pub name: String,
    /// Host of the portal.
    pub host: String,
    /// The user in whose name it was planned.
    pub user_id: Option<f64>,
    /// The word for how far it is.
    pub state: &'static str,
    /// When it was planned.
    pub created: f64,
    /// When its first run began.
    pub started: Option<f64>,
    /// When its last operation got an outcome.
    pub finished: Option<f64>,
    /// When titles and copies were removed.
    pub forgotten: Option<f64>,
    /// Whether records are copied before they go.
    pub backup: bool,
    /// Whether records that were modified since the plan are spared.
    pub if_unchanged: bool,
    /// Different operations.
    pub operations: f64,
    /// How many of them go through each REST method.
    pub methods: Vec<MethodCount>,
    /// Operations that were given more than once.
    pub duplicates: f64,
    /// Operations that may have been sent and whose outcome is not known yet.
    pub in_doubt: f64,
    /// Copies of records that it holds.
    pub backups: f64,
    /// How often it was run.
    pub runs: f64,
    /// The last outcomes of all operations that have one.
    pub summary: SummaryFields,
    /// Head of the hash chain.
    pub head: String,
    /// Bytes of the file.
    pub size: f64,
}

/// How many operations go through a REST method.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct MethodCount {
    /// The REST method.
    pub method: &'static str,
    /// How many.
    pub operations: f64,
}

/// What a plan found, in sums.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct PlanSummaryFields {
    /// Different operations.
    pub operations: f64,
    /// Operations that were given more than once.
    pub duplicates: f64,
    /// Operations whose records were looked at.
    pub looked_at: f64,
    /// Those of them whose record is not there or hidden from the user.
    pub not_visible: f64,
    /// Bindings of leads that would go.
    pub bindings: f64,
    /// Links between the contacts and leads that would go.
    pub leads: f64,
    /// Deals that use the contacts.
    pub deals: f64,
    /// Activities that would go.
    pub activities: f64,
    /// Activities that would only lose a link.
    pub shared_activities: f64,
}

/// One operation of a plan, with what was found about its record.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct PlannedFields {
    /// Its place among the operations, from 0.
    pub seq: f64,
    /// The REST method.
    pub method: &'static str,
    /// The lead, where there is one.
    pub lead_id: Option<f64>,
    /// The contact, where there is one.
    pub contact_id: Option<f64>,
    /// False when the record is not there or hidden from the user.
    pub visible: Option<bool>,
    /// Title of a lead, name of a contact.
    pub title: Option<String>,
    /// The user who is responsible for the record.
    pub owner: Option<f64>,
    /// As the portal wrote it.
    pub created: Option<String>,
    /// As the portal wrote it.
    pub modified: Option<String>,
    /// Bindings that would go.
    pub bindings: Option<f64>,
    /// Activities that would go.
    pub activities: Option<f64>,
    /// Activities that would only lose a link.
    pub shared_activities: Option<f64>,
    /// Deals that use a contact.
    pub deals: Option<f64>,
}

/// What a check of a job found.
#[derive(Debug)]
#[napi(object, object_from_js = false)]
pub struct VerificationFields {
    /// What does not fit, in sentences.
    pub findings: Vec<String>,
    /// The head of the hash chain.
    pub head: String,
    /// How many recorded outcomes were checked.
    pub entries: f64,
    /// After which run the head stands that was kept elsewhere; 0 is the plan.
    pub kept_head: Option<f64>,
}

/// A count for JavaScript.
#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}

fn instant(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0
}

impl From<Overview> for OverviewFields {
    fn from(overview: Overview) -> Self {
        let methods = overview.methods.into_iter();
        Self {
            name: overview.name,
            host: overview.host,
            user_id: overview.user_id.map(number),
            state: overview.state.as_str(),
            created: instant(overview.created),
            started: overview.started.map(instant),
            finished: overview.finished.map(instant),
            forgotten: overview.forgotten.map(instant),
            backup: overview.backup,
            if_unchanged: overview.if_unchanged,
            operations: number(overview.operations),
            methods: methods
                .map(|(method, operations)| MethodCount { method, operations: number(operations) })
                .collect(),
            duplicates: number(overview.duplicates),
            in_doubt: number(overview.in_doubt),
            backups: number(overview.backups),
            runs: number(overview.runs),
            summary: SummaryFields::from(overview.summary),
            head: overview.head,
            size: number(overview.size),
        }
    }
}

impl From<PlanSummary> for PlanSummaryFields {
    fn from(summary: PlanSummary) -> Self {
        Self {
            operations: number(summary.operations),
            duplicates: number(summary.duplicates),
            looked_at: number(summary.looked_at),
            not_visible: number(summary.not_visible),
            bindings: number(summary.bindings),
            leads: number(summary.leads),
            deals: number(summary.deals),
            activities: number(summary.activities),
            shared_activities: number(summary.shared_activities),
        }
    }
}

impl From<Planned> for PlannedFields {
    fn from(planned: Planned) -> Self {
        let bindings = planned.bindings().map(number);
        let Planned { seq, operation, facts, .. } = planned;
        let visible = facts.as_ref().map(|facts| facts.visible);
        let facts: Facts = facts.unwrap_or_default();
        Self {
            seq: number(seq),
            method: operation.method(),
            lead_id: operation.lead_id().map(|id| number(id.get())),
            contact_id: operation.contact_id().map(|id| number(id.get())),
            visible,
            title: facts.title,
            owner: facts.owner.map(number),
            created: facts.created,
            modified: facts.modified,
            bindings,
            activities: facts.activities.map(number),
            shared_activities: facts.shared_activities.map(number),
            deals: facts.deals.map(number),
        }
    }
}

impl From<Verification> for VerificationFields {
    fn from(verification: Verification) -> Self {
        Self {
            findings: verification.findings.iter().map(ToString::to_string).collect(),
            head: verification.head,
            entries: number(verification.entries),
            kept_head: verification.kept_head.and_then(|place| match place {
                Place::Plan => Some(0.0),
                Place::Run(run) => Some(number(run)),
                // A place that is younger than this binding.
                _ => None,
            }),
        }
    }
}
