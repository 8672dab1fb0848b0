//! The typed structure. Its field names are the keys of the file and, in capitals, of the environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use directories::ProjectDirs;
use radarr_proto::endpoint::Endpoint;
use radarr_proto::model::SecretText;
use serde::{Deserialize, Serialize};

/// Everything that an operator sets per deployment.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Where the library is kept.
    pub storage: StorageConfig,
    /// How secrets are kept.
    pub security: SecurityConfig,
    /// When and where everything is copied to.
    pub backup: BackupConfig,
    /// Probes and information.
    pub http: HttpConfig,
    /// Prometheus.
    pub metrics: MetricsConfig,
    /// Where clients connect.
    pub rpc: RpcConfig,
    /// How TMDB is asked.
    pub tmdb: TmdbConfig,
    /// What is written where.
    pub log: LogConfig,
    /// Where traces are sent.
    pub traces: TracesConfig,
    /// How many jobs run at once.
    pub jobs: JobsConfig,
    /// How files are looked into.
    pub media: MediaConfig,
    /// How files are made.
    pub files: FilesConfig,
    /// Settings that are declared in files.
    pub settings: SettingsConfig,
    /// The TRaSH guides.
    pub guides: GuidesConfig,
}

/// Where the library is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct StorageConfig {
    /// Folder of the embedded storage; of the key file and the backups in any case.
    pub path: PathBuf,
    /// A PostgreSQL database, which several daemons may share, instead of the embedded storage; empty = embedded.
    pub url: SecretText,
    /// File that holds the URL.
    pub url_file: Option<PathBuf>,
    /// File that holds the password alone.
    pub password_file: Option<PathBuf>,
    /// The password of that file; goes before the one in the URL.
    #[serde(skip)]
    pub password: SecretText,
    /// Connections to the database at once.
    pub connections_max: u32,
    /// Seconds that a connection to the database may take to be made.
    pub connect_seconds: u32,
    /// Seconds that a statement may take; a call has ten in all.
    pub statement_seconds: u32,
    /// Days that history and audit are kept.
    pub history_days: u32,
}

/// How secrets are kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct SecurityConfig {
    /// Key that stored secrets are encrypted with: 32 bytes as base64. Several with a comma in between: the first
    /// encrypts, each opens.
    pub key: SecretText,
    /// File that holds it, one key in a line. Without either a key file is made beside the storage.
    pub key_file: Option<PathBuf>,
    /// Calls and requests that one token or certificate may make in a second; 0 = as many as it likes.
    pub calls_per_second: u32,
}

/// When and where everything is copied to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct BackupConfig {
    /// Time of the day, `HH:MM`, local time.
    pub at: String,
    /// Folder; empty = `backups` in `storage.path`.
    pub dir: PathBuf,
    /// Days whose last backup is kept.
    pub keep_daily: u32,
    /// Weeks whose last backup is kept.
    pub keep_weekly: u32,
    /// What secrets are encrypted with in a backup. Without it they are left out.
    pub passphrase: SecretText,
    /// File that holds it.
    pub passphrase_file: Option<PathBuf>,
}

/// What an HTTP port does that is reachable from outside and has no certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PublicPlain {
    /// The daemon does not start.
    #[default]
    Refuse,
    /// The probes are answered and nothing else: for a cluster, whose probes bring no token.
    Probes,
    /// Everything is answered, and tokens travel in the clear: for a proxy that ends TLS.
    All,
}

/// Probes and information: `/health`, `/ready`, `/info`, `/ping`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct HttpConfig {
    /// Address and port; empty = off.
    pub listen: String,
    /// PEM file of the certificate chain; TLS is spoken when it is set.
    pub tls_cert: Option<PathBuf>,
    /// PEM file of the certificate's key.
    pub tls_key: Option<PathBuf>,
    /// What happens without a certificate on an address that is not loopback.
    pub public_plain: PublicPlain,
    /// Connections at once.
    pub max_connections: u32,
}

/// Prometheus' page: `/metrics`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct MetricsConfig {
    /// Address and port; empty = off. Loopback is plain and needs no token.
    pub listen: String,
    /// Whether another address than loopback is plain and needs no token either; otherwise it needs a token, and
    /// speaks TLS with the certificate of `http`.
    pub open: bool,
}

/// Where clients connect.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct RpcConfig {
    /// Path of the Unix socket; empty = off.
    pub unix: String,
    /// Address and port; empty = off. Without a certificate only a loopback address is taken.
    pub tcp: String,
    /// PEM file of the certificate chain; TLS is spoken when it is set.
    pub tls_cert: Option<PathBuf>,
    /// PEM file of the certificate's key.
    pub tls_key: Option<PathBuf>,
    /// PEM file of the authorities whose client certificates are taken in the place of a token.
    pub client_ca: Option<PathBuf>,
    /// Whether an address that is not loopback may go without a certificate: tokens travel in the clear then.
    pub public_plain: bool,
    /// Clients at once over TCP, and as many over the Unix socket.
    pub max_connections: u32,
    /// Of these from one address.
    pub max_connections_per_address: u32,
    /// Calls of one client at once.
    pub max_calls_per_connection: u32,
}

