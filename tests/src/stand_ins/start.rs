//! All stand-ins that a radarr needs around it, started together on free ports of loopback.

use std::net::SocketAddr;
use std::sync::Arc;

use radarr_daemon::clock;

use super::hdbits::{Account, Hdbits};
use super::seeder::Seeder;
use super::serve::ANY_PORT;
use super::tmdb::{self, Tmdb};
use super::torznab::{self, Torznab};
use super::tracker::Tracker;
use super::world::{Size, World};

/// How they are started.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How much they know.
    pub size: Size,
    /// TMDB's key.
    pub tmdb_key: String,
    /// Requests in a second that TMDB takes; 0 = no limit.
    pub tmdb_per_second: u32,
    /// HDBits' account.
    pub account: Account,
    /// Who the Torznab server lets in, and what it gives.
    pub torznab: torznab::Settings,
    /// Bytes in a second that the seeder sends; 0 = as fast as it goes.
    pub seeder_bytes_per_second: u64,
    /// Where each listens: TMDB, HDBits, the tracker, the seeder, the Torznab server.
    pub listen: [SocketAddr; 5],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            size: Size::TESTS,
            tmdb_key: tmdb::KEY.to_owned(),
            tmdb_per_second: 0,
            account: Account::default(),
            torznab: torznab::Settings::default(),
            seeder_bytes_per_second: 0,
            listen: [ANY_PORT; 5],
        }
    }
}

/// Stand-ins that run; they end when this is dropped.
#[derive(Debug)]
pub struct StandIns {
    /// What they know.
    pub world: Arc<World>,
    /// TMDB.
    pub tmdb: Tmdb,
    /// HDBits.
    pub hdbits: Hdbits,
    /// A Torznab server that lists the same releases.
    pub torznab: Torznab,
    /// The tracker that their torrents name.
    pub tracker: Tracker,
    /// The peer that has them.
    pub seeder: Seeder,
}

impl StandIns {
    /// Starts them.
    pub async fn start(settings: Settings) -> anyhow::Result<Self> {
        let size = settings.size;
        let world = tokio::task::spawn_blocking(move || World::make(size, clock::now())).await??;
        let [at_tmdb, at_hdbits, at_tracker, at_seeder, at_torznab] = settings.listen;
        let seeder = Seeder::start(Arc::clone(&world), at_seeder, settings.seeder_bytes_per_second).await?;
        let tracker = Tracker::start(Arc::clone(&world), at_tracker, seeder.address).await?;
        let announce = tracker.announce_url();
        let hdbits = Hdbits::start(Arc::clone(&world), at_hdbits, settings.account, announce.clone()).await?;
        let torznab = Torznab::start(Arc::clone(&world), at_torznab, settings.torznab, announce).await?;
        let tmdb =
            Tmdb::start(Arc::clone(&world), at_tmdb, &settings.tmdb_key, settings.tmdb_per_second).await?;
        Ok(Self { world, tmdb, hdbits, torznab, tracker, seeder })
    }
}
