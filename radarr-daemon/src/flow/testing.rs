//! A flow on a real storage, a real folder, and a tiny TMDB on loopback, for tests of the steps.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use jiff::SignedDuration;
use radarr_proto::model::{
    Event, EventKind, Grab, GrabId, Job, JobKind, JobStatus, MinimumAvailability, Movie, MovieFacts,
    MovieFile, ParsedRelease, Quality, QualityModel, RootFolder, RootFolderId, SecretText, TmdbId,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{By, Flow};
use crate::clock;
use crate::domain::quality::defaults;
use crate::jobs::{Handler, Priority, Pulse, Schedule, Worker};
use crate::settings::testing::{self, flow_with};
use crate::storage::{Collection, Commit, Document, Expect, HistoryRange};
use crate::tasks::Tasks;

/// What TMDB knows: details by number, and which numbers changed.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) movies: BTreeMap<u32, Value>,
    pub(crate) changed: Vec<u32>,
    /// Answers everything with this status.
    pub(crate) broken: Option<u16>,
    /// Paths that were asked for.
    pub(crate) asked: Vec<String>,
}

/// A flow with everything around it. Keep it until the test's end.
pub(crate) struct Bench {
    pub(crate) flow: Flow,
    /// The only root folder.
    pub(crate) root: PathBuf,
    /// Holds the root folder, and has room for downloads.
    pub(crate) folder: tempfile::TempDir,
    pub(crate) tmdb: Arc<Mutex<Known>>,
    tasks: Tasks,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.tasks.stopping().cancel();
    }
}

/// The number of the root folder.
pub(crate) const ROOT: RootFolderId = RootFolderId(1);

/// A flow with a root folder, the default profiles, and a TMDB that knows nothing yet.
pub(crate) async fn bench() -> Bench {
    // Tests that need ffprobe say so; the others must not depend on it.
    bench_with("/nowhere/ffprobe").await
}

/// The same with this program to look into files.
pub(crate) async fn bench_with(ffprobe: &str) -> Bench {
    let tasks = Tasks::new();
    let tmdb: Arc<Mutex<Known>> = Arc::default();
    let base_url = serve(&tasks, Arc::clone(&tmdb)).await;
    let (flow, folder) = flow_with(|config| {
        config.tmdb.base_url = base_url;
        config.tmdb.api_key = SecretText::new("0123456789abcdef0123456789abcdef");
        config.media.ffprobe = PathBuf::from(ffprobe);
    })
    .await;
    let flow = Flow { clock: clock::now, ..flow };
    tasks.spawn_until_stop("library", Arc::clone(&flow.library).follow());
    let root = folder.path().join("movies");
    std::fs::create_dir(&root).unwrap();
    let bench = Bench { flow, root, folder, tmdb, tasks };
    bench.put(&Bench::root_folder(ROOT, &bench.root)).await;
    for profile in defaults::profiles() {
        bench.put(&profile).await;
    }
    bench
}

/// Somebody who calls.
pub(crate) fn caller() -> By {
    By::caller("alice", "request-1")
}

impl Bench {
    /// A root folder with a recycle bin.
    pub(crate) fn root_folder(id: RootFolderId, path: &std::path::Path) -> RootFolder {
        RootFolder {
            id,
            path: path.to_str().unwrap().to_owned(),
            recycle_bin: Some(".recycle".to_owned()),
            recycle_days: 7,
        }
    }

    /// Writes a document, whatever is there.
    pub(crate) async fn put<T: Document>(&self, document: &T) {
        let event =
            EventKind::SettingsChanged { what: "test".to_owned(), name: String::new(), changes: Vec::new() };
        let commit = Commit::new("test", self.flow.now()).put(document, Expect::Any).event(None, event);
        self.flow.store.commit(commit).await.unwrap();
    }

    /// Reads a document that is there.
    pub(crate) async fn load<T: Document>(&self, id: T::Id) -> T {
        self.flow.store.load(id).await.unwrap().unwrap()
    }

