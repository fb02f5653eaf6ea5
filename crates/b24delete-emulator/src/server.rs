//! The portal behind a port of the loopback interface: plain HTTP, TLS and the proxy all on one.

mod connection;

use std::fmt;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::emulator::Emulator;
use crate::error::EmulatorError;
use crate::settings::Settings;
use crate::tls::Certificates;
use connection::Site;

/// How long a shutdown waits for answers that are under way.
const PATIENCE: Duration = Duration::from_secs(1);

/// A portal that serves until it is shut down or dropped.
pub struct Running {
    emulator: Emulator,
    addresses: Addresses,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
    /// Keeps the authority's file until the end.
    certificates: Option<Certificates>,
}

/// Where a running portal is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Addresses {
    /// The webhook's URL with its code, ending in a slash.
    pub webhook: String,
    /// The REST root for calls with a token in `auth`.
    pub oauth_rest: String,
    /// The URL for requests for tokens. The page where a user lets the application in stands beside it, at
    /// `/oauth/authorize/`.
    pub oauth_token: String,
    /// The id of the application that is installed on the portal.
    pub client_id: String,
    /// The application's key.
    pub client_secret: String,
    /// An access token for the application.
    pub access_token: String,
    /// A refresh token for the application.
    pub refresh_token: String,
    /// The URL of the control interface with its token, ending in a slash.
    pub control: String,
    /// The certificate that clients must trust to speak TLS, as PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// The URL of the proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
}

impl Addresses {
    /// The one line of JSON that tells another program where the portal is.
    #[must_use]
    pub fn to_line(&self) -> String {
        serde_json::json!(self).to_string()
    }
}

impl Emulator {
    /// Opens a portal and serves it on the loopback interface.
    ///
    /// # Errors
    ///
    /// When the database, the port or the file with the certificate cannot be used.
    pub async fn serve(settings: Settings) -> Result<Running, EmulatorError> {
        let (port, tls, proxy) = (settings.port, settings.tls, settings.connect_proxy);
        let emulator = Self::new(settings)?;
        let certificates =
            if tls || proxy { Some(Certificates::make().map_err(EmulatorError::Certificate)?) } else { None };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(|source| EmulatorError::Port { port, source })?;
        let authority = format!("127.0.0.1:{}", listener.local_addr()?.port());
        let scheme = if tls { "https" } else { "http" };
        let application = emulator.application();
        let addresses = Addresses {
            webhook: format!("{scheme}://{authority}{}", emulator.webhook_path()),
            oauth_rest: format!("{scheme}://{authority}/rest/"),
            oauth_token: format!("{scheme}://{authority}/oauth/token/"),
            client_id: application.client_id,
            client_secret: application.client_secret,
            access_token: application.access_token,
            refresh_token: application.refresh_token,
            control: format!("http://{authority}{}", emulator.control_path()),
            ca_file: certificates.as_ref().map(|certificates| certificates.authority_file.to_path_buf()),
            proxy: proxy.then(|| format!("http://{authority}")),
        };
        let (stop, stopped) = watch::channel(false);
        let acceptor = certificates.as_ref().map(|certificates| certificates.acceptor.clone());
        let site = Site { router: emulator.router(), acceptor, is_proxy: proxy, stopped };
        let accepting = tokio::spawn(accept(listener, Arc::new(site)));
        Ok(Running { emulator, addresses, stop, accepting, certificates })
    }
}

impl Running {
    /// Where the portal is found.
    #[must_use]
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The portal itself, to look into it or to act on it.
    #[must_use]
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// Takes no more requests, lets answers that are under way go out for a second, and closes everything.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        if let Err(error) = (&mut self.accepting).await {
            tracing::error!(%error, "the emulator did not end by itself");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tls = self.certificates.is_some();
        formatter
            .debug_struct("Running")
            .field("addresses", &self.addresses)
            .field("tls", &tls)
            .finish_non_exhaustive()
    }
}

/// Takes connections until the portal stops; then waits for those that still have something to say.
async fn accept(listener: TcpListener, site: Arc<Site>) {
    let mut connections = JoinSet::new();
    let mut stopped = site.stopped.clone();
    loop {
        tokio::select! {
            () = connection::end(&mut stopped) => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection::serve(stream, Arc::clone(&site)));
                }
                Err(error) => tracing::warn!(%error, "a connection could not be taken"),
            },
        }
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(PATIENCE, all).await.is_err() {
        tracing::debug!("connections were closed before their answers");
    }
}
