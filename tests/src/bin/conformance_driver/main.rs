//! The conformance driver for Rust: carries out questions from stdin with nothing but the public interface of the core.
//! `tests/conformance/README.md` describes the protocol.

mod jobs;
mod tell;

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt::{Display, Write as _};
use std::io::{self, BufRead};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use b24delete::{
    CallOptions, Canceller, Client, ClientOptions, ContactId, FileTokenStore, LeadId, OAuthOptions,
    Operation, Result, RunOptions, Secret, StoreError, StoreFuture, TokenRequest, TokenStore, Tokens,
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
        Err(error) => tell::error(&error, &mut answer),
        Ok(client) => match question.take("call").as_deref() {
            Some("open") => answer.record("opened"),
            Some("many") => many(&client, &mut question, &mut answer).await?,
            Some("plan") => jobs::plan(&client, &mut question, &mut answer).await?,
            Some("run") => jobs::run(&client, &mut question, &mut answer).await?,
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
        Ok(deletion) => tell::deletion(&deletion, answer),
        Err(error) => tell::error(&error, answer),
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

/// The operations of a question.
fn operations(question: &Question) -> Result<Vec<Operation>> {
    let operation = |text: &String| {
        let mut parts = text.split(':').map(str::to_owned);
        let word = parts.next().unwrap_or_default();
        let ids = match word.as_str() {
            "contact" => (None, parts.next()),
            _ => (parts.next(), parts.next()),
        };
        made(&word, ids)
    };
    question.operations.iter().map(operation).collect()
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
            tell::error(&error, answer);
            return Ok(());
        }
    }
    options.stop_if_first_absent = question.number("stop_if_first_absent")?;
    let cancel_after = question.seconds("cancel_after")?;
    let operations = match operations(question) {
        Ok(operations) => operations,
        Err(error) => {
            tell::error(&error, answer);
            return Ok(());
        }
    };
    let mut run = client.delete_many(operations, options);
    cancel_later(run.canceller(), cancel_after);
    while let Some(outcome) = run.next().await {
        tell::outcome(&outcome, answer)?;
    }
    tell::summary(&run.summary(), answer)
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
