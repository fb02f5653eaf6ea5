//! Logging an application in, and its tokens.

use std::sync::Arc;

use serde_json::{Value, json};

use super::session::Session;
use super::tokens::Tokens;
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

/// The authorization of a client that is an application. Calls renew tokens by themselves; this is for logging in, and
/// for whoever wants to look or to renew ahead.
#[derive(Debug, Clone)]
pub struct OAuth {
    session: Arc<Session>,
    client: Client,
}

impl OAuth {
    pub(crate) fn new(session: Arc<Session>, client: Client) -> Self {
        Self { session, client }
    }

    /// The portal's page where a user lets the application in: open it in a browser.
    ///
    /// The portal then redirects to the address in the application's settings, with `code` and `state` in the query. A
    /// failure is shown on the portal's page, and no redirect comes. Source: settings/oauth/index.md.
    pub fn authorize_url(&self, state: &str) -> String {
        let mut url = self.session.authorize_url();
        url.query_pairs_mut().append_pair("client_id", self.session.client_id()).append_pair("state", state);
        url.into()
    }

    /// Exchanges the code of that redirect for tokens and stores them. A code lives 30 seconds. The server does not tell
    /// who let the application in: the portal is asked for that (`profile`).
    ///
    /// # Errors
    /// `refresh_failed` when the server refuses the code or its answer was lost, `redirected` when it names another
    /// portal, `config` when the store fails; `connection` or `tls` when nothing was sent.
    ///
    /// # Cancellation
    /// Dropping the future stops the waiting; the login is seen through.
    pub async fn log_in(&self, code: &Secret) -> Result<Tokens> {
        let tokens = self.session.log_in(code.clone()).await?;
        match tokens.user_id {
            Some(_) => Ok(tokens),
            None => Ok(self.with_user().await?.unwrap_or(tokens)),
        }
    }

    /// The tokens with the user in whose name they act, who is known from then on. The login stands without that: none
    /// when the portal does not tell.
    async fn with_user(&self) -> Result<Option<Tokens>> {
        match self.client.read("profile", &json!({})).await {
            Ok(answer) => match user_id(&answer.result) {
                Some(user_id) => self.session.is_of(user_id).await,
                None => Ok(None),
            },
            Err(error) => {
                tracing::info!(%error, "the portal does not tell who logged in");
                Ok(None)
            }
        }
    }

    /// Renews the access token although it may still be good. Calls do that by themselves when it is needed; the
    /// documentation advises against renewing more often.
    ///
    /// # Errors
    /// As [`log_in`](Self::log_in).
    pub async fn refresh(&self) -> Result<Tokens> {
        let stale = self.tokens().await?.and_then(|tokens| tokens.access_token);
        match stale {
            Some(stale) => self.session.renew(&stale).await?,
            None => self.session.current().await?,
        };
        let tokens = self.tokens().await?;
        tokens.ok_or_else(|| Error::new(ErrorKind::Internal, "the renewal brought no tokens"))
    }

    /// The tokens of the store, or of this client where nothing is stored. Nothing is sent.
    ///
    /// # Errors
    /// `config` when the store fails.
    pub async fn tokens(&self) -> Result<Option<Tokens>> {
        self.session.tokens().await
    }
}

/// The user of a profile, whose id comes as a number or as a string.
fn user_id(profile: &Value) -> Option<u64> {
    match profile.get("ID")? {
        Value::String(text) => text.parse().ok(),
        id => id.as_u64(),
    }
}
