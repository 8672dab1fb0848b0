//! Connections: sockets, TLS, the hello, and then tarpc until the client is gone.
//!
//! Each connection is one task, and each call in it another, so that a call that hangs or panics hurts no other.
//! When the client hangs up its calls are dropped, which tarpc alone would let run until their deadline. When the
//! daemon ends, calls that were begun are answered first.

use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use futures::{SinkExt, StreamExt};
use radarr_proto::frame::{FRAME_BYTES_MAX, Frames, ServerTransport, frames};
use radarr_proto::hello::{
    ClientHello, FEATURES, HELLO_BYTES_MAX, HELLO_TIMEOUT_SECONDS, MAGIC, PROTOCOL_MAJOR, PROTOCOL_MINOR,
    RefusalCode, ServerHello,
};
use radarr_proto::service::Radarr as _;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tarpc::server::{BaseChannel, Channel};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::bytes::Bytes;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info, warn};

use super::authorise::{Admitted, Credentials, Doorkeeper, Refusal};
use super::call::Calls;
use super::server::RpcServer;
use crate::config::RpcConfig;
use crate::files::remove_name;
use crate::settings::tokens::note_use;
use crate::tasks::Tasks;
use crate::telemetry::metrics::{CALLS_OPEN, CONNECTIONS};

/// How long calls that were begun may still take when the daemon ends; jobs have about as long.
const ANSWERS_MAX: Duration = Duration::from_secs(4);
/// How long a refused client has to read its refusal and hang up.
const REFUSED_WAIT_MAX: Duration = Duration::from_secs(1);
/// What is read of a refused client at most, and thrown away.
const REFUSED_BYTES_MAX: u64 = 64 * 1024;
/// How long the last answers may take to leave.
const LAST_WRITE_MAX: Duration = Duration::from_millis(200);

/// Everything a connection needs.
#[derive(Clone)]
pub struct Accepting {
    /// Tells who a client is.
    pub doorkeeper: Arc<Doorkeeper>,
    /// What the calls work on.
    pub calls: Arc<Calls>,
    /// Where tasks are counted.
    pub tasks: Tasks,
    /// Calls of one client at once.
    pub calls_max: usize,
    /// Clients at once.
    pub connections: Arc<Semaphore>,
}

/// Opens the Unix socket and serves it until the daemon stops.
///
/// A socket file that nobody listens on is left over from a daemon that was killed, and is replaced.
pub async fn listen_unix(accepting: Accepting, path: &Path) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} of rpc.unix can't be made", folder.display()))?;
    }
    remove_stale_socket(path).await?;
    let listener =
        UnixListener::bind(path).with_context(|| format!("rpc.unix = {} can't be opened", path.display()))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660))?;
    info!(socket = %path.display(), "listening");
    serve_unix(accepting, listener, Some(path.to_path_buf()));
    Ok(())
}

/// Serves a Unix socket that the service manager opened, until the daemon stops. Its file stays: whoever connects
/// while no daemon runs waits for the next one.
pub fn serve_handed(accepting: Accepting, socket: std::os::unix::net::UnixListener) -> anyhow::Result<()> {
    socket.set_nonblocking(true)?;
    let listener = UnixListener::from_std(socket).context("the service manager's socket can't be used")?;
    info!(socket = "from the service manager", "listening");
    serve_unix(accepting, listener, None);
    Ok(())
}

/// Accepts until the daemon stops; then the socket's file goes, if it is ours.
fn serve_unix(accepting: Accepting, listener: UnixListener, own_file: Option<PathBuf>) {
    let stop = accepting.tasks.stopping();
    let tasks = accepting.tasks.clone();
    tasks.spawn("rpc unix", async move {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = stop.cancelled() => break,
            };
            match accepted {
                Ok((stream, _)) => {
                    let user = stream.peer_cred().map(|credentials| credentials.uid()).ok();
                    accepting.clone().start(stream, Credentials::UnixUser(user));
                }
                Err(error) => pause_after_accept_error(&error).await,
            }
        }
        if let Some(Err(error)) = own_file.as_deref().map(remove_name) {
            debug!(%error, "the socket file stays");
        }
    });
}

/// A socket that nobody listens on is left over from a daemon that was killed. Nothing else is removed.
async fn remove_stale_socket(path: &Path) -> anyhow::Result<()> {
    let Ok(found) = std::fs::symlink_metadata(path) else { return Ok(()) };
    if !found.file_type().is_socket() {
        anyhow::bail!(
            "rpc.unix = {} is there already and is no socket: set it to another path",
            path.display()
        );
    }
    if UnixStream::connect(path).await.is_ok() {
        anyhow::bail!(
            "another daemon listens on {}: stop it, or set rpc.unix to another path",
            path.display()
        );
    }
    remove_name(path).with_context(|| format!("the old socket {} can't be removed", path.display()))
}

