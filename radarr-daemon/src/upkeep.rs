//! What the daemon does beside its jobs: follows the log to know settings, tokens and gauges by heart, watches the
//! storage, cleans up.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use metrics_exporter_prometheus::PrometheusHandle;
use radarr_proto::model::{Cursor, Event, EventKind, GrabState, JobKind, LibrarySettings};
use tracing::{debug, info, warn};

use crate::config::Config;
use crate::flow::folder_work::recover_folders;
use crate::flow::import::recover_imports;
use crate::flow::import_now::import_context;
use crate::flow::send::send_interrupted;
use crate::flow::{By, Flow, FlowError};
use crate::http::Readiness;
use crate::jobs::{Priority, Rhythm};
use crate::presence;
use crate::rpc::authorise::Doorkeeper;
use crate::storage::{EVENTS_PAGE_MAX, Only, Retention, SharedStore, StoreError, StoreHealth};
use crate::tasks::Tasks;
use crate::telemetry::metrics::{DOWNLOADS_ACTIVE, IMPORT_QUEUE, MOVIES, SETTINGS_READER};

const STORAGE_WATCH_EVERY: Duration = Duration::from_secs(2);
const CLEAN_EVERY: Duration = Duration::from_hours(1);
/// Histograms gather samples until they are drained.
const METRICS_UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// Who changes one setting often changes the next.
const CHECK_AFTER_CHANGE: SignedDuration = SignedDuration::from_secs(1);
/// The pause after the storage could not be read.
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

/// Settings that the schedule needs at every tick, kept so that it need not read them.
pub struct Remembered {
    library: ArcSwap<LibrarySettings>,
    download_check: Duration,
    /// How long history and audit are kept.
    history_kept: SignedDuration,
    backup: Rhythm,
}

impl Remembered {
    /// Reads them.
    pub async fn read(store: &SharedStore, config: &Config) -> Result<Self, StoreError> {
        Ok(Self {
            library: ArcSwap::from_pointee(library_settings(store).await?),
            download_check: Duration::from_secs(config.jobs.download_check_seconds.into()),
            history_kept: SignedDuration::from_hours(24 * i64::from(config.storage.history_days)),
            backup: Rhythm::Daily(config.backup.time().unwrap_or_default(), TimeZone::system()),
        })
    }

    /// When a kind runs; `None` = as the schedule's table says.
    pub fn interval(&self, kind: &JobKind) -> Option<Rhythm> {
        let library = self.library.load();
        let minutes = |minutes: u32| Some(Rhythm::Every(Duration::from_mins(minutes.into())));
        let hours = |hours: u32| Some(Rhythm::Every(Duration::from_hours(hours.into())));
        match kind {
            JobKind::CheckDownloads => Some(Rhythm::Every(self.download_check)),
            JobKind::ReadRecent => minutes(library.recent_interval_minutes),
            JobKind::SearchWanted => minutes(library.wanted_interval_minutes),
            JobKind::RefreshLibrary => hours(library.refresh_interval_hours),
            JobKind::RescanLibrary => hours(library.rescan_interval_hours),
            JobKind::Backup => Some(self.backup.clone()),
            JobKind::SearchMovie { .. }
            | JobKind::ReviewPending
            | JobKind::SendGrab { .. }
            | JobKind::ImportGrab { .. }
            | JobKind::HandleFailure { .. }
            | JobKind::RefreshMovie { .. }
            | JobKind::RescanMovie { .. }
            | JobKind::CleanRecycleBins
            | JobKind::CheckHealth
            | JobKind::LearnGroups
            | JobKind::Unknown => None,
        }
    }
}

async fn library_settings(store: &SharedStore) -> Result<LibrarySettings, StoreError> {
    Ok(store.load::<LibrarySettings>(Only).await?.unwrap_or_default())
}

/// Starts all of it. What clients are let in by is known when this returns.
pub async fn start(
    tasks: &Tasks,
    flow: &Flow,
    doorkeeper: &Arc<Doorkeeper>,
    remembered: &Arc<Remembered>,
    readiness: &Arc<Readiness>,
) -> Result<(), StoreError> {
    let follower = Follower {
        flow: flow.clone(),
        doorkeeper: Arc::clone(doorkeeper),
        remembered: Arc::clone(remembered),
    };
    let cursor = flow.store.last_cursor();
    follower.take_in(Touched::ALL).await?;
    tasks.spawn_until_stop("follower", follower.follow(cursor));
    tasks.spawn_until_stop("storage watch", watch_storage(flow.clone(), Arc::clone(readiness)));
    tasks.spawn_until_stop("clean-up", clean(flow.clone(), remembered.history_kept));
    if flow.store.is_shared() {
        tasks.spawn_until_stop("presence", stay_present(flow.clone()));
    }
    Ok(())
}

/// Which part of what is known by heart changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Touched {
    settings: bool,
    movies: bool,
    grabs: bool,
}

impl Touched {
    const ALL: Self = Self { settings: true, movies: true, grabs: true };

