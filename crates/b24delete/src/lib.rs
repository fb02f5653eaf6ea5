//! Deletes Bitrix24 CRM leads, contacts and lead-contact bindings, with one verified outcome per operation.
//!
//! Four REST methods, called one by one or many at a time:
//!
//! | REST method | call |
//! |---|---|
//! | `crm.lead.delete` | [`Client::delete_lead`] |
//! | `crm.contact.delete` | [`Client::delete_contact`] |
//! | `crm.lead.contact.delete` | [`Client::delete_lead_contact`] |
//! | `crm.lead.contact.items.delete` | [`Client::delete_lead_contact_items`] |
//!
//! ```no_run
//! use b24delete::{Client, ClientOptions, Operation, RunOptions};
//!
//! # async fn example() -> b24delete::Result<()> {
//! let client = Client::new(ClientOptions::webhook("https://example.bitrix24.com/rest/1/CODE/"))?;
//! let operations = vec![Operation::lead(1)?, Operation::lead_contact(2, 1010)?];
//! let mut run = client.delete_many(operations, RunOptions::default());
//! while let Some(outcome) = run.next().await {
//!     println!("{} {}", outcome.operation, outcome.status);
//! }
//! println!("{:?}", run.summary());
//! # Ok(())
//! # }
//! ```

mod address;
mod authorization;
mod client;
mod clock;
mod error;
mod id;
mod journal;
mod limits;
mod oauth;
mod observe;
mod operation;
mod options;
mod outcome;
mod portal_time;
mod query;
mod read;
mod run;
mod secret;
mod seen_through;
mod sending;
mod single;
mod sync;
pub mod transport;
mod way;
mod webhook;
mod wire;
mod write;

pub use self::client::Client;
pub use self::error::{Effect, Error, ErrorKind, Family, Result};
pub use self::id::{ContactId, LeadId, MAX_ID};
pub use self::journal::{Attempt, Journal, JournalFuture, Lost, Start};
pub use self::oauth::{
    FileTokenStore, OAuth, OAuthOptions, StoreError, StoreFuture, TokenLock, TokenRequest, TokenStore, Tokens,
};
pub use self::observe::{Event, Observer, WaitReason};
pub use self::operation::Operation;
pub use self::options::{
    Api, CallOptions, ClientOptions, MaxFailures, OperatingLimit, RateLimit, RunOptions,
};
pub use self::outcome::{ConfirmedBy, Deletion, Outcome, Status, StopReason, Summary};
pub use self::portal_time::PortalTime;
pub use self::read::{Answer, Read};
pub use self::run::{Canceller, Run};
pub use self::secret::Secret;
pub use self::write::Write;

/// What must be shared between threads can be.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Client>();
    shared::<Error>();
    shared::<Outcome>();
    shared::<Run>();
    shared::<ClientOptions>();
};
