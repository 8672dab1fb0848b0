//! How fast and how small the daemon is, measured from outside: by its sockets and by `/proc`.
//!
//! `library.rs` makes the storage, `report.rs` the table.

pub(crate) mod library;
mod report;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures::future::try_join_all;
use radarr_daemon::config::StorageConfig;
use radarr_daemon::net::Http;
use radarr_proto::client::Client;
use radarr_proto::model::{MovieId, SecretText};
use radarr_proto::request::{EditMovie, ListMovies, NextEvents};

pub use report::{Report, machine};

use crate::harness::{Daemon, DaemonSettings};

/// Clients that change movies at once.
const CLIENTS: u64 = 64;
/// Lists that are timed.
const LISTS: usize = 20;
/// Movies that are asked for one by one.
const GETS: usize = 5000;
/// How long a start may take before it counts as failed.
const READY_WITHIN: Duration = Duration::from_mins(1);
/// What `/proc` counts processor time in, on every Linux of ours.
const TICKS_PER_SECOND: f64 = 100.0;

/// What is measured.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Movies in the storage.
    pub movies: u64,
    /// How long clients change movies.
    pub commits_for: Duration,
    /// How long nothing is done.
    pub idle_for: Duration,
    /// URL of an empty PostgreSQL database; empty = the embedded storage.
    pub database: String,
}

/// Measures.
pub async fn measure(settings: &Settings) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir()?;
    let mut daemon_settings = DaemonSettings::default();
    let mut storage = StorageConfig::default();
    if !settings.database.is_empty() {
        daemon_settings.env.push(("DATABASE_URL".to_owned(), settings.database.clone()));
        storage.url = SecretText::new(settings.database.as_str());
    }
    let mut daemon = Daemon::prepare(folder.path(), daemon_settings)?;
    storage.path = daemon.storage();
    library::make(&storage, folder.path(), settings.movies).await?;
    // The first start writes what a new installation has; the second is the ordinary one.
    daemon.start_again().await?;
    daemon.terminate().await?;
    let ready = start(&mut daemon).await?;
    let process = daemon.process()?.id();
    let rss_ready = resident_bytes(process)?;
    let client = daemon.client().await?;
    let (list, total) = time_of_list(&client).await?;
    if total != settings.movies {
        bail!("{total} of {} movies are listed", settings.movies);
    }
    let get = time_of_get(&client, settings.movies).await?;
    let rss_asked = resident_bytes(process)?;
    let idle_percent = idle(&client, process, settings.idle_for).await?;
    let (commits, over) = commits(&daemon, settings).await?;
    let rss_end = resident_bytes(process)?;
    let (status, end) = daemon.terminate().await?;
    if !status.success() {
        bail!("the daemon ended with {status}");
    }
    Ok(Report {
        movies: settings.movies,
        ready,
        rss_ready,
        list,
        get,
        rss_asked,
        idle_percent,
        commits_per_second: per_second(commits, over),
        rss_end,
        end,
        machine: report::machine(),
    })
}

/// Starts it; the time until `/ready` says yes.
async fn start(daemon: &mut Daemon) -> anyhow::Result<Duration> {
    let http = Http::new()?;
    let url: url::Url = format!("http://{}/ready", daemon.http).parse()?;
    let began = Instant::now();
    daemon.spawn()?;
    wait_until_ready(&http, &url, began).await?;
    Ok(began.elapsed())
}

async fn wait_until_ready(http: &Http, url: &url::Url, began: Instant) -> anyhow::Result<()> {
    loop {
        let answer = http.send(http.get(url.clone()), 1 << 16).await;
        if answer.is_ok_and(|answer| answer.status.is_success()) {
            return Ok(());
        }
        if began.elapsed() > READY_WITHIN {
            bail!("it is not ready after {} s", READY_WITHIN.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Resident memory, as the kernel counts it.
pub fn resident_bytes(process: u32) -> anyhow::Result<u64> {
    kilobytes(process, "VmRSS:")
}

/// The most that it ever was.
pub fn resident_bytes_max(process: u32) -> anyhow::Result<u64> {
    kilobytes(process, "VmHWM:")
}

fn kilobytes(process: u32, name: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line =
        status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}

/// Processor time that it has taken, in ticks.
fn processor_ticks(process: u32) -> anyhow::Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name, in brackets, may hold spaces; the fields behind it may not.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok());
    ticks(11).zip(ticks(12)).map(|(user, system)| user + system).context("no processor time")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// All rows: the median, and how many they are.
async fn time_of_list(client: &Client) -> anyhow::Result<(Duration, u64)> {
    let mut times = Vec::new();
    let mut rows = 0;
    for _ in 0..LISTS {
        let began = Instant::now();
        let page = client.list_movies(ListMovies::default()).await?;
        times.push(began.elapsed());
        rows = u64::try_from(page.rows.len())?;
    }
    Ok((median(times), rows))
}

/// One movie after the other, all over the library: the median.
async fn time_of_get(client: &Client, movies: u64) -> anyhow::Result<Duration> {
    let mut times = Vec::new();
    for number in 0..GETS {
        // A prime step visits all of them in an order that no cache likes.
        let id = MovieId(u64::try_from(number)? * 7919 % movies + 1);
        let began = Instant::now();
        client.get_movie(id).await?;
        times.push(began.elapsed());
    }
    Ok(median(times))
}

/// Follows events and does nothing else: percent of one core that the daemon takes.
async fn idle(client: &Client, process: u32, idle_for: Duration) -> anyhow::Result<f64> {
    let before = processor_ticks(process)?;
    let began = Instant::now();
    let mut after = None;
    while began.elapsed() < idle_for {
        let left = idle_for.saturating_sub(began.elapsed());
        let wait_ms = u64::try_from(left.as_millis())?.min(30_000);
        after = Some(client.next_events(NextEvents { after, wait_ms, limit: None }).await?.cursor);
    }
    let ticks = processor_ticks(process)? - before;
    let seconds = f64::from(u32::try_from(ticks)?) / TICKS_PER_SECOND;
    Ok(100.0 * seconds / began.elapsed().as_secs_f64())
}

/// Many clients, each changing a movie of its own again and again: changes that were acknowledged, and in what time.
async fn commits(daemon: &Daemon, settings: &Settings) -> anyhow::Result<(u64, Duration)> {
    let clients = try_join_all((0..CLIENTS).map(|_| daemon.client())).await?;
    let began = Instant::now();
    let each = clients.into_iter().zip(1..).map(|(client, number)| {
        let id = MovieId(number % settings.movies + 1);
        change_until(client, id, began + settings.commits_for)
    });
    let done: u64 = try_join_all(each).await?.into_iter().sum();
    Ok((done, began.elapsed()))
}

async fn change_until(client: Client, id: MovieId, end: Instant) -> anyhow::Result<u64> {
    let mut done = 0;
    while Instant::now() < end {
        let monitored = Some(done % 2 == 1);
        client.edit_movie(EditMovie { id, monitored, ..EditMovie::default() }).await?;
        done += 1;
    }
    Ok(done)
}

fn per_second(count: u64, over: Duration) -> u64 {
    u64::try_from(u128::from(count) * 1000 / over.as_millis().max(1)).unwrap_or(u64::MAX)
}

/// For `library.rs`: a path as the storage has it.
fn text_of(path: &Path) -> String {
    path.display().to_string()
}
