//! qBittorrent by its web API, version 2.3 (qBittorrent 4.1.9) and later; both spellings of paused and stopped.
//!
//! `session.rs` logs in and sends, `api.rs` is what the answers look like, `states.rs` what their states mean,
//! `add.rs` hands a torrent over, `items.rs` turns a torrent of theirs into one of ours.
//! Sources: qBittorrent's wiki page on the web API; answers as seen from 4.5.2.

mod add;
mod api;
mod items;
mod session;
mod states;

use futures::future::BoxFuture;
use radarr_proto::model::{ClientKind, DownloadClient, InfoHash, PathMapping, SecretText};

use self::api::{ApiVersion, Preferences, TorrentInfo};
use self::session::Session;
use super::client::{
    AddOptions, Added, ClientError, ClientFacts, DownloadedData, Presence, SeedGoal, TorrentClient,
};
use super::path_mapping::to_local;

/// Hashes in one question: keeps the address of the request below the 8 kB that proxies take.
const HASHES_PER_REQUEST: usize = 150;

/// A qBittorrent that the user set up.
#[derive(Debug)]
pub struct Qbittorrent {
    session: Session,
    settings: Settings,
}

/// What of the settings is needed after the connection stands.
#[derive(Debug, Clone)]
struct Settings {
    category: String,
    imported_category: Option<String>,
    save_path: Option<String>,
    add_stopped: bool,
    sequential: bool,
    path_mappings: Vec<PathMapping>,
}

impl Qbittorrent {
    /// Reads the settings; nothing is sent.
    pub fn new(client: &DownloadClient, password: SecretText) -> Result<Self, ClientError> {
        let ClientKind::Qbittorrent {
            username,
            category,
            imported_category,
            save_path,
            add_stopped,
            sequential,
        } = &client.kind
        else {
            return Err(ClientError::Settings {
                client: client.name.clone(),
                problem: "it is no qBittorrent".to_owned(),
            });
        };
        Ok(Self {
            session: Session::new(&client.name, &client.url, username, password)?,
            settings: Settings {
                category: category.clone(),
                imported_category: imported_category.clone().filter(|name| !name.is_empty()),
                save_path: save_path.clone().filter(|path| !path.is_empty()),
                add_stopped: *add_stopped,
                sequential: *sequential,
                path_mappings: client.path_mappings.clone(),
            },
        })
    }

    /// Their torrents of these hashes; those that they don't have are left out.
    async fn infos(&self, hashes: &[InfoHash]) -> Result<Vec<TorrentInfo>, ClientError> {
        let mut infos = Vec::new();
        for chunk in hashes.chunks(HASHES_PER_REQUEST) {
            let joined = chunk.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
            let mut some: Vec<TorrentInfo> =
                self.session.get_json("torrents/info", &[("hashes", joined.as_str())]).await?;
            infos.append(&mut some);
        }
        Ok(infos)
    }

    async fn has(&self, hash: InfoHash) -> Result<bool, ClientError> {
        Ok(self.infos(&[hash]).await?.iter().any(|info| info.is(hash)))
    }

    async fn set_category(&self, hash: InfoHash, category: &str) -> Result<(), ClientError> {
        let hash = hash.to_string();
        let form = [("hashes", hash.as_str()), ("category", category)];
        if self.session.post("torrents/setCategory", &form).await?.status != 409 {
            return Ok(());
        }
        // 409: there is no such category yet.
        self.session.post("torrents/createCategory", &[("category", category)]).await?;
        let answer = self.session.post("torrents/setCategory", &form).await?;
        if answer.is_success() { Ok(()) } else { Err(self.session.unexpected(&answer)) }
    }

    async fn facts(&self) -> Result<ClientFacts, ClientError> {
        self.session.forget_refusal();
        let api: ApiVersion = self.session.api_version().await?;
        let version = self.session.get("app/version").await?.text();
        let preferences: Preferences = self.session.get_json("app/preferences", &[]).await?;
        let folder = self.settings.save_path.clone().or(preferences.save_path.clone());
        let mut warnings = preferences.warnings();
        if self.settings.category.is_empty() {
            warnings
                .push("no category is set, so that our torrents can't be told from others there".to_owned());
        }
        Ok(ClientFacts {
            version: format!("qBittorrent {version} (web API {api})"),
            download_folder: folder.map(|path| to_local(&self.settings.path_mappings, &path)),
            warnings,
        })
    }
}

impl TorrentClient for Qbittorrent {
    fn add<'a>(
        &'a self,
        torrent: &'a [u8],
        options: &'a AddOptions,
    ) -> BoxFuture<'a, Result<Added, ClientError>> {
        Box::pin(self.add_torrent(torrent, options))
    }

    fn add_magnet<'a>(
        &'a self,
        link: &'a str,
        options: &'a AddOptions,
    ) -> BoxFuture<'a, Result<Added, ClientError>> {
        Box::pin(self.add_link(link, options))
    }

    fn status<'a>(&'a self, hashes: &'a [InfoHash]) -> BoxFuture<'a, Vec<(InfoHash, Presence)>> {
        Box::pin(async move {
            match self.infos(hashes).await {
                Err(error) => hashes.iter().map(|hash| (*hash, Presence::Unknown(error.clone()))).collect(),
                Ok(infos) => hashes
                    .iter()
                    .map(|hash| {
                        let found = infos.iter().find(|info| info.is(*hash));
                        let presence = found.map_or(Presence::Absent, |info| {
                            Presence::Present(Box::new(items::item(
                                *hash,
                                info,
                                &self.settings.path_mappings,
                            )))
                        });
                        (*hash, presence)
                    })
                    .collect(),
            }
        })
    }

    fn remove(&self, hash: InfoHash, data: DownloadedData) -> BoxFuture<'_, Result<(), ClientError>> {
        Box::pin(async move {
            let hash = hash.to_string();
            let delete = match data {
                DownloadedData::Keep => "false",
                DownloadedData::Delete => "true",
            };
            let form = [("hashes", hash.as_str()), ("deleteFiles", delete)];
            let answer = self.session.post("torrents/delete", &form).await?;
            if answer.is_success() { Ok(()) } else { Err(self.session.unexpected(&answer)) }
        })
    }

    fn mark_imported(&self, hash: InfoHash) -> BoxFuture<'_, Result<(), ClientError>> {
        Box::pin(async move {
            match &self.settings.imported_category {
                Some(category) => self.set_category(hash, category).await,
                None => Ok(()),
            }
        })
    }

    fn set_seed_goal(&self, hash: InfoHash, goal: SeedGoal) -> BoxFuture<'_, Result<(), ClientError>> {
        Box::pin(async move {
            let hash = hash.to_string();
            let (ratio, minutes) = add::limits(goal);
            let form = [
                ("hashes", hash.as_str()),
                ("ratioLimit", ratio.as_str()),
                ("seedingTimeLimit", minutes.as_str()),
                // Asked for from web API 2.9.2 on, not read before; -2 is the client's own rule.
                ("inactiveSeedingTimeLimit", "-2"),
            ];
            let answer = self.session.post("torrents/setShareLimits", &form).await?;
            if answer.is_success() { Ok(()) } else { Err(self.session.unexpected(&answer)) }
        })
    }

    fn test(&self) -> BoxFuture<'_, Result<ClientFacts, ClientError>> {
        Box::pin(self.facts())
    }
}
