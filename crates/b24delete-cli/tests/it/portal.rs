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

    /// The profile of the portal's application, with what else stands in it.
    pub(crate) fn profile(&self, name: &str, more: &str) -> String {
        let addresses = self.running.addresses();
        format!(
            "[{name}]\nrest = {:?}\nclient_id = {:?}\nclient_secret = {:?}\ntoken_endpoint = {:?}\n{more}\n",
            addresses.oauth_rest, addresses.client_id, addresses.client_secret, addresses.oauth_token
        )
    }

    /// The path and query that a browser is redirected to from the application's page.
    pub(crate) fn let_in(&self, page: &str) -> String {
        let path = page.split_once("://").unwrap().1.split_once('/').unwrap().1;
        let request = axum::http::Request::get(format!("/{path}")).body(axum::body::Body::empty()).unwrap();
        let response = self.runtime.block_on(self.emulator().handle(request)).unwrap();
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    pub(crate) fn addresses(&self) -> &b24delete_emulator::Addresses {
        self.running.addresses()
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
