//! `radarr-daemon healthcheck`: asks the probes of a running daemon, as an exec probe does.
//!
//! One request by hand: a probe runs every few seconds and should start nothing.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::config::HttpConfig;
use crate::own_port::{self, Taken, from_here};

/// A daemon that takes longer is not well.
const TIMEOUT: Duration = Duration::from_secs(3);
/// The probes answer a line or two.
const ANSWER_BYTES_MAX: u64 = 16 * 1024;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Whether it lives.
    Health,
    /// Whether it can serve.
    Ready,
}

/// Fails unless the daemon answers that all is well.
pub fn ask(config: &HttpConfig, page: Page) -> anyhow::Result<()> {
    let address = reachable(&config.listen)?;
    let path = match page {
        Page::Health => "/health",
        Page::Ready => "/ready",
    };
    let scheme = if config.tls_cert.is_some() { "https" } else { "http" };
    let answer = get(address, path, config.tls_cert.is_some())
        .with_context(|| format!("no daemon answers at {scheme}://{address}{path}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if head.split(' ').nth(1) != Some("200") {
        bail!("{scheme}://{address}{path} answers {}: {body}", head.lines().next().unwrap_or("nothing"));
    }
    Ok(())
}

/// Where `http.listen` is reached from this machine.
fn reachable(listen: &str) -> anyhow::Result<SocketAddr> {
    if listen.is_empty() {
        bail!("http.listen is off, so that nothing can be asked: set it to an address and port");
    }
    let address: SocketAddr = listen.parse().with_context(|| format!("http.listen = {listen:?}"))?;
    if address.port() == 0 {
        bail!("http.listen = {listen} lets the system choose the port, so that it can't be asked: name one");
    }
    Ok(from_here(address))
}

fn get(address: SocketAddr, path: &str, tls: bool) -> anyhow::Result<String> {
    let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    if !tls {
        return Ok(exchange(stream, &request)?);
    }
    // A probe asks its own machine, sends nothing that is secret, and must not fail because the certificate is for the
    // name that others use.
    let config = own_port::client_config(Taken::Any)?;
    let session = rustls::ClientConnection::new(Arc::new(config), address.ip().into())?;
    Ok(exchange(rustls::StreamOwned::new(session, stream), &request)?)
}

fn exchange(mut stream: impl Read + Write, request: &str) -> std::io::Result<String> {
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.take(ANSWER_BYTES_MAX).read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemon_that_listens_everywhere_is_asked_at_home() {
        let at = |listen| reachable(listen).map(|address| address.to_string()).ok();
        assert_eq!(at("0.0.0.0:7878").as_deref(), Some("127.0.0.1:7878"));
        assert_eq!(at("[::]:7878").as_deref(), Some("[::1]:7878"));
        assert_eq!(at("10.0.0.7:1").as_deref(), Some("10.0.0.7:1"));
        assert_eq!((at(""), at("127.0.0.1:0")), (None, None));
    }
}
