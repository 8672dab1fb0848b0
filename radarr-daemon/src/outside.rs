//! The services outside by today's settings: TMDB, the indexers, the download clients.
//!
//! Connections are kept as long as their settings and secrets stay the same, so that a login, a pace or a cache is
//! shared by everybody who asks. Nothing is asked here; read `metadata/`, `indexers/`, `clients/` for that.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::{
    ClientId, DocVersion, DownloadClient, Indexer, IndexerKind, SecretSource, SecretText, TmdbSettings,
};
use tokio::sync::Mutex;

use crate::clients::{self, ClientError, TorrentClient};
use crate::config::Config;
use crate::indexers::hdbits::{Hdbits, HdbitsConfig};
use crate::indexers::torznab::{KnownCaps, Torznab, TorznabConfig};
use crate::indexers::{self, IndexerError, ListedBy};
use crate::metadata::tmdb::{Tmdb, TmdbConfig};
use crate::net::Http;
use crate::security::keeper::{KeepError, SecretKeeper};
use crate::security::key_source::KeySource;
use crate::security::mounted::Mounted;
use crate::security::tls::TlsFiles;
use crate::storage::{Only, SharedStore, StoreError};

/// Name of TMDB's secret.
pub const TMDB_SECRET: &str = "tmdb";

/// Name of an indexer's secret.
pub fn indexer_secret(indexer: &Indexer) -> String {
    format!("indexer-{}", indexer.id)
}

/// Name of a download client's secret.
pub fn client_secret(id: ClientId) -> String {
    format!("client-{id}")
}

