//! Which movie a release is.
//!
//! Ids first, then titles with the year. More than one movie is said as such, never guessed. Source: Radarr's
//! `ParsingService.Map` and `MovieService.FindByTitle`. The next step is [`crate::domain::decide`].

use std::collections::HashMap;

use radarr_proto::model::{ImdbId, MatchedBy, MovieId, TmdbId};

use super::title::{clean_title, clean_title_with_arabic_numerals};

/// A year before this in an id match stands for "no year".
const FIRST_YEAR: u16 = 1800;

/// What a movie may be called, in the forms that names are compared in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MovieTitles {
    /// The year of release; 0 = not known.
    pub year: u16,
    /// The year that some write instead: that of the premiere.
    pub secondary_year: Option<u16>,
    /// TMDB's number.
    pub tmdb_id: Option<TmdbId>,
    /// IMDb's id.
    pub imdb_id: Option<ImdbId>,
    /// Title and original title.
    titles: Vec<TitleKeys>,
    /// Alternative titles and translations.
    others: Vec<TitleKeys>,
}

/// A title in the two forms that are compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct TitleKeys {
    clean: String,
    arabic: String,
}

impl TitleKeys {
    fn new(title: &str) -> Option<Self> {
        let clean = clean_title(title);
        (!clean.is_empty()).then(|| Self { arabic: clean_title_with_arabic_numerals(title), clean })
    }

    fn agrees(&self, other: &Self) -> bool {
        self.clean == other.clean || self.arabic == other.arabic
    }
}

impl MovieTitles {
    /// A movie with its titles (the title and the original one) and its other titles (alternative ones and
    /// translations).
    pub fn new<'a>(
        titles: impl IntoIterator<Item = &'a str>,
        others: impl IntoIterator<Item = &'a str>,
        year: u16,
    ) -> Self {
        Self {
            year,
            titles: titles.into_iter().filter_map(TitleKeys::new).collect(),
            others: others.into_iter().filter_map(TitleKeys::new).collect(),
            ..Self::default()
        }
    }

    fn has_year(&self, year: u16) -> bool {
        self.year == year || self.secondary_year == Some(year)
    }

    fn title_match(&self, wanted: &[TitleKeys]) -> Option<MatchedBy> {
        let agrees = |titles: &[TitleKeys]| {
            titles.iter().any(|title| wanted.iter().any(|wanted| title.agrees(wanted)))
        };
        if agrees(&self.titles) {
            Some(MatchedBy::Title)
        } else {
            agrees(&self.others).then_some(MatchedBy::AlternativeTitle)
        }
    }
}

/// What is known of the release: its parsed name and what the indexer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReleaseClues<'a> {
    /// The parsed titles, the full one first.
    pub titles: &'a [String],
    /// The parsed year; `None` when the name has none.
    pub year: Option<u16>,
    /// The id that the indexer gave, else the one in the name.
    pub imdb_id: Option<&'a ImdbId>,
    /// The id that the indexer gave, else the one in the name.
    pub tmdb_id: Option<TmdbId>,
}

impl ReleaseClues<'_> {
    fn title_keys(&self) -> Vec<TitleKeys> {
        self.titles.iter().filter_map(|title| TitleKeys::new(title)).collect()
    }

    /// The year, when it is one at all.
    fn real_year(&self) -> Option<u16> {
        self.year.filter(|year| *year >= FIRST_YEAR)
    }

    fn year_agrees(&self, movie: &MovieTitles) -> bool {
        self.real_year().is_none_or(|year| movie.has_year(year))
    }
}

/// What the search for the movie of a release gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MovieMatch {
    /// This one.
    One(MovieId, MatchedBy),
    /// These fit equally well: nothing may be taken automatically.
    Ambiguous(Vec<MovieId>),
    /// None fits.
    Unknown,
}

/// Whether a release is this movie, which was searched for; by what, when it is.
///
/// An id that the indexer gave counts when the year does not contradict; then title and year; last the id alone,
/// which is told apart since it is not trusted for an import.
pub fn match_one(release: &ReleaseClues<'_>, movie: &MovieTitles) -> Option<MatchedBy> {
    let imdb_agrees = release.imdb_id.is_some() && release.imdb_id == movie.imdb_id.as_ref();
    let is_tmdb_movie = release.tmdb_id.is_some() && release.tmdb_id == movie.tmdb_id;
    let year_agrees = release.year_agrees(movie);
    if imdb_agrees && year_agrees {
        return Some(MatchedBy::ImdbId);
    }
    if is_tmdb_movie && year_agrees {
        return Some(MatchedBy::TmdbId);
    }
    let by_title = if year_agrees { movie.title_match(&release.title_keys()) } else { None };
    by_title.or_else(|| (imdb_agrees || is_tmdb_movie).then_some(MatchedBy::IdOnly))
}

