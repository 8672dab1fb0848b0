//! Requests over HTTP at a steady pace, over connections that are kept. Written by hand: what measures must be cheap.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures::future::join_all;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::Latencies;

/// Connections that share the requests.
const CONNECTIONS: u32 = 25;
/// What is asked: mostly probes, as in a cluster, and a page that needs a token.
const PATHS: [&str; 5] = ["/ready", "/health", "/ready", "/ping", "/info"];

/// What is asked.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) address: SocketAddr,
    pub(super) token: String,
    pub(super) end: Instant,
    pub(super) per_second: u32,
}

/// Asks until the end.
pub(super) async fn work(plan: &Plan) -> Latencies {
    if plan.per_second == 0 {
        return Latencies::default();
    }
    let mut all = Latencies::default();
    for latencies in join_all((0..CONNECTIONS).map(|number| ask(plan, number))).await {
        all.add(latencies);
    }
    all
}

async fn ask(plan: &Plan, number: u32) -> Latencies {
    let pause = Duration::from_secs(1) * CONNECTIONS / plan.per_second;
    // The pace is kept, and what an answer is late behind its moment counts: a slow answer hides no other.
    let mut due = Instant::now() + pause * number / CONNECTIONS;
    let mut latencies = Latencies::default();
    let mut connection = None;
    let mut turn = usize::try_from(number).unwrap_or_default();
    while due < plan.end {
        tokio::time::sleep_until(due.into()).await;
        turn += 1;
        let path = PATHS.get(turn % PATHS.len()).copied().unwrap_or("/ready");
        let answer = request(&mut connection, plan, path).await;
        if answer.is_err() {
            connection = None;
        }
        latencies.note(due.elapsed(), answer.err().map(|error| format!("{error:#}")));
        due += pause;
    }
    latencies
}

async fn request(
    connection: &mut Option<BufReader<TcpStream>>,
    plan: &Plan,
    path: &str,
) -> anyhow::Result<()> {
    let stream = match connection {
        Some(stream) => stream,
        None => connection.insert(BufReader::new(TcpStream::connect(plan.address).await?)),
    };
    let text = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nx-api-key: {}\r\n\r\n", plan.address, plan.token);
    stream.get_mut().write_all(text.as_bytes()).await?;
    let (mut line, mut length, mut status) = (String::new(), 0, String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            bail!("{path}: the connection was closed");
        }
        let text = line.trim_end().to_ascii_lowercase();
        if text.is_empty() {
            break;
        }
        if status.is_empty() {
            text.split(' ').nth(1).context("no status")?.clone_into(&mut status);
        } else if let Some(bytes) = text.strip_prefix("content-length:") {
            length = bytes.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    if status != "200" {
        bail!("{path} answers {status}: {}", String::from_utf8_lossy(&body));
    }
    Ok(())
}
