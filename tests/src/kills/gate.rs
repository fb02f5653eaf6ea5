//! Stands between the client and the portal: knows every request, and holds one where it is asked to.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http;
use axum::response::Response;
use axum::serve::Listener;
use b24delete_emulator::Emulator;
use futures_util::stream;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Deletes leads.
    Delete,
    /// Reads what becomes a copy, or whether records changed.
    Prepare,
    /// Creates leads, or sets what belongs to them.
    Restore,
    /// Anything else, which only looks.
    Look,
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// It has left the client as a whole.
    Left,
    /// The portal has done its work.
    Done,
    /// The client has the answer, as far as anybody here can tell.
    Answered,
}

/// A request of the client.
#[derive(Debug, Clone)]
pub(super) struct Passage {
    pub(super) what: What,
    /// Leads that it deletes.
    pub(super) leads: Vec<u64>,
    pub(super) stage: Stage,
}

/// The request that is to be held.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hold {
    pub(super) what: What,
    /// So many of the same kind pass before it.
    pub(super) after: u64,
    /// `Left`: before the portal has it; `Done`: before the client has its answer.
    pub(super) stage: Stage,
}

/// What became of the hold.
#[derive(Debug, Default)]
struct Log {
    passages: Vec<Passage>,
    hold: Option<Hold>,
    /// The passage that is held.
    caught: Option<usize>,
    /// Connections are closed as soon as they come.
    is_down: bool,
}

/// Whether what is held may go on, and reaches the portal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Leave {
    number: u64,
    arrives: bool,
}

/// An address of its own for a portal.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    pub(super) address: SocketAddr,
    portal: Emulator,
    log: Arc<(Mutex<Log>, Condvar)>,
    leave: Arc<watch::Sender<Leave>>,
}

impl Gate {
    pub(super) async fn open(portal: Emulator) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let leave = Arc::new(watch::Sender::default());
        let gate = Self { address: listener.local_addr()?, portal, log: Arc::default(), leave };
        let router = Router::new().fallback(pass).with_state(gate.clone());
        let door = Door { listener, gate: gate.clone() };
        tokio::spawn(async move { axum::serve(door, router).await });
        Ok(gate)
    }

    /// A new life of the client begins.
    pub(super) fn begin(&self, hold: Option<Hold>, is_down: bool) {
        *self.locked() = Log { hold, is_down, ..Log::default() };
    }

    /// What has passed in this life.
    pub(super) fn passages(&self) -> Vec<Passage> {
        self.locked().passages.clone()
    }

    /// Waits for the request that is to be held; false when it does not come within `limit`.
    pub(super) fn wait(&self, limit: Duration) -> bool {
        let (_, changed) = &*self.log;
        let waited = changed.wait_timeout_while(self.locked(), limit, |log| log.caught.is_none());
        waited.is_ok_and(|(_, result)| !result.timed_out())
    }

    /// Lets go what is held; without `arrives` it gets lost if the portal does not have it yet.
    pub(super) fn release(&self, arrives: bool) {
        self.locked().hold = None;
        self.leave.send_modify(|leave| *leave = Leave { number: leave.number + 1, arrives });
    }

    /// Notes a request, and whether it is the one to be held.
    fn enter(&self, what: What, leads: Vec<u64>) -> (usize, Option<Stage>) {
        let mut log = self.locked();
        log.passages.push(Passage { what, leads, stage: Stage::Left });
        let number = log.passages.len() - 1;
        let held = match log.hold.as_mut().filter(|hold| hold.what == what) {
            Some(hold) if hold.after > 0 => {
                hold.after -= 1;
                None
            }
            Some(hold) => Some(hold.stage),
            None => None,
        };
        if held.is_some() {
            log.hold = None;
        }
        (number, held)
    }

    async fn stop(&self, number: usize) -> Leave {
        let mut leave = self.leave.subscribe();
        let before = leave.borrow_and_update().number;
        self.locked().caught = Some(number);
        self.log.1.notify_all();
        let let_go = leave.wait_for(|leave| leave.number > before).await;
        let_go.map(|leave| *leave).unwrap_or_default()
    }

    fn reach(&self, number: usize, stage: Stage) {
        if let Some(passage) = self.locked().passages.get_mut(number) {
            passage.stage = stage;
        }
    }

    /// Carries a request, whatever becomes of its client.
    async fn carry(self, parts: http::request::Parts, body: Bytes) -> Option<Response> {
        let text = String::from_utf8_lossy(&body);
        let (number, held) = self.enter(what(parts.uri.path(), &text), deleted(&text));
        if held == Some(Stage::Left) && !self.stop(number).await.arrives {
            return None;
        }
        let answer = self.portal.handle(Request::from_parts(parts, Body::from(body))).await;
        self.reach(number, Stage::Done);
        if held == Some(Stage::Done) {
            self.stop(number).await;
        }
        let (parts, body) = answer.ok()?.into_parts();
        let body = to_bytes(body, usize::MAX).await.ok()?;
        self.reach(number, Stage::Answered);
        Some(Response::from_parts(parts, Body::from(body)))
    }

    fn locked(&self) -> MutexGuard<'_, Log> {
        self.log.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn pass(State(gate): State<Gate>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return cut() };
    // A task of its own: a client that is killed takes nothing back.
    let carried = tokio::spawn(gate.carry(parts, body)).await;
    carried.ok().flatten().unwrap_or_else(cut)
}

/// An answer that breaks off.
fn cut() -> Response {
    Response::new(Body::from_stream(stream::once(async { Err::<Bytes, _>(io::Error::other("cut")) })))
}

fn what(path: &str, body: &str) -> What {
    let has = |names: &[&str]| names.iter().any(|name| path.contains(name) || body.contains(name));
    if has(&["crm.lead.delete"]) {
        What::Delete
    } else if has(&["crm.lead.add", "productrows.set", "items.set"]) {
        What::Restore
    } else if has(&[
        "crm.lead.list",
        "crm.lead.contact.items.get",
        "productrows.get",
        "crm.activity",
        "comment.list",
    ]) {
        What::Prepare
    } else {
        What::Look
    }
}

/// The leads that a batch deletes.
fn deleted(body: &str) -> Vec<u64> {
    let ids = body.split("crm.lead.delete?id=").skip(1);
    ids.filter_map(|rest| rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()).collect()
}

/// Lets nobody in while the portal is down.
struct Door {
    listener: TcpListener,
    gate: Gate,
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.listener).await;
            if !self.gate.locked().is_down && stream.set_nodelay(true).is_ok() {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
