//! `check`: who the webhook acts as, what it may do, which limits apply.

use std::sync::Arc;

use b24delete::{Answer, Api, Client, Read};
use b24delete_jobs::text::shortened;
use serde::Serialize;
use serde_json::{Value, json};

use crate::arguments::{CheckArguments, Output};
use crate::exit_status::ExitStatus;
use crate::failure::{self, Failure, describe};
use crate::interrupt::Interrupts;
use crate::outcome_lines::print_json;
use crate::portal_user::PortalUser;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::settings::ConnectionSettings;

const CLASSIC: [&str; 4] =
    ["crm.lead.delete", "crm.contact.delete", "crm.lead.contact.delete", "crm.lead.contact.items.delete"];
const ITEM: [&str; 3] = ["crm.item.delete", "crm.lead.contact.delete", "crm.lead.contact.items.delete"];

/// What was found out.
#[derive(Debug, Serialize)]
struct Findings {
    v: u32,
    r#type: &'static str,
    host: String,
    user_id: Option<u64>,
    user_name: String,
    admin: bool,
    scopes: Vec<String>,
    server_time: Option<String>,
    /// As on the command line: what the client keeps, not what the portal says.
    limits: String,
    operating: String,
    methods: Vec<Method>,
    ready: bool,
}

#[derive(Debug, Serialize)]
struct Method {
    name: &'static str,
    /// None when the portal does not say.
    exists: Option<bool>,
    available: Option<bool>,
}

/// Asks the portal and gives a verdict.
pub(crate) async fn check(arguments: CheckArguments, printer: &Arc<Printer>) -> Result<ExitStatus, Failure> {
    let settings = ConnectionSettings::resolve(arguments.connection)?;
    let progress = Progress::new(printer);
    let client = settings.client(Some(progress.observer()))?;
    settings.warnings.iter().for_each(|warning| printer.warning(warning));
    let mut interrupts = Interrupts::listen().map_err(Failure::incomplete)?;
    progress.count(format!("asks {}", client.host()));
    let findings = tokio::select! {
        findings = find_out(&client, &settings) => findings,
        () = interrupts.next() => Err(Failure::interrupted()),
    };
    progress.end();
    let findings = findings?;
    let printed = match arguments.output.output {
        Output::Jsonl => print_json(printer, &findings),
        Output::Text => findings.lines().into_iter().try_for_each(|line| printer.data(line)),
    };
    printed.and_then(|()| printer.flush()).map_err(|error| failure::stdout(&error))?;
    match findings.problem() {
        None => Ok(ExitStatus::Success),
        Some(problem) => Err(problem),
    }
}

async fn find_out(client: &Client, settings: &ConnectionSettings) -> Result<Findings, Failure> {
    let user = PortalUser::read(client).await?;
    let names: &[&'static str] = if settings.api == Api::Item { &ITEM } else { &CLASSIC };
    let mut reads = vec![
        Read { method: "scope", parameters: json!({}) },
        Read { method: "server.time", parameters: json!({}) },
    ];
    reads.extend(names.iter().map(|name| Read { method: "method.get", parameters: json!({ "name": name }) }));
    let mut answers = client.read_batch(&reads).await?.into_iter();
    let scopes = match answers.next() {
        Some(Ok(answer)) => texts(&answer.result),
        Some(Err(error)) => return Err(error.into()),
        None => Vec::new(),
    };
    let server_time =
        answers.next().and_then(Result::ok).and_then(|answer| answer.result.as_str().map(str::to_owned));
    let methods: Vec<_> = names.iter().zip(answers).map(|(name, answer)| method(name, answer)).collect();
    let has_scope = scopes.iter().any(|scope| scope == "crm");
    Ok(Findings {
        v: 1,
        r#type: "check",
        host: client.host(),
        user_id: user.id,
        user_name: user.name,
        admin: user.admin,
        server_time,
        limits: settings.limits.text.clone(),
        operating: settings.operating.text.clone(),
        ready: has_scope && methods.iter().all(Method::can_be_called),
        scopes,
        methods,
    })
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn method(name: &'static str, answer: b24delete::Result<Answer>) -> Method {
    let answer =
        answer.map_err(|error| tracing::info!(name, error = describe(&error), "method.get failed")).ok();
    let flag = |key| answer.as_ref().and_then(|answer| answer.result.get(key)).and_then(Value::as_bool);
    Method { name, exists: flag("isExisting"), available: flag("isAvailable") }
}

fn requests_in_words(limits: &str) -> String {
    let pair = match limits {
        "standard" => "50/2",
        "enterprise" => "250/5",
        other => other,
    };
    match pair.split_once('/') {
        Some((at_once, per_second)) => {
            format!("{at_once} requests at once, then {per_second} per second ({limits})")
        }
        None => "off".to_owned(),
    }
}

fn operating_in_words(limit: &str) -> String {
    match limit.split_once('/') {
        Some((seconds, window)) => format!("{seconds} s of one method's work in {window} s"),
        None => "off".to_owned(),
    }
}

impl Method {
    /// True unless the portal says that it cannot.
    fn can_be_called(&self) -> bool {
        self.exists != Some(false) && self.available != Some(false)
    }

    fn verdict(&self) -> &'static str {
        match (self.exists, self.available) {
            (Some(false), _) => "does not exist on this portal",
            (_, Some(false)) => "exists, but this webhook may not call it",
            (Some(true), _) => "ok",
            (None, _) => "not known: the portal does not say",
        }
    }
}

impl Findings {
    fn lines(&self) -> Vec<String> {
        let admin = if self.admin { "administrator" } else { "not an administrator" };
        let time = self.server_time.as_deref().unwrap_or("not known");
        let name = shortened(&self.user_name, 60);
        let mut lines = vec![
            format!("portal       {}", self.host),
            format!(
                "acting user  {} (id {}, {admin})",
                if name.is_empty() { "?" } else { &name },
                self.user_id.map_or_else(|| "?".to_owned(), |id| id.to_string())
            ),
            format!("scopes       {}", shortened(&self.scopes.join(", "), 200)),
            format!("server time  {}", shortened(time, 40)),
            format!("limits       {}", requests_in_words(&self.limits)),
            format!("operating    {}", operating_in_words(&self.operating)),
        ];
        lines.extend(self.methods.iter().map(|method| format!("{:<30} {}", method.name, method.verdict())));
        if self.ready {
            lines.push("ready: everything that deleting needs is there".to_owned());
        }
        lines
    }

    fn problem(&self) -> Option<Failure> {
        if self.ready {
            return None;
        }
        if !self.scopes.iter().any(|scope| scope == "crm") {
            return Some(
                Failure::refused("not ready: the webhook lacks the scope `crm`")
                    .hint("add it in the portal under Developer resources"),
            );
        }
        let names: Vec<_> =
            self.methods.iter().filter(|method| !method.can_be_called()).map(|method| method.name).collect();
        Some(Failure::refused(format!("not ready: these methods cannot be called: {}", names.join(", "))))
    }
}
