//! Listening, with limits on time and size.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::{info, warn};

use crate::scrape::Scrape;
use crate::tasks::Tasks;

/// Probes have no body.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// A probe that takes longer has failed for its caller anyway.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// A port that is open.
#[derive(Debug, Clone, Copy)]
pub struct Listening {
    /// Its address; the port is the real one where 0 was asked for.
    pub address: SocketAddr,
}

/// Opens a port and serves until the daemon stops. `key` is the setting, for the error.
pub async fn listen(
    tasks: &Tasks,
    key: &'static str,
    address: &str,
    router: Router,
) -> anyhow::Result<Listening> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("{key} = {address} can't be opened (is another daemon running? choose another port)")
    })?;
    let address = listener.local_addr()?;
    let router = router
        .layer(CatchPanicLayer::new())
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT));
    let stop = tasks.stopping();
    tasks.spawn(key, async move {
        let serving =
            axum::serve(listener, router).with_graceful_shutdown(async move { stop.cancelled().await });
        if let Err(error) = serving.await {
            warn!(setting = key, %error, "http server ended");
        }
    });
    info!(setting = key, %address, "listening");
    Ok(Listening { address })
}

/// Prometheus' page.
pub fn metrics_router(scrape: Arc<Scrape>) -> Router {
    let page = move || {
        let scrape = Arc::clone(&scrape);
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], scrape.page().await) }
    };
    Router::new().route("/metrics", get(page))
}
