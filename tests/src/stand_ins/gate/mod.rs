//! What stands before each stand-in: it notes what was asked (`requests.rs`) and misbehaves when told to
//! (`faults.rs`). Both are steered under paths that begin with `/_`, which the originals do not have.

mod faults;
mod requests;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

pub(super) use faults::page;
pub use faults::{Fault, Faults, Flavour, HUGE_BYTES, RETRY_AFTER_SECONDS};
pub use requests::{Requests, Seen};

/// Larger requests than a torrent of a disc are not made.
const REQUEST_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The gate of one stand-in. Clones share it.
#[derive(Debug, Clone)]
pub struct Gate {
    /// How it misbehaves.
    pub faults: Faults,
    /// What was asked.
    pub requests: Requests,
}

impl Gate {
    /// A gate that looks for these secrets in every request.
    pub fn new(flavour: Flavour, secrets: &[&str]) -> Self {
        Self { faults: Faults::new(flavour), requests: Requests::new(secrets) }
    }

    /// The routes behind the gate.
    pub fn before(&self, routes: Router) -> Router {
        let admin = Router::new()
            .route("/_faults", get(show_faults).post(set_faults).delete(clear_faults))
            .route("/_requests", get(show_requests).delete(clear_requests))
            .with_state(self.clone());
        routes.layer(from_fn_with_state(self.clone(), pass)).merge(admin)
    }
}

async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, REQUEST_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    gate.requests.note(&parts, &body);
    let fault = gate.faults.take(parts.uri.path());
    let request = Request::from_parts(parts, Body::from(body));
    match fault {
        None => next.run(request).await,
        Some(fault) => gate.faults.misbehave(fault, next.run(request)).await,
    }
}

async fn show_faults(State(gate): State<Gate>) -> Response {
    Json(gate.faults.shown()).into_response()
}

async fn set_faults(State(gate): State<Gate>, body: Bytes) -> Response {
    match gate.faults.set_from_json(&body) {
        Ok(()) => Json(gate.faults.shown()).into_response(),
        Err(problem) => (StatusCode::BAD_REQUEST, format!("{problem}\n")).into_response(),
    }
}

async fn clear_faults(State(gate): State<Gate>) -> Response {
    gate.faults.clear();
    Json(gate.faults.shown()).into_response()
}

async fn show_requests(State(gate): State<Gate>) -> Response {
    Json(gate.requests.shown()).into_response()
}

async fn clear_requests(State(gate): State<Gate>) -> Response {
    gate.requests.clear();
    StatusCode::NO_CONTENT.into_response()
}
