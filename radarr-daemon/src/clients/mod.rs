//! Download clients: what radarr asks of one, and qBittorrent.
//!
//! `client.rs` is the seam, one file per thing that a client must be able to say; `qbittorrent/` is the one
//! implementation. No decision is made here: what a state means for a grab is told in `domain::track`.

mod client;
mod path_mapping;
pub mod qbittorrent;

use std::sync::Arc;

use radarr_proto::model::{ClientKind, DownloadClient, SecretText};

pub use client::{
    AddOptions, Added, ClientError, ClientFacts, ClientItem, DownloadedData, ItemState, Presence, SeedGoal,
    TorrentClient,
};
pub use path_mapping::{to_local, to_remote};

/// The client that these settings describe. Nothing is asked of it yet.
pub fn connect(
    settings: &DownloadClient,
    password: SecretText,
) -> Result<Arc<dyn TorrentClient>, ClientError> {
    match &settings.kind {
        ClientKind::Qbittorrent { .. } => Ok(Arc::new(qbittorrent::Qbittorrent::new(settings, password)?)),
        ClientKind::Unknown => Err(ClientError::Settings {
            client: settings.name.clone(),
            problem: "it is of a kind that this version does not know".to_owned(),
        }),
    }
}
