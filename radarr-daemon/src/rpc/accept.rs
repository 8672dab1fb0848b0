//! Connections: sockets, TLS, the hello, and then tarpc until the client is gone.
//!
//! Each connection is one task, and each call in it another, so that a call that hangs or panics hurts no other.
//! When the client hangs up its calls are dropped, which tarpc alone would let run until their deadline. When the
//! daemon ends, calls that were begun are answered first.

use std::io;
use std::net::IpAddr;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use futures::{SinkExt, StreamExt};
use radarr_proto::answer_room::AnswerRoom;
use radarr_proto::frame::{Frames, ServerTransport, frames};
use radarr_proto::hello::{
    ClientHello, FEATURES, HELLO_BYTES_MAX, HELLO_TIMEOUT_SECONDS, MAGIC, PROTOCOL_MAJOR, PROTOCOL_MINOR,
    RefusalCode, ServerHello,
};
use radarr_proto::service::Radarr as _;
use socket2::{SockRef, TcpKeepalive};
use tarpc::server::{BaseChannel, Channel};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::bytes::Bytes;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info, warn};

use super::authorise::{Admitted, Credentials, Doorkeeper, Refusal};
use super::call::Calls;
use super::large::{LARGE_AT_ONCE, Large};
use super::server::RpcServer;
use crate::config::RpcConfig;
use crate::descriptors::connections;
use crate::files::remove_name;
use crate::security::certificate;
use crate::security::patient::Patient;
use crate::security::places::{Full, Place, Places};
use crate::security::tls::Tls;
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

/// Clients that are told at once that there is no place. More than these are cut off without a word.
pub const REFUSALS_MAX: usize = 64;
/// Bytes of large answers that wait for their readers.
pub const ANSWER_ROOM_BYTES: usize = 48 * 1024 * 1024;
/// Answers of one client that wait to be written.
const ANSWERS_QUEUED_MAX: usize = 4;
/// Silence after which a peer is asked whether it is still there, and how often it is asked.
const SILENCE: Duration = Duration::from_mins(1);
const SILENCE_PROBES_EVERY: Duration = Duration::from_secs(15);
const SILENCE_PROBES: u32 = 4;

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
    /// Clients at once over TCP.
    pub places: Arc<Places>,
    /// Clients at once over the Unix socket: whoever fills the port keeps no admin out.
    pub unix_places: Arc<Places>,
    /// Refusals at once, of at most [`REFUSALS_MAX`].
    pub refusals: Arc<Semaphore>,
    /// Room for large answers that wait for their readers.
    pub room: Arc<AnswerRoom>,
    /// Large answers that are made at once.
    pub large: Arc<Semaphore>,
}

