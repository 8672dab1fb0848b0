//! What every indexer can do. Read `hdbits/mod.rs` for one that does it, `torznab/mod.rs` for one that does it in
//! several requests.

use futures::future::BoxFuture;
use radarr_proto::model::{ImdbId, IndexerId, Release, TmdbId};

use super::IndexerError;

/// The movie that is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Its titles, the best known first.
    pub titles: Vec<String>,
    /// Its year.
    pub year: Option<u16>,
    /// Its IMDb id: the best search there is.
    pub imdb_id: Option<ImdbId>,
    /// Its TMDB id.
    pub tmdb_id: Option<TmdbId>,
}

/// What each release of an indexer carries of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedBy {
    /// Its number.
    pub id: IndexerId,
    /// Its name.
    pub name: String,
    /// 1 is best, 50 is worst.
    pub priority: u8,
}

/// Which of the requests that a list takes; the default is the first. Only the indexer makes the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Step {
    pub(super) tier: usize,
    pub(super) request: usize,
    pub(super) page: u32,
    /// Whether an earlier step of the tier found anything.
    pub(super) found_any: bool,
}

/// What one request of a list brought.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// The releases.
    pub releases: Vec<Release>,
    /// The request after it; `None` = that was all.
    pub next: Option<Step>,
}

impl Page {
    /// All there is.
    pub fn last(releases: Vec<Release>) -> Self {
        Self { releases, next: None }
    }
}

/// What a release is fetched as.
#[derive(Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The bytes of its torrent file: of the right kind by their start, but not looked into.
    Torrent(Vec<u8>),
    /// A magnet link, not looked into; its trackers may know a person by it.
    Magnet(String),
}

impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Torrent(bytes) => write!(f, "Torrent({} bytes)", bytes.len()),
            Self::Magnet(_) => f.write_str("Magnet(***)"),
        }
    }
}

/// An indexer. Each call is one request; whether it may be made is asked of the budget before.
pub trait Indexer: Send + Sync {
    /// What was listed last, newest first.
    fn recent(&self, step: Step) -> BoxFuture<'_, Result<Page, IndexerError>>;
    /// A page of all that is listed, newest first, the first is 0; empty behind the last one.
    fn page(&self, number: u32) -> BoxFuture<'_, Result<Vec<Release>, IndexerError>>;
    /// What is listed of a movie.
    fn search<'a>(&'a self, query: &'a Query, step: Step) -> BoxFuture<'a, Result<Page, IndexerError>>;
    /// What a download client takes in for a release.
    fn fetch<'a>(&'a self, release: &'a Release) -> BoxFuture<'a, Result<Fetched, IndexerError>>;
    /// Tries address and account, without spending the budget of searches.
    fn test(&self) -> BoxFuture<'_, Result<(), IndexerError>>;
}