/// How TMDB is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct TmdbConfig {
    /// Address of the API, version included.
    pub base_url: String,
    /// Key (32 hexadecimal digits) or read access token.
    pub api_key: SecretText,
    /// File that holds it.
    pub api_key_file: Option<PathBuf>,
    /// Language of titles and overviews.
    pub language: String,
    /// Country whose dates and age ratings come first.
    pub country: String,
}

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text in a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Whether daily files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFiles {
    /// For a user's own daemon: one that keeps its library in the user's data folder.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// What is written where.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct LogConfig {
    /// What is written: a level, or `target=level` pairs. `RUST_LOG` goes before it.
    pub filter: String,
    /// How lines look on standard output.
    pub format: LogFormat,
    /// Whether daily files are written.
    pub files: LogFiles,
    /// Where.
    pub dir: PathBuf,
    /// Days that files are kept.
    pub keep_days: usize,
}

/// Where traces are sent, in a build that can.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TracesConfig {
    /// Address of an OpenTelemetry collector that takes OTLP over HTTP; empty = off.
    pub endpoint: String,
}

/// How many jobs run at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct JobsConfig {
    /// Jobs at once.
    pub workers: usize,
    /// Seconds between two checks of the downloads while nothing moves; two while something does.
    pub download_check_seconds: u32,
    /// Movies that the steady search looks for in one run.
    pub wanted_per_run: u32,
}

/// How files are looked into.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct MediaConfig {
    /// The program; a bare name is looked for in `PATH`. Where it is missing, files come in without media facts.
    pub ffprobe: PathBuf,
}

/// How files are made.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FilesConfig {
    /// What files and folders that are made do not allow, in octal: `022`, or `002` where a group shares the library.
    /// Empty = as the process was started.
    pub umask: String,
}

impl FilesConfig {
    /// The bits; `None` = as the process was started. An error when it is no octal number up to `777`.
    pub fn umask_bits(&self) -> Result<Option<u32>, std::num::ParseIntError> {
        if self.umask.is_empty() {
            return Ok(None);
        }
        u16::from_str_radix(&self.umask, 8).map(|bits| Some(u32::from(bits)))
    }
}

/// Settings that are declared in files.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SettingsConfig {
    /// Folder whose files declare settings; it is watched. `None` = there is none.
    pub dir: Option<PathBuf>,
}

/// The TRaSH guides.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GuidesConfig {
    /// Folder with a copy of their JSON files, for custom formats that are named by their `trash_id`.
    pub path: Option<PathBuf>,
}

fn project_dirs() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "radarr")
}

/// The user's data folder, `~/.local/share/radarr` on Linux.
pub(super) fn user_data_dir() -> PathBuf {
    project_dirs().map_or_else(|| PathBuf::from("/var/lib/radarr"), |dirs| dirs.data_dir().to_path_buf())
}

impl Default for StorageConfig {
    fn default() -> Self {
        Self {
            path: user_data_dir().join("library"),
            url: SecretText::default(),
            url_file: None,
            password_file: None,
            password: SecretText::default(),
            connections_max: 8,
            connect_seconds: 3,
            statement_seconds: 5,
            history_days: 730,
        }
    }
}

impl StorageConfig {
    /// Whether it is a database that other daemons may share.
    pub fn is_database(&self) -> bool {
        !self.url.is_empty()
    }

    /// Whether it is a user's own daemon rather than a deployment.
    pub fn is_users_own(&self) -> bool {
        self.path.starts_with(user_data_dir())
    }
}

impl Default for BackupConfig {
    fn default() -> Self {
        Self {
            at: "02:00".to_owned(),
            dir: PathBuf::new(),
            keep_daily: 7,
            keep_weekly: 4,
            passphrase: SecretText::default(),
            passphrase_file: None,
        }
    }
}

impl BackupConfig {
    /// The time of the day; `None` = it is none.
    pub fn time(&self) -> Option<jiff::civil::Time> {
        jiff::civil::Time::strptime("%H:%M", &self.at).ok()
    }
}

impl Config {
    /// The folder of the backups.
    pub fn backup_dir(&self) -> PathBuf {
        if self.backup.dir.as_os_str().is_empty() {
            return self.storage.path.join("backups");
        }
        self.backup.dir.clone()
    }
}

impl Default for SecurityConfig {
    fn default() -> Self {
        Self { key: SecretText::default(), key_file: None, calls_per_second: 5_000 }
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7878)).to_string(),
            tls_cert: None,
            tls_key: None,
            public_plain: PublicPlain::Refuse,
            max_connections: 256,
        }
    }
}

impl Default for MetricsConfig {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8080)).to_string(), open: false }
    }
}

impl Default for RpcConfig {
    fn default() -> Self {
        Self {
            unix: Endpoint::user_socket().display().to_string(),
            tcp: String::new(),
            tls_cert: None,
            tls_key: None,
            client_ca: None,
            public_plain: false,
            max_connections: 1280,
            max_connections_per_address: 1024,
            max_calls_per_connection: 64,
        }
    }
}

impl Default for TmdbConfig {
    fn default() -> Self {
        Self {
            base_url: "https://api.themoviedb.org/3".to_owned(),
            api_key: SecretText::default(),
            api_key_file: None,
            language: "en-US".to_owned(),
            country: "US".to_owned(),
        }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        let dir = project_dirs()
            .and_then(|dirs| dirs.state_dir().map(|dir| dir.join("log")))
            .unwrap_or_else(|| PathBuf::from("/var/log/radarr"));
        Self { filter: "info".to_owned(), format: LogFormat::Auto, files: LogFiles::Auto, dir, keep_days: 14 }
    }
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self { workers: 4, download_check_seconds: 60, wanted_per_run: 5 }
    }
}

impl Default for MediaConfig {
    fn default() -> Self {
        Self { ffprobe: PathBuf::from("ffprobe") }
    }
}
