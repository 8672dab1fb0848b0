//! `radarr-daemon import radarr`: into the storage of a daemon that is not running.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use radarr_proto::model::SecretText;

use super::paths::MapPath;
use super::report::Report;
use super::source::Source;
use super::{api, run, sqlite};
use crate::clock;
use crate::config::{Config, read_secret};
use crate::flow::Flow;
use crate::group_view::GroupView;
use crate::jobs::JobQueue;
use crate::library_view::LibraryView;
use crate::net::Http;
use crate::outside::Outside;
use crate::queue_view::QueueView;
use crate::storage::{self, SharedStore, Trial};

/// A person waits; a database that is away for longer is worth a word.
const DATABASE_WAIT_MAX: Duration = Duration::from_secs(30);

/// What is asked for.
#[derive(Debug, Clone)]
pub struct RadarrImport {
    /// A database, the folder that it lies in, or the address of an API.
    pub source: String,
    /// Holds the API's key.
    pub api_key_file: Option<PathBuf>,
    /// Folders that have another path here.
    pub maps: Vec<MapPath>,
    /// Do it, rather than say what would be done.
    pub yes: bool,
    /// The report as JSON.
    pub json: bool,
}

/// Takes a Radarr over, or says what would be taken. Answers with the report.
pub fn import(config: &Config, request: &RadarrImport) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let report = runtime.context("the system gives no threads")?.block_on(async {
        let http = Http::new()?;
        let source = read(&http, request).await?;
        if !request.yes && !config.storage.is_database() && !config.storage.path.exists() {
            // A trial makes no storage where none is.
            let folder = tempfile::Builder::new().prefix("radarr-trial.").tempdir()?;
            let mut config = config.clone();
            config.storage.path = folder.path().join("storage");
            return take(&config, http, request, &source).await;
        }
        take(config, http, request, &source).await
    })?;
    if request.json { Ok(serde_json::to_string_pretty(&report)?) } else { Ok(report.text()) }
}

async fn read(http: &Http, request: &RadarrImport) -> anyhow::Result<Source> {
    if request.source.starts_with("http://") || request.source.starts_with("https://") {
        let key = request.api_key_file.as_deref().context(
            "Radarr's API needs its key (Settings, General, API Key): write it into a file and give --api-key-file",
        )?;
        let key: SecretText = read_secret(key).map_err(anyhow::Error::msg)?;
        return Ok(api::read(http, &request.source, &key).await?);
    }
    let path = PathBuf::from(&request.source);
    Ok(tokio::task::spawn_blocking(move || sqlite::read(Path::new(&path))).await??)
}

async fn take(
    config: &Config,
    http: Http,
    request: &RadarrImport,
    source: &Source,
) -> anyhow::Result<Report> {
    let storage = storage::open(&config.storage, Some(DATABASE_WAIT_MAX)).await?;
    let store: SharedStore =
        if request.yes { Arc::clone(&storage) } else { Arc::new(Trial::over(Arc::clone(&storage))) };
    let report = match idle_flow(config, http, store).await {
        Ok(flow) => run::run(&flow, source, &request.maps, !request.yes).await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    storage.close().await;
    report
}

/// A flow in which nothing runs by itself.
pub(crate) async fn idle_flow(config: &Config, http: Http, store: SharedStore) -> anyhow::Result<Flow> {
    Ok(Flow {
        library: Arc::new(LibraryView::build(Arc::clone(&store)).await?),
        grabs: Arc::new(QueueView::build(Arc::clone(&store)).await?),
        groups: Arc::new(GroupView::build(Arc::clone(&store)).await?),
        formats: Arc::default(),
        queue: JobQueue::new(Arc::clone(&store), &uuid::Uuid::now_v7().to_string()),
        outside: Arc::new(Outside::new(Arc::clone(&store), config, http, clock::now())?),
        store,
        clock: clock::now,
    })
}
