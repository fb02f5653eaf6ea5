//! The portal of a vector, and the question for the driver.

use std::path::{Path, PathBuf};

use b24delete_emulator::faults::parse_fault_rules;
use b24delete_emulator::settings::{parse_operating, parse_rate_limit};
use b24delete_emulator::{Addresses, Emulator, Running, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::message::Question;
use super::vector::{
    Call, ClientSetup, JobSetup, OAuthSetup, PortalSetup, Store, Token, Vector, spelled_out,
};
use super::{Broken, SECRET};
use crate::elsewhere::Elsewhere;

/// What never was a token or a secret of the portal.
const FOREIGN: &str = "f0re1gns3cretoken";

/// What clients do where the vector says nothing.
const REQUEST_TIMEOUT: f64 = 20.0;
const SETTLE_TIME: f64 = 0.3;

/// A portal that is ready for a vector.
pub(super) struct Scene {
    pub(super) portal: Running,
    elsewhere: Elsewhere,
    /// For the files of tokens.
    directory: TempDir,
}

impl Scene {
    /// Opens the portal.
    pub(super) async fn open(setup: &PortalSetup) -> Result<Self, Broken> {
        let elsewhere = Elsewhere::open().await?;
        let portal = Emulator::serve(settings(setup)?).await?;
        let host = portal.addresses().webhook.split("/rest/").next().unwrap_or_default().to_owned();
        let faults = Value::from(setup.faults.clone()).to_string();
        let faults = faults.replace("{elsewhere}", &elsewhere.url).replace("{code}", SECRET);
        portal.emulator().add_faults(parse_fault_rules(&faults.replace("{host}", &host))?);
        for restriction in &setup.restrictions {
            portal.emulator().restrict(restriction)?;
        }
        Ok(Self { portal, elsewhere, directory: TempDir::new()? })
    }

    /// How many connections came to the host that nobody may visit.
    pub(super) fn visitors(&self) -> usize {
        self.elsewhere.visitors()
    }

    /// Everything that nobody may see, but for tokens that are given later.
    pub(super) fn secrets(&self) -> Vec<String> {
        let Addresses { client_secret, access_token, refresh_token, .. } = self.portal.addresses().clone();
        vec![SECRET.to_owned(), FOREIGN.to_owned(), client_secret, access_token, refresh_token]
    }

    /// The tokens that the library saved in its own file.
    pub(super) fn saved_tokens(&self) -> Option<Value> {
        let text = std::fs::read_to_string(self.directory.path().join("tokens.json")).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// What the driver is to do; for a job first to plan it and then to run it.
    pub(super) fn questions(&self, vector: &Vector) -> Vec<Question> {
        let mut question = Question::default();
        question.push("vector", &vector.name);
        self.client(&vector.client, &mut question);
        let Some(job) = &vector.call.job else {
            call(&vector.call, &mut question);
            return vec![question];
        };
        let file = self.job_file();
        let mut plan = question.clone();
        plan_job(&file, &vector.call, job, &mut plan);
        run_job(&file, &mut question);
        question.push_some("expect", job.expect_at_run);
        question.push_some("max_failures", vector.call.max_failures.as_ref());
        vec![plan, question]
    }

    /// Where jobs are.
    fn job_file(&self) -> PathBuf {
        self.directory.path().join("conformance.b24job")
    }

    /// Somebody else modifies leads.
    pub(super) fn touch(&self, leads: &[u64]) -> Result<(), Broken> {
        for lead in leads {
            let parameters = json!({"id": lead, "fields": {"COMMENTS": "modified meanwhile"}});
            let parameters = parameters.as_object().cloned().unwrap_or_default();
            let touched = self.portal.emulator().act("crm.lead.update", &parameters);
            touched.map_err(|refused| format!("lead {lead} cannot be modified: {refused:?}"))?;
        }
        Ok(())
    }

    /// The options of the client.
    pub(super) fn client(&self, client: &ClientSetup, question: &mut Question) {
        let webhook = &self.portal.addresses().webhook;
        match &client.oauth {
            Some(oauth) => self.application(oauth, question),
            None => {
                let host = webhook.split("/rest/").next().unwrap_or_default();
                let own = client.webhook.as_ref();
                let own = own.map(|own| own.replace("{code}", SECRET).replace("{host}", host));
                question.push("webhook", own.as_ref().unwrap_or(webhook));
            }
        }
        question.push("limits", client.limits.as_deref().unwrap_or("off"));
        question.push("operating", client.operating.as_deref().unwrap_or("off"));
        question.push("request_timeout", client.request_timeout.unwrap_or(REQUEST_TIMEOUT));
        question.push_some("connect_timeout", client.connect_timeout);
        question.push("settle_time", client.settle_time.unwrap_or(SETTLE_TIME));
        question.push_some("concurrency", client.concurrency);
        question.push_some("api", client.api.as_ref());
    }

    fn application(&self, oauth: &OAuthSetup, question: &mut Question) {
        let addresses = self.portal.addresses();
        let token = |wanted: Token, valid: &String| match wanted {
            Token::Valid | Token::Expired => Some(valid.clone()),
            Token::Foreign => Some(FOREIGN.to_owned()),
            Token::None => None,
        };
        if oauth.access == Token::Expired {
            self.portal.emulator().expire_access_tokens();
        }
        let secret = if oauth.wrong_secret { FOREIGN } else { &addresses.client_secret };
        question.push("rest", &addresses.oauth_rest);
        question.push("client_id", &addresses.client_id);
        question.push("client_secret", secret);
        question.push_some("access_token", token(oauth.access, &addresses.access_token));
        question.push_some("refresh_token", token(oauth.refresh, &addresses.refresh_token));
        question.push("token_endpoint", &addresses.oauth_token);
        question.push_some("token_request", oauth.token_request.as_ref());
        question.push_some("store", oauth.store.map(Store::word));
        if oauth.store == Some(Store::File) {
            question.push("token_file", self.directory.path().join("tokens.json").display());
        }
    }
}

fn call(call: &Call, question: &mut Question) {
    match (call.operation, &call.many) {
        (Some(operation), _) => {
            question.push("call", operation.word());
            let names =
                if operation.word() == "contact" { ["contact_id", ""] } else { ["lead_id", "contact_id"] };
            for (name, id) in names.iter().zip(&call.ids) {
                question.push(name, typed(id));
            }
        }
        (None, Some(many)) => {
            question.push("call", "many");
            spelled_out(many).iter().for_each(|operation| question.push("operation", operation));
        }
        (None, None) => question.push("call", "open"),
    }
    question.push_some("deadline", call.deadline);
    question.push_some("cancel_after", call.cancel_after);
    question.push_some("max_failures", call.max_failures.as_ref());
    question.push_some("stop_if_first_absent", call.stop_if_first_absent);
}

/// Asks for a plan of the operations of a call.
pub(super) fn plan_job(file: &Path, call: &Call, job: &JobSetup, question: &mut Question) {
    question.push("call", "plan");
    question.push("job_file", file.display());
    spelled_out(call.many.as_deref().unwrap_or_default())
        .iter()
        .for_each(|operation| question.push("operation", operation));
    question.push_some("expect", job.expect);
    question.push("if_unchanged", job.if_unchanged);
}

/// Asks to run a job, or to go on with it.
pub(super) fn run_job(file: &Path, question: &mut Question) {
    question.push("call", "run");
    question.push("job_file", file.display());
}

/// A value with the name of its type, such as `int:7`.
fn typed(value: &Value) -> String {
    match value {
        Value::Null => "null:".to_owned(),
        Value::Bool(value) => format!("bool:{value}"),
        Value::Number(number) if number.is_f64() => format!("float:{number}"),
        Value::Number(number) => format!("int:{number}"),
        Value::String(text) => format!("text:{text}"),
        Value::Array(_) | Value::Object(_) => format!("json:{value}"),
    }
}

fn settings(setup: &PortalSetup) -> Result<Settings, Broken> {
    let mut settings = Settings::default();
    (settings.seed.leads, settings.seed.contacts) = (setup.leads, setup.contacts);
    settings.seed.links_per_lead = setup.links_per_lead;
    settings.limits = parse_rate_limit(setup.limits.as_deref().unwrap_or("off"))?;
    settings.operating = parse_operating(setup.operating.as_deref().unwrap_or("off"))?;
    settings.charge = setup.charge.as_deref().map_or(Ok(settings.charge), str::parse)?;
    settings.after_cut = setup.after_cut.as_deref().map_or(Ok(settings.after_cut), str::parse)?;
    settings.profile = setup.profile;
    settings.cost = setup.cost.iter().map(|cost| cost.parse()).collect::<Result<_, _>>()?;
    settings.cut = setup.cut;
    settings.clock_skew = setup.clock_skew;
    settings.tls = setup.tls;
    settings.webhook_code = Some(SECRET.to_owned());
    settings.record_requests = true;
    if let Some(scopes) = &setup.scopes {
        settings.scopes.clone_from(scopes);
    }
    Ok(settings)
}
