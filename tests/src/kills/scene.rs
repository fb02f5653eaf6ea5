//! A portal with faults, a gate before it, and a job.

use b24delete::{Client, ClientOptions, Operation};
use b24delete_emulator::faults::parse_fault_rules;
use b24delete_emulator::store::Restriction;
use b24delete_emulator::{Emulator, Settings};
use b24delete_jobs::{Job, PlanOptions, RestoredStatus};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::aim::Work;
use super::gate::Gate;
use crate::faults::Broken;

/// Answers that are lost before and after the work is done, and refusals of a limit.
const FAULTS: &str = r#"[
    {"method": "batch", "probability": 0.02, "where": "after", "fault": {"kind": "reset"}},
    {"method": "batch", "probability": 0.01, "where": "before", "fault": {"kind": "html", "status": 502}},
    {"method": "batch", "probability": 0.02, "fault": {"kind": "rate_limit"}}
]"#;

/// Every so-manieth lead may not be deleted.
pub(super) const PROTECTED: u64 = 97;

/// Every so-manieth lead has product rows.
const WITH_ROWS: u64 = 7;

/// A portal, the way to it, and a job that deletes its leads 1, 2, 3…
pub(super) struct Scene {
    pub(super) portal: Emulator,
    pub(super) gate: Gate,
    pub(super) webhook: String,
    pub(super) place: TempDir,
    pub(super) job: Job,
    pub(super) leads: u64,
    /// Every lead as it was, by its id less one.
    pub(super) before: Vec<Lead>,
}

/// What a lead has that is to return.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lead {
    pub(super) title: Value,
    bindings: Value,
    rows: Vec<Value>,
}

impl Lead {
    /// Reads it from the portal.
    pub(super) fn read(portal: &Emulator, id: u64) -> Result<Self, Broken> {
        let get = |method: &str| act(portal, method, &json!({ "id": id }));
        let rows = get("crm.lead.productrows.get")?;
        let rows = rows.as_array().into_iter().flatten();
        Ok(Self {
            title: get("crm.lead.get")?["TITLE"].clone(),
            bindings: get("crm.lead.contact.items.get")?,
            rows: rows.map(|row| row["PRODUCT_NAME"].clone()).collect(),
        })
    }
}

impl Scene {
    pub(super) async fn new(leads: u64, work: Work) -> Result<Self, Broken> {
        let mut settings = Settings::default();
        settings.seed.leads = leads;
        settings.seed.contacts = 20;
        settings.seed.links_per_lead = 2;
        (settings.limits, settings.operating) = (None, None);
        settings.cost = vec!["crm.lead.delete=0.001".parse()?];
        let portal = Emulator::new(settings)?;
        let mut before = Vec::new();
        for id in 1..=leads {
            if id % WITH_ROWS == 0 {
                let rows = json!([{ "PRODUCT_NAME": format!("Chair {id}"), "PRICE": 12.5, "QUANTITY": 2 }]);
                act(&portal, "crm.lead.productrows.set", &json!({ "id": id, "rows": rows }))?;
            }
            if id % PROTECTED == 0 {
                let entity_type_id = 1;
                let id = i64::try_from(id)?;
                portal.restrict(&Restriction {
                    entity_type_id,
                    id,
                    undeletable: true,
                    ..Restriction::default()
                })?;
            }
            before.push(Lead::read(&portal, id)?);
        }
        let gate = Gate::open(portal.clone()).await?;
        let webhook = format!("http://{}{}", gate.address, portal.webhook_path());
        let place = tempfile::tempdir()?;
        let client = Client::new(ClientOptions::webhook(&webhook))?;
        let operations: Result<Vec<_>, _> = (1..=i64::try_from(leads)?).map(Operation::lead).collect();
        let mut options = PlanOptions::default();
        (options.backup, options.if_unchanged) = (work == Work::DeleteWithCopies, work == Work::Delete);
        let job = Job::plan(place.path().join("cleanup.b24job"), &client, operations?, options).await?;
        portal.add_faults(parse_fault_rules(FAULTS)?);
        Ok(Self { portal, gate, webhook, place, job, leads, before })
    }

    /// Leads that can be deleted.
    pub(super) fn deletable(&self) -> u64 {
        self.leads - self.leads / PROTECTED
    }

    /// Whether all the work is done. A lead that cannot be deleted stays `unknown` for good when an attempt to delete it
    /// was lost: a refusal proves nothing about the lost one.
    pub(super) fn is_over(&self, work: Work) -> Result<bool, Broken> {
        if work == Work::Restore {
            let mut done = 0;
            for row in self.job.restored()? {
                done += u64::from(row?.status == RestoredStatus::Restored);
            }
            let bindings = self.before.iter().zip(1..).filter(|(_, id)| id % PROTECTED != 0);
            let bindings: usize =
                bindings.map(|(lead, _)| lead.bindings.as_array().map_or(0, Vec::len)).sum();
            return Ok(done >= self.deletable() + bindings as u64);
        }
        let job = self.job.overview()?;
        let gone = job.summary.deleted + job.summary.absent;
        Ok(job.in_doubt == 0 && job.summary.total == job.operations && gone == self.deletable())
    }
}

/// Asks the portal beside all faults.
pub(super) fn act(portal: &Emulator, method: &str, parameters: &Value) -> Result<Value, Broken> {
    let parameters = parameters.as_object().ok_or("parameters are an object")?.clone();
    portal.act(method, &parameters).map_err(|refused| format!("{method}: {refused:?}").into())
}