    fn note(&mut self, event: &Event) {
        match &event.kind {
            EventKind::SettingsChanged { .. } => self.settings = true,
            EventKind::MovieAdded { .. } | EventKind::MovieEdited { .. } | EventKind::MovieDeleted { .. } => {
                self.movies = true;
            }
            EventKind::Grabbed { .. }
            | EventKind::DownloadChanged { .. }
            | EventKind::DownloadCompleted { .. }
            | EventKind::DownloadFailed { .. }
            | EventKind::Imported { .. }
            | EventKind::ImportBlocked { .. }
            | EventKind::QueueRemoved { .. } => self.grabs = true,
            EventKind::MovieRefreshed { .. }
            | EventKind::Searched { .. }
            | EventKind::GrabDelayed { .. }
            | EventKind::DownloadProgressed { .. }
            | EventKind::FileRenamed { .. }
            | EventKind::FileDeleted { .. }
            | EventKind::FileVanished { .. }
            | EventKind::FileFound { .. }
            | EventKind::Blocklisted { .. }
            | EventKind::Unblocked { .. }
            | EventKind::JobChanged { .. }
            | EventKind::JobAsked { .. }
            | EventKind::JobCancelled { .. }
            | EventKind::HealthChanged { .. }
            | EventKind::LoginRefused { .. }
            | EventKind::CallsRefused { .. }
            | EventKind::Unknown => {}
        }
    }
}

/// Follows the log.
struct Follower {
    flow: Flow,
    doorkeeper: Arc<Doorkeeper>,
    remembered: Arc<Remembered>,
}

impl Follower {
    async fn follow(self, mut cursor: Cursor) {
        let mut changes = self.flow.store.watch();
        let mut is_told = false;
        loop {
            changes.mark_unchanged();
            SETTINGS_READER.reach(cursor);
            let caught_up = self.catch_up(cursor).await;
            is_told = is_told && caught_up.is_err();
            match caught_up {
                Ok(reached) if reached == cursor => {
                    if changes.changed().await.is_err() {
                        return;
                    }
                }
                Ok(reached) => cursor = reached,
                Err(error) => {
                    if !is_told {
                        warn!(%error, "settings and gauges can't follow the storage; it is tried until they can");
                    }
                    is_told = true;
                    tokio::time::sleep(AFTER_TROUBLE).await;
                }
            }
        }
    }

    async fn catch_up(&self, cursor: Cursor) -> Result<Cursor, StoreError> {
        let page = self.flow.store.events_after(cursor, EVENTS_PAGE_MAX).await?;
        let mut touched = if page.gap { Touched::ALL } else { Touched::default() };
        page.events.iter().for_each(|event| touched.note(event));
        self.take_in(touched).await?;
        if touched.settings {
            self.check_health_soon().await?;
        }
        Ok(page.cursor)
    }

    /// What was set up or taken away shows at once. Several changes in a row make one check.
    async fn check_health_soon(&self) -> Result<(), StoreError> {
        let now = self.flow.now();
        let due = now.checked_add(CHECK_AFTER_CHANGE).unwrap_or(now);
        self.flow.queue.enqueue(JobKind::CheckHealth, Priority::Story, due, "system", now).await?;
        Ok(())
    }

    async fn take_in(&self, touched: Touched) -> Result<(), StoreError> {
        if touched.settings {
            self.doorkeeper.read_tokens(&self.flow.store).await?;
            self.remembered.library.store(Arc::new(library_settings(&self.flow.store).await?));
        }
        if touched.movies {
            let counts = self.flow.library.latest().await.counts(self.flow.now());
            set(metrics::gauge!(MOVIES, "monitored" => "true"), counts.monitored);
            set(metrics::gauge!(MOVIES, "monitored" => "false"), counts.movies - counts.monitored);
        }
        if touched.grabs {
            let open = self.flow.open_grabs().await?;
            let waiting = open.iter().filter(|grab| waits_for_import(&grab.state)).count();
            set(metrics::gauge!(DOWNLOADS_ACTIVE), size(open.len() - waiting));
            set(metrics::gauge!(IMPORT_QUEUE), size(waiting));
        }
        Ok(())
    }
}

fn waits_for_import(state: &GrabState) -> bool {
    match state {
        GrabState::ImportPending | GrabState::Importing | GrabState::ImportBlocked { .. } => true,
        GrabState::Intended
        | GrabState::Downloading
        | GrabState::Stalled { .. }
        | GrabState::Paused
        | GrabState::Imported { .. }
        | GrabState::Failed { .. }
        | GrabState::Removed
        | GrabState::Gone
        | GrabState::Unknown => false,
    }
}

fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn set(gauge: metrics::Gauge, value: u64) {
    gauge.set(f64::from(u32::try_from(value).unwrap_or(u32::MAX)));
}

async fn watch_storage(flow: Flow, readiness: Arc<Readiness>) {
    let mut ticks = tokio::time::interval(STORAGE_WATCH_EVERY);
    loop {
        ticks.tick().await;
        readiness.set_storage_fault(match flow.store.health() {
            StoreHealth::Good => None,
            StoreHealth::Broken { why, hint, .. } => Some(format!("{why}; {hint}")),
        });
    }
}