/// Why a service can't even be asked.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// Its secret.
    #[error(transparent)]
    Secret(#[from] KeepError),
    /// Its settings.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Its settings.
    #[error(transparent)]
    Indexer(#[from] IndexerError),
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<OutsideError> for ApiError {
    fn from(error: OutsideError) -> Self {
        match error {
            OutsideError::Secret(error) => error.into(),
            OutsideError::Store(error) => error.into(),
            OutsideError::Client(error) => {
                let hint = error.hint();
                ApiError::new(ErrorCode::Upstream, error.to_string()).with_hint(hint)
            }
            OutsideError::Indexer(error) => {
                let hint = error.hint();
                ApiError::new(ErrorCode::Upstream, error.to_string()).with_hint(hint)
            }
        }
    }
}

/// A connected client, with what it was connected by.
struct Connected {
    settings: DownloadClient,
    password: SecretText,
    client: Arc<dyn TorrentClient>,
}

/// The way to every service outside.
pub struct Outside {
    store: SharedStore,
    keeper: SecretKeeper,
    http: Http,
    deployment: crate::config::TmdbConfig,
    /// TMDB's key as the deployment gives it, if it does.
    deployed_key: Mounted,
    /// The daemon's own folder: nothing else may lie in it.
    pub storage_folder: PathBuf,
    /// The program that reads media facts.
    pub ffprobe: PathBuf,
    /// The certificates that the daemon listens with.
    pub tls: Vec<TlsFiles>,
    /// The folder of the copy of the TRaSH guides.
    pub guides: Option<PathBuf>,
    /// The folder of files that declare settings.
    pub settings_folder: Option<PathBuf>,
    /// When the daemon started: failures just after it count less.
    pub started_at: Timestamp,
    tmdb: Mutex<Option<(TmdbConfig, Tmdb)>>,
    caps: Arc<KnownCaps>,
    clients: Mutex<HashMap<ClientId, Connected>>,
}

impl Outside {
    /// Asks nothing yet.
    pub fn new(
        store: SharedStore,
        config: &Config,
        http: Http,
        started_at: Timestamp,
    ) -> anyhow::Result<Self> {
        let folder: &Path = &config.storage.path;
        Ok(Self {
            keeper: SecretKeeper::open(KeySource::of(config))?,
            store,
            http,
            deployment: config.tmdb.clone(),
            deployed_key: Mounted::new(config.tmdb.api_key.clone(), config.tmdb.api_key_file.clone()),
            storage_folder: folder.to_owned(),
            ffprobe: config.media.ffprobe.clone(),
            tls: [TlsFiles::of_rpc(&config.rpc), TlsFiles::of_http(&config.http)]
                .into_iter()
                .flatten()
                .collect(),
            guides: config.guides.path.clone(),
            settings_folder: config.settings.dir.clone(),
            started_at,
            tmdb: Mutex::default(),
            caps: Arc::default(),
            clients: Mutex::default(),
        })
    }

    /// Where secrets are read and taken in.
    pub fn keeper(&self) -> &SecretKeeper {
        &self.keeper
    }

    /// How TMDB is asked: what the deployment says goes before what the user set; the address is the deployment's.
    pub async fn tmdb_settings(&self) -> Result<TmdbSettings, StoreError> {
        let stored = self.store.load::<TmdbSettings>(Only).await?;
        let mut settings = stored.unwrap_or_else(|| TmdbSettings {
            doc_version: DocVersion::ABSENT,
            key: SecretSource::None,
            base_url: String::new(),
            language: self.deployment.language.clone(),
            country: self.deployment.country.clone(),
        });
        settings.base_url.clone_from(&self.deployment.base_url);
        if !self.deployment.api_key.is_empty() {
            settings.key = SecretSource::Deployment;
        }
        Ok(settings)
    }

    /// TMDB with today's key.
    pub async fn tmdb(&self) -> Result<Tmdb, OutsideError> {
        let settings = self.tmdb_settings().await?;
        let key = if settings.key == SecretSource::Deployment {
            self.deployed_key.current()
        } else {
            self.keeper.read(&self.store, TMDB_SECRET, &settings.key).await?
        };
        let config = tmdb_config(&settings, key);
        let mut known = self.tmdb.lock().await;
        if let Some((same, tmdb)) = &*known
            && *same == config
        {
            return Ok(tmdb.clone());
        }
        let tmdb = Tmdb::new(config.clone(), self.http.clone());
        *known = Some((config, tmdb.clone()));
        Ok(tmdb)
    }

    /// TMDB by settings and a key that are only tried; an empty key is the one in force.
    pub async fn tmdb_tried(&self, settings: &TmdbSettings, key: SecretText) -> Result<Tmdb, OutsideError> {
        if key.is_empty() {
            return self.tmdb().await;
        }
        let settings = TmdbSettings { base_url: self.deployment.base_url.clone(), ..settings.clone() };
        Ok(Tmdb::new(tmdb_config(&settings, key), self.http.clone()))
    }

    /// An indexer.
    pub async fn indexer(&self, indexer: &Indexer) -> Result<Arc<dyn indexers::Indexer>, OutsideError> {
        let secret = self.keeper.read(&self.store, &indexer_secret(indexer), &indexer.secret).await?;
        Ok(self.indexer_tried(indexer, secret)?)
    }

    /// An indexer with a secret that is only tried.
    pub fn indexer_tried(
        &self,
        indexer: &Indexer,
        secret: SecretText,
    ) -> Result<Arc<dyn indexers::Indexer>, IndexerError> {
        let listed_by = ListedBy { id: indexer.id, name: indexer.name.clone(), priority: indexer.priority };
        let unusable = |problem: &str| IndexerError::Settings {
            indexer: indexer.name.clone(),
            problem: problem.to_owned(),
        };
        match &indexer.kind {
            IndexerKind::Hdbits { username } => {
                let config = HdbitsConfig {
                    base_url: indexer.base_url.clone(),
                    username: username.clone(),
                    passkey: secret,
                };
                Ok(Arc::new(Hdbits::new(config, listed_by, self.http.clone())))
            }
            IndexerKind::Torznab { api_path, categories } => {
                let config = TorznabConfig {
                    base_url: indexer.base_url.clone(),
                    api_path: api_path.clone(),
                    api_key: secret,
                    categories: categories.clone(),
                };
                let (known, sealing) = (Arc::clone(&self.caps), self.keeper.keys());
                Ok(Arc::new(Torznab::new(config, listed_by, self.http.clone(), known, sealing)))
            }
            IndexerKind::Unknown => Err(unusable("it is of a kind that this version does not know")),
        }
    }

    /// A download client; the same connection as long as its settings and its password stay as they are.
    pub async fn client(&self, settings: &DownloadClient) -> Result<Arc<dyn TorrentClient>, OutsideError> {
        let password = self.keeper.read(&self.store, &client_secret(settings.id), &settings.secret).await?;
        let mut known = self.clients.lock().await;
        if let Some(connected) = known.get(&settings.id)
            && connected.settings == *settings
            && connected.password == password
        {
            return Ok(Arc::clone(&connected.client));
        }
        let client = clients::connect(settings, password.clone())?;
        let connected = Connected { settings: settings.clone(), password, client: Arc::clone(&client) };
        known.insert(settings.id, connected);
        Ok(client)
    }
}

fn tmdb_config(settings: &TmdbSettings, key: SecretText) -> TmdbConfig {
    TmdbConfig {
        base_url: settings.base_url.clone(),
        key,
        language: settings.language.clone(),
        country: settings.country.clone(),
    }
}
