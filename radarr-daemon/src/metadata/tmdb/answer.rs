//! TMDB's answers as they come. Each field is optional here, whatever its page says: null, "" and missing all occur.

use serde::Deserialize;

use crate::lenient::{list, number, or_default};

/// A page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    #[serde(deserialize_with = "list")]
    pub(super) results: Vec<Item>,
    #[serde(deserialize_with = "number")]
    pub(super) total_pages: Option<i64>,
}

/// What `/find` answers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Found {
    #[serde(deserialize_with = "list")]
    pub(super) movie_results: Vec<Item>,
}

/// A movie in a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Item {
    #[serde(deserialize_with = "number")]
    pub(super) id: Option<i64>,
    #[serde(deserialize_with = "or_default")]
    pub(super) title: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) original_title: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) overview: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) release_date: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) poster_path: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) vote_average: f64,
}

/// `/movie/{id}` with all that is appended to it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Details {
    #[serde(flatten)]
    pub(super) item: Item,
    #[serde(deserialize_with = "or_default")]
    pub(super) imdb_id: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) original_language: String,
    #[serde(deserialize_with = "number")]
    pub(super) runtime: Option<i64>,
    #[serde(deserialize_with = "or_default")]
    pub(super) status: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) homepage: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) backdrop_path: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(super) vote_count: Option<i64>,
    #[serde(deserialize_with = "list")]
    pub(super) genres: Vec<Named>,
    #[serde(deserialize_with = "list")]
    pub(super) production_companies: Vec<Named>,
    #[serde(deserialize_with = "or_default")]
    pub(super) belongs_to_collection: Option<Named>,
    #[serde(deserialize_with = "or_default")]
    pub(super) external_ids: ExternalIds,
    #[serde(deserialize_with = "or_default")]
    pub(super) release_dates: Results<CountryDates>,
    #[serde(deserialize_with = "or_default")]
    pub(super) alternative_titles: Titles,
    #[serde(deserialize_with = "or_default")]
    pub(super) translations: Translations,
    #[serde(deserialize_with = "or_default")]
    pub(super) images: Images,
    #[serde(deserialize_with = "or_default")]
    pub(super) credits: Credits,
    #[serde(deserialize_with = "or_default")]
    pub(super) videos: Results<Video>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    #[serde(deserialize_with = "number")]
    pub(super) id: Option<i64>,
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ExternalIds {
    #[serde(deserialize_with = "or_default")]
    pub(super) imdb_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(default, bound = "T: serde::de::DeserializeOwned")]
pub(super) struct Results<T> {
    #[serde(deserialize_with = "list")]
    pub(super) results: Vec<T>,
}

impl<T> Default for Results<T> {
    fn default() -> Self {
        Self { results: Vec::new() }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CountryDates {
    #[serde(deserialize_with = "or_default")]
    pub(super) iso_3166_1: String,
    #[serde(deserialize_with = "list")]
    pub(super) release_dates: Vec<CountryDate>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CountryDate {
    #[serde(deserialize_with = "or_default")]
    pub(super) certification: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) note: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) release_date: String,
    #[serde(rename = "type", deserialize_with = "number")]
    pub(super) kind: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Titles {
    #[serde(deserialize_with = "list")]
    pub(super) titles: Vec<OtherTitle>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OtherTitle {
    #[serde(deserialize_with = "or_default")]
    pub(super) iso_3166_1: String,
    #[serde(rename = "title", deserialize_with = "or_default")]
    pub(super) text: String,
    #[serde(rename = "type", deserialize_with = "or_default")]
    pub(super) kind: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Translations {
    #[serde(deserialize_with = "list")]
    pub(super) translations: Vec<Translated>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Translated {
    #[serde(deserialize_with = "or_default")]
    pub(super) iso_3166_1: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) iso_639_1: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) data: TranslatedData,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TranslatedData {
    #[serde(deserialize_with = "or_default")]
    pub(super) title: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) overview: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Images {
    #[serde(deserialize_with = "list")]
    pub(super) posters: Vec<Image>,
    #[serde(deserialize_with = "list")]
    pub(super) backdrops: Vec<Image>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Image {
    #[serde(deserialize_with = "or_default")]
    pub(super) file_path: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Credits {
    #[serde(deserialize_with = "list")]
    pub(super) cast: Vec<Person>,
    #[serde(deserialize_with = "list")]
    pub(super) crew: Vec<Person>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Person {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) character: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) job: String,
    #[serde(deserialize_with = "number")]
    pub(super) order: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Video {
    #[serde(deserialize_with = "or_default")]
    pub(super) key: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) site: String,
    #[serde(rename = "type", deserialize_with = "or_default")]
    pub(super) kind: String,
}

/// Both shapes of an error.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Failure {
    #[serde(deserialize_with = "number")]
    pub(super) status_code: Option<i64>,
    #[serde(deserialize_with = "or_default")]
    pub(super) status_message: String,
    #[serde(deserialize_with = "list")]
    pub(super) errors: Vec<String>,
}
