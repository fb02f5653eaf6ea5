//! The client: one portal, its limits, and the calls that share them.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::authorization::Authorization;
use crate::error::Result;
use crate::id::{ContactId, LeadId};
use crate::journal::{Journal, Start};
use crate::limits::Limiter;
use crate::oauth::OAuth;
use crate::observe::{Event, Observer};
use crate::operation::Operation;
use crate::options::{Api, CallOptions, ClientOptions, RunOptions};
use crate::outcome::Deletion;
use crate::read::{Answer, Read};
use crate::run::Run;
use crate::secret::Redactor;
use crate::sync::locked;
use crate::transport::Transport;
use crate::way::Way;
use crate::write::{self, Write};
use crate::{read, single};

/// Deletes on one portal. Clones are cheap and share the portal's limits.
///
/// Its methods need a tokio runtime with time and, unless the transport is replaced, IO enabled.
///
/// ```no_run
/// use b24delete::{Client, ClientOptions, LeadId};
///
/// # async fn example() -> b24delete::Result<()> {
/// let client = Client::new(ClientOptions::webhook("https://example.bitrix24.com/rest/1/CODE/"))?;
/// let deletion = client.delete_lead(LeadId::new(123)?).await?;
/// println!("{}", deletion.status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Shared>);

/// What all clones of a client share.
#[derive(Clone)]
pub(crate) struct Shared {
    authorization: Arc<Authorization>,
    transport: Arc<dyn Transport>,
    limiter: Arc<Limiter>,
    redactor: Arc<Redactor>,
    observers: Vec<Arc<dyn Observer>>,
    random: Arc<Mutex<SmallRng>>,
    request_timeout: Duration,
    settle_time: Duration,
    concurrency: usize,
    api: Api,
}

impl Client {
    /// A client with these options. Nothing is sent yet.
    ///
    /// # Errors
    /// `config` when an option has a value that is not allowed; the text names it.
    pub fn new(options: ClientOptions) -> Result<Self> {
        options.check()?;
        let redactor = Arc::new(Redactor::default());
        let Way { authorization, transport } = Way::prepare(&options, &redactor)?;
        let random = options.random_seed.map_or_else(rand::make_rng, SmallRng::seed_from_u64);
        Ok(Self(Arc::new(Shared {
            redactor,
            authorization: Arc::new(authorization),
            transport,
            limiter: Arc::new(Limiter::new(options.rate_limit, options.operating_limit)),
            observers: options.observer.into_iter().collect(),
            random: Arc::new(Mutex::new(random)),
            request_timeout: options.request_timeout,
            settle_time: options.settle_time,
            concurrency: options.concurrency,
            api: options.api,
        })))
    }

    /// The same client, with the same limits, which also tells this observer what it does.
    #[must_use]
    pub fn observed(&self, observer: Arc<dyn Observer>) -> Self {
        let mut shared = Shared::clone(&self.0);
        shared.observers.push(observer);
        Self(Arc::new(shared))
    }

    /// Host of the portal, and its port where it is not the usual one.
    pub fn host(&self) -> String {
        self.0.authorization.host()
    }

    /// The user in whose name calls are made: a webhook names it, an application learns it when it logs in or renews its
    /// token.
    pub fn user_id(&self) -> Option<u64> {
        self.0.authorization.user_id()
    }

    /// How long a lost request may still be at work on the portal, from its sending.
    pub fn settle_time(&self) -> Duration {
        self.0.settle_time
    }

    /// The login and the tokens of a client that is an application; none for a webhook.
    pub fn oauth(&self) -> Option<OAuth> {
        match &*self.0.authorization {
            Authorization::OAuth(session) => Some(OAuth::new(Arc::clone(session), self.clone())),
            Authorization::Webhook(_) => None,
        }
    }

    /// Deletes a lead: `crm.lead.delete`.
    ///
    /// # Errors
    /// `not_found` when there is no such lead, else any kind; [`Error::effect`](crate::Error::effect) tells what may
    /// have happened. So for the other three.
    ///
    /// # Cancellation
    /// Dropping the future stops the waiting; a request on the wire is seen through.
    pub async fn delete_lead(&self, lead_id: LeadId) -> Result<Deletion> {
        self.delete(Operation::DeleteLead { lead_id }, CallOptions::default()).await
    }

    /// Deletes a contact: `crm.contact.delete`. The portal may take 100 seconds.
    ///
    /// # Errors
    /// As [`delete_lead`](Self::delete_lead).
    pub async fn delete_contact(&self, contact_id: ContactId) -> Result<Deletion> {
        self.delete(Operation::DeleteContact { contact_id }, CallOptions::default()).await
    }

    /// Takes one contact off a lead: `crm.lead.contact.delete`. [`Status::Absent`](crate::Status::Absent) when it was
    /// not linked.
    ///
    /// # Errors
    /// As [`delete_lead`](Self::delete_lead); `not_found` when there is no such lead.
    pub async fn delete_lead_contact(&self, lead_id: LeadId, contact_id: ContactId) -> Result<Deletion> {
        self.delete(Operation::DeleteLeadContact { lead_id, contact_id }, CallOptions::default()).await
    }

