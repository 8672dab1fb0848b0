//! Which movies a release may be: a small index from ids and titles to movies.
//!
//! It holds hashes instead of titles, 16 bytes for each: the titles of 10,000 movies in all languages would take more
//! room than everything else. So it only says who comes into question; the caller loads these few and asks
//! [`match_movie`](crate::domain::match_movie).

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use radarr_proto::model::{Movie, MovieId};

use crate::domain::title::{clean_title, clean_title_with_arabic_numerals};

/// Hashes of clean titles with their movies.
#[derive(Debug, Default)]
pub(super) struct Titles {
    keys: BTreeSet<(u64, MovieId)>,
}

impl Titles {
    pub(super) fn insert(&mut self, movie: &Movie) {
        let facts = &movie.facts;
        let others = facts.alternative_titles.iter().map(|other| &other.title);
        let translated = facts.translations.iter().map(|translation| &translation.title);
        for title in [&facts.title, &facts.original_title].into_iter().chain(others).chain(translated) {
            self.keys.extend(hashes(title).map(|hash| (hash, movie.id)));
        }
    }

    pub(super) fn remove(&mut self, id: MovieId) {
        self.keys.retain(|(_, movie)| *movie != id);
    }

    pub(super) fn find(&self, title: &str) -> Vec<MovieId> {
        let range = |hash| (hash, MovieId(0))..=(hash, MovieId(u64::MAX));
        hashes(title).flat_map(|hash| self.keys.range(range(hash)).map(|(_, movie)| *movie)).collect()
    }
}

/// Hashes of the two forms in which titles are compared; none for a title without letters.
fn hashes(title: &str) -> impl Iterator<Item = u64> + use<> {
    let clean = clean_title(title);
    let arabic = clean_title_with_arabic_numerals(title);
    [clean, arabic].into_iter().filter(|form| !form.is_empty()).map(|form| {
        let mut hasher = DefaultHasher::new();
        form.hash(&mut hasher);
        hasher.finish()
    })
}
