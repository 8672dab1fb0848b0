//! A stand-in of HDBits: its JSON API, its torrents, and its pages for people where a program gets one by mistake.
//!
//! `list.rs` picks and writes what a search answers.

mod list;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use radarr_daemon::clock;
use serde::Deserialize;
use serde_json::{Value, json};

use super::gate::{Flavour, Gate, page};
use super::serve::Served;
use super::torrent;
use super::world::World;
use super::world::release::Download;
use list::Search;

/// The account that is let in, unless another one is asked for.
pub const USERNAME: &str = "demo";
/// Its passkey.
pub const PASSKEY: &str = "5f4dcc3b5aa765d61d8327deb882cf99feedfacecafebeef0011223344556677";

/// Who is let in, and how often.
#[derive(Debug, Clone)]
pub struct Account {
    /// Name.
    pub username: String,
    /// Passkey.
    pub passkey: String,
    /// Searches in an hour; 0 = no limit.
    pub requests_per_hour: u32,
}

impl Default for Account {
    fn default() -> Self {
        Self { username: USERNAME.to_owned(), passkey: PASSKEY.to_owned(), requests_per_hour: 0 }
    }
}

/// An HDBits that runs.
#[derive(Debug)]
pub struct Hdbits {
    /// What was asked, and what goes wrong.
    pub gate: Gate,
    /// Who is let in.
    pub account: Account,
    served: Served,
}

struct Inner {
    world: Arc<World>,
    account: Account,
    announce: String,
    /// When the running hour began, and the searches in it.
    hour: Mutex<(Option<Timestamp>, u32)>,
}

impl Hdbits {
    /// Starts it. Its torrents name the tracker at `announce`.
    pub async fn start(
        world: Arc<World>,
        listen: SocketAddr,
        account: Account,
        announce: String,
    ) -> anyhow::Result<Self> {
        let gate = Gate::new(Flavour::Hdbits, &[&account.passkey]);
        let inner = Arc::new(Inner { world, account: account.clone(), announce, hour: Mutex::default() });
        let routes = Router::new()
            .route("/api/torrents", post(torrents).get(not_json))
            .route("/api/test", post(test).get(not_json))
            .route("/download.php", get(download))
            .route("/details.php", get(details))
            .fallback(async || page(StatusCode::NOT_FOUND, "404 Not Found", "nginx"))
            .with_state(inner);
        let served = Served::start("hdbits", listen, gate.before(routes)).await?;
        Ok(Self { gate, account, served })
    }

    /// The base URL.
    pub fn url(&self) -> String {
        self.served.url()
    }
}

/// A status of HDBits and its words.
type Status = (u32, &'static str);

fn status((number, message): Status) -> Response {
    axum::Json(json!({ "status": number, "message": message })).into_response()
}

const MALFORMED: Status = (3, "JSON malformed");

async fn not_json() -> Response {
    status(MALFORMED)
}

fn limit_page() -> Response {
    page(StatusCode::FORBIDDEN, "Error", "Rate limit exceeded. Please try again in 15 minutes.")
}

/// The body as JSON of somebody who is let in, or the status that the site gives.
fn admitted(inner: &Inner, body: &[u8]) -> Result<Value, Status> {
    let body: Value = serde_json::from_slice(body).map_err(|_| MALFORMED)?;
    if !body.is_object() {
        return Err(MALFORMED);
    }
    let field = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let (Some(username), Some(passkey)) = (field("username"), field("passkey")) else {
        return Err((4, "Auth data missing"));
    };
    // Names are not told apart by case; passkeys are.
    if !username.eq_ignore_ascii_case(&inner.account.username) || passkey != inner.account.passkey {
        return Err((5, "Auth failed"));
    }
    Ok(body)
}

/// Whether one more search is within the limit.
fn within_limit(inner: &Inner) -> bool {
    if inner.account.requests_per_hour == 0 {
        return true;
    }
    let now = clock::now();
    let mut hour = inner.hour.lock().unwrap_or_else(PoisonError::into_inner);
    if hour.0.is_none_or(|began| now.as_second() - began.as_second() >= 3_600) {
        *hour = (Some(now), 0);
    }
    hour.1 += 1;
    hour.1 <= inner.account.requests_per_hour
}

async fn test(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    match admitted(&inner, &body) {
        Ok(_) => axum::Json(json!({ "status": 0, "message": "Success" })).into_response(),
        Err(refused) => status(refused),
    }
}

async fn torrents(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    let body = match admitted(&inner, &body) {
        Ok(body) => body,
        Err(refused) => return status(refused),
    };
    if !within_limit(&inner) {
        return limit_page();
    }
    match Search::read(&body) {
        Ok(search) => axum::Json(json!({ "status": 0, "data": search.answer(&inner.world) })).into_response(),
        Err(number) => status((number, "Invalid parameter")),
    }
}

#[derive(Debug, Deserialize)]
struct DownloadParams {
    id: Option<String>,
    passkey: Option<String>,
}

async fn download(State(inner): State<Arc<Inner>>, Query(params): Query<DownloadParams>) -> Response {
    if params.passkey.as_deref() != Some(inner.account.passkey.as_str()) {
        return page(StatusCode::OK, "HDBits", "You are not logged in.");
    }
    let release = params.id.and_then(|id| id.parse().ok()).and_then(|id: u64| inner.world.release(id));
    let Some(release) = release else {
        return page(StatusCode::NOT_FOUND, "Error", "There is no torrent with that id.");
    };
    // The tracker knows each person by the passkey, as the real one does.
    let announce = format!("{}?passkey={}", inner.announce, inner.account.passkey);
    let bytes = match &release.download {
        Download::Right(found) => torrent::write(&found.info, &announce),
        Download::Other(info) => torrent::write(info, &announce),
        Download::Bytes(bytes) => bytes.clone(),
    };
    ([(header::CONTENT_TYPE, "application/x-bittorrent")], bytes).into_response()
}

async fn details() -> Response {
    page(StatusCode::OK, "HDBits", "Details of a torrent, for people who are logged in.")
}
