//! Metrics: their names, and the page that Prometheus reads.
//!
//! Labels are bounded: they come from closed lists (method, outcome, operation), or are what an operator set up (the
//! path of a root folder, the name of an indexer or a client). Never a title, an address or a secret.

use std::sync::atomic::{AtomicU64, Ordering};

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use radarr_proto::model::{Cursor, JobKind};

/// Movies in the library, by `monitored` (true, false).
pub const MOVIES: &str = "radarr_movies_total";
/// Calls over tarpc, by `method` and `outcome` (ok, or the error's code).
pub const API_REQUESTS: &str = "radarr_api_requests_total";
/// Seconds of a call, by `method`.
pub const API_DURATION: &str = "radarr_api_request_duration_seconds";
/// Seconds of an operation of the storage, by `operation`.
pub const STORAGE_DURATION: &str = "radarr_database_queries_duration";
/// Requests to TMDB, by `outcome`.
pub const TMDB_REQUESTS: &str = "radarr_tmdb_requests_total";
/// Downloads that are not complete.
pub const DOWNLOADS_ACTIVE: &str = "radarr_downloads_active";
/// Complete downloads that wait for their import.
pub const IMPORT_QUEUE: &str = "radarr_import_queue_size";
/// Requests to indexers, by `indexer` kind and `outcome`.
pub const INDEXER_REQUESTS: &str = "radarr_indexer_requests_total";
/// Runs of jobs, by `kind` and `outcome` (done, failed, cancelled, again).
pub const JOBS: &str = "radarr_jobs_total";
/// Clients that are connected.
pub const CONNECTIONS: &str = "radarr_rpc_connections";
/// Calls that are under way.
pub const CALLS_OPEN: &str = "radarr_rpc_calls_open";
/// Handlers and tasks that panicked.
pub const PANICS: &str = "radarr_panics_total";
/// Problems that the health page shows.
pub const HEALTH_PROBLEMS: &str = "radarr_health_problems";

/// Seconds that a job was at work, by `kind`.
pub const JOB_DURATION: &str = "radarr_job_duration_seconds";
/// Seconds that a request to TMDB waited, by `reason`: pace (our own limit), told (TMDB asked for it).
pub const TMDB_WAIT: &str = "radarr_tmdb_rate_limit_wait_seconds";
/// 1, with `version`, `commit` and `storage`.
pub const BUILD_INFO: &str = "radarr_build_info";
/// Whether the daemon can serve: 1 or 0.
pub const READY: &str = "radarr_ready";
/// Whether the storage answered in time for this page: 1 or 0. Without it what stands in it is left out.
pub const SCRAPE_COMPLETE: &str = "radarr_scrape_complete";
/// Open grabs, by `state`.
pub const QUEUE: &str = "radarr_queue_items";
/// Jobs that have yet to end, by `status`: queued, running.
pub const JOBS_OPEN: &str = "radarr_jobs_open";
/// Jobs whose lease this daemon holds.
pub const LEASES: &str = "radarr_leases_held";
/// The newest event.
pub const EVENT_CURSOR: &str = "radarr_event_cursor";
/// Events that a `reader` of the log has yet to read.
pub const EVENT_LAG: &str = "radarr_event_lag_events";
/// Bytes of the storage on disk.
pub const STORAGE_BYTES: &str = "radarr_storage_bytes";
/// Whether the last request went well and the next may go, by `indexer` and `kind`: 1 or 0.
pub const INDEXER_UP: &str = "radarr_indexer_up";
/// Requests that are left in this hour, by `indexer` and `kind`.
pub const INDEXER_BUDGET: &str = "radarr_indexer_requests_left";
/// Whether the last check of the health found it well, by `client`: 1 or 0.
pub const CLIENT_UP: &str = "radarr_download_client_up";
/// Whether the folder is there and answers, by `path`: 1 or 0.
pub const ROOT_UP: &str = "radarr_root_folder_up";
/// Bytes that are free for the daemon, by `path`.
pub const ROOT_FREE: &str = "radarr_root_folder_free_bytes";
/// Bytes of the file system, by `path`.
pub const ROOT_SIZE: &str = "radarr_root_folder_size_bytes";
/// When the process began, in seconds since 1970.
pub const PROCESS_START: &str = "process_start_time_seconds";
/// Memory that the process takes.
pub const PROCESS_MEMORY: &str = "process_resident_memory_bytes";

/// The values of `state` in [`QUEUE`].
pub const QUEUE_STATES: &[&str] =
    &["intended", "downloading", "stalled", "paused", "import_pending", "importing", "import_blocked"];

/// A reader of the event log and how far it is. There is one of each in a process, as there is one page.
#[derive(Debug)]
pub struct Reader {
    /// The value of `reader` in [`EVENT_LAG`].
    pub name: &'static str,
    cursor: AtomicU64,
}

impl Reader {
    const fn new(name: &'static str) -> Self {
        Self { name, cursor: AtomicU64::new(0) }
    }

    /// It has read everything up to this event.
    pub fn reach(&self, cursor: Cursor) {
        self.cursor.store(cursor.0, Ordering::Relaxed);
    }

