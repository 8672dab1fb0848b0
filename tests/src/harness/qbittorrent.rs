//! A real `qbittorrent-nox` in a profile of its own that talks to nobody but loopback.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use radarr_daemon::net::Http;
use ring::pbkdf2;

use super::{Process, binaries, eventually, free_port};

/// The program.
const PROGRAM: &str = "qbittorrent-nox";
/// As many as qBittorrent itself takes for a password.
const ROUNDS: NonZeroU32 = NonZeroU32::new(100_000).unwrap();
const UP_WITHIN: Duration = Duration::from_secs(30);

/// A qBittorrent, running or not, and its profile.
#[derive(Debug)]
pub struct RealQbittorrent {
    process: Option<Process>,
    profile: PathBuf,
    web: SocketAddr,
    /// Login name.
    pub username: String,
    /// Password.
    pub password: String,
    /// Where it downloads to.
    pub save_path: PathBuf,
}

impl RealQbittorrent {
    /// Whether this machine has it.
    pub fn is_installed() -> bool {
        binaries::installed(PROGRAM).is_some()
    }

    /// Starts one below `folder` that downloads to `save_path`, and waits until its web interface answers.
    pub async fn start(folder: &Path, save_path: &Path) -> anyhow::Result<Self> {
        binaries::needed(PROGRAM, PROGRAM)?;
        let mut qbittorrent = Self {
            process: None,
            profile: folder.to_path_buf(),
            web: free_port()?,
            username: "admin".to_owned(),
            password: "loopback only".to_owned(),
            save_path: save_path.to_path_buf(),
        };
        std::fs::create_dir_all(save_path)?;
        let config = folder.join("qBittorrent/config");
        std::fs::create_dir_all(&config)?;
        std::fs::write(config.join("qBittorrent.conf"), qbittorrent.config(free_port()?.port()))?;
        qbittorrent.start_again().await?;
        Ok(qbittorrent)
    }

    fn config(&self, peer_port: u16) -> String {
        let salt = b"sixteen bytes ok";
        let mut key = [0; 64];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA512, ROUNDS, salt, self.password.as_bytes(), &mut key);
        let password = format!("@ByteArray({}:{})", STANDARD.encode(salt), STANDARD.encode(key));
        let (ip, port) = (self.web.ip(), self.web.port());
        let (username, save_path) = (&self.username, self.save_path.display());
        // Nothing that leaves the machine; plain TCP, which is all that the seeder speaks; many peers on one address.
        format!(
            "[LegalNotice]\nAccepted=true\n\n[Preferences]\nConnection\\ResolvePeerCountries=false\n\
             WebUI\\Enabled=true\nWebUI\\Address={ip}\nWebUI\\Port={port}\nWebUI\\UseUPnP=false\n\
             WebUI\\LocalHostAuth=true\nWebUI\\Username={username}\nWebUI\\Password_PBKDF2=\"{password}\"\n\n\
             [BitTorrent]\nSession\\Port={peer_port}\nSession\\Interface=lo\nSession\\InterfaceName=lo\n\
             Session\\InterfaceAddress={ip}\nSession\\DHTEnabled=false\nSession\\PeXEnabled=false\n\
             Session\\LSDEnabled=false\nSession\\Encryption=2\nSession\\BTProtocol=TCP\n\
             Session\\MultiConnectionsPerIp=true\nSession\\SSRFMitigation=false\n\
             Session\\DefaultSavePath={save_path}\nSession\\TempPathEnabled=false\n\
             Session\\QueueingSystemEnabled=false\n\n[Network]\nPortForwardingEnabled=false\n"
        )
    }

    /// Starts it again on its profile.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        if self.process.is_some() {
            bail!("qBittorrent runs already");
        }
        let mut command = Command::new(PROGRAM);
        command
            .arg(format!("--profile={}", self.profile.display()))
            .env("HOME", &self.profile)
            .env("LC_ALL", "C.UTF-8")
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_CONFIG_HOME");
        let mut process = Process::start(&mut command, &self.profile.join("qbittorrent.log"))?;
        let (http, url) = (Http::new()?, format!("{}/api/v2/app/version", self.url()));
        eventually("qBittorrent's web interface", UP_WITHIN, || {
            let runs = process.still_runs();
            let (http, url) = (&http, &url);
            async move {
                runs?;
                // Without a login it is 403, and up.
                http.send(http.get(url.parse()?), 1 << 16).await?;
                Ok(())
            }
        })
        .await?;
        self.process = Some(process);
        Ok(())
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.web)
    }

    /// Kills it as a power cut would.
    pub fn kill_9(&mut self) -> anyhow::Result<()> {
        self.process.take().context("qBittorrent does not run")?.kill_9()
    }

    /// Asks it to end and waits.
    pub async fn terminate(&mut self) -> anyhow::Result<()> {
        let mut process = self.process.take().context("qBittorrent does not run")?;
        process.terminate(UP_WITHIN).await?;
        Ok(())
    }
}
