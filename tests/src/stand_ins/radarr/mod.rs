//! A stand-in of a Radarr: the part of its API, version 3, that an import reads, and its database (`database.rs`).
//!
//! Both show the same small library. As the original does, the API masks secrets and gives whole seconds.

pub mod database;
mod library;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::gate::{Flavour, Gate};
use super::serve::Served;
pub use library::{Library, PASSKEY, PASSWORD};

/// The key that is let in.
pub const API_KEY: &str = "0123456789abcdef0123456789abcdef";

/// A Radarr that runs.
#[derive(Debug)]
pub struct Radarr {
    /// What was asked, and what goes wrong.
    pub gate: Gate,
    served: Served,
}

impl Radarr {
    /// Starts one that has this library.
    pub async fn start(library: Library, listen: SocketAddr) -> anyhow::Result<Self> {
        let gate = Gate::new(Flavour::Qbittorrent, &[API_KEY]);
        let routes = Router::new()
            .route("/api/v3/history", get(history))
            .route("/api/v3/blocklist", get(blocklist))
            .route("/api/v3/{*what}", get(what))
            .layer(from_fn_with_state((), key))
            .with_state(Arc::new(library));
        let served = Served::start("radarr", listen, gate.before(routes)).await?;
        Ok(Self { gate, served })
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.served.url()
    }
}

async fn key(State(()): State<()>, request: Request, next: Next) -> Response {
    let given = request.headers().get("X-Api-Key").and_then(|key| key.to_str().ok());
    if given == Some(API_KEY) {
        return next.run(request).await;
    }
    StatusCode::UNAUTHORIZED.into_response()
}

async fn what(State(library): State<Arc<Library>>, Path(what): Path<String>) -> Response {
    match library.api(&what) {
        Some(answer) => Json(answer).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    page: usize,
    page_size: usize,
}

fn page(all: &[Value], Page { page, page_size }: &Page) -> Response {
    let records: Vec<&Value> = all.iter().skip(page.saturating_sub(1) * page_size).take(*page_size).collect();
    Json(json!({ "page": page, "pageSize": page_size, "totalRecords": all.len(), "records": records }))
        .into_response()
}

async fn history(State(library): State<Arc<Library>>, Query(asked): Query<Page>) -> Response {
    page(&library.api_history(), &asked)
}

async fn blocklist(State(library): State<Arc<Library>>, Query(asked): Query<Page>) -> Response {
    page(&library.api_blocklist(), &asked)
}