    /// How far it is.
    pub fn reached(&self) -> u64 {
        self.cursor.load(Ordering::Relaxed)
    }
}

/// All readers.
pub static READERS: [Reader; 3] = [Reader::new("library"), Reader::new("groups"), Reader::new("settings")];
/// The library in memory.
pub static LIBRARY_READER: &Reader = &READERS[0];
/// What is known of release groups.
pub static GROUPS_READER: &Reader = &READERS[1];
/// Settings, tokens and gauges.
pub static SETTINGS_READER: &Reader = &READERS[2];

/// Waits and jobs: from ten milliseconds to two hours.
const LONG_SECONDS: &[f64] = &[0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0];

/// From a tenth of a millisecond (a read from memory) to ten seconds (a disk that does not answer).
const SECONDS: &[f64] = &[0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

/// Starts the metrics; the handle renders the page.
pub fn start() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(STORAGE_DURATION.to_owned()), SECONDS)?
        .set_buckets_for_metric(Matcher::Full(API_DURATION.to_owned()), SECONDS)?
        .set_buckets_for_metric(Matcher::Full(JOB_DURATION.to_owned()), LONG_SECONDS)?
        .set_buckets_for_metric(Matcher::Full(TMDB_WAIT.to_owned()), LONG_SECONDS)?
        .install_recorder()?;
    describe();
    Ok(handle)
}

fn describe() {
    describe_gauge!(MOVIES, "Movies in the library");
    describe_counter!(API_REQUESTS, "Calls over tarpc");
    describe_histogram!(API_DURATION, Unit::Seconds, "Duration of a call over tarpc");
    describe_histogram!(STORAGE_DURATION, Unit::Seconds, "Duration of an operation of the storage");
    describe_counter!(TMDB_REQUESTS, "Requests to TMDB");
    describe_gauge!(DOWNLOADS_ACTIVE, "Downloads that are not complete");
    describe_gauge!(IMPORT_QUEUE, "Complete downloads that wait for their import");
    describe_counter!(INDEXER_REQUESTS, "Requests to indexers");
    describe_counter!(JOBS, "Runs of jobs");
    describe_histogram!(JOB_DURATION, Unit::Seconds, "Time that a job was at work");
    describe_histogram!(TMDB_WAIT, Unit::Seconds, "Time that a request to TMDB waited for its turn");
    describe_gauge!(CONNECTIONS, "Clients that are connected");
    describe_gauge!(CALLS_OPEN, "Calls that are under way");
    describe_counter!(PANICS, "Handlers and tasks that panicked");
    describe_gauge!(HEALTH_PROBLEMS, "Problems that the health page shows");
    // Prometheus can only alert on what is there from the first scrape on.
    metrics::gauge!(MOVIES, "monitored" => "true").set(0.0);
    metrics::gauge!(MOVIES, "monitored" => "false").set(0.0);
    metrics::gauge!(DOWNLOADS_ACTIVE).set(0.0);
    metrics::gauge!(IMPORT_QUEUE).set(0.0);
    metrics::gauge!(CONNECTIONS).set(0.0);
    metrics::gauge!(CALLS_OPEN).set(0.0);
    metrics::gauge!(HEALTH_PROBLEMS).set(0.0);
    metrics::counter!(PANICS).increment(0);
    for kind in JobKind::BY_NAME {
        for outcome in ["done", "failed"] {
            metrics::counter!(JOBS, "kind" => kind.name(), "outcome" => outcome).increment(0);
        }
    }
    metrics::counter!(TMDB_REQUESTS, "outcome" => "ok").increment(0);
    metrics::counter!(API_REQUESTS, "method" => "status", "outcome" => "ok").increment(0);
}

/// Describes what is told at the moment of a scrape.
pub fn describe_state() {
    describe_gauge!(BUILD_INFO, "Which radarr this is");
    describe_gauge!(READY, "Whether the daemon can serve");
    describe_gauge!(SCRAPE_COMPLETE, "Whether the storage answered in time for this page");
    describe_gauge!(QUEUE, "Open grabs");
    describe_gauge!(JOBS_OPEN, "Jobs that have yet to end");
    describe_gauge!(LEASES, "Jobs whose lease this daemon holds");
    describe_gauge!(EVENT_CURSOR, "Number of the newest event");
    describe_gauge!(EVENT_LAG, "Events that a reader of the log has yet to read");
    describe_gauge!(STORAGE_BYTES, "Size of the storage on disk");
    describe_gauge!(INDEXER_UP, "Whether the last request to an indexer went well and the next may go");
    describe_gauge!(INDEXER_BUDGET, "Requests to an indexer that are left in this hour");
    describe_gauge!(CLIENT_UP, "Whether a download client was well at the last check");
    describe_gauge!(ROOT_UP, "Whether a root folder is there and answers");
    describe_gauge!(ROOT_FREE, "Free room where a root folder lies");
    describe_gauge!(ROOT_SIZE, "Size of the file system that a root folder lies on");
    describe_gauge!(PROCESS_START, "When the process began, in seconds since 1970");
    describe_gauge!(PROCESS_MEMORY, "Memory that the process takes");
}
