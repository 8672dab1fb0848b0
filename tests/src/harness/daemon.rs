//! A `radarr-daemon serve` in a folder of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context, bail};
use radarr_daemon::net::{Answer, Http};
use radarr_proto::client::{Client, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::model::SecretText;
use toml_text::quoted;

use super::{Cli, Process, Said, binaries, eventually, free_port};

/// How long a start may take on a loaded machine.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// What the issue asks for.
const END_WITHIN: Duration = Duration::from_secs(10);

mod toml_text {
    /// A text as TOML has it; its basic strings are escaped as JSON's are.
    pub(super) fn quoted(text: &str) -> String {
        serde_json::Value::from(text).to_string()
    }
}

/// What a daemon is started with.
#[derive(Debug, Clone, Default)]
pub struct DaemonSettings {
    /// TMDB's address with its version; empty = the real one, which a test does not ask.
    pub tmdb_url: String,
    /// TMDB's key.
    pub tmdb_key: String,
    /// Lines of TOML behind ours: whole sections, such as `[jobs]`.
    pub more: String,
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// A program with its arguments that the daemon is started through, such as one that puts it into a namespace.
    pub through: Vec<String>,
}

/// A daemon, running or not, and its data.
#[derive(Debug)]
pub struct Daemon {
    process: Option<Process>,
    program: PathBuf,
    folder: PathBuf,
    env: Vec<(String, String)>,
    through: Vec<String>,
    /// Where probes are answered.
    pub http: SocketAddr,
    /// Where Prometheus reads.
    pub metrics: SocketAddr,
    /// Where clients connect over TCP.
    pub tcp: SocketAddr,
}

impl Daemon {
    /// Starts one on a new library below `folder`, and waits until it is ready.
    pub async fn start(folder: &Path, settings: DaemonSettings) -> anyhow::Result<Self> {
        let mut daemon = Self::prepare(folder, settings)?;
        daemon.start_again().await?;
        Ok(daemon)
    }

    /// Writes its configuration; starts nothing.
    pub fn prepare(folder: &Path, settings: DaemonSettings) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (http, metrics, tcp) = (free_port()?, free_port()?, free_port()?);
        let mut daemon = Self {
            process: None,
            program: binaries::ours(binaries::DAEMON)?,
            folder: folder.to_path_buf(),
            env: settings.env,
            through: settings.through,
            http,
            metrics,
            tcp,
        };
        let path = |path: PathBuf| quoted(&path.display().to_string());
        let tmdb = if settings.tmdb_url.is_empty() {
            // Nobody listens there: a test that asks by mistake hears so at once.
            format!("http://{}/3", free_port()?)
        } else {
            settings.tmdb_url
        };
        let config = format!(
            "[storage]\npath = {storage}\n[http]\nlisten = \"{http}\"\n[metrics]\nlisten = \"{metrics}\"\n\
             [rpc]\nunix = {socket}\ntcp = \"{tcp}\"\n[tmdb]\nbase_url = {tmdb}\napi_key = {key}\n\
             [log]\nfiles = \"off\"\nformat = \"text\"\n{more}\n",
            storage = path(daemon.storage()),
            socket = path(daemon.socket()),
            tmdb = quoted(&tmdb),
            key = quoted(&settings.tmdb_key),
            more = settings.more,
        );
        std::fs::write(daemon.config(), config)?;
        daemon.env.push(("XDG_STATE_HOME".to_owned(), folder.join("state").display().to_string()));
        Ok(daemon)
    }

    /// Starts it on the data that it has, and waits until it is ready.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        self.spawn()?;
        self.wait_until_ready().await
    }

    /// Starts it, and does not wait.
    pub fn spawn(&mut self) -> anyhow::Result<()> {
        if self.process.is_some() {
            bail!("the daemon runs already");
        }
        let mut command = self.program(&["serve"]);
        self.process = Some(Process::start(&mut command, &self.folder.join("daemon.log"))?);
        Ok(())
    }

    /// A command of `radarr-daemon` on this daemon's configuration, as this daemon itself is started.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut words = self.through.iter().map(PathBuf::from).chain([self.program.clone()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).args(arguments).arg("--config").arg(self.config()).env_remove("RUST_LOG");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command of `radarr-daemon` on this daemon's configuration to its end.
    pub async fn run(&self, arguments: &[&str]) -> anyhow::Result<Said> {
        let mut command = tokio::process::Command::from(self.program(arguments));
        let output = command.stdin(std::process::Stdio::null()).kill_on_drop(true).output().await?;
        Ok(Said::of(&output))
    }

    /// Waits until `/ready` says yes.
    pub async fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let http = Http::new()?;
        let url = format!("http://{}/ready", self.http);
        // An end is told at once rather than waited for.
        let mut end = None;
        let ready = eventually("the daemon's /ready", READY_WITHIN, || {
            let ended = self.process.as_mut().map(Process::still_runs);
            if let Some(Err(error)) = ended {
                end = Some(error);
            }
            let has_ended = end.is_some();
            let (http, url) = (&http, &url);
            async move {
                if has_ended {
                    return Ok(());
                }
                let answer = http.send(http.get(url.parse()?), 1 << 16).await?;
                if answer.status.is_success() {
                    return Ok(());
                }
                bail!("HTTP {}: {}", answer.status, String::from_utf8_lossy(&answer.body))
            }
        });
        ready.await?;
        end.map_or(Ok(()), Err)
    }

    /// What it answers under a path of its HTTP port.
    pub async fn http_get(&self, path: &str) -> anyhow::Result<Answer> {
        get(self.http, path).await
    }

    /// The page that Prometheus reads.
    pub async fn metrics_page(&self) -> anyhow::Result<String> {
        Ok(String::from_utf8_lossy(&get(self.metrics, "/metrics").await?.body).into_owned())
    }

    /// Takes note that it has ended by itself; an error when it has not.
    pub fn ended(&mut self) -> anyhow::Result<ExitStatus> {
        let status = self.process()?.ended()?.context("it still runs")?;
        self.process = None;
        Ok(status)
    }

    /// Kills it as a power cut would.
    pub fn kill_9(&mut self) -> anyhow::Result<()> {
        self.process.take().context("the daemon does not run")?.kill_9()
    }

    /// Asks it to end; how it ended and how long it took.
    pub async fn terminate(&mut self) -> anyhow::Result<(ExitStatus, Duration)> {
        let mut process = self.process.take().context("the daemon does not run")?;
        process.terminate(END_WITHIN).await
    }

    /// Another command of the program with the same configuration, such as `verify-database`; what it said.
    pub async fn command(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = tokio::process::Command::new(&self.program);
        command.args(arguments).arg("--config").arg(self.config()).env_remove("RUST_LOG");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        let output = command.kill_on_drop(true).output().await?;
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        if !output.status.success() {
            bail!("{arguments:?} ended with {}: {}", output.status, said.concat());
        }
        Ok(said.concat())
    }

    /// The running process.
    pub fn process(&mut self) -> anyhow::Result<&mut Process> {
        self.process.as_mut().context("the daemon does not run")
    }

    /// Its configuration file.
    pub fn config(&self) -> PathBuf {
        self.folder.join("radarr.toml")
    }

    /// The folder of its storage.
    pub fn storage(&self) -> PathBuf {
        self.folder.join("library")
    }

    /// Its socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("radarr.sock")
    }

    /// Where it is reached on this machine.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::Unix(self.socket())
    }

    /// All it said since it was first started.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.folder.join("daemon.log")).unwrap_or_default())
            .into_owned()
    }

    /// A client over its socket.
    pub async fn client(&self) -> anyhow::Result<Client> {
        let options = ConnectOptions { software: "radarr-tests".to_owned(), ..ConnectOptions::default() };
        Ok(Client::connect(&self.endpoint(), options).await?)
    }

    /// A client over TCP.
    pub async fn tcp_client(&self, token: &str) -> anyhow::Result<Client> {
        let options = ConnectOptions {
            software: "radarr-tests".to_owned(),
            token: Some(SecretText::new(token)),
            ..ConnectOptions::default()
        };
        let endpoint = Endpoint::Tcp { host: self.tcp.ip().to_string(), port: self.tcp.port() };
        Ok(Client::connect(&endpoint, options).await?)
    }

    /// The command line over its socket.
    pub fn cli(&self) -> anyhow::Result<Cli> {
        Cli::new(self.endpoint())
    }
}

async fn get(address: SocketAddr, path: &str) -> anyhow::Result<Answer> {
    let http = Http::new()?;
    Ok(http.send(http.get(format!("http://{address}{path}").parse()?), 1 << 20).await?)
}
