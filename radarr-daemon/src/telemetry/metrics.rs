//! Metrics: their names, and the page that Prometheus reads.
//!
//! Labels are bounded: they come from closed lists (method, outcome, operation), never from a name or an address.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

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

/// From a tenth of a millisecond (a read from memory) to ten seconds (a disk that does not answer).
const SECONDS: &[f64] = &[0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

/// Starts the metrics; the handle renders the page.
pub fn start() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(STORAGE_DURATION.to_owned()), SECONDS)?
        .set_buckets_for_metric(Matcher::Full(API_DURATION.to_owned()), SECONDS)?
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
    metrics::counter!(TMDB_REQUESTS, "outcome" => "ok").increment(0);
    metrics::counter!(API_REQUESTS, "method" => "status", "outcome" => "ok").increment(0);
}
