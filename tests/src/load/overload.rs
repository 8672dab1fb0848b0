//! More than the daemon has places for: thousands of connections that say nothing, read nothing, or send slowly.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use radarr_daemon::net::Http;
use radarr_proto::request::ListMovies;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Bench;
use crate::harness::eventually;

/// Connections that are opened one behind the other before the storm looks how the daemon is.
const BATCH: usize = 250;
/// What a connection may take to be made.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long the daemon is waited for; what it took is in the report.
const PATIENCE: Duration = Duration::from_mins(1);
/// Calls for the whole library that a slow reader sends at once.
const UNREAD_LISTS: u64 = 8;

/// What is thrown at the daemon.
#[derive(Debug, Clone)]
pub struct Storm {
    /// Connections in all; a third each half-open over RPC, slow senders over RPC, slow senders over HTTP.
    pub connections: usize,
    /// Clients with a token that ask for the whole library again and again and read nothing.
    pub slow_readers: usize,
}

/// How the daemon bore it.
#[derive(Debug, Clone)]
pub struct Overload {
    /// Connections that were made.
    pub connected: usize,
    /// Of these told that there is no place.
    pub told_busy: usize,
    /// Whether an admin could work over the Unix socket meanwhile.
    pub admin_worked: bool,
    /// Whether `/ready` said yes meanwhile, on the port of the metrics: it has places of its own.
    pub probes_answered: bool,
    /// From the end of the storm until a client is let in over TCP and `/ready` says yes.
    pub ready_after: Duration,
    /// Resident memory before, at its most, and when it was ready again.
    pub memory: (u64, u64, u64),
}

/// Makes the storm, ends it, and waits until the daemon is as before.
pub async fn overload(bench: &mut Bench, storm: &Storm) -> anyhow::Result<Overload> {
    let (before, _) = bench.memory()?;
    let readers = slow_readers(bench, storm.slow_readers).await?;
    let mut open = Vec::new();
    let (mut connected, mut told_busy) = (0, 0);
    let (mut admin_worked, mut probes_answered) = (true, true);
    for number in 0..storm.connections {
        let (address, first): (SocketAddr, &[u8]) = match number % 3 {
            0 => (bench.daemon.tcp, b""),
            1 => (bench.daemon.tcp, &[0, 0, 1]),
            _ => (bench.daemon.http, b"GET /ready HTTP/1.1\r\nx: "),
        };
        if let Ok(Ok(mut stream)) = tokio::time::timeout(CONNECT_WITHIN, TcpStream::connect(address)).await {
            connected += 1;
            // It may be cut off already.
            drop(stream.write_all(first).await);
            open.push(stream);
        }
        if number % BATCH == 0 {
            let admin = bench.daemon.client().await;
            admin_worked &= match admin {
                Ok(admin) => admin.status().await.is_ok(),
                Err(_) => false,
            };
            probes_answered &= http_status(bench.daemon.metrics).await.is_ok_and(|status| status == 200);
        }
    }
    for stream in &mut open {
        told_busy += usize::from(heard_busy(stream));
    }
    let (_, most) = bench.memory()?;
    drop(open);
    drop(readers);
    let ended = Instant::now();
    let bench_now = &*bench;
    let ready = || async {
        bench_now.client(0).await?.whoami().await?;
        match http_status(bench_now.daemon.http).await? {
            200 => Ok(()),
            status => bail!("/ready says {status}"),
        }
    };
    eventually("the daemon after the storm", PATIENCE, ready).await?;
    let ready_after = ended.elapsed();
    let list = bench.client(0).await?.list_movies(ListMovies::default()).await?;
    if u64::try_from(list.rows.len())? != bench.movies {
        bail!("{} of {} movies are listed after the storm", list.rows.len(), bench.movies);
    }
    let (after, _) = bench.memory()?;
    Ok(Overload {
        connected,
        told_busy,
        admin_worked,
        probes_answered,
        ready_after,
        memory: (before, most, after),
    })
}

/// Whether the daemon said why it does not let in. Nothing is waited for.
fn heard_busy(stream: &mut TcpStream) -> bool {
    let mut bytes = [0; 2048];
    let read = stream.try_read(&mut bytes).unwrap_or(0);
    let said = String::from_utf8_lossy(bytes.get(..read).unwrap_or_default()).into_owned();
    said.contains("\"busy\"") || said.contains(" 503 ")
}

async fn http_status(address: SocketAddr) -> anyhow::Result<u16> {
    let http = Http::new()?;
    let answer = http.send(http.get(format!("http://{address}/ready").parse()?), 1 << 16).await?;
    Ok(answer.status.as_u16())
}

/// Clients that were let in, asked for a lot, and do not read it.
async fn slow_readers(bench: &Bench, count: usize) -> anyhow::Result<Vec<TcpStream>> {
    let mut readers = Vec::new();
    for number in 0..count {
        let token = bench.tokens.get(number % bench.tokens.len()).context("no token")?;
        let mut stream = TcpStream::connect(bench.daemon.tcp).await?;
        send(&mut stream, &json!({"magic": "radarr", "protocol": 1, "token": token.expose()})).await?;
        let length = stream.read_u32().await?;
        let mut hello = vec![0; usize::try_from(length)?];
        stream.read_exact(&mut hello).await?;
        let hello: Value = serde_json::from_slice(&hello)?;
        if hello.get("status") != Some(&json!("ok")) {
            bail!("a slow reader is not let in: {hello}");
        }
        for id in 1..=UNREAD_LISTS {
            let context = json!({"deadline": {"secs": 60, "nanos": 0}});
            let message = json!({"ListMovies": {"request": {}}});
            send(&mut stream, &json!({"Request": {"context": context, "id": id, "message": message}}))
                .await?;
        }
        readers.push(stream);
    }
    Ok(readers)
}

async fn send(stream: &mut TcpStream, value: &Value) -> anyhow::Result<()> {
    let body = value.to_string().into_bytes();
    stream.write_u32(u32::try_from(body.len())?).await?;
    Ok(stream.write_all(&body).await?)
}
