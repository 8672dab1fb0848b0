//! The client library: connects again when it must, repeats only what is safe to repeat.
//!
//! [`Client`] has one method for each call of the [service](crate::service). A *read* is repeated on a new
//! connection until [`ConnectOptions::retry_for`] has passed; a *change* is sent once, and when its answer is lost
//! the error says so, because only a look at the daemon can tell whether it was done.

mod calls;
mod connect;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tarpc::client::RpcError;
use tarpc::context::Context;
use tokio::sync::Mutex;

pub use self::connect::trusted_authorities;
use crate::endpoint::Endpoint;
use crate::error::{ApiError, ErrorCode};
use crate::frame::ANSWER_DROPPED;
use crate::hello::RefusalCode;
use crate::model::{Principal, SecretText};
use crate::service::RadarrClient;

/// A client certificate, which a daemon with `rpc.client_ca` takes in the place of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// PEM file with the certificate, and those that lead to its authority.
    pub chain: PathBuf,
    /// PEM file with its key.
    pub key: PathBuf,
}

/// How a connection is made.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// Needed over TCP and TLS.
    pub token: Option<SecretText>,
    /// The program's name and version, for the daemon's log.
    pub software: String,
    /// A certificate authority to trust beside the system's, as PEM.
    pub ca_file: Option<PathBuf>,
    /// Shown over TLS where the daemon asks for one.
    pub certificate: Option<ClientCertificate>,
    /// How long reads are repeated on new connections before the call fails.
    pub retry_for: Duration,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            token: None,
            software: String::new(),
            ca_file: None,
            certificate: None,
            retry_for: Duration::from_secs(10),
        }
    }
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody listens, or the way there is blocked.
    #[error("no daemon answers at {endpoint}: {source}")]
    Unreachable {
        /// Where.
        endpoint: Endpoint,
        /// What the system said.
        source: std::io::Error,
    },
    /// The daemon does not want this client.
    #[error("the daemon at {endpoint} refuses: {message}")]
    Refused {
        /// Where.
        endpoint: Endpoint,
        /// Why, for programs.
        code: RefusalCode,
        /// Why, for people.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// Something else answers there.
    #[error("what answers at {endpoint} is no radarr daemon: {why}")]
    NotRadarr {
        /// Where.
        endpoint: Endpoint,
        /// What was wrong.
        why: String,
    },
    /// The TLS settings are no good.
    #[error("TLS can't be used: {0}")]
    Tls(String),
}

impl ConnectError {
    /// Whether another try may succeed.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { code, .. } => matches!(code, RefusalCode::Busy | RefusalCode::ShuttingDown),
            Self::NotRadarr { .. } | Self::Tls(_) => false,
        }
    }

    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Unreachable { endpoint: Endpoint::Unix(_), .. } => {
                "start it with: radarr-daemon serve (or let radarr-tui start it)".to_owned()
            }
            Self::Unreachable { .. } => {
                "check address and port, and that the daemon listens there (rpc.tcp)".to_owned()
            }
            Self::Refused { hint: Some(hint), .. } => hint.clone(),
            Self::NotRadarr { endpoint: Endpoint::Tcp { host, port }, .. } => {
                format!("if TLS is spoken there: tls:{host}:{port}; else check the endpoint and the versions of both")
            }
            Self::Refused { .. } | Self::NotRadarr { .. } => {
                "check the endpoint and the versions of both".to_owned()
            }
            Self::Tls(_) => {
                "name the daemon's authority (--ca-file) and a host that its certificate is for, check the client \
                 certificate and its key (--cert, --key); or connect by the socket"
                    .to_owned()
            }
        }
    }
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The daemon answered with an error.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// There is no connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The connection broke while a change was under way.
    #[error("the connection was lost during {call}; whether it was done is not known")]
    OutcomeUnknown {
        /// The call.
        call: &'static str,
    },
    /// The answer took too long.
    #[error("{call} was not answered within {seconds} s")]
    Timeout {
        /// The call.
        call: &'static str,
        /// The deadline.
        seconds: u64,
    },
}

impl CallError {
    /// What to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Api(error) => error.hint.clone(),
            Self::Connect(error) => Some(error.hint()),
            Self::OutcomeUnknown { .. } => Some("look whether it was done before you repeat it".to_owned()),
            Self::Timeout { .. } => Some("see what the daemon is doing: radarr-tui job list".to_owned()),
        }
    }

    /// The daemon's code, when it answered.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Api(error) => Some(error.code),
            Self::Connect(_) | Self::OutcomeUnknown { .. } | Self::Timeout { .. } => None,
        }
    }
}

/// Whether a call may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeat {
    /// It changes nothing.
    Safe,
    /// It changes something.
    Never,
}

/// Who the daemon is and who it takes us for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// Us.
    pub principal: Principal,
    /// The daemon's version.
    pub software: String,
    /// What it can do.
    pub features: Vec<String>,
}

impl Greeting {
    /// Whether the daemon can do that, one of [`FEATURES`](crate::hello::FEATURES): what is younger than a daemon, it
    /// can't.
    pub fn can(&self, feature: &str) -> bool {
        self.features.iter().any(|known| known == feature)
    }
}

struct Link {
    rpc: RadarrClient,
    greeting: Greeting,
    /// Rises with each connection, so that a broken one is thrown away only once.
    number: u64,
}

