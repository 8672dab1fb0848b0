//! The command line of `radarr-tui`, as a person or a script types it.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, bail};
use radarr_proto::endpoint::Endpoint;
use serde::de::DeserializeOwned;
use tokio::process::Command;

use super::binaries;

/// What a command said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// What a program said that has ended.
    pub fn of(output: &std::process::Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

/// The command line, connected to one daemon.
#[derive(Debug, Clone)]
pub struct Cli {
    program: PathBuf,
    endpoint: Endpoint,
    token_file: Option<PathBuf>,
}

impl Cli {
    /// A command line for the daemon at that endpoint.
    pub fn new(endpoint: Endpoint) -> anyhow::Result<Self> {
        Ok(Self { program: binaries::ours(binaries::TUI)?, endpoint, token_file: None })
    }

    /// The same with a token, for tcp and tls.
    #[must_use]
    pub fn with_token_file(mut self, file: PathBuf) -> Self {
        self.token_file = Some(file);
        self
    }

    /// The command, with its connection, ready for its verb.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["--no-spawn", "--connect", &self.endpoint.to_string()]);
        if let Some(file) = &self.token_file {
            command.arg("--token-file").arg(file);
        }
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Runs it to its end, whatever that is.
    pub async fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> anyhow::Result<Said> {
        let output = self.command().args(arguments).output().await;
        let output = output.with_context(|| format!("{} does not start", self.program.display()))?;
        Ok(Said::of(&output))
    }

    /// Runs what has to succeed; what it printed.
    pub async fn ok<A: AsRef<OsStr>>(&self, arguments: &[A]) -> anyhow::Result<String> {
        let said = self.run(arguments).await?;
        if said.code != 0 {
            let words: Vec<_> = arguments.iter().map(|word| word.as_ref().display().to_string()).collect();
            bail!("radarr-tui {} ended with {}: {}", words.join(" "), said.code, said.err.trim());
        }
        Ok(said.out)
    }

    /// Runs what has to succeed with `--json`, and reads what it printed.
    pub async fn json<T: DeserializeOwned>(&self, arguments: &[&str]) -> anyhow::Result<T> {
        let out = self.ok(&[&["--json"], arguments].concat()).await?;
        serde_json::from_str(&out).with_context(|| format!("not the JSON that was expected: {out}"))
    }
}
