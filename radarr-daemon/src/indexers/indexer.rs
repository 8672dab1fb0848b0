//! What every indexer can do. Read `hdbits/mod.rs` for one that does it.

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

/// An indexer. Each call is one request or a few; whether it may be made is asked of the budget before.
pub trait Indexer: Send + Sync {
    /// What was listed last, newest first.
    fn recent(&self) -> BoxFuture<'_, Result<Vec<Release>, IndexerError>>;
    /// A page of all that is listed, newest first, the first is 0; empty behind the last one.
    fn page(&self, number: u32) -> BoxFuture<'_, Result<Vec<Release>, IndexerError>>;
    /// What is listed of a movie.
    fn search<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Release>, IndexerError>>;
    /// The bytes of a release's torrent: of the right size and kind by their start, but not looked into.
    fn fetch_torrent<'a>(&'a self, release: &'a Release) -> BoxFuture<'a, Result<Vec<u8>, IndexerError>>;
    /// Tries address and account, without spending the budget of searches.
    fn test(&self) -> BoxFuture<'_, Result<(), IndexerError>>;
}
