//! Everything that a story needs: the stand-ins, a download client, the daemon, a root folder, set up through the
//! command line as a person would.

use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::TempDir;

use super::disk::MountedDisk;
use super::{Cli, Daemon, DaemonSettings, RealQbittorrent};
use crate::stand_ins::qbittorrent::{Qbittorrent, Settings as QbittorrentSettings, Version};
use crate::stand_ins::serve::ANY_PORT;
use crate::stand_ins::{Settings as StandInSettings, StandIns};

/// Which download client a scene has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhichClient {
    /// The real one; an error where it is not installed.
    #[default]
    Real,
    /// The real one where it is installed, else the stand-in.
    RealIfInstalled,
    /// The stand-in of this version.
    StandIn(Version),
}

/// How a scene is started.
#[derive(Debug, Clone, Default)]
pub struct SceneSettings {
    /// The stand-ins.
    pub stand_ins: StandInSettings,
    /// The download client.
    pub client: WhichClient,
    /// Lines of TOML for the daemon: whole sections, such as `[jobs]`.
    pub daemon_config: String,
    /// Environment variables of the daemon.
    pub daemon_env: Vec<(String, String)>,
    /// The root folder is a disk of its own with that many megabytes; 0 = it lies beside the downloads.
    pub root_disk_megabytes: u32,
    /// A new folder that stays; `None` = a temporary one that goes.
    pub keep: Option<PathBuf>,
}

/// A download client that runs.
#[derive(Debug)]
pub enum DownloadProgram {
    /// qBittorrent itself.
    Real(RealQbittorrent),
    /// What speaks its web API.
    StandIn(Qbittorrent, QbittorrentSettings),
}

impl DownloadProgram {
    /// Starts the one that is asked for.
    pub async fn start(
        which: WhichClient,
        folder: &Path,
        save_path: &Path,
        stand_ins: &StandIns,
    ) -> anyhow::Result<Self> {
        let version = match which {
            WhichClient::Real => None,
            WhichClient::RealIfInstalled if RealQbittorrent::is_installed() => None,
            WhichClient::RealIfInstalled => Some(Version::V4),
            WhichClient::StandIn(version) => Some(version),
        };
        let Some(version) = version else {
            return Ok(Self::Real(RealQbittorrent::start(folder, save_path).await?));
        };
        let settings = QbittorrentSettings {
            version,
            username: "admin".to_owned(),
            password: "loopback only".to_owned(),
            save_path: save_path.to_path_buf(),
        };
        let client = Qbittorrent::start(&stand_ins.seeder, ANY_PORT, settings.clone()).await?;
        Ok(Self::StandIn(client, settings))
    }

    /// Its address.
    pub fn url(&self) -> String {
        match self {
            Self::Real(real) => real.url(),
            Self::StandIn(stand_in, _) => stand_in.url(),
        }
    }

    /// Login name and password.
    pub fn login(&self) -> (&str, &str) {
        match self {
            Self::Real(real) => (&real.username, &real.password),
            Self::StandIn(_, settings) => (&settings.username, &settings.password),
        }
    }

    /// The real one.
    pub fn real(&mut self) -> anyhow::Result<&mut RealQbittorrent> {
        match self {
            Self::Real(real) => Ok(real),
            Self::StandIn(..) => anyhow::bail!("the scene has a stand-in of qBittorrent"),
        }
    }

    /// The stand-in.
    pub fn stand_in(&self) -> anyhow::Result<&Qbittorrent> {
        match self {
            Self::StandIn(stand_in, _) => Ok(stand_in),
            Self::Real(_) => anyhow::bail!("the scene has a real qBittorrent"),
        }
    }
}

/// All of it. Ends and leaves nothing behind when it is dropped, the daemon first.
#[derive(Debug)]
pub struct Scene {
    /// The daemon.
    pub daemon: Daemon,
    /// The download client.
    pub downloads: DownloadProgram,
    /// TMDB, HDBits, tracker, seeder.
    pub stand_ins: StandIns,
    /// The root folder of the library.
    pub root: PathBuf,
    /// The disk that it is, if it is one; only the daemon sees it.
    pub root_disk: Option<MountedDisk>,
    /// Where the client downloads to; on the same file system as the root folder.
    pub save_path: PathBuf,
    /// Holds all of it.
    pub folder: PathBuf,
    /// What each daemon is started with.
    daemon_settings: DaemonSettings,
    /// Goes last, and the folder with it.
    _temporary: Option<TempDir>,
}

