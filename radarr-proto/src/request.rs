//! What calls take and answer, where the model itself is not enough.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{
    Cursor, Decision, DocVersion, Event, Grab, GrabId, IndexerId, JobKind, MinimumAvailability, Movie,
    MovieId, MovieRow, ProfileId, Role, RootFolderId, SecretInput, SecretText, Slot, TagId, TmdbId,
    TmdbSettings, TokenInfo,
};

mod declared;
mod formats;
mod groups;
mod upkeep;

pub use declared::{
    AppliedSettings, ApplySettings, DeclaredFile, ManagedSetting, SettingAction, SettingChange,
};
pub use formats::{ConditionTested, FormatTested, TestFormat};
pub use groups::{GROUPS_PAGE_MAX, GroupPage, ListGroups};
pub use upkeep::{
    BackupFile, BackupPart, BackupSecrets, Finding, FindingKind, ReadBackup, Repair, RotatedSecrets,
    VerifyReport, VerifyStorage,
};

/// What the daemon is and has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Software version.
    pub version: String,
    /// Source revision; empty when built outside a repository.
    pub commit: String,
    /// Since when it runs.
    pub started_at: Timestamp,
    /// `sled` or `postgres`.
    pub storage: String,
    /// Bytes on disk; `None` = not known.
    pub storage_bytes: Option<u64>,
    /// Movies in the library.
    pub movies: u64,
    /// Of these monitored.
    pub monitored: u64,
    /// Monitored, available, and without a file.
    pub missing: u64,
    /// Bytes of all files.
    pub size_bytes: u64,
    /// Open grabs.
    pub queue: u64,
    /// Open jobs.
    pub jobs: u64,
    /// The newest event.
    pub cursor: Cursor,
    /// Things that are wrong.
    pub problems: u64,
    /// Whether a root folder, TMDB, an indexer and a client are set up; what is missing, by noun.
    #[serde(default)]
    pub not_set_up: Vec<String>,
}

/// Asks for events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextEvents {
    /// Those behind this one. `None` = from now on.
    #[serde(default)]
    pub after: Option<Cursor>,
    /// How long to wait for the first, milliseconds, at most 60,000. The call's deadline should be 5 s longer.
    #[serde(default)]
    pub wait_ms: u64,
    /// At most that many, at most 1,000.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Some events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventBatch {
    /// Oldest first.
    pub events: Vec<Event>,
    /// Ask again behind this.
    pub cursor: Cursor,
    /// Events behind the asked cursor were cleaned away: read everything anew.
    #[serde(default)]
    pub gap: bool,
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// Sort title.
    #[default]
    Title,
    /// Year.
    Year,
    /// When it was added.
    Added,
    /// Bytes.
    Size,
    /// Quality of the file.
    Quality,
    /// TMDB's rating.
    Rating,
    /// Minutes.
    Runtime,
    /// A key that a newer peer knows; sorts by title.
    #[serde(other)]
    Unknown,
}

/// Which movies a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovieFilter {
    /// All.
    #[default]
    All,
    /// Monitored ones.
    Monitored,
    /// Unmonitored ones.
    Unmonitored,
    /// Without a file.
    Missing,
    /// Monitored, available, and without a file.
    Wanted,
    /// With a file below the cutoff.
    CutoffUnmet,
    /// With a file.
    Present,
    /// A filter that a newer peer knows; shows all.
    #[serde(other)]
    Unknown,
}

/// Asks for a page of the library.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListMovies {
    /// Words that must be in the title, in any order; compared without case and accents.
    pub text: String,
    /// Which.
    pub filter: MovieFilter,
    /// By what.
    pub sort: SortKey,
    /// Largest first.
    pub descending: bool,
    /// Skips that many.
    pub offset: u64,
    /// At most that many; `None` = all.
    pub limit: Option<u64>,
}

/// A page of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoviePage {
    /// The rows.
    pub rows: Vec<MovieRow>,
    /// How many there are without offset and limit.
    pub total: u64,
    /// The state of the library that this shows.
    pub cursor: Cursor,
}

/// Everything about one movie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MovieDetails {
    /// The movie.
    pub movie: Movie,
    /// Its row.
    pub row: MovieRow,
    /// Absolute path of each version's folder, in their order.
    pub paths: Vec<String>,
    /// Name of each version's profile, in their order.
    pub profiles: Vec<String>,
    /// Open grabs for it.
    pub grabs: Vec<Grab>,
    /// Reputation of the release group of each version's file, 0 to 100, in their order; `None` = there is no file, or
    /// nothing is known of its group.
    #[serde(default)]
    pub group_reputations: Vec<Option<u8>>,
}