/// A connection to a daemon, made anew when it breaks. Cheap to clone; clones share the connection.
#[derive(Clone)]
pub struct Client {
    endpoint: Endpoint,
    options: Arc<ConnectOptions>,
    link: Arc<Mutex<Option<Link>>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// First pause between two tries; doubles up to [`PAUSE_MAX`].
const PAUSE_FIRST: Duration = Duration::from_millis(50);
/// Longest pause between two tries.
const PAUSE_MAX: Duration = Duration::from_secs(2);

impl Client {
    /// Connects, once. Later losses are mended by the calls themselves.
    pub async fn connect(endpoint: &Endpoint, options: ConnectOptions) -> Result<Self, ConnectError> {
        let client =
            Self { endpoint: endpoint.clone(), options: Arc::new(options), link: Arc::new(Mutex::new(None)) };
        client.rpc().await?;
        Ok(client)
    }

    /// Where it connects to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Who the daemon is and who it takes us for; connects when there is no connection.
    pub async fn greeting(&self) -> Result<Greeting, ConnectError> {
        self.rpc().await?;
        let link = self.link.lock().await;
        link.as_ref().map(|link| link.greeting.clone()).ok_or_else(|| ConnectError::NotRadarr {
            endpoint: self.endpoint.clone(),
            why: "it hung up right after the hello".to_owned(),
        })
    }

    async fn rpc(&self) -> Result<(RadarrClient, u64), ConnectError> {
        // Held across the connect on purpose: clones that need a connection wait for this one.
        let mut link = self.link.lock().await;
        if let Some(link) = &*link {
            return Ok((link.rpc.clone(), link.number));
        }
        let (rpc, greeting) = connect::connect(&self.endpoint, &self.options).await?;
        let number = NEXT_LINK.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        *link = Some(Link { rpc: rpc.clone(), greeting, number });
        Ok((rpc, number))
    }

    async fn drop_link(&self, number: u64) {
        let mut link = self.link.lock().await;
        if link.as_ref().is_some_and(|link| link.number == number) {
            *link = None;
        }
    }

    /// Makes one call, by the rules of the module's doc.
    async fn call<T, F, Fut>(
        &self,
        name: &'static str,
        repeat: Repeat,
        deadline: Duration,
        call: F,
    ) -> Result<T, CallError>
    where
        F: Fn(RadarrClient, Context) -> Fut,
        Fut: Future<Output = Result<Result<T, ApiError>, RpcError>>,
    {
        let began = Instant::now();
        let mut pause = PAUSE_FIRST;
        loop {
            let problem = match self.rpc().await {
                Err(error) => CallError::Connect(error),
                Ok((rpc, number)) => {
                    let mut context = tarpc::context::current();
                    context.deadline = Instant::now() + deadline;
                    match call(rpc, context).await {
                        // Refused before it began as well, with a word on how long to wait.
                        Ok(Err(error)) if error.code == ErrorCode::Busy => {
                            let wait = error.retry_after_ms.map_or(PAUSE_MAX, Duration::from_millis);
                            pause = pause.max(wait);
                            CallError::Api(error)
                        }
                        Ok(answer) => return answer.map_err(CallError::Api),
                        Err(RpcError::DeadlineExceeded) => {
                            return Err(CallError::Timeout { call: name, seconds: deadline.as_secs() });
                        }
                        // Refused before it began, so that any call may be sent again.
                        Err(RpcError::Server(error)) if error.kind == std::io::ErrorKind::WouldBlock => {
                            CallError::Api(
                                ApiError::new(
                                    ErrorCode::RateLimited,
                                    "the daemon has too many calls of this client",
                                )
                                .with_hint("wait for the others to end"),
                            )
                        }
                        // The answer was thrown away, because too many large ones waited for their readers.
                        Err(RpcError::Server(error))
                            if error.kind == ANSWER_DROPPED && repeat == Repeat::Safe =>
                        {
                            CallError::Api(ApiError::busy(
                                "the daemon has too many large answers under way",
                                PAUSE_MAX,
                            ))
                        }
                        Err(RpcError::Server(error)) if error.kind == ANSWER_DROPPED => {
                            return Err(CallError::OutcomeUnknown { call: name });
                        }
                        Err(RpcError::Server(error)) => {
                            return Err(CallError::Api(
                                ApiError::new(ErrorCode::Invalid, format!("{name}: {}", error.detail))
                                    .with_hint("client and daemon differ in version: update the older one"),
                            ));
                        }
                        Err(RpcError::Shutdown | RpcError::Send(_) | RpcError::Channel(_)) => {
                            self.drop_link(number).await;
                            if repeat == Repeat::Never {
                                return Err(CallError::OutcomeUnknown { call: name });
                            }
                            CallError::OutcomeUnknown { call: name }
                        }
                    }
                }
            };
            let may_help = match &problem {
                CallError::Connect(error) => error.is_temporary(),
                CallError::Api(_) | CallError::OutcomeUnknown { .. } | CallError::Timeout { .. } => true,
            };
            if !may_help || began.elapsed().saturating_add(pause) > self.options.retry_for {
                return Err(problem);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).clamp(PAUSE_FIRST, PAUSE_MAX);
        }
    }
}

static NEXT_LINK: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