/// Waits until the storage does not come back by itself; why.
pub async fn storage_gives_up(store: &SharedStore) -> StoreError {
    let mut ticks = tokio::time::interval(STORAGE_WATCH_EVERY);
    loop {
        ticks.tick().await;
        if let StoreHealth::Broken { why, hint, recovering: false } = store.health() {
            return StoreError::Unavailable { why, hint };
        }
    }
}

/// Whether nobody minds that changes wait for some seconds: from four to five at night. The daily backup is over then.
fn is_quiet(now: Timestamp, zone: &TimeZone) -> bool {
    zone.to_datetime(now).hour() == 4
}

async fn clean(flow: Flow, history: SignedDuration) {
    let mut ticks = tokio::time::interval(CLEAN_EVERY);
    // The first tick is at once, and the start has better things to do.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let now = flow.now();
        match flow.store.maintain(now, Retention { history, ..Retention::default() }).await {
            Ok(done) if done.events_removed == 0 => {}
            Ok(done) => info!(events = done.events_removed, "old events cleaned away"),
            Err(error) => warn!(%error, "old events could not be cleaned away"),
        }
        if let Err(error) = flow.queue.trim(now).await {
            warn!(%error, "ended jobs could not be cleaned away");
        }
        if is_quiet(now, &TimeZone::system())
            && let Err(error) = flow.store.compact().await
        {
            warn!(%error, "the storage could not be compacted");
        }
    }
}

/// Says that this daemon lives, and goes on with what the dead left.
async fn stay_present(flow: Flow) {
    let mut ticks = tokio::time::interval(presence::BEAT);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut steady_since: Option<tokio::time::Instant> = None;
    loop {
        ticks.tick().await;
        let keys = flow.outside.keeper().keys().fingerprints();
        if let Err(error) = presence::beat(&flow.store, flow.queue.owner(), keys, flow.now()).await {
            debug!(%error, "the other daemons are not told that this one lives");
            steady_since = None;
            continue;
        }
        let since = *steady_since.get_or_insert_with(tokio::time::Instant::now);
        if since.elapsed() >= presence::GRACE
            && let Err(error) = take_over(&flow).await
        {
            warn!(%error, "what other daemons left could not be looked after yet");
        }
    }
}

async fn take_over(flow: &Flow) -> Result<(), FlowError> {
    let buried = presence::bury(&flow.store, flow.now()).await?;
    recover_imports(&import_context(flow, &By::system())).await?;
    recover_folders(flow).await?;
    if buried > 0 {
        info!(buried, "daemons have died; their work goes on here or at another one");
        send_interrupted(flow).await?;
        // The health page tells of each daemon that lives, and of none that died.
        let now = flow.now();
        flow.queue.enqueue(JobKind::CheckHealth, Priority::Story, now, "system", now).await?;
    }
    Ok(())
}

/// Drains the histograms now and then.
pub async fn metrics(handle: PrometheusHandle) {
    let mut ticks = tokio::time::interval(METRICS_UPKEEP_EVERY);
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_storage_that_does_not_come_back_is_told_and_a_good_one_is_waited_for() {
        let (flow, _folder) = crate::settings::testing::flow().await;
        let mut gives_up = std::pin::pin!(storage_gives_up(&flow.store));
        assert!(futures::poll!(&mut gives_up).is_pending());
        flow.store.close().await;
        assert!(gives_up.await.to_string().contains("the storage is closed"));
    }

    #[tokio::test]
    async fn what_runs_by_the_settings_runs_as_often_as_they_say() {
        let (flow, _folder) = crate::settings::testing::flow().await;
        let settings = LibrarySettings {
            recent_interval_minutes: 20,
            wanted_interval_minutes: 40,
            refresh_interval_hours: 6,
            rescan_interval_hours: 48,
            ..crate::settings::library::library_settings(&flow).await.unwrap()
        };
        crate::settings::library::save_library_settings(&flow, &By::system(), settings).await.unwrap();
        let remembered = Remembered::read(&flow.store, &Config::default()).await.unwrap();
        for (kind, minutes) in [
            (JobKind::ReadRecent, 20),
            (JobKind::SearchWanted, 40),
            (JobKind::RefreshLibrary, 6 * 60),
            (JobKind::RescanLibrary, 48 * 60),
        ] {
            let rhythm = remembered.interval(&kind);
            let every = Duration::from_mins(minutes);
            assert!(matches!(rhythm, Some(Rhythm::Every(found)) if found == every), "{kind:?}: {rhythm:?}");
        }
    }

    #[test]
    fn the_quiet_hour_is_at_night_where_the_daemon_is() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(is_quiet(at("2026-01-01T04:30:00Z"), &TimeZone::UTC));
        assert!(!is_quiet(at("2026-01-01T05:00:00Z"), &TimeZone::UTC));
        let east = TimeZone::fixed(jiff::tz::offset(9));
        assert!(is_quiet(at("2025-12-31T19:30:00Z"), &east));
        assert!(!is_quiet(at("2026-01-01T04:30:00Z"), &east));
    }
}