    /// Lets TMDB know a movie.
    pub(crate) fn tmdb_knows(&self, id: u32, title: &str, year: u16) {
        let movie = json!({
            "id": id,
            "title": title,
            "original_title": title,
            "original_language": "en",
            "release_date": format!("{year}-05-01"),
            "runtime": 100,
            "status": "Released",
            "overview": "Something happens.",
        });
        self.tmdb.lock().unwrap().movies.insert(id, movie);
    }

    /// The history, oldest first.
    pub(crate) async fn history(&self) -> Vec<Event> {
        let mut events = self.flow.store.history(HistoryRange::default(), 1000).await.unwrap();
        events.reverse();
        events.retain(|event| !matches!(event.kind, EventKind::SettingsChanged { .. }));
        events
    }

    /// The open jobs' kinds.
    pub(crate) async fn jobs(&self) -> Vec<JobKind> {
        let jobs: Vec<Job> = self.flow.queue.open_jobs().await.unwrap();
        jobs.into_iter().map(|job| job.kind).collect()
    }

    /// Makes a file below the root folder's parent.
    pub(crate) fn file(&self, relative: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// All files below a folder, relative to it, with their contents, by name.
    pub(crate) fn files_below(&self, relative: &str) -> BTreeMap<String, String> {
        let base = self.folder.path().join(relative);
        walkdir::WalkDir::new(&base)
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let name = entry.path().strip_prefix(&base).unwrap().to_str().unwrap().to_owned();
                (name, String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).into_owned())
            })
            .collect()
    }

    /// Gives a movie's first version a file, on the disk and in the storage.
    pub(crate) async fn with_file(&self, movie: Movie, relative: &str, content: &str) -> Movie {
        let path = self.movie_folder(&movie).join(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        let mut movie = movie;
        movie.versions[0].file = Some(file(relative, content.len() as u64));
        self.put(&movie).await;
        self.load(movie.id).await
    }

    /// The folder of a movie's first version.
    pub(crate) fn movie_folder(&self, movie: &Movie) -> PathBuf {
        self.root.join(&movie.versions[0].folder)
    }

    /// A movie without a file in the root folder.
    pub(crate) async fn movie(&self, tmdb_id: u32, title: &str, year: u16) -> Movie {
        let now = self.flow.now() - SignedDuration::from_hours(24 * 200);
        let folder = format!("{title} ({year}) {tmdb_id}");
        let id = self.flow.store.next_id(Collection::Movie).await.unwrap();
        let mut movie = Movie {
            facts: facts(tmdb_id, title, year),
            minimum_availability: MinimumAvailability::Released,
            added_at: now,
            refreshed_at: now,
            ..testing::movie(id, title, 1, ROOT.0)
        };
        movie.versions[0].folder = folder;
        self.put(&movie).await;
        self.load(movie.id).await
    }

    /// Queues a job, lets a worker run it, and gives back how it ended.
    pub(crate) async fn run_job(&self, kind: JobKind, handler: Handler) -> Job {
        let now = self.flow.now();
        let queue = self.flow.queue.clone();
        let job = queue.enqueue(kind, Priority::Person, now, "test", now).await.unwrap();
        let worker = Worker {
            schedule: Schedule::new(queue.clone(), &[], Arc::new(|_| None)),
            queue: queue.clone(),
            handler,
            at_once: 1,
            clock: self.flow.clock,
            pulse: Pulse::default(),
        };
        let stop = CancellationToken::new();
        let ended = async {
            let mut changes = self.flow.store.watch();
            loop {
                changes.mark_unchanged();
                let found = queue.job(job.id).await.unwrap().unwrap();
                if !found.status.is_open() || found.tries > 0 && found.status == JobStatus::Queued {
                    stop.cancel();
                    return found;
                }
                changes.changed().await.unwrap();
            }
        };
        tokio::join!(worker.run(stop.clone()), ended).1
    }
}

