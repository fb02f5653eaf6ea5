//! One application's session on one portal: which token a call carries, and its renewal, one at a time.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use super::options::OAuthOptions;
use super::server::{Grant, Granted, TokenServer};
pub(crate) use super::state::Access;
use super::state::State;
use super::store::{StoreError, TokenLock, TokenStore};
use super::tokens::Tokens;
use crate::address;
use crate::clock;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::{Redactor, Secret};
use crate::sync::locked;
use crate::transport::Transport;

/// A renewal under way, with a result for everyone who waits for it.
pub(super) type Flight = Shared<BoxFuture<'static, Result<Access>>>;

/// What a session is made of.
#[derive(Debug)]
pub(crate) struct SessionParts {
    pub(crate) options: OAuthOptions,
    pub(crate) transport: Arc<dyn Transport>,
    /// How long to wait for the answer to a request for tokens.
    pub(crate) timeout: Duration,
    pub(crate) redactor: Arc<Redactor>,
}

/// One application's session on one portal.
pub(crate) struct Session {
    server: TokenServer,
    store: Option<Arc<dyn TokenStore>>,
    redactor: Arc<Redactor>,
    state: Mutex<State>,
    /// Renewals and logins take turns.
    turn: tokio::sync::Mutex<()>,
}

impl Session {
    /// A session with these options. Nothing is read or sent yet.
    ///
    /// # Errors
    /// `config` when an option has a value that is not allowed.
    pub(crate) fn new(parts: SessionParts) -> Result<Self> {
        let SessionParts { options, transport, timeout, redactor } = parts;
        let endpoints = options.check()?;
        let initial = Tokens::new(options.access_token, options.refresh_token);
        let has_tokens = initial.secrets().next().is_some();
        redactor.learn([options.client_secret.clone()].into_iter().chain(initial.secrets()));
        let initial = has_tokens.then_some(initial);
        let server = TokenServer {
            client_id: options.client_id,
            client_secret: options.client_secret,
            request: options.token_request,
            transport,
            timeout,
            redactor: Arc::clone(&redactor),
        };
        Ok(Self {
            server,
            store: options.store,
            state: Mutex::new(State::new(endpoints, options.allowed_hosts, initial, Arc::clone(&redactor))),
            redactor,
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// Host of the portal.
    pub(crate) fn host(&self) -> String {
        address::authority(&locked(&self.state).endpoints().rest)
    }

    /// The user in whose name the application acts, once the authorization server has told.
    pub(crate) fn user_id(&self) -> Option<u64> {
        locked(&self.state).tokens().and_then(|tokens| tokens.user_id)
    }

    pub(super) fn client_id(&self) -> &str {
        &self.server.client_id
    }

    /// The portal's page where a user lets the application in.
    pub(super) fn authorize_url(&self) -> url::Url {
        let mut url = locked(&self.state).endpoints().rest.clone();
        let root = url.path().trim_end_matches('/').trim_end_matches("rest").to_owned();
        url.set_path(&format!("{root}oauth/authorize/"));
        url
    }

    /// The token to call with, renewed shortly before it expires.
    ///
    /// # Errors
    /// Of the renewal, or `config` when there are no tokens.
    pub(crate) async fn current(self: &Arc<Self>) -> Result<Access> {
        let known = locked(&self.state).access()?;
        let Some(access) = known else { return self.flight(None).await };
        if access.due.is_none_or(|due| clock::now() < due) {
            return Ok(access);
        }
        match self.renew(&access.token).await {
            // The authorization server cannot be reached, but the token is still good for a moment.
            Err(error)
                if matches!(error.kind(), ErrorKind::Connection | ErrorKind::Tls)
                    && access.expires.is_some_and(|expires| clock::now() < expires) =>
            {
                Ok(access)
            }
            renewed => renewed,
        }
    }

    /// Another token than `stale`, which the portal no longer takes. Callers at the same time share one renewal.
    ///
    /// # Errors
    /// `connection` or `tls` when the authorization server cannot be reached, `refresh_failed` and others when it
    /// refuses or its answer is lost, `config` when the store fails. None of them sent anything to the portal.
    pub(crate) async fn renew(self: &Arc<Self>, stale: &Secret) -> Result<Access> {
        loop {
            let known = locked(&self.state).access()?;
            let access = match known.filter(|access| access.token != *stale) {
                Some(access) => access,
                None => self.flight(Some(stale.clone())).await?,
            };
            // A renewal that was under way already may have begun with an older token.
            if access.token != *stale {
                return Ok(access);
            }
        }
    }

    /// True when there is a way to another token.
    pub(crate) fn can_renew(&self) -> bool {
        let state = locked(&self.state);
        self.store.is_some() || state.tokens().is_some_and(|tokens| tokens.refresh_token.is_some())
    }

    /// What is known after a look into the store; nothing is renewed.
    ///
    /// # Errors
    /// `config` when the store fails.
    pub(super) async fn tokens(&self) -> Result<Option<Tokens>> {
        let _turn = self.turn.lock().await;
        self.save_unsaved().await?;
        self.look_into_store().await?;
        Ok(locked(&self.state).tokens().cloned())
    }

    /// Exchanges a code for tokens and saves them.
    ///
    /// # Errors
    /// As [`renew`](Self::renew).
    pub(super) async fn log_in(self: &Arc<Self>, code: Secret) -> Result<Tokens> {
        let session = Arc::clone(self);
        // A task of its own: what the server gave is saved, whatever becomes of the caller.
        let task = tokio::spawn(async move {
            let _turn = session.turn.lock().await;
            let _lock = session.lock_store().await?;
            session.redactor.learn([code.clone()]);
            session.ask(Grant::Code(code)).await?;
            let tokens = locked(&session.state).tokens().cloned();
            tokens.ok_or_else(|| Error::new(ErrorKind::Internal, "the login brought no tokens"))
        });
        task.await.unwrap_or_else(|_| Err(Error::new(ErrorKind::Internal, "the login ended in a panic")))
    }

    /// Keeps with the tokens in whose name they act.
    ///
    /// # Errors
    /// `config` when the store fails.
    pub(super) async fn is_of(&self, user_id: u64) -> Result<Option<Tokens>> {
        let _turn = self.turn.lock().await;
        let _lock = self.lock_store().await?;
        self.look_into_store().await?;
        let tokens = locked(&self.state).is_of(user_id);
        if let (Some(store), Some(tokens)) = (&self.store, &tokens) {
            store.save(tokens).await.map_err(|error| self.store_failed(&error))?;
        }
        Ok(tokens)
    }

    /// Joins the renewal under way, or begins one in a task of its own: once it is sent, its answer must be saved,
    /// whatever becomes of those who wait for it.
    fn flight(self: &Arc<Self>, stale: Option<Secret>) -> Flight {
        let mut state = locked(&self.state);
        if let Some(flight) = &state.flight {
            return flight.clone();
        }
        let session = Arc::clone(self);
        let task = tokio::spawn(async move {
            let _landed = Landed(&session.state);
            session.obtain(stale).await
        });
        let crashed = || Err(Error::new(ErrorKind::Internal, "the renewal of the token ended in a panic"));
        let flight = async move { task.await.unwrap_or_else(|_| crashed()) }.boxed().shared();
        state.flight = Some(flight.clone());
        flight
    }

    /// Another token than `stale`: from the store if somebody else was faster, else from the authorization server.
    async fn obtain(&self, stale: Option<Secret>) -> Result<Access> {
        let _turn = self.turn.lock().await;
        self.save_unsaved().await?;
        self.look_into_store().await?;
        if let Some(access) = self.other_than(stale.as_ref())? {
            return Ok(access);
        }
        let _lock = self.lock_store().await?;
        self.look_into_store().await?;
        if let Some(access) = self.other_than(stale.as_ref())? {
            return Ok(access);
        }
        let token = locked(&self.state).refresh_token()?;
        let token = token.ok_or_else(|| self.no_refresh_token())?;
        self.ask(Grant::Refresh(token)).await?;
        let access = self.other_than(stale.as_ref())?;
        access.ok_or_else(|| {
            Error::new(ErrorKind::RefreshFailed, "the authorization server gave the same token again")
        })
    }

    fn other_than(&self, stale: Option<&Secret>) -> Result<Option<Access>> {
        let access = locked(&self.state).access()?;
        Ok(access.filter(|access| Some(&access.token) != stale))
    }

    fn no_refresh_token(&self) -> Error {
        match locked(&self.state).tokens() {
            Some(_) => Error::new(ErrorKind::RefreshFailed, "there is no refresh token: log in again"),
            None => Error::not_sent(ErrorKind::Config, "there are no tokens yet: log in first"),
        }
    }

    /// Asks the authorization server; its tokens are saved before they are used.
    async fn ask(&self, grant: Grant) -> Result<()> {
        let endpoint = locked(&self.state).endpoints().token.clone();
        let host = address::authority(&endpoint);
        tracing::info!(host, "asking for tokens");
        let granted = match self.server.ask(&endpoint, &grant).await {
            Ok(granted) => granted,
            Err(refused) => {
                tracing::warn!(host, error = %refused.error, "no tokens were given");
                if let (true, Grant::Refresh(token)) = (refused.is_final, grant) {
                    locked(&self.state).was_refused(token, refused.error.clone());
                }
                return Err(refused.error);
            }
        };
        tracing::info!(host, seconds = granted.life.map(|life| life.as_secs()), "tokens were given");
        self.keep(granted, grant);
        self.save_unsaved().await
    }

    fn keep(&self, mut granted: Granted, grant: Grant) {
        let mut state = locked(&self.state);
        if let Grant::Refresh(token) = grant {
            let known_user = state.tokens().and_then(|tokens| tokens.user_id);
            granted.tokens.user_id = granted.tokens.user_id.or(known_user);
            // A server that does not rotate leaves the old one in force.
            granted.tokens.refresh_token.get_or_insert(token);
        }
        granted.tokens.origin = state.origin();
        self.redactor.learn(granted.tokens.secrets());
        state.unsaved = Some((granted, clock::now()));
    }

    /// Saves tokens that were given, now or, when the store failed, at the next occasion; only then they are used.
    async fn save_unsaved(&self) -> Result<()> {
        let Some((granted, given_at)) = locked(&self.state).unsaved.clone() else { return Ok(()) };
        if let Some(store) = &self.store {
            store.save(&granted.tokens).await.map_err(|error| self.store_failed(&error))?;
        }
        let mut state = locked(&self.state);
        state.unsaved = None;
        state.renewed(granted, given_at);
        Ok(())
    }

    async fn look_into_store(&self) -> Result<()> {
        let stored = match &self.store {
            Some(store) => store.load().await.map_err(|error| self.store_failed(&error))?,
            None => None,
        };
        self.redactor.learn(stored.iter().flat_map(Tokens::secrets));
        locked(&self.state).adopt(stored);
        Ok(())
    }

    async fn lock_store(&self) -> Result<Option<TokenLock>> {
        match &self.store {
            Some(store) => store.lock().await.map(Some).map_err(|error| self.store_failed(&error)),
            None => Ok(None),
        }
    }

    fn store_failed(&self, error: &StoreError) -> Error {
        Error::not_sent(ErrorKind::Config, self.redactor.mask(&error.to_string()))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = locked(&self.state).endpoints().rest.to_string();
        formatter
            .debug_struct("OAuth")
            .field("rest", &rest)
            .field("client_id", &self.client_id())
            .finish_non_exhaustive()
    }
}

/// Ends the renewal under way when it is dropped, also by a panic.
struct Landed<'a>(&'a Mutex<State>);

impl Drop for Landed<'_> {
    fn drop(&mut self) {
        locked(self.0).flight = None;
    }
}
