//! What is kept of TMDB's facts: a movie is one document, and documents have a limit.
//!
//! A blockbuster has eighty translations and hundreds of other titles. Titles are needed to recognise releases; the
//! overviews in languages that nobody chose are not.

use radarr_proto::model::MovieFacts;

/// Other titles of a movie. The most that was seen is some hundred.
const ALTERNATIVE_TITLES_MAX: usize = 200;
/// Languages of TMDB, some with several countries.
const TRANSLATIONS_MAX: usize = 150;
/// Longer than any title.
const TITLE_CHARS_MAX: usize = 300;
/// TMDB's own limit is 1000.
const OVERVIEW_CHARS_MAX: usize = 2_000;
/// Genres of a movie; TMDB has nineteen.
const GENRES_MAX: usize = 30;
/// Names, roles, addresses.
const NAME_CHARS_MAX: usize = 200;

/// The facts as they are stored.
#[must_use]
pub fn kept(mut facts: MovieFacts) -> MovieFacts {
    for title in [&mut facts.title, &mut facts.original_title] {
        shorten(title, TITLE_CHARS_MAX);
    }
    shorten(&mut facts.overview, OVERVIEW_CHARS_MAX);
    facts.alternative_titles.truncate(ALTERNATIVE_TITLES_MAX);
    for other in &mut facts.alternative_titles {
        shorten(&mut other.title, NAME_CHARS_MAX);
        shorten(&mut other.kind, NAME_CHARS_MAX);
        shorten(&mut other.country, NAME_CHARS_MAX);
    }
    facts.translations.truncate(TRANSLATIONS_MAX);
    for translation in &mut facts.translations {
        shorten(&mut translation.title, NAME_CHARS_MAX);
        translation.overview.clear();
    }
    facts.genres.truncate(GENRES_MAX);
    let people = facts.cast.iter_mut().chain(&mut facts.crew);
    let names = people.flat_map(|credit| [&mut credit.name, &mut credit.role]);
    let optional = [&mut facts.studio, &mut facts.certification, &mut facts.homepage];
    for text in names.chain(optional.into_iter().flatten()).chain(&mut facts.genres) {
        shorten(text, NAME_CHARS_MAX);
    }
    facts
}

fn shorten(text: &mut String, chars_max: usize) {
    if let Some((at, _)) = text.char_indices().nth(chars_max) {
        text.truncate(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use radarr_proto::model::{AlternativeTitle, Credit, Language, Translation};

    #[test]
    fn the_facts_of_the_best_known_movie_fit_into_a_document() {
        let long = || "ö".repeat(5_000);
        let facts = MovieFacts {
            title: long(),
            original_title: long(),
            overview: long(),
            genres: vec![long(); 40],
            studio: Some(long()),
            homepage: Some(long()),
            alternative_titles: vec![
                AlternativeTitle {
                    title: "A title of a usual length, one of very many".into(),
                    country: "US".into(),
                    kind: String::new(),
                };
                900
            ],
            translations: vec![
                Translation {
                    language: Language::German,
                    code: "de".into(),
                    country: "DE".into(),
                    title: "Ein Titel von üblicher Länge".into(),
                    overview: long(),
                };
                300
            ],
            cast: vec![Credit { name: "A Name of Somebody".into(), role: "A Role in It".into() }; 20],
            ..MovieFacts::default()
        };
        let kept = kept(facts);
        let bytes = serde_json::to_vec(&kept).unwrap().len();
        assert!(bytes < 60 * 1024, "{bytes} bytes");
        assert_eq!(kept.title.chars().count(), TITLE_CHARS_MAX);
        assert_eq!((kept.translations.len(), kept.alternative_titles.len()), (150, 200));
    }

    #[test]
    fn usual_facts_stay_as_they_are() {
        let facts = MovieFacts { title: "The General".into(), year: 1926, ..MovieFacts::default() };
        assert_eq!(kept(facts.clone()), facts);
    }
}
