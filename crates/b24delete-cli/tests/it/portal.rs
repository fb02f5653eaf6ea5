//! A portal for one test.

use b24delete_emulator::store::Restriction;
use b24delete_emulator::{Emulator, Running, Settings};
use tokio::runtime::Runtime;

use crate::command::Shell;

/// A portal that serves while this value lives.
pub(crate) struct Portal {
    running: Running,
    runtime: Runtime,
}

impl Portal {
    /// 10 leads, 5 contacts, 2 bindings and 1 activity per lead, without limits.
    pub(crate) fn small() -> Self {
        Self::new(|settings| {
            settings.seed.leads = 10;
            settings.seed.contacts = 5;
            settings.seed.links_per_lead = 2;
            settings.seed.activities_per_lead = 1;
        })
    }

    /// A portal without limits that is changed by `change`.
    pub(crate) fn new(change: impl FnOnce(&mut Settings)) -> Self {
        let runtime = Runtime::new().unwrap();
        let mut settings = Settings::default();
        settings.limits = None;
        settings.operating = None;
        settings.webhook_code = Some("s3cretwebhookcode".to_owned());
        change(&mut settings);
        let running = runtime.block_on(Emulator::serve(settings)).unwrap();
        Self { running, runtime }
    }

    pub(crate) fn webhook(&self) -> &str {
        &self.running.addresses().webhook
    }

    pub(crate) fn shell(&self) -> Shell {
        Shell::with_webhook(self.webhook())
    }

    pub(crate) fn emulator(&self) -> &Emulator {
        self.running.emulator()
    }

    pub(crate) fn requests(&self) -> u64 {
        self.emulator().statistics().requests
    }

    pub(crate) fn leads(&self) -> Vec<i64> {
        self.emulator().snapshot().unwrap().leads
    }

    pub(crate) fn protect(&self, entity_type_id: i64, id: i64) {
        let restriction = Restriction { entity_type_id, id, undeletable: true, ..Restriction::default() };
        self.emulator().restrict(&restriction).unwrap();
    }

    pub(crate) fn hide(&self, entity_type_id: i64, id: i64) {
        let restriction = Restriction { entity_type_id, id, unreadable: true, ..Restriction::default() };
        self.emulator().restrict(&restriction).unwrap();
    }

    /// Changes a record as somebody at the screen would.
    pub(crate) fn act(&self, method: &str, params: serde_json::Value) -> serde_json::Value {
        let serde_json::Value::Object(params) = params else { panic!("parameters are an object") };
        let _runtime = self.runtime.enter();
        self.emulator().act(method, &params).unwrap()
    }
}
