//! Movies as the stand-in of TMDB knows them: facts of films in the public domain, a few invented oddities, and as
//! many generated ones as a load test asks for.

use anyhow::Context;
use serde::Deserialize;

/// The films, one a line.
const TABLE: &str = include_str!("movies.json");
/// Generated movies are numbered from here on, far above TMDB's own numbers.
pub const GENERATED_FROM: u32 = 5_000_000;

/// Which fields TMDB's answer has wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Odd {
    /// None.
    #[default]
    No,
    /// What may be missing is missing, null or empty.
    Empty,
    /// Numbers are texts, lists are null, objects are lists.
    WrongKinds,
}

/// A collection.
#[derive(Debug, Clone, Deserialize)]
pub struct Collection {
    /// TMDB's number.
    pub id: u32,
    /// Its name.
    pub name: String,
}

/// One movie.
#[derive(Debug, Clone, Deserialize)]
pub struct Movie {
    /// TMDB's number.
    pub tmdb: u32,
    /// The digits of the IMDb id.
    pub imdb: Option<u32>,
    /// Title in English.
    pub title: String,
    /// Title in the original language; empty = the same.
    #[serde(default)]
    pub original_title: String,
    /// Original language, ISO 639-1.
    pub language: String,
    /// Country it comes from.
    pub country: String,
    /// First day in cinemas, `YYYY-MM-DD`; empty = unknown.
    pub released: String,
    /// First day on disc in the USA.
    #[serde(default)]
    pub disc: Option<String>,
    /// First day in digital shops.
    #[serde(default)]
    pub digital: Option<String>,
    /// Minutes.
    pub runtime: Option<u32>,
    /// Names of genres.
    pub genres: Vec<String>,
    /// First production company.
    #[serde(default)]
    pub studio: Option<String>,
    /// Who directed it; empty = unknown.
    pub director: String,
    /// `actor as character`.
    pub cast: Vec<String>,
    /// One sentence.
    pub overview: String,
    /// 0 to 10.
    pub vote: f64,
    /// How many.
    pub votes: u32,
    /// Age rating in the USA.
    #[serde(default)]
    pub certification: String,
    /// Collection.
    #[serde(default)]
    pub collection: Option<Collection>,
    /// `COUNTRY: title`.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// Whether HDBits files it under documentaries.
    #[serde(default)]
    pub documentary: bool,
    /// Which of its fields are wrong on purpose.
    #[serde(default)]
    pub odd: Odd,
}

impl Movie {
    /// The year of the first showing; `None` = unknown.
    pub fn year(&self) -> Option<u16> {
        self.released.get(..4)?.parse().ok()
    }

    /// The title in the original language.
    pub fn original_title(&self) -> &str {
        if self.original_title.is_empty() { &self.title } else { &self.original_title }
    }

    /// The IMDb id as TMDB writes it.
    pub fn imdb_id(&self) -> Option<String> {
        self.imdb.map(|digits| format!("tt{digits:07}"))
    }

    /// Every title under which it is found.
    pub fn all_titles(&self) -> impl Iterator<Item = &str> {
        let others = self.alternatives.iter().filter_map(|line| Some(line.split_once(": ")?.1));
        [self.title.as_str(), self.original_title()].into_iter().chain(others)
    }
}

/// The films of the table.
pub fn films() -> anyhow::Result<Vec<Movie>> {
    serde_json::from_str(TABLE).context("the table of films can't be read")
}

/// `count` movies that nobody made, the same ones each time.
pub fn generated(count: u32) -> Vec<Movie> {
    const FIRST: [&str; 10] = [
        "Silent", "Paper", "Northern", "Hollow", "Amber", "Crooked", "Distant", "Glass", "Restless", "Velvet",
    ];
    const SECOND: [&str; 10] = [
        "Harbour", "Lantern", "Garden", "Engine", "Orchard", "Signal", "Parade", "Meridian", "Ledger", "Tide",
    ];
    let word = |list: [&'static str; 10], n: u32| list.into_iter().nth((n % 10) as usize).unwrap_or_default();
    let movie = |n: u32| Movie {
        tmdb: GENERATED_FROM + n,
        imdb: Some(9_000_000 + n),
        title: format!("{} {} {n}", word(FIRST, n), word(SECOND, n / 10)),
        original_title: String::new(),
        language: "en".to_owned(),
        country: "US".to_owned(),
        released: format!("{}-{:02}-{:02}", 1930 + n % 90, 1 + n % 12, 1 + n % 28),
        disc: None,
        digital: None,
        runtime: Some(70 + n % 80),
        genres: vec!["Drama".to_owned()],
        studio: Some("Nobody's Pictures".to_owned()),
        director: format!("Director {}", n % 200),
        cast: (0..3).map(|k| format!("Actor {} as Part {k}", (n * 7 + k) % 900)).collect(),
        overview: format!("The {n}th generated movie, in which nothing happens to nobody."),
        vote: f64::from(n % 80) / 10.0 + 1.0,
        votes: n % 3000,
        certification: String::new(),
        collection: None,
        alternatives: Vec::new(),
        documentary: false,
        odd: Odd::No,
    };
    (0..count).map(movie).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_films_have_numbers_of_their_own_and_real_years() {
        let mut movies = films().unwrap();
        assert!(movies.len() >= 25, "{}", movies.len());
        movies.extend(generated(200));
        let mut numbers: Vec<u32> = movies.iter().map(|movie| movie.tmdb).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), movies.len());
        assert!(movies.iter().filter(|movie| movie.odd == Odd::No).all(|movie| movie.year().is_some()));
    }
}
