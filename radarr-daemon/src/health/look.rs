//! Everything that the checks judge, asked once and at the same time.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use jiff::Timestamp;
use radarr_proto::error::ApiError;
use radarr_proto::model::{
    DownloadClient, IndexerId, IndexerKind, IndexerState, LibrarySettings, QualityProfile, ReleaseProfile,
    RootFolderId, RootFolderState, SecretSource, TmdbSettings,
};
use tokio::process::Command;

use crate::clients::{ClientError, ClientFacts};
use crate::declared::{Drift, FolderFault, drifts, folder_faults};
use crate::flow::format_cache::ReadyFormats;
use crate::flow::rescan::{HeldBack, held_back};
use crate::flow::{Flow, FlowError, learn_groups};
use crate::library_view::Snapshot;
use crate::security::tls::{Loaded, TlsError, TlsFiles};
use crate::settings::{clients, indexers, library, managed, profiles, release_profiles, roots};
use crate::storage::StoreHealth;

/// A client answers within a second; what takes this long is as good as gone.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(30);
/// A program that prints its version.
const FFPROBE_TIMEOUT: Duration = Duration::from_secs(10);

/// A download client and what it says of itself.
#[derive(Debug, Clone)]
pub(super) struct AskedClient {
    pub(super) client: DownloadClient,
    pub(super) answer: Result<ClientFacts, ApiError>,
}

/// What is known of settings that files declare.
pub(super) struct Declared {
    pub(super) faults: Vec<FolderFault>,
    pub(super) drifts: Vec<Drift>,
    /// What a folder manages that nobody watches.
    pub(super) unwatched: usize,
}

impl Declared {
    async fn take(flow: &Flow) -> Result<Self, FlowError> {
        let managed = managed::managed_settings(flow).await?;
        // Other daemons on a shared storage may watch one.
        let nobody_watches = flow.outside.settings_folder.is_none() && !flow.store.is_shared();
        let unwatched = managed.iter().filter(|managed| managed.watched && nobody_watches).count();
        Ok(Self { faults: folder_faults(flow).await?, drifts: drifts(&flow.store).await?, unwatched })
    }
}

/// Everything at one moment.
pub(super) struct Look {
    pub(super) now: Timestamp,
    pub(super) library: Arc<Snapshot>,
    pub(super) settings: LibrarySettings,
    pub(super) roots: Vec<RootFolderState>,
    /// Root folders of which too many files seem to be gone.
    pub(super) held_back: Vec<HeldBack>,
    pub(super) tmdb: TmdbSettings,
    /// What TMDB says of the key; `None` = there is none to be tried.
    pub(super) tmdb_answer: Option<Result<(), FlowError>>,
    pub(super) indexers: Vec<IndexerState>,
    /// Indexers whose listing is being read for the first time, for what is known of groups.
    pub(super) being_read: Vec<IndexerId>,
    pub(super) clients: Vec<AskedClient>,
    /// What ffprobe says of itself; the error is what came instead.
    pub(super) ffprobe: Result<(), String>,
    pub(super) ffprobe_path: PathBuf,
    /// The certificates that the daemon listens with, as their files are now.
    pub(super) certificates: Vec<(TlsFiles, Result<Loaded, TlsError>)>,
    pub(super) profiles: Vec<QualityProfile>,
    pub(super) formats: Arc<ReadyFormats>,
    pub(super) release_profiles: Vec<ReleaseProfile>,
    pub(super) declared: Declared,
    pub(super) storage: StoreHealth,
    pub(super) storage_bytes: Option<u64>,
    pub(super) storage_folder: PathBuf,
}

impl Look {
    pub(super) async fn take(flow: &Flow) -> Result<Self, FlowError> {
        let settings = library::library_settings(flow).await?;
        let tmdb = flow.outside.tmdb_settings().await?;
        let (roots, tmdb_answer, clients, ffprobe) = tokio::join!(
            roots::roots(flow),
            ask_tmdb(flow, &tmdb),
            ask_clients(flow),
            ask_ffprobe(&flow.outside.ffprobe)
        );
        let roots = roots?;
        let root_ids: Vec<RootFolderId> = roots.iter().map(|state| state.root.id).collect();
        let indexers = indexers::indexers(flow).await?;
        Ok(Self {
            now: flow.now(),
            being_read: if settings.learn_groups { being_read(flow, &indexers).await? } else { Vec::new() },
            library: flow.library.latest().await,
            settings,
            held_back: held_back(&flow.store, &root_ids).await?,
            roots,
            tmdb,
            tmdb_answer,
            indexers,
            clients: clients?,
            ffprobe,
            ffprobe_path: flow.outside.ffprobe.clone(),
            certificates: flow.outside.tls.iter().map(|files| (files.clone(), files.load())).collect(),
            profiles: profiles::profiles(flow).await?,
            formats: flow.formats.ready(&flow.store).await?,
            release_profiles: release_profiles::release_profiles(flow).await?,
            declared: Declared::take(flow).await?,
            storage: flow.store.health(),
            // A database clears up after itself.
            storage_bytes: flow.store.size_bytes().filter(|_| !flow.store.is_shared()),
            storage_folder: flow.outside.storage_folder.clone(),
        })
    }
}

async fn being_read(flow: &Flow, indexers: &[IndexerState]) -> Result<Vec<IndexerId>, FlowError> {
    let mut reading = Vec::new();
    for IndexerState { indexer, .. } in indexers {
        let is_walked = indexer.enabled && matches!(indexer.kind, IndexerKind::Hdbits { .. });
        if is_walked && !learn_groups::was_read(&flow.store, indexer.id).await? {
            reading.push(indexer.id);
        }
    }
    Ok(reading)
}

async fn ask_tmdb(flow: &Flow, settings: &TmdbSettings) -> Option<Result<(), FlowError>> {
    if settings.key == SecretSource::None {
        return None;
    }
    let answer = async {
        flow.outside.tmdb().await?.test().await?;
        Ok(())
    };
    Some(answer.await)
}

/// The enabled clients, each asked what it says of itself.
async fn ask_clients(flow: &Flow) -> Result<Vec<AskedClient>, FlowError> {
    let enabled = clients::clients(flow).await?.into_iter().filter(|client| client.enabled);
    Ok(join_all(enabled.map(|client| ask_client(flow, client))).await)
}

async fn ask_client(flow: &Flow, client: DownloadClient) -> AskedClient {
    let asked = async {
        let connected = flow.outside.client(&client).await?;
        Ok(connected.test().await?)
    };
    let answer = tokio::time::timeout(CLIENT_TIMEOUT, asked).await.unwrap_or_else(|_| {
        let problem = format!("no answer within {} s", CLIENT_TIMEOUT.as_secs());
        Err(ClientError::Unavailable { client: client.name.clone(), problem }.into())
    });
    let answer = answer.map_err(|error: FlowError| error.into());
    AskedClient { client, answer }
}

async fn ask_ffprobe(ffprobe: &Path) -> Result<(), String> {
    let mut command = Command::new(ffprobe);
    command
        .arg("-version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    match tokio::time::timeout(FFPROBE_TIMEOUT, command.status()).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("it ends with {status}")),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            Err("it is not installed".to_owned())
        }
        Ok(Err(error)) => Err(format!("it can't be run: {error}")),
        Err(_) => Err("it does not answer".to_owned()),
    }
}