/// An open grab of a release for a movie.
pub(crate) fn grab(id: GrabId, movie: &Movie) -> Grab {
    let grab = json!({
        "id": id, "movie_id": movie.id, "movie_title": movie.facts.title,
        "parsed": ParsedRelease::default(), "languages": [],
        "release": {
            "guid": "1", "indexer_id": 1, "indexer": "HDBits", "title": "The.General.1926.1080p.BluRay.x264-GRP",
            "protocol": "torrent", "size_bytes": 1, "indexer_priority": 1,
        },
        "score": {"score": 0}, "matched_by": "title", "found_by": "user", "asked_by": "test", "client_id": 1,
        "client": "qb", "protocol": "torrent", "grabbed_at": clock::now(),
        "state": {"state": "downloading"},
    });
    serde_json::from_value(grab).unwrap()
}

/// Makes a video with sound; `false`, which is said, where ffmpeg is not installed.
pub(crate) fn video(path: &std::path::Path, seconds: u32) -> bool {
    let made = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=1920x1080:rate=1"])
        .args(["-f", "lavfi", "-i", "sine"])
        .args(["-t", &seconds.to_string(), "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"])
        .arg(path)
        .status();
    let is_made = made.is_ok_and(|status| status.success());
    if !is_made {
        println!("skipped: ffmpeg is not installed");
    }
    is_made
}

/// A file of a movie.
pub(crate) fn file(relative_path: &str, size_bytes: u64) -> MovieFile {
    MovieFile {
        relative_path: relative_path.to_owned(),
        size_bytes,
        added_at: clock::now(),
        quality: QualityModel { quality: Quality::Bluray1080p, ..QualityModel::default() },
        ..testing::file()
    }
}

/// Facts with a title and a year.
pub(crate) fn facts(id: u32, title: &str, year: u16) -> MovieFacts {
    MovieFacts {
        tmdb_id: TmdbId(id),
        title: title.to_owned(),
        year,
        runtime_minutes: 100,
        ..MovieFacts::default()
    }
}

async fn serve(tasks: &Tasks, known: Arc<Mutex<Known>>) -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/search/movie", get(search))
        .route("/movie/changes", get(changes))
        .route("/movie/{id}", get(details))
        .with_state(known);
    tasks.spawn_until_stop("tmdb", async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

type Answer = Result<Json<Value>, (StatusCode, Json<Value>)>;

fn asked(known: &Mutex<Known>, what: &str) -> Result<(), (StatusCode, Json<Value>)> {
    let mut known = known.lock().unwrap();
    known.asked.push(what.to_owned());
    match known.broken {
        Some(status) => Err((
            StatusCode::from_u16(status).unwrap(),
            Json(json!({"success": false, "status_code": 7, "status_message": "Invalid API key"})),
        )),
        None => Ok(()),
    }
}

async fn search(State(known): State<Arc<Mutex<Known>>>) -> Answer {
    asked(&known, "search")?;
    let results: Vec<Value> = known.lock().unwrap().movies.values().cloned().collect();
    Ok(Json(json!({"page": 1, "total_pages": 1, "results": results})))
}

async fn changes(State(known): State<Arc<Mutex<Known>>>) -> Answer {
    asked(&known, "changes")?;
    let results: Vec<Value> = known.lock().unwrap().changed.iter().map(|id| json!({"id": id})).collect();
    Ok(Json(json!({"page": 1, "total_pages": 1, "results": results})))
}

async fn details(State(known): State<Arc<Mutex<Known>>>, Path(id): Path<u32>) -> Answer {
    asked(&known, &format!("movie/{id}"))?;
    match known.lock().unwrap().movies.get(&id) {
        Some(movie) => Ok(Json(movie.clone())),
        None => Err((
            StatusCode::NOT_FOUND,
            Json(json!({"success": false, "status_code": 34, "status_message": "could not be found"})),
        )),
    }
}
