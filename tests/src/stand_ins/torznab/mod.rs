//! A stand-in of a Torznab server such as Prowlarr: capabilities, searches, torrents behind addresses with the key in
//! them, and usenet posts among them.
//!
//! `feed.rs` picks and writes what a search answers.

mod feed;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use radarr_daemon::clock;
use serde::Deserialize;

use super::gate::{Flavour, Gate, RETRY_AFTER_SECONDS, page};
use super::serve::Served;
use super::torrent;
use super::world::World;
use super::world::release::{Download, Listed};
use feed::Search;

/// The key that lets one in, unless another one is asked for.
pub const API_KEY: &str = "0dd0c0ffee0ddba11feedface5ca1ab1e";

/// What a download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gives {
    /// Torrent files.
    #[default]
    Torrents,
    /// Magnet links, in the list.
    Magnets,
    /// Addresses that send on to magnet links.
    Redirects,
}

/// Who is let in, how often, and what for.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The key.
    pub api_key: String,
    /// Searches in an hour; 0 = no limit.
    pub requests_per_hour: u32,
    /// What a download is.
    pub gives: Gives,
    /// Parameters of `t=movie`, as the capabilities name them.
    pub movie_parameters: &'static str,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            api_key: API_KEY.to_owned(),
            requests_per_hour: 0,
            gives: Gives::default(),
            movie_parameters: "q,imdbid,tmdbid",
        }
    }
}

/// A server that runs.
#[derive(Debug)]
pub struct Torznab {
    /// What was asked, and what goes wrong.
    pub gate: Gate,
    /// Who is let in.
    pub settings: Settings,
    served: Served,
}

struct Inner {
    world: Arc<World>,
    settings: Settings,
    announce: String,
    /// When the running hour began, and the searches in it.
    hour: Mutex<(Option<Timestamp>, u32)>,
}

impl Torznab {
    /// Starts it. Its torrents name the tracker at `announce`.
    pub async fn start(
        world: Arc<World>,
        listen: SocketAddr,
        settings: Settings,
        announce: String,
    ) -> anyhow::Result<Self> {
        let gate = Gate::new(Flavour::Torznab, &[&settings.api_key]);
        let inner = Arc::new(Inner { world, settings: settings.clone(), announce, hour: Mutex::default() });
        let routes = Router::new()
            .route("/1/api", get(api))
            .route("/1/download", get(download))
            .route("/feed.xml", get(plain))
            .fallback(async || page(StatusCode::NOT_FOUND, "404 Not Found", "nginx"))
            .with_state(inner);
        let served = Served::start("torznab", listen, gate.before(routes)).await?;
        Ok(Self { gate, settings, served })
    }

    /// The address of the indexer on the server; the path of its API is `/api`.
    pub fn url(&self) -> String {
        format!("{}/1", self.served.url())
    }

    /// The address of the server, where the plain feed is `/feed.xml`.
    pub fn server_url(&self) -> String {
        self.served.url()
    }
}

/// Parameters of a request, as they come.
#[derive(Debug, Clone, Default, Deserialize)]
struct Params {
    t: Option<String>,
    apikey: Option<String>,
    q: Option<String>,
    imdbid: Option<String>,
    tmdbid: Option<String>,
    cat: Option<String>,
    offset: Option<usize>,
    limit: Option<usize>,
    link: Option<u64>,
}

pub(super) fn xml(status: StatusCode, document: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/rss+xml; charset=utf-8")], document).into_response()
}

/// An error as the specification has it.
pub(super) fn error(status: StatusCode, code: i64, description: &str) -> Response {
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    xml(status, format!("{declaration}<error code=\"{code}\" description=\"{description}\"/>\n"))
}

fn is_let_in(inner: &Inner, params: &Params) -> bool {
    params.apikey.as_deref() == Some(inner.settings.api_key.as_str())
}

fn refused() -> Response {
    error(StatusCode::UNAUTHORIZED, 100, "Incorrect user credentials")
}

/// Whether one more search is within the limit.
fn within_limit(inner: &Inner) -> bool {
    if inner.settings.requests_per_hour == 0 {
        return true;
    }
    let now = clock::now();
    let mut hour = inner.hour.lock().unwrap_or_else(PoisonError::into_inner);
    if hour.0.is_none_or(|began| now.as_second() - began.as_second() >= 3_600) {
        *hour = (Some(now), 0);
    }
    hour.1 += 1;
    hour.1 <= inner.settings.requests_per_hour
}

fn limit_reached() -> Response {
    let mut response = error(StatusCode::TOO_MANY_REQUESTS, 500, "Request limit reached");
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
    response
}

async fn api(State(inner): State<Arc<Inner>>, Query(params): Query<Params>) -> Response {
    match params.t.as_deref() {
        // Capabilities are for everybody.
        Some("caps") => xml(StatusCode::OK, feed::caps(inner.settings.movie_parameters)),
        Some("movie" | "search") if !is_let_in(&inner, &params) => refused(),
        Some("movie" | "search") if !within_limit(&inner) => limit_reached(),
        Some(_) => match Search::read(&params) {
            Ok(search) => xml(StatusCode::OK, search.answer(&inner)),
            Err((code, description)) => error(StatusCode::BAD_REQUEST, code, description),
        },
        None => error(StatusCode::BAD_REQUEST, 200, "Missing parameter (t)"),
    }
}

/// The newest as a feed without attributes.
async fn plain(State(inner): State<Arc<Inner>>, Query(params): Query<Params>) -> Response {
    if !is_let_in(&inner, &params) {
        return page(StatusCode::OK, "Log in", "You are not logged in.");
    }
    xml(StatusCode::OK, feed::plain(&inner))
}

async fn download(State(inner): State<Arc<Inner>>, Query(params): Query<Params>) -> Response {
    if !is_let_in(&inner, &params) {
        return refused();
    }
    let release = params.link.and_then(|id| inner.world.release(id));
    let Some(release) = release else {
        return page(StatusCode::NOT_FOUND, "Error", "There is no such release.");
    };
    if inner.settings.gives == Gives::Redirects {
        return match HeaderValue::from_str(&inner.magnet(release)) {
            Ok(magnet) => (StatusCode::FOUND, [(header::LOCATION, magnet)]).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
    }
    let announce = format!("{}?passkey={}", inner.announce, inner.settings.api_key);
    let bytes = match &release.download {
        Download::Right(found) => torrent::write(&found.info, &announce),
        Download::Other(info) => torrent::write(info, &announce),
        Download::Bytes(bytes) => bytes.clone(),
    };
    ([(header::CONTENT_TYPE, "application/x-bittorrent")], bytes).into_response()
}

impl Inner {
    /// The magnet link of a release; its tracker knows the person by the key.
    fn magnet(&self, release: &Listed) -> String {
        format!(
            "magnet:?xt=urn:btih:{}&dn={}&tr={}%3Fpasskey={}",
            release.hash, release.id, self.announce, self.settings.api_key
        )
    }
}
