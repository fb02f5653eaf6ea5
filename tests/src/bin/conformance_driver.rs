//! The conformance driver for Rust: carries out questions from stdin with nothing but the public interface of the core.
//! `tests/conformance/README.md` describes the protocol.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt::{Display, Write as _};
use std::io::{self, BufRead};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use b24delete::{
    CallOptions, Canceller, Client, ClientOptions, ContactId, Deletion, Error, FileTokenStore, LeadId,
    OAuthOptions, Operation, Outcome, PortalTime, Result, RunOptions, Secret, StoreError, StoreFuture,
    Summary, TokenRequest, TokenStore, Tokens,
};
use b24delete_tests::conformance::{decoded, encoded};

type Broken = Box<dyn StdError>;

#[tokio::main]
async fn main() -> std::result::Result<(), Broken> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(io::stderr).init();
    let mut question = Question::default();
    for line in io::stdin().lock().lines() {
        let line = line?;
        match line.split_once('\t') {
            Some((name, value)) => question.add(name, decoded(value)),
            None => println!("{}", answer(std::mem::take(&mut question)).await?),
        }
    }
    Ok(())
}

/// The fields of a question; `operation` may come often.
#[derive(Default)]
struct Question {
    fields: HashMap<String, String>,
    operations: Vec<String>,
}

impl Question {
    fn add(&mut self, name: &str, value: String) {
        match name {
            "operation" => self.operations.push(value),
            _ => drop(self.fields.insert(name.to_owned(), value)),
        }
    }

    fn take(&mut self, name: &str) -> Option<String> {
        self.fields.remove(name)
    }

    fn number<T: std::str::FromStr>(&mut self, name: &str) -> std::result::Result<Option<T>, Broken> {
        let text = self.take(name);
        text.map(|text| text.parse().map_err(|_| format!("`{name}` is `{text}`").into())).transpose()
    }

    fn seconds(&mut self, name: &str) -> std::result::Result<Option<Duration>, Broken> {
        Ok(self.number(name)?.map(Duration::from_secs_f64))
    }
}

/// What is told, record by record.
#[derive(Default)]
struct Answer(String);

impl Answer {
    fn record(&mut self, name: &str) {
        self.field("record", name);
    }

    fn field(&mut self, name: &str, value: impl Display) {
        let value = encoded(&value.to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{name}\t{value}");
    }

    fn some(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }
}

async fn answer(mut question: Question) -> std::result::Result<String, Broken> {
    question.take("vector");
    let mut answer = Answer::default();
    let (options, store) = options(&mut question)?;
    match options.and_then(Client::new) {
        Err(error) => tell_error(&error, &mut answer),
        Ok(client) => match question.take("call").as_deref() {
            Some("open") => answer.record("opened"),
            Some("many") => many(&client, &mut question, &mut answer).await?,
            Some(operation) => single(&client, operation, &mut question, &mut answer).await?,
            None => return Err("no call".into()),
        },
    }
    if let Some(store) = store {
        answer.record("store");
        answer.field("saves", store.saves.load(Ordering::Relaxed));
    }
    match answer.0.contains("kind\tconfig") || question.fields.is_empty() {
        true => Ok(answer.0),
        false => Err(format!("unknown fields: {:?}", question.fields.keys()).into()),
    }
}

type Built = (Result<ClientOptions>, Option<Arc<OwnStore>>);

fn options(question: &mut Question) -> std::result::Result<Built, Broken> {
    let mut store = None;
    let mut options = match (question.take("webhook"), question.take("rest")) {
        (Some(webhook), _) => ClientOptions::webhook(webhook),
        (None, Some(rest)) => {
            let (oauth, own) = oauth(rest, question)?;
            store = own;
            ClientOptions::oauth(oauth)
        }
        (None, None) => ClientOptions::default(),
    };
    if let Some(timeout) = question.seconds("request_timeout")? {
        options.request_timeout = timeout;
    }
    if let Some(timeout) = question.seconds("connect_timeout")? {
        options.connect_timeout = timeout;
    }
    if let Some(time) = question.seconds("settle_time")? {
        options.settle_time = time;
    }
    if let Some(concurrency) = question.number("concurrency")? {
        options.concurrency = concurrency;
    }
    let words = [question.take("limits"), question.take("operating"), question.take("api")];
    Ok((with_words(options, &words), store))
}

/// The options that are written as words.
fn with_words(mut options: ClientOptions, words: &[Option<String>; 3]) -> Result<ClientOptions> {
    let [limits, operating, api] = words;
    if let Some(limits) = limits {
        options.rate_limit = limits.parse()?;
    }
    if let Some(operating) = operating {
        options.operating_limit = operating.parse()?;
    }
    if let Some(api) = api {
        options.api = api.parse()?;
    }
    Ok(options)
}

fn oauth(
    rest: String,
    question: &mut Question,
) -> std::result::Result<(OAuthOptions, Option<Arc<OwnStore>>), Broken> {
    let mut required = |name: &str| question.take(name).ok_or_else(|| format!("no `{name}`"));
    let (client_id, secret) = (required("client_id")?, required("client_secret")?);
    let mut oauth = OAuthOptions::new(rest, client_id, Secret::new(&secret));
    oauth.token_endpoint = required("token_endpoint")?;
    oauth.access_token = question.take("access_token").map(|token| Secret::new(&token));
    oauth.refresh_token = question.take("refresh_token").map(|token| Secret::new(&token));
    if question.take("token_request").as_deref() == Some("get") {
        oauth.token_request = TokenRequest::Get;
    }
    let own =
        |behaviour| Arc::new(OwnStore { behaviour, tokens: Mutex::default(), saves: AtomicU64::new(0) });
    let own = match question.take("store").as_deref() {
        Some("file") => {
            let path = question.take("token_file").ok_or("no `token_file`")?;
            oauth.store = Some(Arc::new(FileTokenStore::new(path)));
            None
        }
        Some("own") => Some(own(Behaviour::Keeps)),
        Some("failing") => Some(own(Behaviour::Fails)),
        Some("panicking") => Some(own(Behaviour::Panics)),
        _ => None,
    };
    if let Some(own) = &own {
        oauth.store = Some(Arc::clone(own) as Arc<dyn TokenStore>);
    }
    Ok((oauth, own))
}

/// A store as a caller may write it.
struct OwnStore {
    behaviour: Behaviour,
    tokens: Mutex<Option<Tokens>>,
    saves: AtomicU64,
}

enum Behaviour {
    Keeps,
    Fails,
    Panics,
}

impl TokenStore for OwnStore {
    fn load(&self) -> StoreFuture<'_, Option<Tokens>> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move { Ok(tokens) })
    }