/// Many movies, looked up by id and by title without going through all of them.
#[derive(Debug, Clone, Default)]
pub struct TitleIndex {
    movies: HashMap<MovieId, MovieTitles>,
    by_imdb: HashMap<ImdbId, Vec<MovieId>>,
    by_tmdb: HashMap<TmdbId, Vec<MovieId>>,
    by_clean: HashMap<String, Vec<MovieId>>,
    by_arabic: HashMap<String, Vec<MovieId>>,
}

impl FromIterator<(MovieId, MovieTitles)> for TitleIndex {
    fn from_iter<I: IntoIterator<Item = (MovieId, MovieTitles)>>(movies: I) -> Self {
        let mut index = Self::default();
        for (id, movie) in movies {
            index.insert(id, movie);
        }
        index
    }
}

impl TitleIndex {
    /// Adds a movie, or replaces what was known of it.
    pub fn insert(&mut self, id: MovieId, movie: MovieTitles) {
        self.remove(id);
        let add = |ids: &mut Vec<MovieId>| {
            if !ids.contains(&id) {
                ids.push(id);
            }
        };
        if let Some(imdb_id) = &movie.imdb_id {
            add(self.by_imdb.entry(imdb_id.clone()).or_default());
        }
        if let Some(tmdb_id) = movie.tmdb_id {
            add(self.by_tmdb.entry(tmdb_id).or_default());
        }
        for title in movie.titles.iter().chain(&movie.others) {
            add(self.by_clean.entry(title.clean.clone()).or_default());
            add(self.by_arabic.entry(title.arabic.clone()).or_default());
        }
        self.movies.insert(id, movie);
    }

    /// Takes a movie out; one that is not there is no fault.
    pub fn remove(&mut self, id: MovieId) {
        let Some(movie) = self.movies.remove(&id) else { return };
        if let Some(imdb_id) = &movie.imdb_id {
            take_out(&mut self.by_imdb, imdb_id, id);
        }
        if let Some(tmdb_id) = &movie.tmdb_id {
            take_out(&mut self.by_tmdb, tmdb_id, id);
        }
        for title in movie.titles.iter().chain(&movie.others) {
            take_out(&mut self.by_clean, &title.clean, id);
            take_out(&mut self.by_arabic, &title.arabic, id);
        }
    }

    /// How many movies are in it.
    pub fn len(&self) -> usize {
        self.movies.len()
    }

    /// Whether no movie is in it.
    pub fn is_empty(&self) -> bool {
        self.movies.is_empty()
    }

    /// The movie of a release.
    ///
    /// Steps, each taken only when the one before found none: IMDb id, TMDB id, own title, own title with numerals
    /// exchanged, other titles; each with the year where the name has one. An id of one movie in a name of another
    /// year is not believed.
    pub fn find(&self, release: &ReleaseClues<'_>) -> MovieMatch {
        let by_id = |ids: Option<&Vec<MovieId>>, by| only(self.of_year(ids, release), by);
        let first = release.imdb_id.and_then(|id| by_id(self.by_imdb.get(id), MatchedBy::ImdbId));
        let second = || release.tmdb_id.and_then(|id| by_id(self.by_tmdb.get(&id), MatchedBy::TmdbId));
        first.or_else(second).or_else(|| self.find_by_titles(release)).unwrap_or(MovieMatch::Unknown)
    }

    fn find_by_titles(&self, release: &ReleaseClues<'_>) -> Option<MovieMatch> {
        let wanted = release.title_keys();
        let exact: Vec<MovieId> =
            self.candidates(&self.by_clean, wanted.iter().map(|title| &title.clean), release);
        let variants: Vec<MovieId> =
            self.candidates(&self.by_arabic, wanted.iter().map(|title| &title.arabic), release);
        let own = |id: &MovieId, same: fn(&TitleKeys, &TitleKeys) -> bool| {
            let titles = self.movies.get(id).map(|movie| movie.titles.as_slice()).unwrap_or_default();
            titles.iter().any(|title| wanted.iter().any(|wanted| same(title, wanted)))
        };
        let own_exact = exact.iter().filter(|id| own(id, |a, b| a.clean == b.clean)).copied().collect();
        let own_variant = variants.iter().filter(|id| own(id, TitleKeys::agrees)).copied().collect();
        only(own_exact, MatchedBy::Title)
            .or_else(|| only(own_variant, MatchedBy::Title))
            .or_else(|| only(exact, MatchedBy::AlternativeTitle))
            .or_else(|| only(variants, MatchedBy::AlternativeTitle))
    }

