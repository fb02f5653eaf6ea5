//! One request to the portal, with the token that it needs.

use std::sync::{Arc, Mutex};

use crate::authorization::Credential;
use crate::client::Shared;
use crate::clock::{self, Instant};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::read::leave_to_send;
use crate::sync::locked;
use crate::transport::{Reply, Request};

/// A request is sent so often at most: with the token at hand, with one that another process has renewed, with a new one.
const MOST_SENDS: u32 = 3;

/// Leave to send one request, which can be taken back until the request has left.
#[derive(Debug, Clone, Default)]
pub(crate) struct Permit(Arc<Mutex<Departure>>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Departure {
    /// It waits, for instance for a token.
    #[default]
    Pending,
    Left,
    Revoked,
}

impl Permit {
    /// Takes the leave back; false when the request has left and may execute.
    pub(crate) fn revoke(&self) -> bool {
        let mut departure = locked(&self.0);
        if *departure == Departure::Pending {
            *departure = Departure::Revoked;
        }
        *departure == Departure::Revoked
    }

    /// True when the request may leave, which it does now.
    fn depart(&self) -> bool {
        let mut departure = locked(&self.0);
        if *departure == Departure::Pending {
            *departure = Departure::Left;
        }
        *departure == Departure::Left
    }

    /// The portal has refused the request without executing anything of it: it waits again.
    fn came_back(&self) {
        let mut departure = locked(&self.0);
        if *departure == Departure::Left {
            *departure = Departure::Pending;
        }
    }
}

/// What became of a request.
#[derive(Debug)]
pub(crate) struct Sent<'a> {
    /// When it left for the last time.
    pub(crate) at: Instant,
    /// How often it was sent: again with another token, or never without one.
    pub(crate) requests: u32,
    /// The reply, or the transport's failure with what it says about the effect.
    pub(crate) reply: Result<Reply>,
    credential: Option<Credential<'a>>,
}

impl Shared {
    /// Sends one request.
    ///
    /// A token that is about to expire is renewed first. A refusal because it has expired renews it and repeats the
    /// request: nothing of it ran. So the caller sees one attempt. Nothing is sent once `permit` is revoked.
    pub(crate) async fn send(&self, method: &'static str, body: &[u8], permit: &Permit) -> Sent<'_> {
        match self.authorization().credential().await {
            Ok(credential) => self.send_with(credential, method, body, permit).await,
            Err(error) => Sent::not_sent(error, method),
        }
    }

    /// Sends what a portal has refused inside an answered request because the token expired meanwhile; none when there
    /// is no other token to try it with.
    pub(crate) async fn send_again(
        &self,
        method: &'static str,
        body: &[u8],
        permit: &Permit,
        refused: &Sent<'_>,
    ) -> Option<Sent<'_>> {
        match self.authorization().renewed(refused.credential.as_ref()?).await {
            Ok(Some(credential)) => {
                self.before_repeat(method).await;
                Some(self.send_with(credential, method, body, permit).await)
            }
            Ok(None) => None,
            Err(error) => Some(Sent::not_sent(error, method)),
        }
    }

    async fn send_with<'a>(
        &'a self,
        mut credential: Credential<'a>,
        method: &'static str,
        body: &[u8],
        permit: &Permit,
    ) -> Sent<'a> {
        let mut sends = 1;
        let mut is_last = false;
        loop {
            if !permit.depart() {
                let error = Error::new(ErrorKind::Cancelled, "nobody waits for the request any more");
                return Sent::not_sent(error, method).after(sends - 1);
            }
            let at = clock::now();
            let reply = self.send_once(&credential, method, body).await;
            let has_expired =
                reply.as_ref().is_ok_and(|reply| credential.has_expired(method, reply, self.redactor()));
            if !has_expired || is_last || sends == MOST_SENDS {
                return Sent { at, requests: sends, reply, credential: Some(credential) };
            }
            permit.came_back();
            credential = match self.authorization().renewed(&credential).await {
                Ok(Some(renewed)) => renewed,
                Ok(None) => return Sent { at, requests: sends, reply, credential: Some(credential) },
                Err(error) => return Sent::not_sent(error, method).after(sends),
            };
            is_last = credential.is_fresh();
            sends += 1;
            tracing::info!(method, "repeating a request that was refused with an expired token");
            self.before_repeat(method).await;
        }
    }

    async fn send_once(
        &self,
        credential: &Credential<'_>,
        method: &'static str,
        body: &[u8],
    ) -> Result<Reply> {
        let (url, body) = credential.address(method, body);
        let request = Request::json(url, body, self.request_timeout());
        let reply = self.transport().send(request).await.map_err(|failure| {
            let error = failure.masked(self.redactor()).into_error();
            error.with_method(method)
        });
        match &reply {
            Ok(reply) => tracing::debug!(method, status = reply.status, "answered"),
            Err(error) => tracing::debug!(method, %error, "not answered"),
        }
        reply
    }

    /// The portal counts the repetition like any other request; its time is that of the engine's own ticket.
    async fn before_repeat(&self, method: &'static str) {
        drop(leave_to_send(self, &[method]).await);
    }
}

impl Sent<'_> {
    /// Nothing has run: without a token no request leaves, and one with an expired token was refused.
    fn not_sent(error: Error, method: &'static str) -> Self {
        let error = error.with_effect(Effect::NotSent).with_method(method);
        Self { at: clock::now(), requests: 0, reply: Err(error), credential: None }
    }

    /// So many requests were refused before.
    fn after(self, requests: u32) -> Self {
        Self { requests, ..self }
    }
}