/// A movie of TMDB's in a lookup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupHit {
    /// TMDB's number.
    pub tmdb_id: TmdbId,
    /// Title.
    pub title: String,
    /// Title in the original language.
    pub original_title: String,
    /// Year; 0 = unknown.
    pub year: u16,
    /// What it is about.
    pub overview: String,
    /// TMDB's rating in tenths.
    pub rating_tenths: u8,
    /// Path of the poster at TMDB.
    pub poster_path: Option<String>,
    /// Its number here, when it is in the library.
    pub in_library: Option<MovieId>,
}

/// Takes a movie into the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddMovie {
    /// TMDB's number.
    pub tmdb_id: TmdbId,
    /// Where it shall lie; `None` = the only root folder there is.
    #[serde(default)]
    pub root_folder_id: Option<RootFolderId>,
    /// What it may be; `None` = the first profile.
    #[serde(default)]
    pub profile_id: Option<ProfileId>,
    /// Whether it is looked for.
    #[serde(default = "yes")]
    pub monitored: bool,
    /// From when on.
    #[serde(default)]
    pub minimum_availability: MinimumAvailability,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<TagId>,
    /// Whether it is searched for at once.
    #[serde(default)]
    pub search: bool,
}

fn yes() -> bool {
    true
}

/// Changes what is wanted of a movie; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EditMovie {
    /// Which.
    pub id: MovieId,
    /// The version that the edit is based on; another one in the storage is a conflict. `None` = whatever is there.
    pub doc_version: Option<DocVersion>,
    /// Whether it is looked for.
    pub monitored: Option<bool>,
    /// From when on.
    pub minimum_availability: Option<MinimumAvailability>,
    /// Profile of the version `slot`.
    pub profile_id: Option<ProfileId>,
    /// Root folder of the version `slot`; files are moved there.
    pub root_folder_id: Option<RootFolderId>,
    /// Folder of the version `slot` below its root folder; files are moved there.
    pub folder: Option<String>,
    /// Which version; 0 is the one every movie has.
    pub slot: Slot,
    /// Makes this version when it does not exist, under that name.
    pub add_version: Option<String>,
    /// Takes this version away; its file must be gone.
    pub remove_version: bool,
    /// Tags.
    pub tags: Option<Vec<TagId>>,
}

/// Takes a movie out of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteMovie {
    /// Which.
    pub id: MovieId,
    /// Whether its files go to the recycle bin (or for ever, where there is none).
    #[serde(default)]
    pub delete_files: bool,
    /// Shows what would be done, and does nothing.
    #[serde(default)]
    pub preview: bool,
}

/// What a deletion did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedMovie {
    /// Title and year.
    pub title: String,
    /// Files that go, absolute.
    pub files: Vec<String>,
    /// Where they go; `None` = for ever.
    pub recycled_to: Option<String>,
    /// Nothing was done.
    pub preview: bool,
}

/// Gives a movie's files the names that the settings give today.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RenameMovie {
    /// Which movie.
    pub id: MovieId,
    /// The `state` of the preview that was looked at: only what it showed is done.
    pub state: String,
}

/// Names that change, or were changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RenamePreview {
    /// Which movie.
    pub id: MovieId,
    /// Title and year.
    pub title: String,
    /// The names; empty when all are as the settings give them.
    pub files: Vec<RenamedName>,
    /// Folders that the settings would give another name. They stay: a folder is moved when a person says so.
    pub folders: Vec<RenamedFolder>,
    /// Tells one state of settings, library and folders from another.
    pub state: String,
}

/// A version's folder, and the one that the settings would give it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RenamedFolder {
    /// Of which version.
    pub slot: Slot,
    /// The root folder, absolute.
    pub root: String,
    /// The folder as it is, relative to it.
    pub from: String,
    /// The folder that the settings would give, relative to it.
    pub to: String,
}

/// One file's old and new name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RenamedName {
    /// Of which version.
    pub slot: Slot,
    /// The movie's folder, absolute.
    pub folder: String,
    /// Relative to it.
    pub from: String,
    /// Relative to it.
    pub to: String,
}