impl Scene {
    /// Starts everything; nothing is set up in the daemon.
    pub async fn start(settings: SceneSettings) -> anyhow::Result<Self> {
        let (folder, temporary) = match settings.keep {
            Some(folder) => {
                let folder = std::path::absolute(folder)?;
                let made = tokio::fs::create_dir(&folder).await;
                made.with_context(|| format!("{} can't be made", folder.display()))?;
                (folder, None)
            }
            None => {
                let folder =
                    tempfile::Builder::new().prefix("radarr.").tempdir().context("no temporary folder")?;
                (folder.path().to_path_buf(), Some(folder))
            }
        };
        let (root, save_path) = (folder.join("movies"), folder.join("downloads"));
        tokio::fs::create_dir_all(&root).await?;
        let stand_ins = StandIns::start(settings.stand_ins).await?;
        let client_folder = folder.join("qbittorrent");
        let downloads =
            DownloadProgram::start(settings.client, &client_folder, &save_path, &stand_ins).await?;
        let root_disk = match settings.root_disk_megabytes {
            0 => None,
            megabytes => Some(MountedDisk::of_megabytes(&root, megabytes)?),
        };
        let daemon_settings = DaemonSettings {
            tmdb_url: stand_ins.tmdb.url(),
            tmdb_key: stand_ins.tmdb.key.clone(),
            more: settings.daemon_config,
            env: settings.daemon_env,
            through: root_disk.as_ref().map(MountedDisk::through).transpose()?.unwrap_or_default(),
        };
        let daemon = Daemon::start(&folder.join("radarr"), daemon_settings.clone()).await?;
        Ok(Self {
            daemon,
            downloads,
            stand_ins,
            root,
            root_disk,
            save_path,
            folder,
            daemon_settings,
            _temporary: temporary,
        })
    }

    /// One more daemon like the first, not started, and with nothing of its own yet.
    pub fn prepare_daemon(&self, name: &str) -> anyhow::Result<Daemon> {
        Daemon::prepare(&self.folder.join(name), self.daemon_settings.clone())
    }

    /// One more daemon like the first, with the same key for secrets; it needs a database that both share.
    pub async fn another_daemon(&self, name: &str) -> anyhow::Result<Daemon> {
        let mut daemon = self.prepare_daemon(name)?;
        tokio::fs::create_dir_all(daemon.storage()).await?;
        tokio::fs::copy(self.daemon.storage().join("secret.key"), daemon.storage().join("secret.key"))
            .await?;
        daemon.start_again().await?;
        Ok(daemon)
    }

    /// Starts everything and sets it up.
    pub async fn start_set_up(settings: SceneSettings) -> anyhow::Result<Self> {
        let scene = Self::start(settings).await?;
        scene.set_up().await?;
        Ok(scene)
    }

    /// The root folder, the indexer and the download client, as a person sets them up.
    pub async fn set_up(&self) -> anyhow::Result<()> {
        let cli = self.daemon.cli()?;
        self.add_root(&cli).await?;
        self.add_indexer(&cli).await?;
        self.add_client(&cli).await?;
        Ok(())
    }

    /// `root add`.
    pub async fn add_root(&self, cli: &Cli) -> anyhow::Result<String> {
        cli.ok(&["root", "add", &self.root.display().to_string()]).await
    }

    /// `indexer add hdbits`.
    pub async fn add_indexer(&self, cli: &Cli) -> anyhow::Result<String> {
        let account = &self.stand_ins.hdbits.account;
        let passkey = self.secret_file("passkey", &account.passkey)?;
        let url = self.stand_ins.hdbits.url();
        let of_account = ["--base-url", &url, "--username", &account.username, "--passkey-file", &passkey];
        // The pace of two seconds stays; the hour's budget is of no use here.
        cli.ok(&[&["indexer", "add", "hdbits"], &of_account[..], &["--requests-per-hour", "1000"]].concat())
            .await
    }

    /// `indexer add torznab`.
    pub async fn add_torznab(&self, cli: &Cli) -> anyhow::Result<String> {
        let server = &self.stand_ins.torznab;
        let key = self.secret_file("api-key", &server.settings.api_key)?;
        let url = server.url();
        let of_server = ["--name", "Prowlarr", "--base-url", &url, "--api-key-file", &key];
        cli.ok(&[&["indexer", "add", "torznab"], &of_server[..], &["--requests-per-hour", "1000"]].concat())
            .await
    }

    /// `client add qbittorrent`.
    pub async fn add_client(&self, cli: &Cli) -> anyhow::Result<String> {
        let (username, password) = self.downloads.login();
        let password = self.secret_file("password", password)?;
        let url = self.downloads.url();
        let login = ["--url", &url, "--username", username, "--password-file", &password];
        cli.ok(&[&["client", "add", "qbittorrent"], &login[..]].concat()).await
    }

    /// A file with a secret in it.
    fn secret_file(&self, name: &str, secret: &str) -> anyhow::Result<String> {
        let path = self.folder.join(name);
        std::fs::write(&path, secret)?;
        Ok(path.display().to_string())
    }
}
