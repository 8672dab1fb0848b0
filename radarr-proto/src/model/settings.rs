//! What a user sets at run time: indexers, download clients, root folders, tags, TMDB, how files come in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ClientId, DocVersion, IndexerFlag, IndexerId, Language, PropersAndRepacks, RootFolderId, SecretInput,
    SecretSource, TagId,
};

/// What kind of indexer, and what only that kind has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum IndexerKind {
    /// `HDBits`.
    Hdbits {
        /// The account's name. The passkey is the indexer's secret.
        username: String,
    },
    /// Any Torznab or Newznab server, or a plain RSS feed. The API key is the indexer's secret; a server may need none.
    Torznab {
        /// Path below the base URL, usually `/api`.
        api_path: String,
        /// Numbers of the categories that are asked for; empty = all.
        categories: Vec<u32>,
    },
    /// A kind that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// An indexer that the user set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indexer {
    /// Its number; 0 in an edit = a new one.
    pub id: IndexerId,
    /// Version of the stored document.
    #[serde(default)]
    pub doc_version: DocVersion,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: IndexerKind,
    /// Its address: HDBits' without path, `https://hdbits.org`; a Torznab server's up to the path of its API.
    pub base_url: String,
    /// Where its passkey or API key comes from.
    #[serde(default)]
    pub secret: SecretSource,
    /// Whether it is used at all.
    pub enabled: bool,
    /// Whether its recent releases are read.
    pub use_recent: bool,
    /// Whether it is searched without a person asking.
    pub use_automatic_search: bool,
    /// Whether it is searched when a person asks.
    pub use_interactive_search: bool,
    /// 1 is best, 50 is worst.
    pub priority: u8,
    /// Releases with fewer seeders are refused.
    pub minimum_seeders: u32,
    /// One of these must be there; empty = no matter.
    #[serde(default)]
    pub required_flags: Vec<IndexerFlag>,
    /// What `MULTi` means there.
    #[serde(default)]
    pub multi_languages: Vec<Language>,
    /// Only for movies with one of these; empty = all.
    #[serde(default)]
    pub tags: Vec<TagId>,
    /// Only this download client.
    #[serde(default)]
    pub client_id: Option<ClientId>,
    /// Seed ratio in hundredths that the client is told.
    #[serde(default)]
    pub seed_ratio_hundredths: Option<u32>,
    /// Seeding time that the client is told.
    #[serde(default)]
    pub seed_time_minutes: Option<u32>,
    /// Searches in an hour (D17).
    pub requests_per_hour: u32,
}

/// What is known of an indexer's budget and troubles (D17).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IndexerBudget {
    /// Requests made in the running hour.
    pub used: u32,
    /// Requests allowed in an hour.
    pub allowed: u32,
    /// Not before.
    pub next_at: Option<Timestamp>,
    /// Out of use until then, because of failures or the tracker's limit.
    pub blocked_until: Option<Timestamp>,
    /// What went wrong last.
    #[serde(default)]
    pub last_error: Option<String>,
}

/// An indexer with its budget, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexerState {
    /// The settings.
    pub indexer: Indexer,
    /// What is left.
    pub budget: IndexerBudget,
}

/// What kind of download client, and what only that kind has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ClientKind {
    /// qBittorrent by its web API.
    Qbittorrent {
        /// Login name. The password is the client's secret.
        username: String,
        /// Category of the torrents; also tells ours from others.
        category: String,
        /// Category after the import; `None` = unchanged.
        imported_category: Option<String>,
        /// Folder to download to; `None` = the client's own choice.
        save_path: Option<String>,
        /// Whether a torrent is added stopped.
        add_stopped: bool,
        /// Whether pieces are fetched in their order.
        sequential: bool,
    },
    /// A kind that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// A path as the client says it and as we see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathMapping {
    /// As the client says it.
    pub remote: String,
    /// As the daemon sees it.
    pub local: String,
}

/// A download client that the user set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadClient {
    /// Its number; 0 in an edit = a new one.
    pub id: ClientId,
    /// Version of the stored document.
    #[serde(default)]
    pub doc_version: DocVersion,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ClientKind,
    /// Its address, e.g. `http://127.0.0.1:8080`.
    pub url: String,
    /// Where its password comes from.
    #[serde(default)]
    pub secret: SecretSource,
    /// Whether it is used at all.
    pub enabled: bool,
    /// 1 is best, 50 is worst.
    pub priority: u8,
    /// Whether what was imported is taken out once it has seeded enough.
    pub remove_completed: bool,
    /// Whether what failed is taken out.
    pub remove_failed: bool,
    /// Paths that differ between the client and us.
    #[serde(default)]
    pub path_mappings: Vec<PathMapping>,
    /// Only for movies with one of these; empty = all.
    #[serde(default)]
    pub tags: Vec<TagId>,
}

/// Where movies lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootFolder {
    /// Its number.
    pub id: RootFolderId,
    /// Absolute path on the daemon's machine.
    pub path: String,
    /// Folder inside it for what is replaced or deleted; `None` = deleted at once (D15).
    pub recycle_bin: Option<String>,
    /// Days that things stay there; 0 = for ever.
    pub recycle_days: u32,
}