/// Asks for movies that are missing or below their cutoff.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WantedQuery {
    /// Those below their cutoff rather than those without a file.
    pub cutoff_unmet: bool,
    /// Skips that many.
    pub offset: u64,
    /// At most that many; `None` = all.
    pub limit: Option<u64>,
}

/// Movies that are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedPage {
    /// The rows, longest not searched for first.
    pub rows: Vec<MovieRow>,
    /// How many there are.
    pub total: u64,
}

/// Asks all indexers for one movie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchReleases {
    /// Which movie.
    pub movie_id: MovieId,
    /// Which version.
    #[serde(default)]
    pub slot: Slot,
}

/// Grabs a release that a search listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrabRelease {
    /// For which movie.
    pub movie_id: MovieId,
    /// For which version.
    #[serde(default)]
    pub slot: Slot,
    /// Which indexer listed it.
    pub indexer_id: IndexerId,
    /// Its name there.
    pub guid: String,
    /// Although a rule refuses it.
    #[serde(default)]
    pub force: bool,
}

/// Asks why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainRelease {
    /// For which movie; `None` = whichever it matches.
    #[serde(default)]
    pub movie_id: Option<MovieId>,
    /// For which version.
    #[serde(default)]
    pub slot: Slot,
    /// A release's guid of a past search or grab, or any release name.
    pub release: String,
    /// Bytes, for a bare name; 0 = unknown.
    #[serde(default)]
    pub size_bytes: u64,
}

/// Why a release was or would be taken or refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// When it was made; `None` = just now.
    pub decided_at: Option<Timestamp>,
    /// The story in sentences.
    pub sentences: Vec<String>,
    /// What would have to change for it to be taken.
    pub remedies: Vec<String>,
}

/// Takes a grab out of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveFromQueue {
    /// Which.
    pub id: GrabId,
    /// Whether the client forgets it too, with its data.
    #[serde(default)]
    pub remove_from_client: bool,
    /// Whether it is not to be taken again.
    #[serde(default)]
    pub blocklist: bool,
    /// Whether the next best is searched for.
    #[serde(default)]
    pub search_again: bool,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Files that came in, absolute.
    pub imported: Vec<String>,
    /// Files that did not, and why.
    pub refused: Vec<RefusedFile>,
}

/// A file that did not come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedFile {
    /// Its path.
    pub path: String,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
}

/// Asks for the past.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryQuery {
    /// Only this movie.
    pub movie_id: Option<MovieId>,
    /// Only before this event; `None` = from the newest.
    pub before: Option<Cursor>,
    /// At most that many, at most 1,000; `None` = 100.
    pub limit: Option<u32>,
}

/// Which part of the audit is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    /// Only what this principal did, e.g. `token:tv`.
    #[serde(default)]
    pub actor: Option<String>,
    /// Only what was not before that moment.
    #[serde(default)]
    pub since: Option<Timestamp>,
    /// Only before this event; `None` = from the newest.
    #[serde(default)]
    pub before: Option<Cursor>,
    /// At most that many, at most 1,000; `None` = 100.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// The past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// Newest first.
    pub events: Vec<Event>,
    /// Ask for more before this; `None` = that was all.
    pub next_before: Option<Cursor>,
}

/// Queues a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunJob {
    /// What.
    pub job: JobKind,
}

/// Makes a folder a root folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddRoot {
    /// Absolute path on the daemon's machine.
    pub path: String,
    /// Folder inside it for what is replaced or deleted; `None` = `.recycle`, empty = none.
    #[serde(default)]
    pub recycle_bin: Option<String>,
    /// Days that things stay there; `None` = 7.
    #[serde(default)]
    pub recycle_days: Option<u32>,
}

/// A name as it would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamingPreview {
    /// The sample movie.
    pub movie: String,
    /// Its folder.
    pub folder: String,
    /// Its file.
    pub file: String,
}

/// How TMDB is asked, in an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveTmdb {
    /// The settings; `key` and `base_url` are not read.
    pub settings: TmdbSettings,
    /// The key or bearer token.
    #[serde(default)]
    pub key: SecretInput,
}

/// Makes a client token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateToken {
    /// Its name.
    pub name: String,
    /// What it allows.
    pub role: Role,
    /// The name of a client certificate (common name or alternative name) that stands for it. Feature `certificates`.
    #[serde(default)]
    pub certificate: Option<String>,
}

/// A token that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedToken {
    /// The token.
    pub token: TokenInfo,
    /// Its secret; not shown again. Empty where a certificate stands for it.
    pub secret: SecretText,
}
