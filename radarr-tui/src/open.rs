//! How a connection is opened: to the endpoint that was named, or to the user's own daemon, which is started when
//! none listens. What happens once it is open: `radarr_proto::client`.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use radarr_proto::client::{Client, ClientCertificate, ConnectError, ConnectOptions};
use radarr_proto::endpoint::{Endpoint, EndpointError};
use radarr_proto::model::SecretText;

/// How long a daemon that was started may take until it listens. Opening a large storage takes seconds at most.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// Pause between two looks whether it listens.
const START_PAUSE: Duration = Duration::from_millis(50);
/// Lines of the daemon's log that are shown when it does not start.
const LOG_LINES_SHOWN: usize = 5;

/// Whether a daemon is started when none listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spawn {
    /// It is, on a local socket.
    Allowed,
    /// It is not.
    Never,
}

/// Where and how to connect.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where.
    pub endpoint: Endpoint,
    /// Needed over TCP and TLS.
    pub token: Option<SecretText>,
    /// A certificate authority to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// A client certificate to show over TLS.
    pub certificate: Option<ClientCertificate>,
    /// Whether a daemon may be started.
    pub spawn: Spawn,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The endpoint can't be read.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The token file can't be read.
    #[error("the token file {path} can't be read: {source}")]
    Token {
        /// Its path.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// No daemon, or one that refuses.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// There is no daemon to start.
    #[error("no daemon listens at {0}, and no radarr-daemon was found to start")]
    NoDaemon(Endpoint),
    /// It could not be started.
    #[error("{program} could not be started: {source}")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// It ended or does not listen.
    #[error("the daemon was started but {what}{log}")]
    NotUp {
        /// What happened.
        what: String,
        /// The end of its log.
        log: String,
    },
}

impl OpenError {
    /// What to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Endpoint(_) => Some("for example: --connect unix:/run/radarr/radarr.sock".to_owned()),
            Self::Token { .. } => Some("make one with: radarr-tui token create NAME".to_owned()),
            Self::Connect(error) => Some(error.hint()),
            Self::NoDaemon(_) => {
                Some("install radarr-daemon beside radarr-tui or on the PATH, or say --connect".to_owned())
            }
            Self::Start { .. } | Self::NotUp { .. } => {
                Some("run `radarr-daemon serve` by hand to see what is wrong".to_owned())
            }
        }
    }
}

impl Target {
    fn options(&self, retry_for: Duration) -> ConnectOptions {
        ConnectOptions {
            token: self.token.clone(),
            software: concat!("radarr-tui/", env!("CARGO_PKG_VERSION")).to_owned(),
            ca_file: self.ca_file.clone(),
            certificate: self.certificate.clone(),
            retry_for,
        }
    }

    /// Connects; starts the daemon when none listens on the local socket and that is allowed. `said` hears of it.
    pub async fn open(&self, said: impl Fn(&str)) -> Result<Client, OpenError> {
        // Calls fail at once when there is no connection; the TUI shows it and tries again by itself.
        match Client::connect(&self.endpoint, self.options(Duration::from_secs(3))).await {
            Ok(client) => Ok(client),
            Err(error) => match (&self.endpoint, &error, self.spawn) {
                (Endpoint::Unix(socket), ConnectError::Unreachable { source, .. }, Spawn::Allowed)
                    if nobody_listens(source) =>
                {
                    self.start(socket, said).await
                }
                _ => Err(error.into()),
            },
        }
    }

    async fn start(&self, socket: &Path, said: impl Fn(&str)) -> Result<Client, OpenError> {
        let program = find_daemon().ok_or_else(|| OpenError::NoDaemon(self.endpoint.clone()))?;
        let log = log_path();
        said(&format!("no daemon listens, starting {}", program.display()));
        let mut child = start_daemon(&program, socket, &log)
            .map_err(|source| OpenError::Start { program: program.display().to_string(), source })?;
        let began = Instant::now();
        loop {
            match Client::connect(&self.endpoint, self.options(Duration::from_secs(3))).await {
                Ok(client) => return Ok(client),
                Err(error) if !error.is_temporary() => return Err(error.into()),
                Err(_) => {}
            }
            // Another client may have started one at the same time: ours ends then, and theirs answers.
            if let Ok(Some(status)) = child.try_wait()
                && Client::connect(&self.endpoint, self.options(Duration::ZERO)).await.is_err()
            {
                return Err(OpenError::NotUp { what: format!("ended ({status})"), log: end_of_log(&log) });
            }
            if began.elapsed() > START_TIMEOUT {
                let what =
                    format!("does not listen at {} after {} s", self.endpoint, START_TIMEOUT.as_secs());
                return Err(OpenError::NotUp { what, log: end_of_log(&log) });
            }
            tokio::time::sleep(START_PAUSE).await;
        }
    }
}

/// Whether the error says that a daemon may be started: there is no socket, or a dead one.
fn nobody_listens(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}

/// `radarr-daemon` beside this program, else on the PATH.
fn find_daemon() -> Option<PathBuf> {
    const NAME: &str = "radarr-daemon";
    let beside = std::env::current_exe().ok().and_then(|own| own.parent().map(|folder| folder.join(NAME)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(std::env::split_paths(&path).map(|folder| folder.join(NAME)))
        .find(|candidate| candidate.is_file())
}

/// Where what a started daemon says goes to: the user's state folder.
fn log_path() -> PathBuf {
    let state = directories::BaseDirs::new()
        .and_then(|dirs| dirs.state_dir().map(Path::to_path_buf))
        .unwrap_or_else(std::env::temp_dir);
    state.join("radarr").join("radarr-daemon.out")
}

/// Starts the daemon in a process group of its own, so that Ctrl-C and a closed terminal do not reach it.
fn start_daemon(program: &Path, socket: &Path, log: &Path) -> io::Result<Child> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)?;
    }
    let out = OpenOptions::new().create(true).write(true).truncate(true).open(log)?;
    let mut command = Command::new(program);
    command.arg("serve").stdin(Stdio::null()).stderr(out.try_clone()?).stdout(out).process_group(0);
    // A socket that was asked for by name; the default is the daemon's default as well.
    if socket != Endpoint::user_socket() {
        command.env("RADARR__RPC__UNIX", socket);
    }
    command.spawn()
}

fn end_of_log(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(LOG_LINES_SHOWN).collect();
    lines
        .into_iter()
        .rev()
        .fold(format!("; its log, {}:", log.display()), |all, line| format!("{all}\n  {line}"))
}
