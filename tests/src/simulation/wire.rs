//! The way from the client to the portal: slow, lossy, and watched.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http;
use b24delete::transport::{Failure, Reply, Request, SendFuture, Transport};
use b24delete_emulator::Emulator;
use futures_util::StreamExt;
use tokio::sync::oneshot;

use super::clock::Clock;
use super::dice::Dice;
use super::history::History;
use super::reading;
use super::setup::{HOST, Mishap, Setup, Weather};

/// Replies beyond this are not read.
const MAX_REPLY: usize = 256 * 1024;

/// No client needs so many requests for a few operations.
const MAX_REQUESTS: usize = 10_000;

/// Carries requests to a portal in process, and notes what happens to them.
#[derive(Debug)]
pub(crate) struct Wire {
    portal: Emulator,
    history: Arc<History>,
    weather: Weather,
    luck: Mutex<Luck>,
}

#[derive(Debug)]
struct Luck {
    dice: Dice,
    struck: Vec<u64>,
}

/// What is decided about a request before it leaves.
struct Journey {
    there: f64,
    back: f64,
    mishap: Option<Mishap>,
}

impl Wire {
    /// The way to this portal.
    pub(crate) fn new(setup: &Setup, portal: Emulator, history: Arc<History>) -> Self {
        let luck = Luck { dice: Dice::new(setup.seed, 2), struck: vec![0; setup.weather.network.len()] };
        Self { portal, history, weather: setup.weather.clone(), luck: Mutex::new(luck) }
    }

    fn journey(&self) -> Journey {
        let mut luck = self.luck.lock().unwrap_or_else(PoisonError::into_inner);
        let Luck { dice, struck } = &mut *luck;
        let latency = self.weather.latency;
        let (there, back) = (dice.seconds(0.001, latency), dice.seconds(0.001, latency));
        let mut mishap = None;
        for (rule, struck) in self.weather.network.iter().zip(struck) {
            if dice.chance(rule.probability) && *struck < rule.count {
                *struck += 1;
                mishap = Some(rule.mishap);
            }
        }
        Journey { there, back, mishap }
    }

    /// Hands the request over after a while, in a task of its own: the client may be gone by then.
    fn hand_over(
        &self,
        id: usize,
        request: &Request,
        after: f64,
    ) -> oneshot::Receiver<Result<Reply, Failure>> {
        let (answered, answer) = oneshot::channel();
        let (portal, history) = (self.portal.clone(), Arc::clone(&self.history));
        let path = request.url().strip_prefix(HOST).unwrap_or(request.url()).to_owned();
        let message = http::Request::post(path)
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(Body::from(request.body().to_vec()));
        tokio::spawn(async move {
            Clock::sleep(after).await;
            history.arrived(id);
            let reply = match message {
                Ok(message) => ask(&portal, message).await,
                Err(error) => Err(Failure::Connect(error.to_string())),
            };
            drop(answered.send(reply));
        });
        answer
    }

    /// Faults that have struck so far, other than those that make no difference to a reply.
    fn strikes(portal: &Emulator) -> u64 {
        let statistics = portal.statistics();
        let faults = statistics.faults.iter().filter(|(kind, _)| **kind != "linger");
        faults.map(|(_, count)| count).sum::<u64>() + statistics.cut
    }
}

impl Transport for Wire {
    fn send(&self, request: Request) -> SendFuture {
        let id = self.history.sent(reading::commands(&request));
        if id > MAX_REQUESTS {
            // A client that asks for ever would keep virtual time from passing.
            return Box::pin(std::future::pending());
        }
        let Journey { there, back, mishap } = self.journey();
        let timeout = request.timeout();
        let arrival = match mishap {
            Some(Mishap::NoConnection | Mishap::NoTls | Mishap::LostBefore) => None,
            Some(Mishap::LostAndLate(seconds) | Mishap::Late(seconds)) => Some(there + seconds),
            Some(Mishap::ReplyLost) | None => Some(there),
        };
        let answer = arrival.map(|after| self.hand_over(id, &request, after));
        let (portal, history) = (self.portal.clone(), Arc::clone(&self.history));
        Box::pin(async move {
            let strikes = Self::strikes(&portal);
            let outcome = tokio::time::timeout(timeout, travel(answer, there, back, mishap)).await;
            let reply = outcome.unwrap_or(Err(Failure::Timeout));
            let disturbed = mishap.is_some() || Self::strikes(&portal) != strikes;
            let words = reading::Words::of(&reply);
            history.landed(id, disturbed, |command| words.fate(command));
            reply
        })
    }
}

/// Waits for the answer, unless something happens on the way.
async fn travel(
    answer: Option<oneshot::Receiver<Result<Reply, Failure>>>,
    there: f64,
    back: f64,
    mishap: Option<Mishap>,
) -> Result<Reply, Failure> {
    let broken = || Failure::Broken("the connection broke".to_owned());
    Clock::sleep(there).await;
    match mishap {
        Some(Mishap::NoConnection) => return Err(Failure::Connect("no connection".to_owned())),
        Some(Mishap::NoTls) => return Err(Failure::Tls("no TLS".to_owned())),
        Some(Mishap::LostBefore | Mishap::LostAndLate(_)) => return Err(broken()),
        Some(Mishap::Late(_) | Mishap::ReplyLost) | None => {}
    }
    let reply = match answer {
        Some(answer) => answer.await.unwrap_or_else(|_| Err(broken())),
        None => Err(broken()),
    };
    Clock::sleep(back).await;
    if matches!(mishap, Some(Mishap::ReplyLost)) { Err(broken()) } else { reply }
}

async fn ask(portal: &Emulator, message: http::Request<Body>) -> Result<Reply, Failure> {
    let response = portal.handle(message).await.map_err(|dropped| Failure::Broken(dropped.to_string()))?;
    let location = response.headers().get(http::header::LOCATION);
    let location = location.and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut reply = Reply::new(response.status().as_u16(), Vec::new());
    reply.location = location;
    let mut body = response.into_body().into_data_stream();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| Failure::Broken(error.to_string()))?;
        if reply.body.len() + chunk.len() > MAX_REPLY {
            return Err(Failure::TooLarge { limit: MAX_REPLY, status: reply.status });
        }
        reply.body.extend_from_slice(&chunk);
    }
    Ok(reply)
}
