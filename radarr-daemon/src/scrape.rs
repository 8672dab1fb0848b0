//! The page for Prometheus: what was counted, and how things stand at the moment of the scrape.
//!
//! What is told of a thing that has a name (a root folder, an indexer, a download client) is asked for at the scrape
//! and not kept as a gauge: a thing that was renamed or removed would stay on the page for ever.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use jiff::Timestamp;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use radarr_proto::model::{GrabState, HealthItem, IndexerKind, JobStatus, RootFolder, Severity};

use crate::files::{FreeSpace, blocking, free_space};
use crate::flow::{Flow, FlowError};
use crate::health;
use crate::http::Readiness;
use crate::settings::{clients, indexers};
use crate::telemetry::metrics::{self as names, READERS};

/// Prometheus waits ten seconds; a storage that is away does not answer sooner for being asked longer.
const ASK_MAX: Duration = Duration::from_secs(4);
/// A network folder whose server is gone never answers.
const ROOM_MAX: Duration = Duration::from_secs(2);

/// What the page is made of.
pub struct Scrape {
    /// What was counted.
    pub counted: PrometheusHandle,
    /// Whether the daemon can serve.
    pub readiness: Arc<Readiness>,
    /// Since when it runs.
    pub started_at: Timestamp,
    /// Everything else, once it is there.
    pub flow: Arc<OnceLock<Flow>>,
    /// How much room the root folders have.
    pub rooms: Rooms,
}

impl Scrape {
    /// The page as it is now.
    pub async fn page(&self) -> String {
        let state = match self.flow.get() {
            Some(flow) => tokio::time::timeout(ASK_MAX, State::take(flow, &self.rooms)).await.ok(),
            None => None,
        };
        let state = state.and_then(Result::ok);
        let recorder = PrometheusBuilder::new().build_recorder();
        let now = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            names::describe_state();
            self.tell_of_the_process(state.as_ref());
            if let Some(state) = &state {
                state.tell();
            }
        });
        self.counted.render() + &now.render()
    }

    fn tell_of_the_process(&self, state: Option<&State>) {
        let version = env!("CARGO_PKG_VERSION");
        let commit = option_env!("RADARR_COMMIT").unwrap_or_default();
        let storage = state.map_or("", |state| state.storage);
        let labels = [("version", version), ("commit", commit), ("storage", storage)];
        metrics::gauge!(names::BUILD_INFO, &labels).set(1.0);
        metrics::gauge!(names::READY).set(f64::from(u8::from(self.readiness.reasons().is_empty())));
        metrics::gauge!(names::SCRAPE_COMPLETE).set(f64::from(u8::from(state.is_some())));
        metrics::gauge!(names::PROCESS_START).set(self.started_at.as_duration().as_secs_f64());
        if let Some(bytes) = resident_bytes() {
            metrics::gauge!(names::PROCESS_MEMORY).set(float(bytes));
        }
    }
}

/// How things stand.
struct State {
    storage: &'static str,
    storage_bytes: Option<u64>,
    cursor: u64,
    queue: Vec<GrabState>,
    jobs_queued: usize,
    jobs_running: usize,
    leases: usize,
    /// Name, kind, whether it is used, requests that are left in this hour.
    indexers: Vec<(String, &'static str, bool, u64)>,
    /// Name, and whether it answered.
    clients: Vec<(String, bool)>,
    rooms: Vec<(String, Option<FreeSpace>)>,
}

impl State {
    async fn take(flow: &Flow, rooms: &Rooms) -> Result<Self, FlowError> {
        let jobs = flow.queue.open_jobs().await?;
        let running = jobs.iter().filter(|job| job.status == JobStatus::Running);
        let ours = |owner: &str| owner == flow.queue.owner();
        let leases = running.clone().filter(|job| job.lease.as_ref().is_some_and(|lease| ours(&lease.owner)));
        let found = health::current(flow).await?;
        let roots: Vec<RootFolder> = flow.store.load_all().await?;
        Ok(Self {
            storage: flow.store.name(),
            storage_bytes: flow.store.size_bytes(),
            cursor: flow.store.last_cursor().0,
            queue: flow.open_grabs().await?.into_iter().map(|grab| grab.state).collect(),
            jobs_queued: jobs.len() - running.clone().count(),
            jobs_running: running.clone().count(),
            leases: leases.count(),
            indexers: indexers_of(flow).await?,
            clients: clients_of(flow, &found).await?,
            rooms: rooms.look(roots.into_iter().map(|root| root.path).collect()).await,
        })
    }

