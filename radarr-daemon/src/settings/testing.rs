//! A flow on an empty storage, for tests of settings: nothing is set up, and nobody answers.

use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::model::{
    ClientId, ClientKind, DocVersion, DownloadClient, EventKind, Indexer, IndexerId, IndexerKind,
    MinimumAvailability, Movie, MovieFacts, MovieFile, MovieId, MovieVersion, ProfileId, QualityModel,
    RootFolderId, SaveClient, SaveIndexer, SecretInput, SecretSource, SecretText, Slot, StoredScore, TmdbId,
};
use tempfile::TempDir;

use crate::config::Config;
use crate::flow::Flow;
use crate::group_view::GroupView;
use crate::jobs::JobQueue;
use crate::library_view::LibraryView;
use crate::net::Http;
use crate::outside::Outside;
use crate::queue_view::QueueView;
use crate::storage::sled::SledStore;
use crate::storage::{Commit, Expect, SharedStore};

/// The time in these tests.
pub(crate) fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// A flow, and the folder that it is in: `storage` below it is the daemon's own.
pub(crate) async fn flow() -> (Flow, TempDir) {
    flow_with(|_| {}).await
}

/// A flow by another configuration.
pub(crate) async fn flow_with(change: impl FnOnce(&mut Config)) -> (Flow, TempDir) {
    let temp = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.storage.path = temp.path().join("storage");
    config.tmdb.base_url = "http://127.0.0.1:9/3".to_owned();
    change(&mut config);
    let store: SharedStore = Arc::new(SledStore::open(&config.storage.path).unwrap());
    let http = Http::new().unwrap();
    let flow = Flow {
        library: Arc::new(LibraryView::build(Arc::clone(&store)).await.unwrap()),
        grabs: Arc::new(QueueView::build(Arc::clone(&store)).await.unwrap()),
        groups: Arc::new(GroupView::build(Arc::clone(&store)).await.unwrap()),
        formats: Arc::default(),
        queue: JobQueue::new(Arc::clone(&store), "test"),
        outside: Arc::new(Outside::new(Arc::clone(&store), &config, http, now()).unwrap()),
        store,
        clock: now,
    };
    (flow, temp)
}

/// A movie with one version, by the profile and in the root folder of these numbers.
pub(crate) fn movie(id: u64, title: &str, profile: u64, root: u64) -> Movie {
    Movie {
        id: MovieId(id),
        doc_version: DocVersion(0),
        facts: MovieFacts {
            tmdb_id: TmdbId(1000 + u32::try_from(id).unwrap()),
            title: title.to_owned(),
            year: 1968,
            ..MovieFacts::default()
        },
        sort_title: title.to_lowercase(),
        monitored: true,
        minimum_availability: MinimumAvailability::Announced,
        tags: Vec::new(),
        added_at: now(),
        added_by: "test".to_owned(),
        refreshed_at: now(),
        versions: vec![MovieVersion {
            slot: Slot(0),
            name: String::new(),
            profile_id: ProfileId(profile),
            root_folder_id: RootFolderId(root),
            folder: title.to_owned(),
            file: None,
            last_searched_at: None,
        }],
    }
}

/// Puts a movie into the storage, and the library in memory in step with it.
pub(crate) async fn put(flow: &Flow, movie: &Movie) {
    let event = EventKind::MovieEdited { title: movie.facts.title.clone(), changes: Vec::new() };
    let commit = Commit::new("test", now()).put(movie, Expect::Any).event(Some(movie.id), event);
    flow.store.commit(commit).await.unwrap();
    flow.library.catch_up().await.unwrap();
}

/// A file of a movie.
pub(crate) fn file() -> MovieFile {
    MovieFile {
        relative_path: "movie.mkv".to_owned(),
        size_bytes: 1,
        added_at: now(),
        quality: QualityModel::default(),
        languages: Vec::new(),
        release_group: None,
        edition: None,
        scene_name: None,
        original_path: None,
        flags: Vec::new(),
        stored_score: StoredScore::default(),
        grab_id: None,
        media_info: None,
        extras: Vec::new(),
    }
}

/// An HDBits where nobody answers, in an edit.
pub(crate) fn hdbits(name: &str) -> SaveIndexer {
    SaveIndexer {
        indexer: Indexer {
            id: IndexerId(0),
            doc_version: DocVersion(0),
            name: name.to_owned(),
            kind: IndexerKind::Hdbits { username: "me".to_owned() },
            base_url: "http://127.0.0.1:9/".to_owned(),
            secret: SecretSource::None,
            enabled: true,
            use_recent: true,
            use_automatic_search: true,
            use_interactive_search: true,
            priority: 25,
            minimum_seeders: 1,
            required_flags: Vec::new(),
            multi_languages: Vec::new(),
            tags: Vec::new(),
            client_id: None,
            seed_ratio_hundredths: None,
            seed_time_minutes: None,
            requests_per_hour: 0,
        },
        secret: SecretInput::Value { value: SecretText::new("passkey-0123456789") },
    }
}

/// A Torznab server where nobody answers, in an edit.
pub(crate) fn torznab(name: &str) -> SaveIndexer {
    let mut request = hdbits(name);
    request.indexer.kind = IndexerKind::Torznab { api_path: "/api".to_owned(), categories: vec![2000] };
    request.indexer.base_url = "http://127.0.0.1:9/1".to_owned();
    request.secret = SecretInput::Value { value: SecretText::new("api-key-0123456789") };
    request
}

/// A qBittorrent where nobody answers, in an edit.
pub(crate) fn qbittorrent(name: &str) -> SaveClient {
    SaveClient {
        client: DownloadClient {
            id: ClientId(0),
            doc_version: DocVersion(0),
            name: name.to_owned(),
            kind: ClientKind::Qbittorrent {
                username: "admin".to_owned(),
                category: "radarr".to_owned(),
                imported_category: None,
                save_path: None,
                add_stopped: false,
                sequential: false,
            },
            url: "http://127.0.0.1:9".to_owned(),
            secret: SecretSource::None,
            enabled: true,
            priority: 1,
            remove_completed: false,
            remove_failed: true,
            path_mappings: Vec::new(),
            tags: Vec::new(),
        },
        secret: SecretInput::Value { value: SecretText::new("password-42") },
    }
}