/// Opens the TCP port and serves it until the daemon stops; speaks TLS when a certificate is configured.
pub async fn listen_tcp(accepting: Accepting, config: &RpcConfig) -> anyhow::Result<std::net::SocketAddr> {
    let tls = match (&config.tls_cert, &config.tls_key) {
        (Some(certificate), Some(key)) => Some(tls_acceptor(certificate, key)?),
        _ => None,
    };
    let listener = TcpListener::bind(&config.tcp)
        .await
        .with_context(|| format!("rpc.tcp = {} can't be opened", config.tcp))?;
    let address = listener.local_addr()?;
    info!(%address, tls = tls.is_some(), "listening");
    let stop = accepting.tasks.stopping();
    let tasks = accepting.tasks.clone();
    tasks.spawn("rpc tcp", async move {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = stop.cancelled() => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    pause_after_accept_error(&error).await;
                    continue;
                }
            };
            if let Err(error) = stream.set_nodelay(true) {
                debug!(%error, "no TCP_NODELAY");
            }
            match tls.clone() {
                None => accepting.clone().start(stream, Credentials::Remote(peer.ip())),
                Some(tls) => {
                    let accepting = accepting.clone();
                    let tasks = accepting.tasks.clone();
                    tasks.spawn_until_stop("tls handshake", async move {
                        let limit = Duration::from_secs(HELLO_TIMEOUT_SECONDS);
                        match tokio::time::timeout(limit, tls.accept(stream)).await {
                            Ok(Ok(stream)) => accepting.start(stream, Credentials::Remote(peer.ip())),
                            Ok(Err(error)) => debug!(%peer, %error, "TLS handshake failed"),
                            Err(_) => debug!(%peer, "TLS handshake took too long"),
                        }
                    });
                }
            }
        }
    });
    Ok(address)
}

