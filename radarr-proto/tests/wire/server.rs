//! A daemon of a few lines: hello, then tarpc over the daemon's own transport, with answers that a test gives.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::BoxFuture;
use futures::{FutureExt as _, SinkExt as _, StreamExt as _};
use radarr_proto::client::{Client, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::frame::{ServerTransport, frames};
use radarr_proto::hello::{FEATURES, HELLO_BYTES_MAX, PROTOCOL_MAJOR, PROTOCOL_MINOR, ServerHello};
use radarr_proto::model::{Principal, Role};
use radarr_proto::service::{RadarrRequest, RadarrResponse};
use tarpc::ServerError;
use tarpc::server::{BaseChannel, Channel as _, serve};
use tempfile::TempDir;
use tokio::net::{UnixListener, UnixStream};
use tokio_util::bytes::Bytes;
use tokio_util::sync::CancellationToken;

/// How long a frame may take here; a test should not wait as long as a daemon does.
const FRAME_TIME_MAX: std::time::Duration = std::time::Duration::from_secs(8);

pub(crate) type Answer = Result<RadarrResponse, ServerError>;
/// What a test answers; the token hangs up when it is cancelled.
pub(crate) type Answers =
    Arc<dyn Fn(RadarrRequest, CancellationToken) -> BoxFuture<'static, Answer> + Send + Sync>;

/// Turns a closure into answers.
pub(crate) fn answers<F, Fut>(answer: F) -> Answers
where
    F: Fn(RadarrRequest, CancellationToken) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    Arc::new(move |request, hang_up| answer(request, hang_up).boxed())
}

/// Answers `whoami` and nothing else.
pub(crate) fn only_whoami() -> Answers {
    answers(|request, _| async move {
        match request {
            RadarrRequest::Whoami {} => Ok(RadarrResponse::Whoami(Ok(somebody()))),
            _ => Err(ServerError::new(std::io::ErrorKind::Unsupported, "not in this test".to_owned())),
        }
    })
}

pub(crate) fn somebody() -> Principal {
    Principal { name: "user:1000".to_owned(), role: Role::Admin }
}

pub(crate) fn welcome() -> ServerHello {
    ServerHello::Ok {
        protocol: PROTOCOL_MAJOR,
        minor: PROTOCOL_MINOR,
        software: "test".to_owned(),
        principal: somebody(),
        features: FEATURES.iter().map(|feature| (*feature).to_owned()).collect(),
    }
}

/// Hangs up: cancels the connection and never answers.
pub(crate) async fn hang_up(token: CancellationToken) -> Answer {
    token.cancel();
    std::future::pending().await
}

/// A folder for a socket.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("radarr.sock")
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::Unix(self.path())
    }
}

pub(crate) struct Server {
    stop: CancellationToken,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Serves at the place until it is dropped; each client may have `calls_max` calls at once.
    pub(crate) fn start(place: &Place, calls_max: usize, answers: Answers) -> Self {
        let listener = listen(&place.path());
        let server = Self { stop: CancellationToken::new(), connections: Arc::default() };
        let (stop, connections) = (server.stop.clone(), server.connections.clone());
        spawn(async move {
            loop {
                let stream = tokio::select! {
                    accepted = listener.accept() => accepted.unwrap().0,
                    () = stop.cancelled() => return,
                };
                connections.fetch_add(1, Ordering::SeqCst);
                spawn(connection(stream, calls_max, answers.clone(), stop.child_token()));
            }
        });
        server
    }

    /// Connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's socket of its own, and it may not be there")]
pub(crate) fn listen(path: &Path) -> UnixListener {
    let _gone = std::fs::remove_file(path);
    UnixListener::bind(path).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test ends its tasks with its runtime")]
pub(crate) fn spawn<T: Send + 'static>(
    task: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    tokio::spawn(task)
}

async fn connection(stream: UnixStream, calls_max: usize, answers: Answers, gone: CancellationToken) {
    let mut frames = frames(stream, HELLO_BYTES_MAX);
    if !matches!(frames.next().await, Some(Ok(_))) {
        return;
    }
    frames.send(Bytes::from(serde_json::to_vec(&welcome()).unwrap())).await.unwrap();
    frames.codec_mut().take_requests();
    let transport = ServerTransport::new(frames, gone.clone()).frame_time_max(FRAME_TIME_MAX);
    let channel = BaseChannel::with_defaults(transport).max_concurrent_requests(calls_max);
    let hang_up = gone.clone();
    let server = serve(move |_, request| answers(request, hang_up));
    let mut requests = std::pin::pin!(channel.execute(server));
    loop {
        let request = tokio::select! {
            request = requests.next() => request,
            () = gone.cancelled() => None,
        };
        let Some(request) = request else { break };
        let gone = gone.clone();
        spawn(async move {
            tokio::select! {
                () = request => {}
                () = gone.cancelled() => {}
            }
        });
    }
    gone.cancel();
}

/// A client with that much patience.
pub(crate) async fn client(place: &Place, retry_for: std::time::Duration) -> Client {
    let options = ConnectOptions { retry_for, software: "test".to_owned(), ..ConnectOptions::default() };
    Client::connect(&place.endpoint(), options).await.unwrap()
}