/// A root folder as it is at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootFolderState {
    /// The settings.
    pub root: RootFolder,
    /// Whether it is there and not empty of everything known.
    pub accessible: bool,
    /// Bytes; `None` = could not be found out.
    pub free_bytes: Option<u64>,
    /// How many movies lie in it.
    pub movies: u32,
    /// What is wrong with it, in words.
    #[serde(default)]
    pub problem: Option<String>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its number.
    pub id: TagId,
    /// Its name.
    pub label: String,
}

/// How a file gets from the download to the library (D16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkMode {
    /// By hardlink, or not at all.
    HardlinkRequired,
    /// By hardlink; a copy where that can't be, said aloud.
    #[default]
    HardlinkPreferred,
    /// Always a copy.
    Copy,
    /// A mode that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// How the library is kept; one set for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LibrarySettings {
    /// Version of the stored document.
    pub doc_version: DocVersion,
    /// How files come in.
    pub link_mode: LinkMode,
    /// What is done with propers and repacks.
    pub propers_and_repacks: PropersAndRepacks,
    /// Bytes that must stay free after an import.
    pub minimum_free_bytes: u64,
    /// Whether subtitles come in with the movie.
    pub import_extras: bool,
    /// Endings of the files that come in with the movie, without dot.
    pub extra_extensions: Vec<String>,
    /// Days added to a movie's dates before it counts as available; may be negative.
    pub availability_delay_days: i32,
    /// Larger releases are refused; 0 = no limit.
    pub maximum_size_bytes: u64,
    /// Whether a failed download is searched for again.
    pub search_again_after_failure: bool,
    /// Whether hardcoded subtitles are fine.
    pub allow_hardcoded_subs: bool,
    /// Whether freeleech and internal releases win among equals.
    pub prefer_indexer_flags: bool,
    /// Whether a better group reputation wins among equals.
    pub prefer_group_reputation: bool,
    /// Whether the indexers' listings are read page by page for what is known of groups; a quarter of the requests of
    /// an hour is used for it at most. Off until the user says yes: a tracker may take it for scraping.
    pub learn_groups: bool,
    /// Minutes between two reads of the recent releases.
    pub recent_interval_minutes: u32,
    /// Minutes between two runs of the steady search for what is wanted; each looks for a few movies.
    pub wanted_interval_minutes: u32,
    /// Hours between two refreshes of the library from TMDB.
    pub refresh_interval_hours: u32,
    /// Hours between two looks into the folders of all movies.
    pub rescan_interval_hours: u32,
    /// Days after cinemas from which a movie without other dates counts as released; 0 = never.
    pub released_after_cinemas_days: u32,
    /// A run that would delete more files than this asks first (D15).
    pub delete_without_asking_max: u32,
}

impl Default for LibrarySettings {
    fn default() -> Self {
        Self {
            doc_version: DocVersion(0),
            link_mode: LinkMode::HardlinkPreferred,
            propers_and_repacks: PropersAndRepacks::PreferAndUpgrade,
            // Radarr's default: 100 MB.
            minimum_free_bytes: 100 * 1024 * 1024,
            import_extras: true,
            extra_extensions: ["srt", "ass", "ssa", "sub", "idx", "vtt", "sup"].map(str::to_owned).to_vec(),
            availability_delay_days: 0,
            maximum_size_bytes: 0,
            search_again_after_failure: true,
            allow_hardcoded_subs: false,
            prefer_indexer_flags: true,
            prefer_group_reputation: false,
            learn_groups: false,
            recent_interval_minutes: 15,
            wanted_interval_minutes: 30,
            refresh_interval_hours: 12,
            rescan_interval_hours: 24,
            released_after_cinemas_days: 90,
            delete_without_asking_max: 5,
        }
    }
}

/// How TMDB is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TmdbSettings {
    /// Version of the stored document; an edit that names another one is refused, 0 = whatever is there.
    #[serde(default)]
    pub doc_version: DocVersion,
    /// Where the key comes from.
    pub key: SecretSource,
    /// The address, e.g. `https://api.themoviedb.org/3`.
    pub base_url: String,
    /// Language of titles and overviews, e.g. `en-US`.
    pub language: String,
    /// Country whose dates and age ratings come first, e.g. `US`.
    pub country: String,
}

/// An indexer in an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveIndexer {
    /// The settings; its `secret` is not read.
    pub indexer: Indexer,
    /// The passkey or API key.
    #[serde(default)]
    pub secret: SecretInput,
}

/// A download client in an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveClient {
    /// The settings; its `secret` is not read.
    pub client: DownloadClient,
    /// The password.
    #[serde(default)]
    pub secret: SecretInput,
}

/// What a test of a connection found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestResult {
    /// Whether it can be used as it is.
    pub ok: bool,
    /// What was found, one sentence.
    pub message: String,
    /// What to do, when it can't be used.
    #[serde(default)]
    pub hint: Option<String>,
}
