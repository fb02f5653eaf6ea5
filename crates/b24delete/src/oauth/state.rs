//! What a client knows about its tokens: no waiting, no sending.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::endpoints::Endpoints;
use super::server::Granted;
use super::session::Flight;
use super::tokens::Tokens;
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::secret::{Redactor, Secret};

/// An access token is renewed so long before it expires, or a tenth of its life where that is less.
const MARGIN: Duration = Duration::from_secs(60);

/// What a call is authorized with.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    /// The access token.
    pub(crate) token: Secret,
    /// REST root of the portal.
    pub(crate) rest: Url,
    /// The authorization server gave it to this process. Otherwise it may have expired long ago.
    pub(crate) is_fresh: bool,
    /// When it is to be renewed, where that is known.
    pub(super) due: Option<Instant>,
    /// When it expires, where that is known.
    pub(super) expires: Option<Instant>,
}

#[derive(Debug)]
pub(super) struct State {
    /// Where the configuration says that everything is.
    configured: Endpoints,
    /// Hosts to which a reply may move it.
    allowed_hosts: Vec<String>,
    redactor: Arc<Redactor>,
    /// Tokens of the configuration, which count until the store has others that go back to them.
    initial: Option<Tokens>,
    endpoints: Endpoints,
    tokens: Option<Tokens>,
    is_fresh: bool,
    due: Option<Instant>,
    expires: Option<Instant>,
    /// The tokens belong to a portal, or a server, that the configuration does not allow.
    blocked: Option<Error>,
    /// Tokens that could not be saved yet, and when they were given. They must not be used before.
    pub(super) unsaved: Option<(Granted, Instant)>,
    /// A refresh token that was refused for good, and how.
    refused: Option<(Secret, Error)>,
    /// The renewal under way.
    pub(super) flight: Option<Flight>,
}

impl State {
    pub(super) fn new(
        configured: Endpoints,
        allowed_hosts: Vec<String>,
        initial: Option<Tokens>,
        redactor: Arc<Redactor>,
    ) -> Self {
        Self {
            endpoints: configured.clone(),
            configured,
            allowed_hosts,
            redactor,
            initial,
            tokens: None,
            is_fresh: false,
            due: None,
            expires: None,
            blocked: None,
            unsaved: None,
            refused: None,
            flight: None,
        }
    }

    pub(super) fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    pub(super) fn tokens(&self) -> Option<&Tokens> {
        self.tokens.as_ref()
    }

    /// The access token, once it is known.
    ///
    /// # Errors
    /// `redirected` when it is for a host that the configuration does not allow.
    pub(super) fn access(&self) -> Result<Option<Access>> {
        if let Some(error) = &self.blocked {
            return Err(error.clone());
        }
        let token = self.tokens.as_ref().and_then(|tokens| tokens.access_token.clone());
        Ok(token.map(|token| Access {
            token,
            rest: self.endpoints.rest.clone(),
            is_fresh: self.is_fresh,
            due: self.due,
            expires: self.expires,
        }))
    }

    /// The refresh token.
    ///
    /// # Errors
    /// The refusal, when it was refused for good before.
    pub(super) fn refresh_token(&self) -> Result<Option<Secret>> {
        let token = self.tokens.as_ref().and_then(|tokens| tokens.refresh_token.clone());
        match (&self.refused, &token) {
            (Some((refused, error)), Some(token)) if refused == token => Err(error.clone()),
            _ => Ok(token),
        }
    }

    pub(super) fn was_refused(&mut self, token: Secret, error: Error) {
        self.refused = Some((token, error));
    }

    /// The refresh token of the configuration, to which all tokens of this client go back.
    pub(super) fn origin(&self) -> Option<Secret> {
        self.initial.as_ref().and_then(|tokens| tokens.refresh_token.clone())
    }

    /// Notes in whose name the application acts, and gives the tokens that now tell it.
    pub(super) fn is_of(&mut self, user_id: u64) -> Option<Tokens> {
        if let Some(tokens) = &mut self.tokens {
            tokens.user_id = Some(user_id);
        }
        self.tokens.clone()
    }

    /// Takes over what the store has: another process may have renewed the tokens, or the user logged in again.
    pub(super) fn adopt(&mut self, stored: Option<Tokens>) {
        let origin = self.origin();
        // A refresh token in the configuration that the store has never seen is newer than what is there.
        let stored = stored
            .filter(|stored| origin.is_none() || stored.origin == origin || stored.refresh_token == origin);
        let tokens = match (&self.tokens, stored) {
            (Some(known), Some(stored)) if is_same(known, &stored) => return,
            (Some(_), None) => return,
            (_, Some(stored)) => Some(stored),
            (None, None) => self.initial.clone(),
        };
        (self.is_fresh, self.due, self.expires) = (false, None, None);
        self.install(tokens);
    }

    /// Uses tokens that the authorization server gave at `now` and that are saved.
    pub(super) fn renewed(&mut self, granted: Granted, now: Instant) {
        self.is_fresh = true;
        self.expires = granted.life.map(|life| now + life);
        self.due = granted.life.map(|life| now + life - MARGIN.min(life / 10));
        self.install(Some(granted.tokens));
    }

    fn install(&mut self, tokens: Option<Tokens>) {
        self.blocked = None;
        if let Some(tokens) = &tokens {
            let (client, server) = (tokens.client_endpoint.as_deref(), tokens.server_endpoint.as_deref());
            match self.configured.following(client, server, &self.allowed_hosts, &self.redactor) {
                Ok(endpoints) => self.endpoints = endpoints,
                Err(error) => self.blocked = Some(error),
            }
        }
        self.tokens = tokens;
    }
}

fn is_same(one: &Tokens, other: &Tokens) -> bool {
    one.access_token == other.access_token && one.refresh_token == other.refresh_token
}
