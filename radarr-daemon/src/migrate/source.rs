//! What a Radarr holds, as it was read: its things by noun, each as it came.
//!
//! Read by `sqlite.rs` from its database or by `api.rs` over its API; what it means is told by `nouns/`.

use super::fields::Fields;

/// Everything that was read of a Radarr.
#[derive(Debug, Default)]
pub struct Source {
    /// What it is, for people: `Radarr's database /config/radarr.db (schema 242)`.
    pub called: String,
    /// Movies, each with the metadata's members and, where it has one, its file under `movieFile`.
    pub movies: Vec<Fields>,
    /// Paths of root folders.
    pub roots: Vec<Fields>,
    /// Tags.
    pub tags: Vec<Fields>,
    /// Quality profiles.
    pub profiles: Vec<Fields>,
    /// Size limits.
    pub definitions: Vec<Fields>,
    /// Custom formats.
    pub formats: Vec<Fields>,
    /// Delay profiles.
    pub delays: Vec<Fields>,
    /// Release profiles.
    pub words: Vec<Fields>,
    /// Indexers.
    pub indexers: Vec<Fields>,
    /// Download clients.
    pub clients: Vec<Fields>,
    /// Paths of the clients' machines.
    pub client_paths: Vec<Fields>,
    /// Naming; none when its page was never opened.
    pub naming: Option<Fields>,
    /// What happened, oldest first.
    pub history: Vec<Fields>,
    /// Releases that are not taken again.
    pub blocklist: Vec<Fields>,
    /// What has no equivalent here, with its number.
    pub others: Vec<Other>,
    /// What could not be read at all, one sentence each.
    pub warnings: Vec<String>,
}

/// Things of a kind that has no equivalent here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// What they are.
    pub what: &'static str,
    /// How many.
    pub found: usize,
    /// Why they stay behind, and what to do.
    pub why: &'static str,
}

/// Why a Radarr can't be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file.
    #[error("{path} can't be read: {why}")]
    File {
        /// Which.
        path: String,
        /// Why.
        why: String,
        /// What to do.
        hint: &'static str,
    },
    /// It is no database of Radarr's, or one that can't be understood.
    #[error("{path} can't be taken in: {why}")]
    NotUsable {
        /// Which.
        path: String,
        /// Why.
        why: String,
        /// What to do.
        hint: &'static str,
    },
    /// The API.
    #[error("{host}: {why}")]
    Api {
        /// Host and port.
        host: String,
        /// Why.
        why: String,
        /// What to do.
        hint: &'static str,
    },
}

impl SourceError {
    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File { hint, .. } | Self::NotUsable { hint, .. } | Self::Api { hint, .. } => hint,
        }
    }
}

/// Nouns of Radarr's without equivalent: table of the database, path of the API, what it is, why it stays behind.
pub const WITHOUT_EQUIVALENT: &[(&str, &str, &str, &str)] = &[
    (
        "Collections",
        "collection",
        "collections",
        "a movie's collection is kept, but none is followed as a whole",
    ),
    ("ImportLists", "importlist", "import lists", "there are none here"),
    ("ImportExclusions", "exclusions", "import list exclusions", "there are no import lists here"),
    (
        "Notifications",
        "notification",
        "notifications",
        "what would send them reads: radarr-tui events --follow",
    ),
    ("AutoTagging", "autotagging", "rules that tag by themselves", "movies keep the tags that they have"),
    ("CustomFilters", "customfilter", "saved filters", "they belong to its web page"),
    (
        "PendingReleases",
        "",
        "releases that wait for their delay",
        "the next look at the indexers finds them again",
    ),
];
