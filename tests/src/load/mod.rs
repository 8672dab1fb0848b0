//! Many clients at once: what they wait for, what fails, and what the daemon takes for it.
//!
//! `clients.rs` are those over RPC, `http.rs` those over HTTP, `overload.rs` is more than the daemon has places for,
//! `report.rs` the table.

mod clients;
mod http;
mod overload;
mod report;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures::future::{join_all, try_join_all};
use radarr_daemon::config::StorageConfig;
use radarr_proto::client::{Client, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::model::{Role, SecretText};
use radarr_proto::request::CreateToken;

pub use overload::{Overload, Storm, overload};
pub use report::{Figures, Latencies, Report, machine};

use crate::harness::{Daemon, DaemonSettings};
use crate::measure::{library, resident_bytes, resident_bytes_max};

/// Principals that the clients come as.
const TOKENS: usize = 20;
/// Clients that connect at once: more would only wait in the queue of the listener.
const CONNECT_AT_ONCE: usize = 50;

/// What is measured.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Movies in the storage.
    pub movies: u64,
    /// Clients over RPC at once; one run for each.
    pub clients: Vec<usize>,
    /// Calls over RPC in a second, of all clients together.
    pub calls_per_second: u32,
    /// Requests over HTTP in a second.
    pub requests_per_second: u32,
    /// How long each run takes.
    pub run_for: Duration,
    /// URL of an empty PostgreSQL database; empty = the embedded storage.
    pub database: String,
}

/// A daemon under load, with a library of many movies and the tokens of its clients.
pub struct Bench {
    /// The daemon.
    pub daemon: Daemon,
    /// Secrets of operators.
    pub tokens: Vec<SecretText>,
    /// Movies in the library.
    pub movies: u64,
    _folder: tempfile::TempDir,
}

impl Bench {
    /// Makes the library and starts the daemon with limits that let so many clients in.
    pub async fn start(movies: u64, clients: usize, database: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let places = (clients + 50).to_string();
        let env = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut settings = DaemonSettings {
            env: vec![
                env("RADARR__RPC__MAX_CONNECTIONS", &places),
                env("RADARR__RPC__MAX_CONNECTIONS_PER_ADDRESS", &places),
                env("RADARR__SECURITY__CALLS_PER_SECOND", "5000"),
                env("RUST_LOG", "warn"),
            ],
            ..DaemonSettings::default()
        };
        let mut storage = StorageConfig::default();
        if !database.is_empty() {
            settings.env.push(env("DATABASE_URL", database));
            storage.url = SecretText::new(database);
        }
        let mut daemon = Daemon::prepare(folder.path(), settings)?;
        storage.path = daemon.storage();
        library::make(&storage, folder.path(), movies).await?;
        daemon.start_again().await?;
        let admin = daemon.client().await?;
        let mut tokens = Vec::new();
        for number in 0..TOKENS {
            let request =
                CreateToken { name: format!("client-{number}"), role: Role::Operator, certificate: None };
            tokens.push(admin.create_token(request).await?.secret);
        }
        Ok(Self { daemon, tokens, movies, _folder: folder })
    }

    /// One client over TCP.
    pub async fn client(&self, number: usize) -> anyhow::Result<Client> {
        let token = self.tokens.get(number % self.tokens.len()).cloned().context("no token")?;
        let options = ConnectOptions {
            software: "radarr-load".to_owned(),
            token: Some(token),
            retry_for: Duration::from_secs(30),
            ..ConnectOptions::default()
        };
        let endpoint = Endpoint::Tcp { host: self.daemon.tcp.ip().to_string(), port: self.daemon.tcp.port() };
        Ok(Client::connect(&endpoint, options).await?)
    }

    /// Resident memory: now, and the most it ever was.
    pub fn memory(&mut self) -> anyhow::Result<(u64, u64)> {
        let process = self.daemon.process()?.id();
        Ok((resident_bytes(process)?, resident_bytes_max(process)?))
    }

    async fn clients(&self, count: usize) -> anyhow::Result<Vec<Client>> {
        let mut clients = Vec::with_capacity(count);
        while clients.len() < count {
            let next = clients.len()..(clients.len() + CONNECT_AT_ONCE).min(count);
            clients.extend(try_join_all(next.map(|number| self.client(number))).await?);
        }
        Ok(clients)
    }
}

/// Runs the load for each number of clients.
pub async fn load(settings: &Settings) -> anyhow::Result<Report> {
    let most = settings.clients.iter().copied().max().unwrap_or(1);
    let mut bench = Bench::start(settings.movies, most, &settings.database).await?;
    let (memory_before, _) = bench.memory()?;
    let mut runs = Vec::new();
    for &clients in &settings.clients {
        runs.push(run(&mut bench, settings, clients).await?);
    }
    let (status, _) = bench.daemon.terminate().await?;
    if !status.success() {
        bail!("the daemon ended with {status}");
    }
    Ok(Report { movies: settings.movies, memory_before, runs, machine: machine() })
}

/// So many clients over RPC and the requests over HTTP beside them.
pub async fn run(bench: &mut Bench, settings: &Settings, count: usize) -> anyhow::Result<Figures> {
    let clients = bench.clients(count).await?;
    let token = bench.tokens.first().context("no token")?.expose().to_owned();
    let (began, end) = (Instant::now(), Instant::now() + settings.run_for);
    let plan = clients::Plan {
        movies: settings.movies,
        end,
        pause: clients::pause_of(count, settings.calls_per_second),
    };
    let plan = Arc::new(plan);
    let each = clients.into_iter().enumerate().map(|(number, client)| {
        let plan = Arc::clone(&plan);
        crate::load::spawned(async move { clients::work(client, number, &plan).await })
    });
    let requests =
        http::Plan { address: bench.daemon.http, token, end, per_second: settings.requests_per_second };
    let (rpc, http) = tokio::join!(join_all(each), http::work(&requests));
    let mut calls = Latencies::default();
    let mut events = 0;
    for done in rpc {
        let done = done?;
        calls.add(done.calls);
        events += done.events;
    }
    let (memory, memory_max) = bench.memory()?;
    Ok(Figures { clients: count, began, calls, events, requests: http, memory, memory_max })
}

/// A task of its own; what it panics with is an error here.
#[expect(clippy::disallowed_methods, reason = "a program that measures has no tasks of the daemon's kind")]
async fn spawned<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> anyhow::Result<T> {
    Ok(tokio::spawn(task).await?)
}
