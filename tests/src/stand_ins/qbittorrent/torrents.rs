//! The calls under `torrents/`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use radarr_daemon::clock;
use radarr_daemon::torrent::{Magnet, MetaInfo};
use radarr_proto::model::InfoHash;
use serde_json::{Value, json};
use tokio::fs;
use tokio::io::AsyncWriteExt;

use super::item::{Doing, Item};
use super::{Inner, Version, form, multipart};
use crate::stand_ins::torrent::{Torrent, write};

/// Bytes that are written at once.
const CHUNK_BYTES: usize = 64 * 1024;

pub(super) fn routes() -> Router<Arc<Inner>> {
    Router::new()
        .route("/torrents/info", get(info))
        .route("/torrents/properties", get(properties))
        .route("/torrents/files", get(files))
        .route("/torrents/add", post(add))
        .route("/torrents/delete", post(delete))
        .route("/torrents/categories", get(categories))
        .route("/torrents/createCategory", post(create_category))
        .route("/torrents/setCategory", post(set_category))
        .route("/torrents/setShareLimits", post(set_share_limits))
        .route("/torrents/pause", post(stop))
        .route("/torrents/stop", post(stop))
        .route("/torrents/resume", post(go_on))
        .route("/torrents/start", post(go_on))
}

type Params = Query<HashMap<String, String>>;

/// The hashes of a request: one, many with `|` between them, or `all`.
fn hashes(text: &str) -> impl Fn(&Item) -> bool {
    let all = text == "all";
    let wanted: Vec<InfoHash> = text.split('|').filter_map(|hash| hash.parse().ok()).collect();
    move |item| all || wanted.contains(&item.hash)
}

async fn info(State(inner): State<Arc<Inner>>, Query(params): Params) -> Response {
    let now = clock::now().as_second();
    let of_hashes = params.get("hashes").map(|text| hashes(text));
    let held = inner.held();
    let found = held.items.iter().filter(|item| {
        of_hashes.as_ref().is_none_or(|fits| fits(item))
            && params.get("category").is_none_or(|category| *category == item.category)
    });
    let shown: Vec<Value> = found.map(|item| item.shown(inner.settings.version, now)).collect();
    Json(shown).into_response()
}

/// What `of` says of the torrent that the parameter `hash` names.
fn of_one(inner: &Inner, params: &HashMap<String, String>, of: impl Fn(&Item) -> Value) -> Response {
    let hash = params.get("hash").and_then(|hash| hash.parse::<InfoHash>().ok());
    let held = inner.held();
    match held.items.iter().find(|item| Some(item.hash) == hash) {
        Some(item) => Json(of(item)).into_response(),
        None => (StatusCode::NOT_FOUND, "Not Found").into_response(),
    }
}

async fn properties(State(inner): State<Arc<Inner>>, Query(params): Params) -> Response {
    of_one(&inner, &params, |item| {
        let seeding = item.completed_on.map_or(0, |at| clock::now().as_second() - at);
        json!({ "save_path": item.save_path, "seeding_time": seeding, "total_size": item.size,
            "addition_date": item.added_on, "completion_date": item.completed_on.unwrap_or(-1) })
    })
}

async fn files(State(inner): State<Arc<Inner>>, Query(params): Params) -> Response {
    of_one(&inner, &params, |item| {
        let files = item.files.iter().enumerate().map(|(index, (name, size))| {
            json!({ "index": index, "name": name, "size": size, "priority": 1,
                "progress": u8::from(item.is_complete()) })
        });
        Value::Array(files.collect())
    })
}

async fn add(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(fields) = multipart::fields(kind, &body) else {
        return (StatusCode::BAD_REQUEST, "Bad Request").into_response();
    };
    let text = |name: &str| fields.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
    let torrent = fields.get("torrents").map(Vec::as_slice).unwrap_or_default();
    let meta = match text("urls") {
        Some(link) => of_magnet(&inner, &link),
        None => MetaInfo::read(torrent).ok(),
    };
    let Some(meta) = meta else {
        let message = "Error: 'radarr.torrent' is not a valid torrent file.";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into_response();
    };
    let seeded = inner.seeded(meta.info_hash);
    let number = |name: &str| text(name).and_then(|value| value.parse::<f64>().ok());
    let item = Item {
        hash: meta.info_hash,
        name: meta.name,
        files: meta.files.into_iter().map(|file| (file.path, file.size_bytes)).collect(),
        category: text("category").unwrap_or_default(),
        save_path: text("savepath").map_or_else(|| inner.settings.save_path.clone(), PathBuf::from),
        size: meta.size_bytes,
        done: 0,
        added_on: clock::now().as_second(),
        completed_on: None,
        stopped: ["paused", "stopped"].iter().any(|name| text(name).as_deref() == Some("true")),
        doing: if seeded.is_some() { Doing::Downloading } else { Doing::Stalled },
        ratio_limit: number("ratioLimit").unwrap_or(-2.0),
        seeding_time_limit: text("seedingTimeLimit").and_then(|minutes| minutes.parse().ok()).unwrap_or(-2),
        shown_state: None,
    };
    {
        let mut held = inner.held();
        if held.items.iter().any(|had| had.hash == item.hash) {
            return match inner.settings.version {
                Version::V4 => "Fails.".into_response(),
                Version::V5 => (StatusCode::CONFLICT, "Fails.").into_response(),
            };
        }
        if !item.category.is_empty() {
            held.categories.entry(item.category.clone()).or_default();
        }
        held.items.push(item.clone());
    }
    if let Some(torrent) = seeded {
        let for_task = Arc::clone(&inner);
        inner.tasks.spawn_until_stop("download", async move {
            let failed = download(&for_task, &torrent, &item).await.is_err();
            if failed {
                with_item(&for_task, item.hash, |item| item.doing = Doing::Failed);
            }
        });
    }
    "Ok.".into_response()
}