    fn save(&self, tokens: &Tokens) -> StoreFuture<'_, ()> {
        let saved = match self.behaviour {
            Behaviour::Keeps => {
                *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = Some(tokens.clone());
                self.saves.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Behaviour::Fails => Err(StoreError::from("the disk is full")),
            #[expect(clippy::panic, reason = "a store may be written badly")]
            Behaviour::Panics => panic!("this store panics"),
        };
        Box::pin(async move { saved })
    }
}

async fn single(
    client: &Client,
    operation: &str,
    question: &mut Question,
    answer: &mut Answer,
) -> std::result::Result<(), Broken> {
    let mut options = CallOptions::default();
    options.deadline = question.seconds("deadline")?;
    let canceller = Canceller::new();
    options.canceller = Some(canceller.clone());
    cancel_later(canceller, question.seconds("cancel_after")?);
    let ids = (question.take("lead_id"), question.take("contact_id"));
    let deletion = match made(operation, ids) {
        Ok(operation) => client.delete(operation, options).await,
        Err(error) => Err(error),
    };
    match deletion {
        Ok(deletion) => tell_deletion(&deletion, answer),
        Err(error) => tell_error(&error, answer),
    }
    Ok(())
}

/// The operation with ids such as `int:7` and `text:7`.
fn made(operation: &str, (lead, contact): (Option<String>, Option<String>)) -> Result<Operation> {
    let (lead, contact) = (lead.unwrap_or_default(), contact.unwrap_or_default());
    Ok(match operation {
        "lead" => Operation::DeleteLead { lead_id: lead_id(&lead)? },
        "contact" => Operation::DeleteContact { contact_id: contact_id(&contact)? },
        "lead_contact" => {
            Operation::DeleteLeadContact { lead_id: lead_id(&lead)?, contact_id: contact_id(&contact)? }
        }
        _ => Operation::DeleteLeadContactItems { lead_id: lead_id(&lead)? },
    })
}

fn lead_id(value: &str) -> Result<LeadId> {
    match value.split_once(':') {
        Some(("int", number)) => number.parse().map_or_else(|_| Err(LeadId::invalid(number)), LeadId::new),
        other => other.map_or(value, |(_, text)| text).parse(),
    }
}

fn contact_id(value: &str) -> Result<ContactId> {
    match value.split_once(':') {
        Some(("int", number)) => {
            number.parse().map_or_else(|_| Err(ContactId::invalid(number)), ContactId::new)
        }
        other => other.map_or(value, |(_, text)| text).parse(),
    }
}