    /// Takes all contacts off a lead: `crm.lead.contact.items.delete`.
    ///
    /// # Errors
    /// As [`delete_lead_contact`](Self::delete_lead_contact).
    pub async fn delete_lead_contact_items(&self, lead_id: LeadId) -> Result<Deletion> {
        self.delete(Operation::DeleteLeadContactItems { lead_id }, CallOptions::default()).await
    }

    /// Carries out one operation, with options.
    ///
    /// # Errors
    /// As [`delete_lead`](Self::delete_lead); with a deadline also the limit's error, or `outcome_unknown`. Without one,
    /// the limit's error after ten refusals in a row, each of which was waited out.
    pub async fn delete(&self, operation: Operation, options: CallOptions) -> Result<Deletion> {
        single::delete(Arc::clone(&self.0), operation, options).await
    }

    /// Carries out many operations in packs and gives one outcome for each as it becomes final.
    ///
    /// Operations are pulled lazily, a few packs ahead. Operations on one lead keep their order.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn delete_many<I>(&self, operations: I, options: RunOptions) -> Run
    where
        I: IntoIterator<Item = Operation>,
        I::IntoIter: Send + 'static,
    {
        self.delete_stream(stream::iter(operations.into_iter().map(Ok)), options)
    }

    /// As [`delete_many`](Self::delete_many), from a stream that may fail; its error, or its panic, stops the run.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn delete_stream<S>(&self, operations: S, options: RunOptions) -> Run
    where
        S: Stream<Item = Result<Operation>> + Send + 'static,
    {
        let numbered = operations
            .zip(stream::iter(0..))
            .map(|(operation, seq)| operation.map(|operation| Start::new(seq, operation)));
        Run::start(Arc::clone(&self.0), Box::pin(numbered), None, options)
    }

    /// As [`delete_stream`](Self::delete_stream), with a journal that prepares every pack before it is sent, and with
    /// operations that an earlier process may have sent. Those are looked up before anything else happens to them.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn delete_journalled<S>(&self, operations: S, journal: Arc<dyn Journal>, options: RunOptions) -> Run
    where
        S: Stream<Item = Result<Start>> + Send + 'static,
    {
        Run::start(Arc::clone(&self.0), Box::pin(operations), Some(journal), options)
    }

    /// Calls a REST method that only reads, within the limits. A lost answer is asked for again.
    ///
    /// # Errors
    /// The portal's or the transport's, after a few tries.
    pub async fn read(&self, method: &'static str, parameters: &serde_json::Value) -> Result<Answer> {
        read::one(&self.0, method, parameters).await
    }

    /// Calls a REST method that changes something, within the limits. It is sent again only while nothing ran.
    ///
    /// # Errors
    /// The portal's or the transport's; [`Error::effect`](crate::Error::effect) tells what may have happened.
    ///
    /// # Cancellation
    /// Dropping the future stops the waiting; a request on the wire is seen through.
    pub async fn write(&self, method: &'static str, parameters: &serde_json::Value) -> Result<Answer> {
        write::one(Arc::clone(&self.0), method, parameters).await
    }

    /// Calls up to 50 REST methods that change something, in one request, each whatever became of those before it.
    /// Answers stand in the order of the calls. Nothing that was refused inside the request is sent again.
    ///
    /// # Errors
    /// Of the whole request, with the effect on all of the calls; those of single calls stand in the list.
    /// `batch_too_long` for more than 50, and `invalid_argument` where [`Write::fits_into_a_batch`] is false.
    ///
    /// # Cancellation
    /// As [`write`](Self::write).
    pub async fn write_batch(&self, writes: &[Write]) -> Result<Vec<Result<Answer>>> {
        write::batch(Arc::clone(&self.0), writes).await
    }

    /// Calls up to 50 REST methods that only read, in one request. Answers stand in the order of the reads.
    ///
    /// # Errors
    /// Of the whole request; those of single reads stand in the list. `batch_too_long` for more than 50.
    pub async fn read_batch(&self, reads: &[Read]) -> Result<Vec<Result<Answer>>> {
        read::batch(&self.0, reads).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("authorization", &self.authorization)
            .field("api", &self.api)
            .finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn authorization(&self) -> &Authorization {
        &self.authorization
    }

    pub(crate) fn transport(&self) -> &Arc<dyn Transport> {
        &self.transport
    }

    pub(crate) fn request_timeout(&self) -> Duration {
        self.request_timeout
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    pub(crate) fn settle_time(&self) -> Duration {
        self.settle_time
    }

    pub(crate) fn concurrency(&self) -> usize {
        self.concurrency
    }

    pub(crate) fn api(&self) -> Api {
        self.api
    }

    /// Tells the observers. If one panics, that is its own affair: no operation may get lost for it.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        for observer in &self.observers {
            if catch_unwind(AssertUnwindSafe(|| observer.on_event(event))).is_err() {
                tracing::error!("the observer panicked");
            }
        }
    }

    /// A random number from 0 to 1 for pauses.
    pub(crate) fn jitter(&self) -> f64 {
        locked(&self.random).random()
    }
}