/// What the peers say of a magnet link's torrent: the seeder has it, or nobody.
fn of_magnet(inner: &Inner, link: &str) -> Option<MetaInfo> {
    let torrent = inner.seeded(Magnet::read(link).ok()?.info_hash)?;
    MetaInfo::read(&write(&torrent.info, "")).ok()
}

/// Changes an item; whether it is still there.
fn with_item(inner: &Inner, hash: InfoHash, change: impl FnOnce(&mut Item)) -> Option<Item> {
    let mut held = inner.held();
    let item = held.items.iter_mut().find(|item| item.hash == hash)?;
    change(item);
    Some(item.clone())
}

/// Writes the files, one behind the other, at the seeder's speed; waits while it is stopped; ends when it is deleted.
async fn download(inner: &Inner, torrent: &Torrent, item: &Item) -> std::io::Result<()> {
    let mut at = 0;
    for (path, size) in &item.files {
        let path = item.save_path.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).await?;
        }
        let mut file = fs::File::create(&path).await?;
        let end = at + size;
        while at < end {
            let left = usize::try_from(end - at).unwrap_or(usize::MAX);
            let chunk = torrent.content.read(at, left.min(CHUNK_BYTES));
            inner.throttle.take(chunk.len()).await;
            while with_item(inner, item.hash, |_| {}).is_some_and(|item| item.stopped) {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            file.write_all(&chunk).await?;
            at += chunk.len() as u64;
            // The last bytes are told of when they are on disk.
            let done = at.min(item.size - 1);
            if with_item(inner, item.hash, |item| item.done = done).is_none() {
                return Ok(());
            }
        }
        file.flush().await?;
        file.sync_all().await?;
    }
    with_item(inner, item.hash, |item| {
        (item.done, item.completed_on) = (item.size, Some(clock::now().as_second()));
    });
    Ok(())
}

async fn delete(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    let form = form(&body);
    let fits = hashes(form.get("hashes").map_or("", String::as_str));
    let gone: Vec<Item> = {
        let mut held = inner.held();
        let gone = held.items.iter().filter(|item| fits(item)).cloned().collect();
        held.items.retain(|item| !fits(item));
        gone
    };
    if form.get("deleteFiles").map(String::as_str) == Some("true") {
        for item in gone {
            delete_files(&item.content_path()).await;
        }
    }
    StatusCode::OK.into_response()
}

/// What can't be deleted stays, as it does there.
async fn delete_files(content: &Path) {
    if content.is_dir() {
        drop(fs::remove_dir_all(content).await);
    } else {
        drop(fs::remove_file(content).await);
    }
}

async fn categories(State(inner): State<Arc<Inner>>) -> Response {
    let held = inner.held();
    let all =
        held.categories.iter().map(|(name, path)| (name.clone(), json!({ "name": name, "savePath": path })));
    Json(Value::Object(all.collect())).into_response()
}

async fn create_category(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    let form = form(&body);
    let name = form.get("category").cloned().unwrap_or_default();
    let mut held = inner.held();
    if name.is_empty() || held.categories.contains_key(&name) {
        return (StatusCode::CONFLICT, "Unable to create category").into_response();
    }
    held.categories.insert(name, form.get("savePath").cloned().unwrap_or_default());
    StatusCode::OK.into_response()
}

async fn set_category(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    let form = form(&body);
    let name = form.get("category").cloned().unwrap_or_default();
    if !name.is_empty() && !inner.held().categories.contains_key(&name) {
        return (StatusCode::CONFLICT, "Incorrect category name").into_response();
    }
    each(&inner, &form, |item| item.category.clone_from(&name))
}

async fn set_share_limits(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    let form = form(&body);
    let ratio = form.get("ratioLimit").and_then(|ratio| ratio.parse().ok());
    let minutes = form.get("seedingTimeLimit").and_then(|minutes| minutes.parse().ok());
    let (Some(ratio), Some(minutes)) = (ratio, minutes) else {
        return (StatusCode::BAD_REQUEST, "Bad Request").into_response();
    };
    each(&inner, &form, |item| (item.ratio_limit, item.seeding_time_limit) = (ratio, minutes))
}

async fn stop(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    each(&inner, &form(&body), |item| item.stopped = true)
}

async fn go_on(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    each(&inner, &form(&body), |item| item.stopped = false)
}

fn each(inner: &Inner, form: &HashMap<String, String>, change: impl Fn(&mut Item)) -> Response {
    let fits = hashes(form.get("hashes").map_or("", String::as_str));
    inner.held().items.iter_mut().filter(|item| fits(item)).for_each(change);
    StatusCode::OK.into_response()
}