async fn many(
    client: &Client,
    question: &mut Question,
    answer: &mut Answer,
) -> std::result::Result<(), Broken> {
    let mut options = RunOptions::default();
    match question.take("max_failures").map(|text| text.parse()).transpose() {
        Ok(max_failures) => options.max_failures = max_failures,
        Err(error) => {
            tell_error(&error, answer);
            return Ok(());
        }
    }
    options.stop_if_first_absent = question.number("stop_if_first_absent")?;
    let cancel_after = question.seconds("cancel_after")?;
    let operation = |text: &String| {
        let mut parts = text.split(':').map(str::to_owned);
        let word = parts.next().unwrap_or_default();
        let ids = match word.as_str() {
            "contact" => (None, parts.next()),
            _ => (parts.next(), parts.next()),
        };
        made(&word, ids)
    };
    let operations: Result<Vec<_>> = question.operations.iter().map(operation).collect();
    let operations = match operations {
        Ok(operations) => operations,
        Err(error) => {
            tell_error(&error, answer);
            return Ok(());
        }
    };
    let mut run = client.delete_many(operations, options);
    cancel_later(run.canceller(), cancel_after);
    while let Some(outcome) = run.next().await {
        tell_outcome(&outcome, answer)?;
    }
    tell_summary(&run.summary(), answer)
}

/// A caller that changes its mind.
fn cancel_later(canceller: Canceller, after: Option<Duration>) {
    if let Some(after) = after {
        tokio::spawn(async move {
            #[expect(clippy::disallowed_methods, reason = "sockets keep real time")]
            tokio::time::sleep(after).await;
            canceller.cancel();
        });
    }
}

fn tell_deletion(deletion: &Deletion, answer: &mut Answer) {
    answer.record("deletion");
    answer.field("status", deletion.status);
    answer.field("confirmed_by", deletion.confirmed_by.as_str());
    answer.field("attempts", deletion.attempts);
    if let Some(time) = &deletion.time {
        tell_time(time, answer);
    }
}

fn tell_time(time: &PortalTime, answer: &mut Answer) {
    answer.record("time");
    answer.some("start", time.start);
    answer.some("finish", time.finish);
    answer.some("duration", time.duration);
    answer.some("processing", time.processing);
    answer.some("date_start", time.date_start.as_ref());
    answer.some("date_finish", time.date_finish.as_ref());
    answer.some("operating", time.operating);
    answer.some("operating_reset_at", time.operating_reset_at);
}

fn tell_outcome(outcome: &Outcome, answer: &mut Answer) -> std::result::Result<(), Broken> {
    answer.record("outcome");
    answer.field("seq", outcome.seq);
    answer.field("method", outcome.operation.method());
    answer.some("lead_id", outcome.operation.lead_id());
    answer.some("contact_id", outcome.operation.contact_id());
    answer.field("status", outcome.status);
    answer.some("confirmed_by", outcome.confirmed_by.map(b24delete::ConfirmedBy::as_str));
    answer.field("attempts", outcome.attempts);
    answer.field("json", serde_json::to_string(outcome)?);
    if let Some(error) = &outcome.error {
        tell_error(error, answer);
    }
    Ok(())
}

fn tell_error(error: &Error, answer: &mut Answer) {
    answer.record("error");
    answer.field("kind", error.kind());
    answer.field("class", error.kind().family().class_name());
    answer.field("effect", error.effect().as_str());
    answer.some("method", error.method());
    answer.field("code", error.code());
    answer.field("description", error.description());
    answer.some("http_status", error.http_status());
    answer.field("attempts", error.attempts());
    answer.field("debug", format!("{error:?}"));
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(cause) = cause.downcast_ref::<Error>() {
            answer.field("cause", cause.kind());
        }
        message.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    answer.field("message", message);
}

fn tell_summary(summary: &Summary, answer: &mut Answer) -> std::result::Result<(), Broken> {
    answer.record("summary");
    answer.field("total", summary.total);
    answer.field("deleted", summary.deleted);
    answer.field("deleted_by_lookup", summary.deleted_by_lookup);
    answer.field("absent", summary.absent);
    answer.field("failed", summary.failed);
    answer.field("unknown", summary.unknown);
    answer.field("not_run", summary.not_run);
    answer.field("requests", summary.requests);
    answer.field("seconds", summary.elapsed.as_secs_f64());
    answer.some("stopped_by", summary.stopped_by.as_ref().map(b24delete::StopReason::as_str));
    answer.field("json", serde_json::to_string(summary)?);
    Ok(())
}
