//! `/health`, `/ready`, `/ping`, which anybody may ask, and `/info`, which needs a token.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::future::BoxFuture;
use radarr_proto::request::Status;
use serde::Serialize;
use serde_json::json;

use super::authorise::Guard;
use crate::scrape::Scrape;

/// Why the daemon can't serve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What is not ready: `startup`, `storage`, `shutdown`.
    pub what: &'static str,
    /// In words.
    pub message: String,
}

/// What readiness is told from.
#[derive(Debug, Default)]
pub struct Readiness {
    started: AtomicBool,
    draining: AtomicBool,
    storage_fault: std::sync::Mutex<Option<String>>,
}

impl Readiness {
    /// Migrations, recovery and the library view are done.
    pub fn set_started(&self) {
        self.started.store(true, Ordering::Release);
    }

    /// Whether they are: tokens are known from then on.
    pub fn is_started(&self) -> bool {
        self.started.load(Ordering::Acquire)
    }

    /// The daemon ends: no new work.
    pub fn set_draining(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// What the storage last said; `None` = it takes changes.
    pub fn set_storage_fault(&self, fault: Option<String>) {
        if let Ok(mut current) = self.storage_fault.lock() {
            *current = fault;
        }
    }

    /// Why not; empty = ready.
    pub fn reasons(&self) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if !self.started.load(Ordering::Acquire) {
            reasons.push(Reason { what: "startup", message: "the library is still being read".to_owned() });
        }
        if self.draining.load(Ordering::Acquire) {
            reasons.push(Reason { what: "shutdown", message: "the daemon is ending".to_owned() });
        }
        if let Some(fault) = self.storage_fault.lock().ok().and_then(|fault| fault.clone()) {
            reasons.push(Reason { what: "storage", message: fault });
        }
        reasons
    }
}

/// Tells what `/info` shows, anew for each request.
pub type InfoSource = Arc<dyn Fn() -> BoxFuture<'static, Status> + Send + Sync>;

/// The routes.
pub fn router(readiness: Arc<Readiness>, info: InfoSource, guard: Guard) -> Router {
    let guarded = Router::new()
        .route("/info", get(info_page))
        .route_layer(middleware::from_fn_with_state(guard, Guard::check))
        .with_state(info);
    probes(readiness).route("/ping", get(ping)).merge(guarded)
}

/// Prometheus' page; without a guard everybody may read it. The probes are answered here as well: this port has places of
/// its own, so that who fills the other one does not let a cluster end a daemon that is well.
pub fn metrics_router(scrape: Arc<Scrape>, readiness: Arc<Readiness>, guard: Option<Guard>) -> Router {
    let page = move || {
        let scrape = Arc::clone(&scrape);
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], scrape.page().await) }
    };
    let router = Router::new().route("/metrics", get(page));
    let page = match guard {
        Some(guard) => router.route_layer(middleware::from_fn_with_state(guard, Guard::check)),
        None => router,
    };
    probes(readiness).merge(page)
}

fn probes(readiness: Arc<Readiness>) -> Router {
    Router::new().route("/health", get(health)).route("/ready", get(ready)).with_state(readiness)
}

async fn health() -> Json<serde_json::Value> {
    Json(json!({"status": "ok"}))
}

async fn ping() -> Json<serde_json::Value> {
    Json(json!({"status": "OK"}))
}

async fn ready(State(readiness): State<Arc<Readiness>>) -> Response {
    let reasons = readiness.reasons();
    if reasons.is_empty() {
        Json(json!({"status": "ready"})).into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "not_ready", "reasons": reasons})))
            .into_response()
    }
}

async fn info_page(State(info): State<InfoSource>) -> Json<serde_json::Value> {
    let status = info().await;
    let uptime_seconds = crate::clock::now().duration_since(status.started_at).as_secs().max(0);
    Json(json!({
        "version": status.version,
        "commit": status.commit,
        "started_at": status.started_at,
        "uptime_seconds": uptime_seconds,
        "storage": status.storage,
        "storage_bytes": status.storage_bytes,
        "counts": {
            "movies": status.movies,
            "monitored": status.monitored,
            "missing": status.missing,
            "queue": status.queue,
            "jobs": status.jobs,
            "problems": status.problems,
        },
        "size_bytes": status.size_bytes,
        "cursor": status.cursor,
        "attribution": crate::ATTRIBUTION,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readiness_names_every_reason() {
        let readiness = Readiness::default();
        assert_eq!(readiness.reasons().len(), 1);
        readiness.set_started();
        assert!(readiness.reasons().is_empty());
        readiness.set_storage_fault(Some("the disk is full".to_owned()));
        readiness.set_draining();
        let what: Vec<_> = readiness.reasons().into_iter().map(|reason| reason.what).collect();
        assert_eq!(what, ["shutdown", "storage"]);
    }
}
