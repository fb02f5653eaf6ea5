//! One connection: plain or TLS by its first byte, requests one after another, and tunnels of the proxy.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::emulator::Dropped;
use crate::reply::Reply;

/// The first byte of a TLS handshake, which no HTTP request begins with.
const TLS_HANDSHAKE: u8 = 0x16;

/// What all connections share.
pub(super) struct Site {
    pub(super) router: Router,
    pub(super) acceptor: Option<TlsAcceptor>,
    pub(super) is_proxy: bool,
    pub(super) stopped: watch::Receiver<bool>,
}

/// Waits until the portal stops, or is dropped.
pub(super) async fn end(stopped: &mut watch::Receiver<bool>) {
    drop(stopped.wait_for(|stopped| *stopped).await);
}

/// Serves a connection to its end.
pub(super) async fn serve(stream: TcpStream, site: Arc<Site>) {
    let mut stopped = site.stopped.clone();
    let speaks_tls = tokio::select! {
        speaks_tls = speaks_tls(&stream, &site) => speaks_tls,
        () = end(&mut stopped) => return,
    };
    let unanswered = match site.acceptor.as_ref().filter(|_| speaks_tls) {
        Some(acceptor) => match acceptor.accept(stream).await {
            Ok(stream) => serve_http(stream, site).await.map(|stream| stream.into_inner().0),
            Err(error) => return tracing::debug!(%error, "a TLS handshake failed"),
        },
        None => serve_http(stream, site).await,
    };
    // Closing without lingering sends a reset, not an orderly end.
    if let Some(Err(error)) = unanswered.map(|stream| stream.set_zero_linger()) {
        tracing::debug!(%error, "a connection could not be reset");
    }
}

/// Looks at the first byte of a connection without taking it.
async fn speaks_tls(stream: &TcpStream, site: &Site) -> bool {
    let mut first = [0];
    // Small answers must not wait for the acknowledgement of earlier ones.
    stream.set_nodelay(true).is_ok()
        && site.acceptor.is_some()
        && stream.peek(&mut first).await.is_ok_and(|read| read == 1)
        && first == [TLS_HANDSHAKE]
}

/// Serves requests; gives the stream back when a fault wants it closed without an answer.
async fn serve_http<Stream>(stream: Stream, site: Arc<Site>) -> Option<Stream>
where
    Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut stopped = site.stopped.clone();
    let service = service_fn(move |request| Box::pin(answer(request, Arc::clone(&site))));
    let mut connection =
        http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades();
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = end(&mut stopped) => {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    match ended {
        Err(error) if error.is_user() => connection.into_parts().map(|parts| parts.io.into_inner()),
        _ => None,
    }
}

async fn answer(mut request: hyper::Request<Incoming>, site: Arc<Site>) -> Result<Response<Body>, Dropped> {
    if request.method() == Method::CONNECT {
        if !site.is_proxy {
            return Ok(Reply::page(405).into_response());
        }
        tokio::spawn(tunnel(hyper::upgrade::on(&mut request), site));
        return Ok(Response::new(Body::empty()));
    }
    let request: Request = request.map(Body::new);
    let Ok(response) = site.router.clone().oneshot(request).await;
    match response.extensions().get::<Dropped>() {
        Some(dropped) => Err(*dropped),
        None => Ok(response),
    }
}

/// Leads a tunnel to this portal, whatever host was asked for. Nothing is ever dialled.
fn tunnel(upgrade: OnUpgrade, site: Arc<Site>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let Some(acceptor) = site.acceptor.clone() else { return };
        let Ok(stream) = upgrade.await else { return };
        match acceptor.accept(TokioIo::new(stream)).await {
            Ok(stream) => drop(serve_http(stream, site).await),
            Err(error) => tracing::debug!(%error, "a TLS handshake in a tunnel failed"),
        }
    })
}
