//! Whom the settings are asked of: the daemon that runs, or the storage itself where none does.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use radarr_proto::client::{CallError, Client, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::{
    DownloadClient, HealthItem, Indexer, RootFolderState, SaveClient, SaveIndexer, SecretInput, SecretSource,
    TestResult, TmdbSettings,
};
use radarr_proto::request::{SaveTmdb, Status, VerifyReport, VerifyStorage};

use super::line::Line;
use crate::clock;
use crate::config::Config;
use crate::flow::Flow;
use crate::health;
use crate::hint;
use crate::migrate::idle_flow;
use crate::net::Http;
use crate::security::key_source::KeySource;
use crate::settings::{clients, indexers, roots, tmdb};
use crate::storage::sled::holds_storage;
use crate::storage::{self, SharedStore, StoreError, Trial};
use crate::verify;

/// A person waits; a database that is away for longer is worth a word.
const DATABASE_WAIT_MAX: Duration = Duration::from_secs(10);
/// A socket of this machine answers at once.
const SOCKET_WAIT_MAX: Duration = Duration::from_secs(5);

/// Whom the settings are asked of.
#[derive(Clone)]
pub(super) enum Asked {
    /// The daemon that runs.
    Daemon(Arc<Client>),
    /// The storage, of which nothing is changed.
    Storage { flow: Box<Flow>, store: SharedStore },
}

type Answer<T> = Result<T, ApiError>;

fn told(error: CallError) -> ApiError {
    let hint = error.hint();
    let CallError::Api(error) = error else {
        return ApiError { hint, ..ApiError::new(ErrorCode::Unavailable, error.to_string()) };
    };
    error
}

/// The daemon at the socket of this configuration, if one answers.
pub(super) async fn daemon(config: &Config) -> Option<Arc<Client>> {
    if config.rpc.unix.is_empty() {
        return None;
    }
    let endpoint = Endpoint::Unix(PathBuf::from(&config.rpc.unix));
    let software = format!("radarr-daemon {} doctor", env!("CARGO_PKG_VERSION"));
    let connect = Client::connect(&endpoint, ConnectOptions { software, ..ConnectOptions::default() });
    tokio::time::timeout(SOCKET_WAIT_MAX, connect).await.ok()?.ok().map(Arc::new)
}

/// The storage itself; `Err` is what is said of one that can't be opened or is not there yet.
pub(super) async fn storage(config: &Config, http: &Http) -> Result<Asked, Line> {
    const CHECK: &str = "storage";
    let is_there = config.storage.is_database()
        || holds_storage(&config.storage.path).map_err(|error| Line::failed(CHECK, error.into()))?;
    if !is_there {
        let message =
            format!("there is none yet at {}: the first start makes it", config.storage.path.display());
        return Err(Line::ok(CHECK, message));
    }
    let store = storage::look_into(&config.storage, DATABASE_WAIT_MAX).await;
    let store = store.map_err(|error| {
        let StoreError::SchemaBehind { found, .. } = error else { return Line::failed(CHECK, error.into()) };
        match found {
            0 => Line::ok(CHECK, format!("{error}: the first start makes it")),
            _ => Line::warning(CHECK, error.to_string(), error.hint()),
        }
    })?;
    // To open the secrets would make a key.
    if let KeySource::Own(path) = KeySource::of(config)
        && matches!(path.try_exists(), Ok(false))
    {
        store.close().await;
        let message = format!(
            "{} is not there: the next start makes a key, which opens no secret that is stored already",
            path.display()
        );
        let hint = "put the file back, or copy that of a daemon with the same storage; without it enter all secrets again";
        return Err(Line::warning(CHECK, message, hint));
    }
    let trial: SharedStore = Arc::new(Trial::over(Arc::clone(&store)));
    match idle_flow(config, http.clone(), trial).await {
        Ok(flow) => Ok(Asked::Storage { flow: Box::new(flow), store }),
        Err(error) => {
            store.close().await;
            let hint = hint::of(&error).unwrap_or_else(|| "radarr-daemon verify-database".to_owned());
            Err(Line::problem(CHECK, format!("what is in it can't be read: {error:#}"), hint))
        }
    }
}

impl Asked {
    pub(super) async fn close(&self) {
        if let Self::Storage { store, .. } = self {
            store.close().await;
        }
    }

    pub(super) async fn status(&self) -> Option<Answer<Status>> {
        match self {
            Self::Daemon(client) => Some(client.status().await.map_err(told)),
            Self::Storage { .. } => None,
        }
    }

    pub(super) async fn health(&self) -> Answer<Vec<HealthItem>> {
        match self {
            Self::Daemon(client) => client.health().await.map_err(told),
            Self::Storage { flow, .. } => Ok(health::check_all(flow).await?),
        }
    }

    pub(super) async fn verify(&self) -> Answer<VerifyReport> {
        let quick = VerifyStorage::default();
        match self {
            Self::Daemon(client) => client.verify_storage(quick).await.map_err(told),
            Self::Storage { flow, store } => {
                Ok(verify::verify(store, flow.outside.keeper(), quick, clock::now()).await?)
            }
        }
    }

    pub(super) async fn roots(&self) -> Answer<Vec<RootFolderState>> {
        match self {
            Self::Daemon(client) => client.roots().await.map_err(told),
            Self::Storage { flow, .. } => Ok(roots::roots(flow).await?),
        }
    }

    pub(super) async fn clients(&self) -> Answer<Vec<DownloadClient>> {
        match self {
            Self::Daemon(client) => client.clients().await.map_err(told),
            Self::Storage { flow, .. } => Ok(clients::clients(flow).await?),
        }
    }

    pub(super) async fn test_client(&self, client: DownloadClient) -> Answer<TestResult> {
        let request = SaveClient { client, secret: SecretInput::Keep };
        match self {
            Self::Daemon(daemon) => daemon.test_client(request).await.map_err(told),
            Self::Storage { flow, .. } => Ok(clients::test_client(flow, request).await?),
        }
    }

    pub(super) async fn indexers(&self) -> Answer<Vec<Indexer>> {
        let states = match self {
            Self::Daemon(client) => client.indexers().await.map_err(told)?,
            Self::Storage { flow, .. } => indexers::indexers(flow).await?,
        };
        Ok(states.into_iter().map(|state| state.indexer).collect())
    }

    pub(super) async fn test_indexer(&self, indexer: Indexer) -> Answer<TestResult> {
        let request = SaveIndexer { indexer, secret: SecretInput::Keep };
        match self {
            Self::Daemon(daemon) => daemon.test_indexer(request).await.map_err(told),
            Self::Storage { flow, .. } => Ok(indexers::test_indexer(flow, request).await?),
        }
    }

    /// Tries the TMDB key in force; `None` = there is none.
    pub(super) async fn test_tmdb(&self) -> Answer<Option<TestResult>> {
        let settings: TmdbSettings = match self {
            Self::Daemon(client) => client.tmdb_settings().await.map_err(told)?,
            Self::Storage { flow, .. } => tmdb::tmdb_settings(flow).await?,
        };
        if settings.key == SecretSource::None {
            return Ok(None);
        }
        let request = SaveTmdb { settings, key: SecretInput::Keep };
        Ok(Some(match self {
            Self::Daemon(client) => client.test_tmdb(request).await.map_err(told)?,
            Self::Storage { flow, .. } => tmdb::test_tmdb(flow, request).await?,
        }))
    }
}