impl Accepting {
    /// With the limits of the configuration.
    pub fn new(config: &RpcConfig, doorkeeper: Arc<Doorkeeper>, calls: Arc<Calls>, tasks: Tasks) -> Self {
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let share = |eighths| connections("rpc.max_connections", config.max_connections, eighths);
        let (tcp, unix, of_address) = (share(4), share(2), size(config.max_connections_per_address));
        Self {
            doorkeeper,
            calls,
            tasks,
            calls_max: size(config.max_calls_per_connection),
            places: Places::new(tcp, of_address),
            unix_places: Places::new(unix, unix),
            refusals: Arc::new(Semaphore::new(REFUSALS_MAX)),
            room: AnswerRoom::new(ANSWER_ROOM_BYTES),
            large: Arc::new(Semaphore::new(LARGE_AT_ONCE)),
        }
    }
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
                    accepting.clone().start_unix(stream, user);
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

/// Opens the TCP port and serves it until the daemon stops; speaks TLS when there is a certificate.
pub async fn listen_tcp(
    accepting: Accepting,
    address: &str,
    tls: Option<Arc<Tls>>,
) -> anyhow::Result<std::net::SocketAddr> {
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("rpc.tcp = {address} can't be opened"))?;
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
            match accepted {
                Ok((stream, peer)) => {
                    if let Err(error) = watch_for_silence(&stream) {
                        debug!(%error, "an option of the socket could not be set");
                    }
                    accepting.clone().start_tcp(stream, peer.ip(), tls.as_ref().map(|tls| tls.acceptor()));
                }
                Err(error) => pause_after_accept_error(&error).await,
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

/// A peer that is gone without a word (its machine lost power, a router forgot it) is noticed after some minutes.
fn watch_for_silence(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let keepalive = TcpKeepalive::new()
        .with_time(SILENCE)
        .with_interval(SILENCE_PROBES_EVERY)
        .with_retries(SILENCE_PROBES);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}

impl Accepting {
    fn start_unix(self, stream: UnixStream, user: Option<u32>) {
        let place = self.unix_places.take(None);
        let Ok(refusing) = self.refusing(&place) else { return };
        let tasks = self.tasks.clone();
        tasks.spawn("rpc connection", async move {
            let _refusing = refusing;
            self.run(Patient::new(stream), place, Credentials::UnixUser(user)).await;
        });
    }

    /// The place is taken before anything is read, TLS included: strangers cost as much as clients.
    fn start_tcp(self, stream: TcpStream, from: IpAddr, tls: Option<TlsAcceptor>) {
        let place = self.places.take(Some(from));
        let Ok(refusing) = self.refusing(&place) else { return };
        let tasks = self.tasks.clone();
        tasks.spawn("rpc connection", async move {
            let _refusing = refusing;
            let stream = Patient::new(stream);
            let Some(tls) = tls else {
                return self.run(stream, place, Credentials::Remote(from)).await;
            };
            let stop = self.tasks.stopping();
            let limit = Duration::from_secs(HELLO_TIMEOUT_SECONDS);
            let shaken = tokio::select! {
                shaken = tokio::time::timeout(limit, tls.accept(stream)) => shaken,
                () = stop.cancelled() => return,
            };
            match shaken {
                Ok(Ok(stream)) => {
                    let credentials = shown_in_tls(&stream, from);
                    self.run(stream, place, credentials).await;
                }
                Ok(Err(error)) => info!(%from, %error, "TLS handshake failed"),
                Err(_) => debug!(%from, "TLS handshake took too long"),
            }
        });
    }

    /// Saying no costs as well: beyond some at once the connection is only closed, which is the error.
    fn refusing(&self, place: &Result<Place, Full>) -> Result<Option<OwnedSemaphorePermit>, TryAcquireError> {
        match place {
            Ok(_) => Ok(None),
            Err(_) => Arc::clone(&self.refusals).try_acquire_owned().map(Some),
        }
    }

    async fn run<S>(self, stream: S, place: Result<Place, Full>, credentials: Credentials)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let _place = match place {
            Ok(place) => place,
            Err(full) => return refuse(frames(stream, HELLO_BYTES_MAX), busy(full)).await,
        };
        let (stop, place) = (self.tasks.stopping(), credentials.place());
        let greeted = tokio::select! {
            greeted = self.greet(stream, credentials) => greeted,
            () = stop.cancelled() => None,
        };
        if let Some((frames, admitted)) = greeted {
            let _counted = Counted::by(CONNECTIONS);
            self.serve(frames, admitted, place).await;
        }
    }

    async fn greet<S>(&self, stream: S, credentials: Credentials) -> Option<(Frames<S>, Admitted)>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut frames = frames(stream, HELLO_BYTES_MAX);
        let wait = Duration::from_secs(HELLO_TIMEOUT_SECONDS);
        let first = tokio::time::timeout(wait, frames.next()).await.ok()??;
        let hello = first.ok().and_then(|frame| serde_json::from_slice::<ClientHello>(&frame).ok());
        let from = credentials.place();
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
                frames.codec_mut().take_requests();
                info!(principal = %principal.name, "client connected");
                Some((frames, admitted))
            }
            Err(refusal) => {
                warn!(%from, code = ?refusal.code, "client refused");
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
                wait_seconds: None,
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
                wait_seconds: None,
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
        let transport = ServerTransport::new(frames, gone.clone()).within(&self.room);
        let server = RpcServer {
            calls: self.calls.clone(),
            principal: Arc::new(admitted.principal),
            from: from.into(),
            large: Arc::new(Large::new(transport.unread(), Arc::clone(&self.large))),
        };
        if let Some(token) = admitted.token {
            let flow = self.calls.flow.clone();
            self.tasks.spawn_until_stop("token use", async move { note_use(&flow, token).await });
        }
        let mut revoked = std::pin::pin!(self.doorkeeper.revoked(admitted.token));
        let config = tarpc::server::Config { pending_response_buffer: ANSWERS_QUEUED_MAX };
        let channel = BaseChannel::new(config, transport).max_concurrent_requests(self.calls_max);
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

fn busy(full: Full) -> Refusal {
    let (message, hint) = match full {
        Full::All => ("too many clients are connected", "close some, or raise rpc.max_connections"),
        Full::Address => (
            "too many clients are connected from this address",
            "close some, or raise rpc.max_connections_per_address",
        ),
    };
    Refusal {
        code: RefusalCode::Busy,
        message: message.to_owned(),
        hint: Some(hint.to_owned()),
        wait_seconds: Some(1),
    }
}

/// A certificate that TLS took is as good as a token; without one a token has to come in the hello.
fn shown_in_tls<S>(stream: &TlsStream<S>, from: IpAddr) -> Credentials {
    let first = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    match first.and_then(|first| certificate::read(first)) {
        Some(facts) => Credentials::Certificate(from, facts.names),
        None => Credentials::Remote(from),
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