/// Out of file descriptors, mostly: trying again at once would only burn the processor.
async fn pause_after_accept_error(error: &io::Error) {
    warn!(%error, "a connection could not be accepted");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

fn tls_acceptor(certificate: &Path, key: &Path) -> anyhow::Result<TlsAcceptor> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("rpc.tls_cert = {} can't be read as PEM", certificate.display()))?;
    let key = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("rpc.tls_key = {} can't be read as PEM", key.display()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("rpc.tls_cert and rpc.tls_key do not fit together")?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

impl Accepting {
    fn start<S>(self, stream: S, credentials: Credentials)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let tasks = self.tasks.clone();
        tasks.spawn("rpc connection", async move {
            let Ok(_place) = self.connections.clone().try_acquire_owned() else {
                let refusal = Refusal {
                    code: RefusalCode::Busy,
                    message: "too many clients are connected".to_owned(),
                    hint: Some("close some, or raise rpc.max_connections".to_owned()),
                };
                refuse(frames(stream, HELLO_BYTES_MAX), refusal).await;
                return;
            };
            let stop = self.tasks.stopping();
            let greeted = tokio::select! {
                greeted = self.greet(stream, credentials) => greeted,
                () = stop.cancelled() => None,
            };
            if let Some((frames, admitted)) = greeted {
                let _counted = Counted::by(CONNECTIONS);
                self.serve(frames, admitted, credentials.place()).await;
            }
        });
    }

    async fn greet<S>(&self, stream: S, credentials: Credentials) -> Option<(Frames<S>, Admitted)>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut frames = frames(stream, HELLO_BYTES_MAX);
        let wait = Duration::from_secs(HELLO_TIMEOUT_SECONDS);
        let first = tokio::time::timeout(wait, frames.next()).await.ok()??;
        let hello = first.ok().and_then(|frame| serde_json::from_slice::<ClientHello>(&frame).ok());
        match self.admit(hello, credentials) {
            Ok(admitted) => {
                let principal = &admitted.principal;
                let answer = ServerHello::Ok {
                    protocol: PROTOCOL_MAJOR,
                    minor: PROTOCOL_MINOR,
                    software: env!("CARGO_PKG_VERSION").to_owned(),
                    principal: principal.clone(),
                    features: FEATURES.iter().map(|feature| (*feature).to_owned()).collect(),
                };
                let body = serde_json::to_vec(&answer).ok()?;
                frames.send(Bytes::from(body)).await.ok()?;
                frames.codec_mut().set_max_frame_length(FRAME_BYTES_MAX);
                info!(principal = %principal.name, "client connected");
                Some((frames, admitted))
            }
            Err(refusal) => {
                warn!(code = ?refusal.code, "client refused");
                refuse(frames, refusal).await;
                None
            }
        }
    }

    fn admit(&self, hello: Option<ClientHello>, credentials: Credentials) -> Result<Admitted, Refusal> {
        let Some(hello) = hello.filter(|hello| hello.magic == MAGIC) else {
            return Err(Refusal {
                code: RefusalCode::NotRadarr,
                message: "the first frame is no hello of radarr's".to_owned(),
                hint: Some("this port speaks tarpc; HTTP is on another port (http.listen)".to_owned()),
            });
        };
        if hello.protocol != PROTOCOL_MAJOR {
            return Err(Refusal {
                code: RefusalCode::Protocol,
                message: format!(
                    "the client speaks protocol {}, this daemon ({}) speaks {PROTOCOL_MAJOR}",
                    hello.protocol,
                    env!("CARGO_PKG_VERSION")
                ),
                hint: Some("update the older of the two".to_owned()),
            });
        }
        self.doorkeeper.admit(credentials, hello.token.as_ref())
    }

    async fn serve<S>(self, frames: Frames<S>, admitted: Admitted, from: String)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let gone = CancellationToken::new();
        // However this ends, the calls under way end as well.
        let _gone_with_this = gone.clone().drop_guard();
        let transport = ServerTransport::new(frames, gone.clone());
        let server = RpcServer {
            calls: self.calls.clone(),
            principal: Arc::new(admitted.principal),
            from: from.into(),
        };
        if let Some(token) = admitted.token {
            let flow = self.calls.flow.clone();
            self.tasks.spawn_until_stop("token use", async move { note_use(&flow, token).await });
        }
        let mut revoked = std::pin::pin!(self.doorkeeper.revoked(admitted.token));
        let channel = BaseChannel::with_defaults(transport).max_concurrent_requests(self.calls_max);
        let mut requests = std::pin::pin!(channel.execute(server.serve()));
        let (stop, calls) = (self.tasks.stopping(), TaskTracker::new());
        loop {
            let request = tokio::select! {
                request = requests.next() => request,
                () = gone.cancelled() => None,
                () = &mut revoked => None,
                () = stop.cancelled() => break,
            };
            let Some(request) = request else { break };
            let gone = gone.clone();
            let call = async move {
                let _counted = Counted::by(CALLS_OPEN);
                tokio::select! {
                    () = request => {}
                    () = gone.cancelled() => {}
                }
            };
            self.tasks.spawn("rpc call", calls.track_future(call));
        }
        calls.close();
        if stop.is_cancelled() {
            // The daemon ends: calls that were begun are answered, others are not begun.
            let under_way = !calls.is_empty();
            let mut writing = std::pin::pin!(requests.for_each(|_| async {}));
            let answered = async {
                tokio::select! {
                    () = &mut writing => return,
                    () = calls.wait() => {}
                }
                // What is answered but not yet written goes to the socket, which may not take all of it at once.
                let written = futures::poll!(&mut writing);
                if under_way && written.is_pending() {
                    drop(tokio::time::timeout(LAST_WRITE_MAX, writing).await);
                }
            };
            if tokio::time::timeout(ANSWERS_MAX, answered).await.is_err() {
                debug!("calls were still under way when the daemon ended");
            }
        }
        gone.cancel();
    }
}

/// One more in a gauge, for as long as it lives.
struct Counted(metrics::Gauge);

impl Counted {
    fn by(gauge: &'static str) -> Self {
        let gauge = metrics::gauge!(gauge);
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// Says no, and waits a moment until the client has hung up: what it sent and nobody read would make the system throw
/// the refusal away.
async fn refuse<S>(mut frames: Frames<S>, refusal: Refusal)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let answer = ServerHello::Refused { code: refusal.code, message: refusal.message, hint: refusal.hint };
    let Ok(body) = serde_json::to_vec(&answer) else { return };
    let telling = async {
        frames.send(Bytes::from(body)).await?;
        let mut stream = frames.into_inner();
        stream.shutdown().await?;
        let mut unread = stream.take(REFUSED_BYTES_MAX);
        tokio::io::copy(&mut unread, &mut tokio::io::sink()).await
    };
    if !matches!(tokio::time::timeout(REFUSED_WAIT_MAX, telling).await, Ok(Ok(_))) {
        debug!("a refused client may not have read its refusal");
    }
}
