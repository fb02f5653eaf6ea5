//! Stands between the client and the portal, and knows when a request is on its way.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// What passed so far.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Traffic {
    pub(super) requests: u64,
    pub(super) replies: u64,
    pub(super) in_flight: bool,
    /// Connections are closed as soon as they come.
    pub(super) is_down: bool,
}

/// A relay on an address of its own.
#[derive(Debug, Clone)]
pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    traffic: Arc<(Mutex<Traffic>, Condvar)>,
}

impl Proxy {
    pub(super) async fn start(portal: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let proxy = Self { address: listener.local_addr()?, traffic: Arc::default() };
        let relay = proxy.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !relay.traffic().is_down {
                    tokio::spawn(relay.clone().relay(client, portal));
                }
            }
        });
        Ok(proxy)
    }

    async fn relay(self, client: TcpStream, portal: SocketAddr) -> io::Result<()> {
        let portal = TcpStream::connect(portal).await?;
        client.set_nodelay(true)?;
        portal.set_nodelay(true)?;
        let (from_client, to_client) = client.into_split();
        let (from_portal, to_portal) = portal.into_split();
        let there = tokio::spawn(self.clone().copy(from_client, to_portal, true));
        let back = self.clone().copy(from_portal, to_client, false).await;
        there.abort();
        self.note(|traffic| traffic.in_flight = false);
        back
    }

    async fn copy(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, is_request: bool) -> io::Result<()> {
        let mut buffer = vec![0; 1 << 16];
        loop {
            let length = from.read(&mut buffer).await?;
            let Some(bytes) = buffer.get(..length).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
            if is_request {
                self.note(|traffic| {
                    traffic.requests += u64::from(!traffic.in_flight);
                    traffic.in_flight = true;
                });
            }
            to.write_all(bytes).await?;
            if !is_request {
                self.note(|traffic| {
                    traffic.replies += u64::from(traffic.in_flight);
                    traffic.in_flight = false;
                });
            }
        }
    }

    pub(super) fn traffic(&self) -> Traffic {
        *self.locked()
    }

    pub(super) fn set_down(&self, is_down: bool) {
        self.note(|traffic| traffic.is_down = is_down);
    }

    /// Blocks until `enough` holds; false when it does not within `limit`.
    pub(super) fn wait(&self, limit: Duration, mut enough: impl FnMut(&Traffic) -> bool) -> bool {
        let (_, changed) = &*self.traffic;
        let waited = changed.wait_timeout_while(self.locked(), limit, |traffic| !enough(traffic));
        waited.is_ok_and(|(_, result)| !result.timed_out())
    }

    fn note(&self, change: impl FnOnce(&mut Traffic)) {
        change(&mut self.locked());
        self.traffic.1.notify_all();
    }

    fn locked(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
