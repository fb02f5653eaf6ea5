//! A host that nobody may ever visit.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;

/// A host to which portals redirect, and which counts who comes.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    /// Its URL without a path.
    pub(crate) url: String,
    visitors: Arc<AtomicUsize>,
}

impl Elsewhere {
    /// Opens a port on the loopback interface.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) async fn open() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let visitors = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&visitors);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        Ok(Self { url, visitors })
    }

    /// How many came so far.
    pub(crate) fn visitors(&self) -> usize {
        self.visitors.load(Ordering::Relaxed)
    }
}
