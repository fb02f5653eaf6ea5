//! Replies: the whole client reads the input, as the answer to a call or to a batch.

use std::error::Error as _;
use std::time::Duration;

use b24delete::transport::Reply;
use b24delete::{Api, CallOptions, Client, ClientOptions, ConfirmedBy, Error, Operation, RunOptions, Status};

use super::SECRET;
use super::oracle::Oracle;
use super::scripted::{Scripted, Struck};

/// Texts of the portal are cut; an error adds only a few words of its own.
const LONGEST_TEXT: usize = 700;

/// The first two bytes of an input: how the rest is used.
struct Setting {
    api: Api,
    struck: Struck,
    status: u16,
    choice: u8,
}

impl Setting {
    fn read(input: &[u8]) -> Option<(Self, &[u8])> {
        let (head, body) = input.split_first_chunk::<2>()?;
        let [mode, choice] = *head;
        let setting = Self {
            api: if mode & 1 == 0 { Api::Classic } else { Api::Item },
            struck: if mode & 2 == 0 { Struck::Deletes } else { Struck::Lookups },
            status: [200, 400, 503, 302].get(usize::from(mode >> 2 & 3)).copied().unwrap_or(200),
            choice,
        };
        Some((setting, body))
    }

    fn reply(&self, body: &[u8]) -> Reply {
        let mut reply = Reply::new(self.status, body.to_vec());
        reply.location = String::from_utf8(body.to_vec()).ok();
        reply
    }
}

/// Reads the input as the reply to a single call, of the delete or of its lookup.
///
/// # Panics
/// When the client claims what the reply does not say.
pub fn call_reply(input: &[u8]) {
    let Some((setting, body)) = Setting::read(input) else { return };
    let transport = Scripted::new(setting.struck, setting.reply(body));
    let all = operations();
    let Some(operation) = all.get(usize::from(setting.choice) % 4).copied() else { return };
    let (client, options) = (client(&transport, setting.api), CallOptions::default());
    let result = on_paused_time(async move { client.delete(operation, options).await });
    let oracle = Oracle::new(body, setting.status);
    match result {
        Err(error) => check_texts(&error),
        Ok(deletion) => {
            let proved = match (deletion.status, deletion.confirmed_by) {
                (Status::Deleted, ConfirmedBy::Reply) => oracle.call_done(&operation, setting.api),
                (Status::Deleted, ConfirmedBy::Lookup) => {
                    setting.struck == Struck::Lookups && oracle.call_refused()
                }
                _ => oracle.call_found_nothing(),
            };
            assert!(proved, "{operation:?}: {deletion:?}");
        }
    }
}

/// Reads the input as the reply to batches, of deletes or of their lookups.
///
/// # Panics
/// When an operation has not exactly one outcome, or the client claims what the reply does not say.
pub fn batch_reply(input: &[u8]) {
    let Some((setting, body)) = Setting::read(input) else { return };
    let transport = Scripted::new(setting.struck, setting.reply(body));
    let (client, operations) = (client(&transport, setting.api), operations());
    let planned = operations.clone();
    let (outcomes, summary) = on_paused_time(async move {
        let mut run = client.delete_many(planned, RunOptions::default());
        let mut outcomes = Vec::new();
        while let Some(outcome) = run.next().await {
            outcomes.push(outcome);
        }
        (outcomes, run.summary())
    });
    let mut seqs: Vec<_> = outcomes.iter().map(|outcome| outcome.seq).collect();
    seqs.sort_unstable();
    assert!(seqs.iter().copied().eq(0..seqs.len() as u64), "one outcome for each: {seqs:?}");
    assert_eq!((seqs.len() as u64, summary.total), (operations.len() as u64, summary.total));
    let oracle = Oracle::new(body, setting.status);
    for outcome in &outcomes {
        let proved = match (outcome.status, outcome.confirmed_by) {
            (Status::Deleted, Some(ConfirmedBy::Reply)) => {
                let keys = transport.keys(&delete_command(&outcome.operation, setting.api));
                setting.struck == Struck::Deletes
                    && keys.iter().any(|key| oracle.command_done(key, &outcome.operation, setting.api))
            }
            (Status::Deleted, _) => setting.struck == Struck::Lookups && oracle.refuses_commands(),
            (Status::Absent, _) => oracle.mentions_commands(),
            _ => true,
        };
        assert!(proved, "{outcome:?}");
        outcome.error.iter().for_each(check_texts);
    }
    summary.stopped_by.iter().filter_map(|reason| reason.error()).for_each(check_texts);
}

fn client(transport: &std::sync::Arc<Scripted>, api: Api) -> Client {
    let mut options = ClientOptions::webhook(format!("https://portal.b24.test/rest/1/{SECRET}/"));
    options.transport = Some(transport.clone());
    options.random_seed = Some(1);
    options.api = api;
    #[expect(clippy::expect_used, reason = "without a client there is nothing to fuzz")]
    Client::new(options).expect("the options are right")
}

/// The first four are of the four kinds.
fn operations() -> Vec<Operation> {
    let all = [
        Operation::lead(1),
        Operation::contact(2),
        Operation::lead_contact(3, 4),
        Operation::lead_contact_items(5),
        Operation::lead(6),
        Operation::contact(6),
    ];
    all.into_iter().flatten().collect()
}

/// The command that carries an operation in a batch.
fn delete_command(operation: &Operation, api: Api) -> String {
    match (operation, api) {
        (Operation::DeleteLead { lead_id }, Api::Item) => {
            format!("crm.item.delete?entityTypeId=1&id={lead_id}")
        }
        (Operation::DeleteContact { contact_id }, Api::Item) => {
            format!("crm.item.delete?entityTypeId=3&id={contact_id}")
        }
        (Operation::DeleteLead { lead_id }, _) => format!("crm.lead.delete?id={lead_id}"),
        (Operation::DeleteContact { contact_id }, _) => format!("crm.contact.delete?id={contact_id}"),
        (Operation::DeleteLeadContact { lead_id, contact_id }, _) => {
            format!("crm.lead.contact.delete?id={lead_id}&fields%5BCONTACT_ID%5D={contact_id}")
        }
        (Operation::DeleteLeadContactItems { lead_id }, _) => {
            format!("crm.lead.contact.items.delete?id={lead_id}")
        }
    }
}

/// Runs to the end, however long the waits are; a run that waits for ever fails.
fn on_paused_time<T>(work: impl Future<Output = T>) -> T {
    #[expect(clippy::expect_used, reason = "without a runtime there is nothing to fuzz")]
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("the runtime starts");
    let bounded = async { tokio::time::timeout(Duration::from_secs(7 * 24 * 3600), work).await };
    #[expect(clippy::expect_used, reason = "this is what the target is to find")]
    runtime.block_on(bounded).expect("every run comes to its end")
}

/// No secret in an error or its causes, and no more text than an outcome may keep.
fn check_texts(error: &Error) {
    let mut next = Some(error);
    while let Some(error) = next {
        let shown = format!("{error} {error:?}");
        assert!(!shown.to_lowercase().contains(SECRET), "{shown}");
        for text in [error.code(), error.description()] {
            assert!(text.chars().count() <= LONGEST_TEXT, "{} characters", text.chars().count());
        }
        next = error.source().and_then(|source| source.downcast_ref());
    }
}
