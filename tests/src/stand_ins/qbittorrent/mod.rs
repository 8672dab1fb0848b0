//! A small stand-in of qBittorrent's web API, for machines without the real one and for states that it does not get
//! into by itself. It "downloads" by writing what the seeder has, at the seeder's speed.
//!
//! `torrents.rs` answers what concerns torrents, `item.rs` is one torrent there, `multipart.rs` reads an upload.
//! Under `/_torrents` a test sets the state that a torrent shows. Source of the answers: those of 4.5.2 that we saw,
//! and qBittorrent's wiki page on the web API for 5.0.

mod item;
mod multipart;
mod torrents;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use radarr_daemon::tasks::Tasks;
use radarr_proto::model::InfoHash;
use serde_json::json;

use super::gate::{Flavour, Gate};
use super::seeder::{Seeder, Throttle};
use super::serve::Served;
use super::torrent::Torrent;
use super::world::World;
use item::Item;

/// After so many wrong passwords nobody from that address is let in.
const WRONG_PASSWORDS_MAX: u32 = 5;

/// Which qBittorrent it is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 4.5.2: torrents are paused, a second addition "Fails.".
    V4,
    /// 5.0.4: torrents are stopped, a second addition is HTTP 409.
    V5,
}

/// How it is started.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which version it says to be.
    pub version: Version,
    /// Login name.
    pub username: String,
    /// Password.
    pub password: String,
    /// Where it downloads to.
    pub save_path: PathBuf,
}

/// A qBittorrent that runs.
#[derive(Debug)]
pub struct Qbittorrent {
    /// What was asked, and what goes wrong.
    pub gate: Gate,
    inner: Arc<Inner>,
    served: Served,
}

#[derive(Debug)]
struct Inner {
    settings: Settings,
    world: Arc<World>,
    throttle: Arc<Throttle>,
    state: Mutex<Held>,
    tasks: Tasks,
}

#[derive(Debug, Default)]
struct Held {
    sessions: BTreeSet<String>,
    logins: u32,
    wrong_passwords: u32,
    categories: BTreeMap<String, String>,
    items: Vec<Item>,
}

impl Inner {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The torrent that the seeder has under that hash.
    fn seeded(&self, hash: InfoHash) -> Option<Arc<Torrent>> {
        self.world.torrents.get(&hash).filter(|torrent| torrent.content.can_be_read()).cloned()
    }
}

impl Qbittorrent {
    /// Starts it.
    pub async fn start(seeder: &Seeder, listen: SocketAddr, settings: Settings) -> anyhow::Result<Self> {
        tokio::fs::create_dir_all(&settings.save_path).await?;
        let gate = Gate::new(Flavour::Qbittorrent, &[&settings.password]);
        let inner = Arc::new(Inner {
            world: seeder.world(),
            throttle: seeder.throttle(),
            state: Mutex::default(),
            tasks: Tasks::new(),
            settings,
        });
        let routes = Router::new()
            .route("/app/version", get(version))
            .route("/app/webapiVersion", get(api_version))
            .route("/app/preferences", get(preferences))
            .merge(torrents::routes())
            .layer(from_fn_with_state(Arc::clone(&inner), logged_in))
            .route("/auth/login", post(login))
            .with_state(Arc::clone(&inner));
        let admin = Router::new().route("/_torrents", post(set_state)).with_state(Arc::clone(&inner));
        let routes = gate.before(Router::new().nest("/api/v2", routes)).merge(admin);
        let served = Served::start("qbittorrent", listen, routes).await?;
        Ok(Self { gate, inner, served })
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.served.url()
    }

    /// Where it downloads to.
    pub fn save_path(&self) -> &Path {
        &self.inner.settings.save_path
    }

    /// The torrent shows this state, whatever it does; `None` = the true one again. Whether there is such a torrent.
    pub fn set_state(&self, hash: InfoHash, state: Option<&str>) -> bool {
        set_shown(&self.inner, hash, state)
    }

    /// How many torrents it has.
    pub fn torrent_count(&self) -> usize {
        self.inner.held().items.len()
    }

    /// Forgets who is logged in, as a restart does.
    pub fn forget_sessions(&self) {
        self.inner.held().sessions.clear();
    }

    /// Forgets the wrong passwords, as the end of a ban does.
    pub fn end_ban(&self) {
        self.inner.held().wrong_passwords = 0;
    }
}

impl Drop for Qbittorrent {
    fn drop(&mut self) {
        self.inner.tasks.stopping().cancel();
    }
}

fn set_shown(inner: &Inner, hash: InfoHash, state: Option<&str>) -> bool {
    let mut held = inner.held();
    let found = held.items.iter_mut().find(|item| item.hash == hash);
    found.map(|item| item.shown_state = state.map(str::to_owned)).is_some()
}

/// `{"hash": "…", "state": "error"}`; a state of null shows the true one again.
async fn set_state(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    let wish: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let hash = wish.get("hash").and_then(|hash| hash.as_str()).and_then(|hash| hash.parse().ok());
    match hash.map(|hash| set_shown(&inner, hash, wish.get("state").and_then(|state| state.as_str()))) {
        Some(true) => "Ok.\n".into_response(),
        Some(false) => (StatusCode::NOT_FOUND, "no such torrent\n").into_response(),
        None => (StatusCode::BAD_REQUEST, "write {\"hash\": \"…\", \"state\": \"error\"}\n").into_response(),
    }
}

/// The fields of a form.
fn form(body: &[u8]) -> HashMap<String, String> {
    url::form_urlencoded::parse(body).into_owned().collect()
}

async fn login(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    let form = form(&body);
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let mut held = inner.held();
    if held.wrong_passwords >= WRONG_PASSWORDS_MAX {
        let banned = "Your IP address has been banned after too many failed authentication attempts.";
        return (StatusCode::FORBIDDEN, banned).into_response();
    }
    if field("username") != inner.settings.username || field("password") != inner.settings.password {
        held.wrong_passwords += 1;
        return "Fails.".into_response();
    }
    held.wrong_passwords = 0;
    held.logins += 1;
    let session = format!("session{}+/=", held.logins);
    held.sessions.insert(session.clone());
    let cookie = format!("SID={session}; HttpOnly; path=/; SameSite=Strict");
    ([(header::SET_COOKIE, cookie)], "Ok.").into_response()
}

async fn logged_in(State(inner): State<Arc<Inner>>, request: Request, next: Next) -> Response {
    let cookies = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut sessions =
        cookies.flat_map(|line| line.split(';')).filter_map(|one| one.trim().strip_prefix("SID="));
    let known = {
        let held = inner.held();
        sessions.any(|session| held.sessions.contains(session))
    };
    if known { next.run(request).await } else { (StatusCode::FORBIDDEN, "Forbidden").into_response() }
}

async fn version(State(inner): State<Arc<Inner>>) -> &'static str {
    match inner.settings.version {
        Version::V4 => "v4.5.2",
        Version::V5 => "v5.0.4",
    }
}

async fn api_version(State(inner): State<Arc<Inner>>) -> &'static str {
    match inner.settings.version {
        Version::V4 => "2.8.19",
        Version::V5 => "2.11.4",
    }
}

async fn preferences(State(inner): State<Arc<Inner>>) -> Response {
    axum::Json(json!({
        "save_path": inner.settings.save_path, "dht": false, "queueing_enabled": false, "max_ratio_enabled": false,
        "max_ratio": -1, "max_ratio_act": 0, "max_seeding_time_enabled": false, "max_seeding_time": -1,
        "temp_path_enabled": false, "listen_port": 6881,
    }))
    .into_response()
}
