//! Where a daemon is reached: `unix:PATH`, `tcp:HOST:PORT` or `tls:HOST:PORT`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The port of tarpc over TCP and TLS (D18).
pub const RPC_PORT: u16 = 7879;

/// Where a daemon listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Endpoint {
    /// A Unix socket: the peer's user id is the credential.
    Unix(PathBuf),
    /// Plain TCP: for loopback only, a token always.
    Tcp {
        /// Name or address.
        host: String,
        /// Port.
        port: u16,
    },
    /// TLS over TCP: a token always.
    Tls {
        /// Name or address; the certificate must be for it.
        host: String,
        /// Port.
        port: u16,
    },
}

/// A text that names no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no endpoint: write unix:PATH, tcp:HOST:PORT or tls:HOST:PORT")]
pub struct EndpointError {
    given: String,
}

impl Endpoint {
    /// The socket of the user's own daemon: below `$XDG_RUNTIME_DIR`, or below the user's state folder where
    /// there is none; `/run/radarr/radarr.sock` where only the system service's socket exists.
    pub fn default_for_user() -> Self {
        let own = Self::user_socket();
        let system = PathBuf::from("/run/radarr/radarr.sock");
        if !own.exists() && system.exists() { Self::Unix(system) } else { Self::Unix(own) }
    }

    /// The path of the socket that a user's own daemon listens on.
    pub fn user_socket() -> PathBuf {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(runtime) = set("XDG_RUNTIME_DIR") {
            return runtime.join("radarr/radarr.sock");
        }
        let state = set("XDG_STATE_HOME")
            .or_else(|| set("HOME").map(|home| home.join(".local/state")))
            .unwrap_or_else(|| PathBuf::from("/var/lib"));
        state.join("radarr/radarr.sock")
    }

    /// Whether it is a socket on this machine, where a daemon could be started.
    pub fn is_unix(&self) -> bool {
        matches!(self, Self::Unix(_))
    }
}

fn host_and_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let host = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if host.is_empty() || host.contains('/') {
        return None;
    }
    Some((host.to_owned(), port.parse().ok()?))
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let error = || EndpointError { given: text.chars().take(200).collect() };
        match text.trim().split_once(':') {
            Some(("unix", path)) if !path.is_empty() => Ok(Self::Unix(PathBuf::from(path))),
            Some(("tcp", rest)) => {
                host_and_port(rest).map(|(host, port)| Self::Tcp { host, port }).ok_or_else(error)
            }
            Some(("tls", rest)) => {
                host_and_port(rest).map(|(host, port)| Self::Tls { host, port }).ok_or_else(error)
            }
            _ => Err(error()),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bracketed = |host: &str| if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp { host, port } => write!(f, "tcp:{}:{port}", bracketed(host)),
            Self::Tls { host, port } => write!(f, "tls:{}:{port}", bracketed(host)),
        }
    }
}

impl TryFrom<String> for Endpoint {
    type Error = EndpointError;
    fn try_from(text: String) -> Result<Self, EndpointError> {
        text.parse()
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> String {
        endpoint.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_reads_what_it_writes() {
        for text in
            ["unix:/run/radarr/radarr.sock", "tcp:127.0.0.1:7879", "tls:movies.example:7879", "tcp:[::1]:1"]
        {
            assert_eq!(text.parse::<Endpoint>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_endpoint_is_said() {
        for text in ["", "unix:", "/run/x.sock", "tcp:localhost", "tcp::1", "tls:host:99999", "http://host:1"]
        {
            assert!(text.parse::<Endpoint>().is_err(), "{text}");
        }
    }
}
