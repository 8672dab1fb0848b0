//! Listening, with limits on time, size and number; TLS where there is a certificate.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::http::StatusCode;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::{debug, info, warn};

use crate::security::patient::Patient;
use crate::security::places::Places;
use crate::security::tls::Tls;
use crate::tasks::Tasks;

/// Probes have no body.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// The first line and all headers of a request.
pub const HEADER_BYTES_MAX: usize = 16 * 1024;
/// Headers of a request.
pub const HEADERS_MAX: usize = 64;
/// How long the headers may take to come; as long is a connection kept that asks nothing.
pub const HEADER_TIME_MAX: Duration = Duration::from_secs(10);
/// A probe that takes longer has failed for its caller anyway.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long TLS may take to be agreed on.
const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(5);
/// Connections that are told at once that there is no place.
pub const REFUSALS_MAX: usize = 64;
/// How long each of them has to read that, and what is read of it at most.
const REFUSED_WAIT_MAX: Duration = Duration::from_secs(1);
const REFUSED_BYTES_MAX: u64 = 64 * 1024;
/// After an error of the system, mostly that there are no file descriptors left.
const AFTER_ACCEPT_ERROR: Duration = Duration::from_millis(100);
/// What a connection hears for which there is no place.
const BUSY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Who asks: its address goes with each request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// A port that is open.
#[derive(Debug, Clone, Copy)]
pub struct Listening {
    /// Its address; the port is the real one where 0 was asked for.
    pub address: SocketAddr,
}

/// How a port is opened.
#[derive(Debug, Clone)]
pub struct Door {
    /// The setting, for errors.
    pub key: &'static str,
    /// Address and port.
    pub address: String,
    /// The certificates; without them nothing is encrypted.
    pub tls: Option<Arc<Tls>>,
    /// Connections at once.
    pub places: Arc<Places>,
    /// Refusals at once, of at most [`REFUSALS_MAX`].
    pub refusals: Arc<Semaphore>,
}

/// Opens a port and serves until the daemon stops.
pub async fn listen(tasks: &Tasks, door: Door, router: Router) -> anyhow::Result<Listening> {
    let (key, wanted) = (door.key, &door.address);
    let listener = TcpListener::bind(wanted).await.with_context(|| {
        format!("{key} = {wanted} can't be opened (is another daemon running? choose another port)")
    })?;
    let address = listener.local_addr()?;
    let router = router
        .layer(CatchPanicLayer::new())
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT));
    info!(setting = key, %address, tls = door.tls.is_some(), "listening");
    let connections = tasks.clone();
    tasks.spawn_until_stop(key, async move {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => accept(&connections, &door, &router, stream, peer.ip()),
                Err(error) => {
                    warn!(setting = key, %error, "a connection could not be accepted");
                    tokio::time::sleep(AFTER_ACCEPT_ERROR).await;
                }
            }
        }
    });
    Ok(Listening { address })
}

fn accept(tasks: &Tasks, door: &Door, router: &Router, stream: TcpStream, peer: IpAddr) {
    let Ok(place) = door.places.take(Some(peer)) else {
        // Saying no costs as well: beyond some at once, and before TLS, the connection is only closed.
        if let (None, Ok(refusing)) = (&door.tls, Arc::clone(&door.refusals).try_acquire_owned()) {
            tasks.spawn_until_stop("http refusal", async move {
                let _refusing = refusing;
                refuse(stream).await;
            });
        }
        return;
    };
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "no TCP_NODELAY");
    }
    let router = router.clone().layer(axum::Extension(Peer(peer)));
    let tls = door.tls.as_ref().map(|tls| tls.acceptor());
    let connection_tasks = tasks.clone();
    tasks.spawn("http connection", async move {
        let _place = place;
        let stream = Patient::new(stream);
        let Some(tls) = tls else {
            return serve(&connection_tasks, stream, router).await;
        };
        match tokio::time::timeout(HANDSHAKE_TIME_MAX, tls.accept(stream)).await {
            Ok(Ok(stream)) => serve(&connection_tasks, stream, router).await,
            Ok(Err(error)) => debug!(%peer, %error, "TLS handshake failed"),
            Err(_) => debug!(%peer, "TLS handshake took too long"),
        }
    });
}

/// Says that there is no place, and waits a moment for the request: what came and nobody read would make the system
/// throw the answer away.
async fn refuse(mut stream: TcpStream) {
    let telling = async {
        stream.write_all(BUSY).await?;
        stream.shutdown().await?;
        let mut unread = stream.take(REFUSED_BYTES_MAX);
        tokio::io::copy(&mut unread, &mut tokio::io::sink()).await
    };
    if !matches!(tokio::time::timeout(REFUSED_WAIT_MAX, telling).await, Ok(Ok(_))) {
        debug!("a connection for which there was no place may not have heard so");
    }
}

/// One connection until its end; when the daemon stops, the request under way is answered.
async fn serve<S>(tasks: &Tasks, stream: S, router: Router)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stop = tasks.stopping();
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME_MAX)
        .max_headers(HEADERS_MAX)
        .max_header_size(HEADER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%error, "an http connection ended early");
    }
}
