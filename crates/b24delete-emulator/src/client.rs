//! The client behind a request: it waits for one answer, gets the gateway's page when that takes too long, and may be
//! gone long before the portal is done.

use axum::body::Body;
use axum::http::Response;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::reply::Reply;
use crate::settings::AfterCut;

/// What the client gets.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// An answer.
    Answer(Response<Body>),
    /// A closed connection.
    Reset,
    /// Nothing, while the connection stays open.
    Never,
}

/// Waits for the answer to one request.
#[derive(Debug)]
pub(crate) struct Client {
    channel: Option<oneshot::Sender<Delivery>>,
    /// When the gateway cuts the request, in seconds since the start of the portal.
    cut_at: f64,
    after_cut: AfterCut,
    was_cut: bool,
}

/// Whether a request goes on after a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The command may execute.
    Alive,
    /// The request was cut, and nothing more of it executes.
    Killed,
}

impl Client {
    /// A client that waits from `now` on, until the gateway cuts its request after `cut` seconds.
    pub(crate) fn new(
        channel: oneshot::Sender<Delivery>,
        now: f64,
        cut: Option<f64>,
        after_cut: AfterCut,
    ) -> Self {
        Self {
            channel: Some(channel),
            cut_at: cut.map_or(f64::INFINITY, |cut| now + cut),
            after_cut,
            was_cut: false,
        }
    }

    /// Gives the client its answer, unless it has one already. That nobody waits any more changes nothing.
    pub(crate) fn deliver(&mut self, delivery: Delivery) {
        if let Some(channel) = self.channel.take() {
            drop(channel.send(delivery));
        }
    }

    /// Lets time pass; the gateway's page goes out when it is up.
    pub(crate) async fn spend(&mut self, clock: &Clock, seconds: f64) -> Progress {
        let left = (self.cut_at - clock.elapsed()).max(0.0);
        // A hair of rounding must not cut a request that takes exactly as long as it may.
        if self.was_cut || seconds <= left + 1e-6 {
            clock.sleep(seconds).await;
            return Progress::Alive;
        }
        clock.sleep(left).await;
        self.was_cut = true;
        self.deliver(Delivery::Answer(Reply::page(504).into_response()));
        if self.after_cut == AfterCut::Stop {
            return Progress::Killed;
        }
        clock.sleep(seconds - left).await;
        Progress::Alive
    }

    /// True once the gateway has cut the request.
    pub(crate) fn was_cut(&self) -> bool {
        self.was_cut
    }

    /// True when no other command of the request may start.
    pub(crate) fn is_done(&self) -> bool {
        self.was_cut && self.after_cut != AfterCut::RunOn
    }
}
