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

#[cfg(test)]
mod tests {
    use radarr_proto::model::{
        DocVersion, IndexerId, IndexerKind, MinimumAvailability, MovieFacts, MovieId, SecretSource, TagId,
    };

    use super::*;

    fn movie(tags: &[u64]) -> Movie {
        Movie {
            id: MovieId(1),
            doc_version: DocVersion(0),
            facts: MovieFacts {
                tmdb_id: TmdbId(653),
                imdb_id: "tt0013442".parse().ok(),
                title: "Nosferatu".into(),
                original_title: "Nosferatu, eine Symphonie des Grauens".into(),
                year: 1922,
                ..MovieFacts::default()
            },
            sort_title: "nosferatu".into(),
            monitored: true,
            minimum_availability: MinimumAvailability::Released,
            tags: tags.iter().copied().map(TagId).collect(),
            added_at: jiff::Timestamp::UNIX_EPOCH,
            added_by: String::new(),
            refreshed_at: jiff::Timestamp::UNIX_EPOCH,
            versions: Vec::new(),
        }
    }

    fn indexer(change: impl Fn(&mut Indexer)) -> Indexer {
        let mut indexer = Indexer {
            id: IndexerId(1),
            doc_version: DocVersion(0),
            name: "HDBits".into(),
            kind: IndexerKind::Hdbits { username: "me".into() },
            base_url: "https://hdbits.org".into(),
            secret: SecretSource::None,
            enabled: true,
            use_recent: true,
            use_automatic_search: true,
            use_interactive_search: true,
            priority: 25,
            minimum_seeders: 1,
            required_flags: Vec::new(),
            multi_languages: Vec::new(),
            tags: Vec::new(),
            client_id: None,
            seed_ratio_hundredths: None,
            seed_time_minutes: None,
            requests_per_hour: 0,
        };
        change(&mut indexer);
        indexer
    }

    #[test]
    fn a_movie_is_asked_for_by_ids_and_by_its_titles_each_once() {
        let asked = question(&movie(&[]));
        assert_eq!(asked.titles, ["Nosferatu", "Nosferatu, eine Symphonie des Grauens"]);
        assert_eq!((asked.year, asked.tmdb_id), (Some(1922), TmdbId(653)));
        assert_eq!(asked.imdb_id.unwrap().number(), 13442);
        let mut same = movie(&[]);
        same.facts.original_title = same.facts.title.clone();
        same.facts.year = 0;
        assert_eq!((question(&same).titles.len(), question(&same).year), (1, None));
    }

    #[test]
    fn each_kind_of_search_asks_those_that_are_meant_for_it() {
        use SearchKind::{Automatic, Recent, User};
        let off = indexer(|indexer| indexer.enabled = false);
        let by_hand = indexer(|indexer| (indexer.use_recent, indexer.use_automatic_search) = (false, false));
        let tagged = indexer(|indexer| indexer.tags = vec![TagId(7)]);
        assert_eq!(takes_part(&off, &movie(&[]), User), Err(LeftOut::Disabled));
        assert_eq!(takes_part(&by_hand, &movie(&[]), User), Ok(()));
        assert_eq!(takes_part(&by_hand, &movie(&[]), Automatic), Err(LeftOut::NotForThis));
        assert_eq!(takes_part(&by_hand, &movie(&[]), Recent), Err(LeftOut::NotForThis));
        assert_eq!(takes_part(&tagged, &movie(&[]), User), Err(LeftOut::OtherTags));
        assert_eq!(takes_part(&tagged, &movie(&[7]), User), Ok(()));
    }
}
