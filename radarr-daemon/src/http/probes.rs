//! `/health`, `/ready`, `/info`, `/ping`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::future::BoxFuture;
use radarr_proto::request::Status;
use serde::Serialize;
use serde_json::json;

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

#[derive(Clone)]
struct Probes {
    readiness: Arc<Readiness>,
    info: InfoSource,
}

/// The routes.
pub fn router(readiness: Arc<Readiness>, info: InfoSource) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/info", get(info_page))
        .route("/ping", get(ping))
        .with_state(Probes { readiness, info })
}

async fn health() -> Json<serde_json::Value> {
    Json(json!({"status": "ok"}))
}

async fn ping() -> Json<serde_json::Value> {
    Json(json!({"status": "OK"}))
}

async fn ready(State(probes): State<Probes>) -> Response {
    let reasons = probes.readiness.reasons();
    if reasons.is_empty() {
        Json(json!({"status": "ready"})).into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "not_ready", "reasons": reasons})))
            .into_response()
    }
}

async fn info_page(State(probes): State<Probes>) -> Json<serde_json::Value> {
    let status = (probes.info)().await;
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
