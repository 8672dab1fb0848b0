//! What radarr asks of a download client, whichever it is.
//!
//! What a client says of a torrent is *present*, *absent* or *unknown* (D10): an error is never taken for "gone".
//! A torrent is known by its info hash alone, so that a grab that a crash interrupted is found again.

use futures::future::BoxFuture;
use jiff::Timestamp;
use radarr_proto::model::{InfoHash, Progress};

/// What went wrong between us and a download client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// Try again later: it does not answer, or not in a way that can be read.
    #[error("{client} does not answer as it should: {problem}")]
    Unavailable {
        /// The client's name.
        client: String,
        /// What was seen.
        problem: String,
    },
    /// Ask the user: it does not let us in.
    #[error("{client} refused the user name or the password")]
    LoginRefused {
        /// The client's name.
        client: String,
    },
    /// Ask the user: too many wrong logins came from this machine.
    #[error("{client} has banned this machine after too many wrong logins")]
    Banned {
        /// The client's name.
        client: String,
    },
    /// Ask the user: the settings can't work.
    #[error("{client} can't be used as it is set up: {problem}")]
    Settings {
        /// The client's name.
        client: String,
        /// What is wrong.
        problem: String,
    },
    /// Give up on this torrent: the client does not take it.
    #[error("{client} does not take the torrent: {problem}")]
    Rejected {
        /// The client's name.
        client: String,
        /// What it said.
        problem: String,
    },
}

impl ClientError {
    /// What a person can do.
    pub fn hint(&self) -> String {
        match self {
            Self::Unavailable { client, .. } => {
                format!("see that it runs and is reached under its address, then: radarr-tui client test {client}")
            }
            Self::LoginRefused { client } => {
                format!("give its web interface's user name and password: radarr-tui client edit {client}")
            }
            Self::Banned { .. } => {
                "wait for the ban to end (an hour by default) or restart the client; then correct the password"
                    .to_owned()
            }
            Self::Settings { client, .. } => format!("correct it: radarr-tui client edit {client}"),
            Self::Rejected { .. } => "choose another release".to_owned(),
        }
    }

    /// Whether the same call may succeed later without anybody doing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unavailable { .. } => true,
            Self::LoginRefused { .. }
            | Self::Banned { .. }
            | Self::Settings { .. }
            | Self::Rejected { .. } => false,
        }
    }
}

/// How long a torrent is to be seeded; the first one reached ends it. Both `None`: the client's own rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SeedGoal {
    /// Ratio in hundredths.
    pub ratio_hundredths: Option<u32>,
    /// Minutes.
    pub time_minutes: Option<u32>,
}

/// What a torrent is added with, besides the client's own settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddOptions {
    /// Which one it is; the torrent was checked against it.
    pub info_hash: Option<InfoHash>,
    /// How long it is to be seeded.
    pub seed_goal: SeedGoal,
}

/// How an addition ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// The client took it.
    New,
    /// The client had it already, by us or by another.
    AlreadyThere,
}

/// What happens to the downloaded files when a torrent is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownloadedData {
    /// They stay.
    Keep,
    /// They go; a hardlink in the library is not touched by it.
    Delete,
}

/// What a client does with a torrent, in one vocabulary for all clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemState {
    /// Waits for its turn, is checked, or learns what it consists of.
    Queued,
    /// Comes in.
    Downloading,
    /// Would come in, but nobody sends.
    Stalled,
    /// A person stopped it before it was complete.
    Paused,
    /// Complete, and its files are being moved to their place.
    Moving,
    /// Complete and seeding.
    Seeding,
    /// Complete and stopped.
    Complete,
    /// The client can't go on with it: disk full, files gone.
    Faulty,
}

impl ItemState {
    /// Whether all of it is there, in its place.
    pub fn is_complete(self) -> bool {
        match self {
            Self::Seeding | Self::Complete => true,
            Self::Queued | Self::Downloading | Self::Stalled | Self::Paused | Self::Moving | Self::Faulty => {
                false
            }
        }
    }
}

/// A torrent as its client shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientItem {
    /// Which.
    pub info_hash: InfoHash,
    /// Its name there.
    pub name: String,
    /// What the client does with it.
    pub state: ItemState,
    /// The category that it has there.
    pub category: String,
    /// How far it is.
    pub progress: Progress,
    /// Its file or folder as the daemon sees it; `None` = not said yet, or not safe to use (see `warning`).
    pub output_path: Option<String>,
    /// What the client says is wrong, one sentence.
    pub warning: Option<String>,
    /// When it was added there.
    pub added_at: Option<Timestamp>,
    /// Complete, stopped, and its seed goal reached: taking it out breaks no tracker's rule.
    pub seed_goal_reached: bool,
}

/// What a client says of one torrent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It has it.
    Present(Box<ClientItem>),
    /// It answered and does not have it. A client that was just started may not have read all of its torrents, so a
    /// single answer is no proof: look again before a person is told.
    Absent,
    /// It could not be asked; nothing is known.
    Unknown(ClientError),
}

/// What a client says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFacts {
    /// Its name and version, e.g. `qBittorrent v4.5.2`.
    pub version: String,
    /// Where it downloads to, as the daemon sees it (D16).
    pub download_folder: Option<String>,
    /// What works, but not as a person would want; one sentence each.
    pub warnings: Vec<String>,
}

/// A download client for torrents. Every call has a time-out and ends.
pub trait TorrentClient: Send + Sync {
    /// Hands a torrent over. After an error it may or may not have arrived: ask `status` before trying again; a
    /// second addition of the same torrent does no harm and answers [`Added::AlreadyThere`].
    fn add<'a>(
        &'a self,
        torrent: &'a [u8],
        options: &'a AddOptions,
    ) -> BoxFuture<'a, Result<Added, ClientError>>;

    /// Hands a magnet link over, on the same terms as a torrent file. A client that takes none refuses it.
    fn add_magnet<'a>(
        &'a self,
        _link: &'a str,
        _options: &'a AddOptions,
    ) -> BoxFuture<'a, Result<Added, ClientError>> {
        let refused = ClientError::Rejected {
            client: "the download client".to_owned(),
            problem: "it takes torrent files, and the indexer gives a magnet link".to_owned(),
        };
        Box::pin(std::future::ready(Err(refused)))
    }

    /// What it says of each of these, in their order.
    fn status<'a>(&'a self, hashes: &'a [InfoHash]) -> BoxFuture<'a, Vec<(InfoHash, Presence)>>;

    /// Takes a torrent out; one that is not there is taken as done.
    fn remove(&self, hash: InfoHash, data: DownloadedData) -> BoxFuture<'_, Result<(), ClientError>>;

    /// Notes there that it was imported, where the settings say how.
    fn mark_imported(&self, hash: InfoHash) -> BoxFuture<'_, Result<(), ClientError>>;

    /// Changes how long it is to be seeded.
    fn set_seed_goal(&self, hash: InfoHash, goal: SeedGoal) -> BoxFuture<'_, Result<(), ClientError>>;

    /// Tries whether it can be used as it is set up.
    fn test(&self) -> BoxFuture<'_, Result<ClientFacts, ClientError>>;
}
