//! Whom a search asks, and what: ids first, titles where there is no id.
//!
//! Source of the conditions: Radarr's `ReleaseSearchService` and `IndexerFactory`. The next step is
//! [`crate::domain::parse`].

use radarr_proto::model::{ImdbId, Indexer, Movie, SearchKind, TmdbId};

/// A movie as indexers are asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its titles, the best known first; each once.
    pub titles: Vec<String>,
    /// Its year.
    pub year: Option<u16>,
    /// Its IMDb id: the best search there is.
    pub imdb_id: Option<ImdbId>,
    /// Its TMDB id.
    pub tmdb_id: TmdbId,
}

/// Why an indexer is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// It is switched off.
    Disabled,
    /// It is switched off for this kind of search.
    NotForThis,
    /// It is only for movies with other tags.
    OtherTags,
}

impl LeftOut {
    /// For people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Disabled => "it is switched off",
            Self::NotForThis => "it is not used for this kind of search",
            Self::OtherTags => "it is only for movies with one of its tags",
        }
    }
}

/// What a movie is asked for by.
pub fn question(movie: &Movie) -> Question {
    let facts = &movie.facts;
    let mut titles = vec![facts.title.clone()];
    if !facts.original_title.is_empty() && facts.original_title != facts.title {
        titles.push(facts.original_title.clone());
    }
    Question {
        titles,
        year: Some(facts.year).filter(|year| *year > 0),
        imdb_id: facts.imdb_id.clone(),
        tmdb_id: facts.tmdb_id,
    }
}

/// Whether an indexer takes part in a search for a movie.
pub fn takes_part(indexer: &Indexer, movie: &Movie, kind: SearchKind) -> Result<(), LeftOut> {
    if !indexer.enabled {
        return Err(LeftOut::Disabled);
    }
    let used = match kind {
        SearchKind::Recent => indexer.use_recent,
        SearchKind::User => indexer.use_interactive_search,
        SearchKind::Automatic | SearchKind::Push | SearchKind::Unknown => indexer.use_automatic_search,
    };
    if !used {
        return Err(LeftOut::NotForThis);
    }
    if !indexer.tags.is_empty() && !indexer.tags.iter().any(|tag| movie.tags.contains(tag)) {
        return Err(LeftOut::OtherTags);
    }
    Ok(())
}
