//! The portal of the demo: small, with limits that bite quickly, and with records that are protected.

use b24delete_emulator::faults::{Fault, FaultRule, Moment};
use b24delete_emulator::settings::{OperatingLimit, RateLimit};
use b24delete_emulator::store::{Execution, Restriction, Snapshot};
use b24delete_emulator::{Emulator, Running, Settings};

use crate::commands::emulator::failed;
use crate::failure::Failure;

/// `entityTypeId` of leads and contacts.
const LEAD: i64 = 1;
const CONTACT: i64 = 3;

/// A lead and a contact that the user may read but not delete.
pub(super) const PROTECTED_LEAD: i64 = 13;
pub(super) const PROTECTED_CONTACT: i64 = 5;

/// How much there is, and how much the portal takes.
pub(super) const SETUP: Setup = Setup {
    leads: 60,
    contacts: 20,
    links_per_lead: 2,
    requests: 4.0,
    per_second: 1.0,
    budget: 1.5,
    window: 5.0,
    contact_cost: 0.25,
};

/// How much there is, and how much the portal takes.
#[derive(Debug)]
pub(super) struct Setup {
    leads: u64,
    contacts: u64,
    links_per_lead: u64,
    pub(super) requests: f64,
    pub(super) per_second: f64,
    pub(super) budget: f64,
    pub(super) window: f64,
    contact_cost: f64,
}

impl Setup {
    /// The limits in one sentence.
    pub(super) fn in_words(&self) -> String {
        let Self { requests, per_second, budget, window, .. } = self;
        format!(
            "It takes {requests} requests at once and then {per_second} a second, and {budget} s of one method's work in {window} s"
        )
    }
}

/// The portal while it runs.
#[derive(Debug)]
pub(super) struct Portal(Running);

impl Portal {
    /// Opens it on a free loopback port.
    pub(super) async fn open() -> Result<Self, Failure> {
        let mut settings = Settings::default();
        settings.seed.leads = SETUP.leads;
        settings.seed.contacts = SETUP.contacts;
        settings.seed.links_per_lead = SETUP.links_per_lead;
        settings.limits = Some(RateLimit { capacity: SETUP.requests, per_second: SETUP.per_second });
        settings.operating = Some(OperatingLimit { seconds: SETUP.budget, window: SETUP.window });
        let cost = format!("crm.contact.delete={}", SETUP.contact_cost);
        settings.cost = vec![cost.parse().map_err(Failure::incomplete)?];
        let on_batch =
            |number, moment, fault| FaultRule { nth: Some(number), moment, ..FaultRule::new("batch", fault) };
        settings.faults = vec![
            // The second request is carried out, and its answer gets lost.
            on_batch(2, Moment::After, Fault::Reset {}),
            // Somebody else on this machine uses the portal too, so that it refuses although the client keeps the limit.
            on_batch(4, Moment::Before, Fault::RateLimit {}),
        ];
        let portal = Emulator::serve(settings).await.map_err(|error| failed(&error))?;
        for (entity_type_id, id) in [(LEAD, PROTECTED_LEAD), (CONTACT, PROTECTED_CONTACT)] {
            let protected = Restriction { entity_type_id, id, undeletable: true, ..Restriction::default() };
            portal.emulator().restrict(&protected).map_err(|error| failed(&error))?;
        }
        Ok(Self(portal))
    }

    pub(super) async fn close(self) {
        self.0.shutdown().await;
    }

    pub(super) fn webhook(&self) -> &str {
        &self.0.addresses().webhook
    }

    /// What it holds, in words.
    pub(super) fn contents(&self) -> Result<String, Failure> {
        let Snapshot { leads, contacts, lead_contacts, .. } = self.snapshot()?;
        let bindings = lead_contacts.len();
        Ok(format!("{} leads, {} contacts, {bindings} bindings between them", leads.len(), contacts.len()))
    }

    /// What is there now.
    pub(super) fn snapshot(&self) -> Result<Snapshot, Failure> {
        self.0.emulator().snapshot().map_err(|error| failed(&error))
    }

    /// What really happened.
    pub(super) fn executions(&self) -> Vec<Execution> {
        self.0.emulator().executions(0)
    }
}