    fn candidates<'a>(
        &self,
        index: &HashMap<String, Vec<MovieId>>,
        keys: impl Iterator<Item = &'a String>,
        release: &ReleaseClues<'_>,
    ) -> Vec<MovieId> {
        let mut ids: Vec<MovieId> = keys.flat_map(|key| self.of_year(index.get(key), release)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn of_year(&self, ids: Option<&Vec<MovieId>>, release: &ReleaseClues<'_>) -> Vec<MovieId> {
        let fits = |id: &&MovieId| self.movies.get(*id).is_some_and(|movie| release.year_agrees(movie));
        ids.into_iter().flatten().filter(fits).copied().collect()
    }
}

fn only(ids: Vec<MovieId>, by: MatchedBy) -> Option<MovieMatch> {
    match ids.as_slice() {
        [] => None,
        [id] => Some(MovieMatch::One(*id, by)),
        _ => Some(MovieMatch::Ambiguous(ids)),
    }
}

fn take_out<K: std::hash::Hash + Eq>(index: &mut HashMap<K, Vec<MovieId>>, key: &K, id: MovieId) {
    if let Some(ids) = index.get_mut(key) {
        ids.retain(|other| *other != id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clues(titles: &[String], year: u16) -> ReleaseClues<'_> {
        ReleaseClues { titles, year: (year > 0).then_some(year), ..ReleaseClues::default() }
    }

    fn library() -> TitleIndex {
        [
            (MovieId(1), MovieTitles::new(["Batman"], [], 2000)),
            (MovieId(2), MovieTitles::new(["Batman"], [], 1999)),
            (MovieId(3), MovieTitles::new(["The Dark Knight"], ["Batman"], 2008)),
            (MovieId(4), MovieTitles::new(["Rocky II"], [], 1979)),
            (
                MovieId(5),
                MovieTitles { tmdb_id: Some(TmdbId(603)), ..MovieTitles::new(["The Matrix"], [], 1999) },
            ),
        ]
        .into_iter()
        .collect()
    }

    #[track_caller]
    fn check(title: &str, year: u16, want: &MovieMatch) {
        let titles = [title.to_owned()];
        assert_eq!(&library().find(&clues(&titles, year)), want, "{title} {year}");
    }

    #[test]
    fn titles_and_years_find_the_movie() {
        check("Batman", 2000, &MovieMatch::One(MovieId(1), MatchedBy::Title));
        check("Batman", 2008, &MovieMatch::One(MovieId(3), MatchedBy::AlternativeTitle));
        check("Rocky 2", 1979, &MovieMatch::One(MovieId(4), MatchedBy::Title));
        check("Batman", 1950, &MovieMatch::Unknown);
        check("!!!", 2000, &MovieMatch::Unknown);
    }

    #[test]
    fn two_movies_of_one_title_are_said_and_not_guessed() {
        check("Batman", 0, &MovieMatch::Ambiguous(vec![MovieId(1), MovieId(2)]));
    }

    #[test]
    fn an_id_counts_unless_the_year_contradicts() {
        let titles = ["Something Else".to_owned()];
        let with_id = |year| ReleaseClues { tmdb_id: Some(TmdbId(603)), ..clues(&titles, year) };
        assert_eq!(library().find(&with_id(1999)), MovieMatch::One(MovieId(5), MatchedBy::TmdbId));
        assert_eq!(library().find(&with_id(2003)), MovieMatch::Unknown);
        let matrix = MovieTitles { tmdb_id: Some(TmdbId(603)), ..MovieTitles::new(["The Matrix"], [], 1999) };
        assert_eq!(match_one(&with_id(2003), &matrix), Some(MatchedBy::IdOnly));
    }

    #[test]
    fn umlauts_and_other_titles_agree() {
        let movie = MovieTitles::new(["Fack Ju Göthe 2"], ["Fack Ju Göthe 2: Same same"], 2015);
        for title in ["Fack Ju Göthe 2: Same same", "Fack Ju Goethe 2", "Fack Ju Goethe 2: Same same"] {
            let titles = [title.to_owned()];
            assert!(match_one(&clues(&titles, 2015), &movie).is_some(), "{title}");
        }
    }

    #[test]
    fn a_movie_that_was_taken_out_is_not_found() {
        let mut library = library();
        library.remove(MovieId(1));
        let titles = ["Batman".to_owned()];
        assert_eq!(library.find(&clues(&titles, 2000)), MovieMatch::Unknown);
        assert_eq!(library.len(), 4);
    }
}