    fn tell(&self) {
        for state in names::QUEUE_STATES {
            let count = self.queue.iter().filter(|found| queue_state(found) == *state).count();
            metrics::gauge!(names::QUEUE, "state" => *state).set(number(count));
        }
        metrics::gauge!(names::JOBS_OPEN, "status" => "queued").set(number(self.jobs_queued));
        metrics::gauge!(names::JOBS_OPEN, "status" => "running").set(number(self.jobs_running));
        metrics::gauge!(names::LEASES).set(number(self.leases));
        metrics::gauge!(names::EVENT_CURSOR).set(float(self.cursor));
        for reader in &READERS {
            let lag = self.cursor.saturating_sub(reader.reached());
            metrics::gauge!(names::EVENT_LAG, "reader" => reader.name).set(float(lag));
        }
        if let Some(bytes) = self.storage_bytes {
            metrics::gauge!(names::STORAGE_BYTES).set(float(bytes));
        }
        for (name, kind, up, left) in &self.indexers {
            let labels = [("indexer", name.clone()), ("kind", (*kind).to_owned())];
            metrics::gauge!(names::INDEXER_UP, &labels).set(f64::from(u8::from(*up)));
            metrics::gauge!(names::INDEXER_BUDGET, &labels).set(float(*left));
        }
        for (name, up) in &self.clients {
            metrics::gauge!(names::CLIENT_UP, "client" => name.clone()).set(f64::from(u8::from(*up)));
        }
        for (path, room) in &self.rooms {
            metrics::gauge!(names::ROOT_UP, "path" => path.clone()).set(f64::from(u8::from(room.is_some())));
            if let Some(room) = room {
                metrics::gauge!(names::ROOT_FREE, "path" => path.clone()).set(float(room.free_bytes));
                metrics::gauge!(names::ROOT_SIZE, "path" => path.clone()).set(float(room.total_bytes));
            }
        }
    }
}

async fn indexers_of(flow: &Flow) -> Result<Vec<(String, &'static str, bool, u64)>, FlowError> {
    let used = indexers::indexers(flow).await?.into_iter().filter(|state| state.indexer.enabled);
    let now = flow.now();
    Ok(used
        .map(|state| {
            let kind = match state.indexer.kind {
                IndexerKind::Hdbits { .. } => "hdbits",
                IndexerKind::Torznab { .. } => "torznab",
                IndexerKind::Unknown => "unknown",
            };
            let budget = state.budget;
            let up = budget.blocked_until.is_none_or(|until| until <= now) && budget.last_error.is_none();
            (state.indexer.name, kind, up, u64::from(budget.allowed.saturating_sub(budget.used)))
        })
        .collect())
}

/// As the last check of the health found them: a scrape asks nobody outside.
async fn clients_of(flow: &Flow, found: &[HealthItem]) -> Result<Vec<(String, bool)>, FlowError> {
    let used = clients::clients(flow).await?.into_iter().filter(|client| client.enabled);
    Ok(used
        .map(|client| {
            let is_down = |item: &HealthItem| {
                item.check == "client" && item.subject == client.name && item.severity == Severity::Error
            };
            let up = !found.iter().any(is_down);
            (client.name, up)
        })
        .collect())
}

/// Asks how much room root folders have; never waits twice for one that does not answer.
#[derive(Debug, Default)]
pub struct Rooms {
    under_way: Arc<Mutex<HashSet<String>>>,
}

impl Rooms {
    async fn look(&self, paths: Vec<String>) -> Vec<(String, Option<FreeSpace>)> {
        join_all(paths.into_iter().map(|path| async {
            let room = self.room(path.clone()).await;
            (path, room)
        }))
        .await
    }

    async fn room(&self, path: String) -> Option<FreeSpace> {
        if !self.under_way.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone()) {
            return None;
        }
        let under_way = Arc::clone(&self.under_way);
        let look = blocking(move || {
            // Without its mount the folder is not there, or empty; how full another disk is says nothing.
            let room = if Path::new(&path).is_dir() { Some(free_space(Path::new(&path))) } else { None };
            under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&path);
            room.transpose()
        });
        tokio::time::timeout(ROOM_MAX, look).await.ok()?.ok()?
    }
}

fn queue_state(state: &GrabState) -> &'static str {
    match state {
        GrabState::Intended => "intended",
        GrabState::Downloading => "downloading",
        GrabState::Stalled { .. } => "stalled",
        GrabState::Paused => "paused",
        GrabState::ImportPending => "import_pending",
        GrabState::Importing => "importing",
        GrabState::ImportBlocked { .. } => "import_blocked",
        GrabState::Imported { .. }
        | GrabState::Failed { .. }
        | GrabState::Removed
        | GrabState::Gone
        | GrabState::Unknown => "ended",
    }
}

/// Memory that the process takes, as Linux tells it.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}

fn number(count: usize) -> f64 {
    float(u64::try_from(count).unwrap_or(u64::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus knows no other numbers")]
fn float(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_root_folder_is_asked_once_at_a_time_and_one_that_is_gone_has_no_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        let rooms = Rooms::default();
        let found = rooms.look(vec![path.clone(), format!("{path}/gone")]).await;
        assert!(found[0].1.is_some_and(|room| room.total_bytes > 0), "{found:?}");
        assert_eq!(found[1].1, None);
        assert!(rooms.under_way.lock().unwrap().is_empty());
        rooms.under_way.lock().unwrap().insert(path.clone());
        assert_eq!(rooms.look(vec![path]).await[0].1, None, "the first look has not come back");
    }

    #[test]
    fn the_memory_of_this_process_is_known() {
        assert!(resident_bytes().is_some_and(|bytes| bytes > 1024 * 1024));
    }
}
