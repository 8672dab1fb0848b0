//! A movie: what Radarr knows of it, what is wanted of it, where it lies.

use jiff::Timestamp;
use radarr_proto::model::{
    AlternativeTitle, CollectionRef, Language, MinimumAvailability, MovieFacts, MovieFile, MovieStatus,
    ReleaseDates, SourcedDate, TagId, TmdbId,
};
use serde_json::Value;

use super::{Known, Mapped, file, tags};
use crate::domain::kept_facts::kept;
use crate::migrate::fields::Fields;

const STATUS: &[(&str, i64)] =
    &[("deleted", -1), ("tba", 0), ("announced", 1), ("inCinemas", 2), ("released", 3)];

/// A movie, before it has a root folder here.
#[derive(Debug, Clone, PartialEq)]
pub struct MovieIn {
    /// What Radarr knows of it.
    pub facts: MovieFacts,
    /// Its folder, on Radarr's machine.
    pub path: String,
    /// Whether it is looked for.
    pub monitored: bool,
    /// From when on.
    pub minimum_availability: MinimumAvailability,
    /// Radarr's number of its profile.
    pub profile: i64,
    /// Tags.
    pub tags: Vec<TagId>,
    /// When it was added there.
    pub added_at: Timestamp,
    /// When it was last searched for.
    pub last_searched_at: Option<Timestamp>,
    /// Its file; `Err` = there is one, and why it can't be taken.
    pub file: Option<Result<MovieFile, String>>,
}

/// Title and year for the report, whatever is there of them.
pub fn called(fields: &Fields) -> String {
    let title = fields.text("title").or_else(|| fields.text("originalTitle"));
    let title = title.map_or_else(|| format!("movie {}", fields.int("id").unwrap_or(0)), str::to_owned);
    match fields.int("year").unwrap_or(0) {
        0 => title,
        year => format!("{title} ({year})"),
    }
}

/// The movie.
pub fn movie(fields: &Fields, known: &Known, now: Timestamp) -> Result<Mapped<MovieIn>, String> {
    let tmdb_id = match fields.int("tmdbId") {
        None => return Err("what TMDB says of it is missing: Radarr drops such a movie by itself".to_owned()),
        Some(number) => u32::try_from(number).ok().filter(|number| *number > 0),
    };
    let tmdb_id = TmdbId(tmdb_id.ok_or("it has no number of TMDB's")?);
    let path = fields.text("path").ok_or("it has no path")?.to_owned();
    let mut changes = Vec::new();
    let facts = kept(facts(fields, tmdb_id, &mut changes));
    let file = fields.object("movieFile").map(|fields| {
        file::file(&fields, now).map(|mapped| {
            changes.extend(mapped.changes);
            mapped.value
        })
    });
    if file.is_none() && fields.int("movieFileId").unwrap_or(0) != 0 {
        changes.push("the file that it points to does not exist".to_owned());
    }
    let movie = MovieIn {
        facts,
        path,
        monitored: fields.flag("monitored"),
        minimum_availability: minimum_availability(fields, &mut changes),
        profile: fields.int("qualityProfileId").or_else(|| fields.int("profileId")).unwrap_or(0),
        tags: tags(fields, known, &mut changes),
        added_at: fields.time("added").unwrap_or(now),
        last_searched_at: fields.time("lastSearchTime"),
        file,
    };
    Ok(Mapped { value: movie, changes })
}

fn facts(fields: &Fields, tmdb_id: TmdbId, changes: &mut Vec<String>) -> MovieFacts {
    let owned = |name: &str| fields.text(name).map(str::to_owned);
    let title = owned("title").or_else(|| owned("originalTitle")).unwrap_or_else(|| {
        changes.push("it has no title until TMDB is asked".to_owned());
        format!("TMDB {tmdb_id}")
    });
    let imdb_id = fields.text("imdbId").and_then(|text| {
        let id = text.parse().ok();
        if id.is_none() {
            changes.push("its IMDb id is none, and comes from TMDB".to_owned());
        }
        id
    });
    let (rating_tenths, votes) = rating(fields);
    MovieFacts {
        tmdb_id,
        imdb_id,
        original_title: owned("originalTitle").unwrap_or_else(|| title.clone()),
        original_language: language(fields),
        year: fields.number("year").unwrap_or(0),
        secondary_year: fields.number("secondaryYear").filter(|year| *year != 0),
        overview: owned("overview").unwrap_or_default(),
        runtime_minutes: fields.number("runtime").unwrap_or(0),
        status: status(fields),
        dates: ReleaseDates {
            in_cinemas: date(fields, "inCinemas"),
            digital: date(fields, "digitalRelease"),
            physical: date(fields, "physicalRelease"),
        },
        genres: fields.words("genres"),
        studio: owned("studio"),
        certification: owned("certification"),
        collection: collection(fields),
        rating_tenths,
        votes,
        poster_path: image(fields, "poster"),
        backdrop_path: image(fields, "fanart"),
        youtube_trailer: owned("youTubeTrailerId"),
        homepage: owned("website"),
        alternative_titles: alternative_titles(fields, &title),
        translations: Vec::new(),
        cast: Vec::new(),
        crew: Vec::new(),
        title,
    }
}

fn language(fields: &Fields) -> Language {
    let number = fields.id("originalLanguage").and_then(|number| i32::try_from(number).ok());
    let language = number.and_then(Language::from_number).unwrap_or_default();
    if matches!(language, Language::Any | Language::Original) { Language::Unknown } else { language }
}

fn status(fields: &Fields) -> MovieStatus {
    match fields.choice("status", STATUS) {
        Some(-1) => MovieStatus::Deleted,
        Some(0) => MovieStatus::Tba,
        Some(2) => MovieStatus::InCinemas,
        Some(3) => MovieStatus::Released,
        Some(_) | None => MovieStatus::Announced,
    }
}

/// 4 was a value between cinemas and disc once; Radarr takes it for released.
fn minimum_availability(fields: &Fields, changes: &mut Vec<String>) -> MinimumAvailability {
    match fields.choice("minimumAvailability", STATUS) {
        Some(0) => MinimumAvailability::Tba,
        Some(1) => MinimumAvailability::Announced,
        Some(2) => MinimumAvailability::InCinemas,
        Some(3 | 4) => MinimumAvailability::Released,
        other => {
            let other = other.map_or_else(|| "not set".to_owned(), |number| number.to_string());
            changes.push(format!("its minimum availability ({other}) is released here"));
            MinimumAvailability::Released
        }
    }
}

fn date(fields: &Fields, name: &str) -> Option<SourcedDate> {
    // Radarr keeps neither country nor note.
    fields.date(name).map(|date| SourcedDate { date, country: String::new(), note: String::new() })
}

/// The number and title stand in columns of the database and in an object of the API.
fn collection(fields: &Fields) -> Option<CollectionRef> {
    let object = fields.object("collection").unwrap_or_default();
    let tmdb_id = fields.number("collectionTmdbId").or_else(|| object.number("tmdbId"))?;
    let title = fields.text("collectionTitle").or_else(|| object.text("title"));
    (tmdb_id > 0).then(|| CollectionRef { tmdb_id, title: title.unwrap_or_default().to_owned() })
}

/// TMDB's rating: under `tmdb`, before schema 206 the only one.
fn rating(fields: &Fields) -> (u8, u32) {
    let Some(ratings) = fields.object("ratings") else { return (0, 0) };
    let of_tmdb = ratings.object("tmdb").unwrap_or(ratings);
    let tenths = (of_tmdb.float("value").unwrap_or(0.0) * 10.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the bounds just checked"
    )]
    let tenths = if (0.0..=100.0).contains(&tenths) { tenths as u8 } else { 0 };
    (tenths, of_tmdb.number("votes").unwrap_or(0))
}

/// The path of an image at TMDB, `/abc.jpg`; those from elsewhere are left out.
fn image(fields: &Fields, kind: &str) -> Option<String> {
    let images = fields.objects("images");
    let image = images
        .iter()
        .find(|image| image.text("coverType").is_some_and(|of| of.eq_ignore_ascii_case(kind)))?;
    let address = image.text("remoteUrl").or_else(|| image.text("url"))?;
    let (_, path) = address.split_once("image.tmdb.org/t/p/")?;
    let (_, name) = path.split_once('/')?;
    Some(format!("/{name}"))
}

fn alternative_titles(fields: &Fields, title: &str) -> Vec<AlternativeTitle> {
    let mut titles: Vec<AlternativeTitle> = Vec::new();
    for other in fields.list("alternateTitles") {
        let Some(other) = other.get("title").and_then(Value::as_str).map(str::trim) else { continue };
        if other.is_empty() || other == title || titles.iter().any(|known| known.title == other) {
            continue;
        }
        titles.push(AlternativeTitle {
            title: other.to_owned(),
            country: String::new(),
            kind: String::new(),
        });
    }
    titles
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Mapped<MovieIn>, String> {
        let known = Known { tags: [(1, TagId(11)), (2, TagId(12))].into(), ..Known::default() };
        movie(&Fields::of(&value).unwrap(), &known, "2026-01-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_row_of_the_database_and_an_object_of_the_api_are_the_same_movie() {
        let row = read(json!({"id": 5, "Path": "/movies/The General (1926)", "Monitored": 1, "QualityProfileId": 4,
            "Added": "2020-01-02 03:04:05Z", "Tags": "[1, 2, 1]", "MovieFileId": 0, "MinimumAvailability": 3,
            "LastSearchTime": "0001-01-01 00:00:00Z", "TmdbId": 961, "ImdbId": "tt0017925",
            "Images": "[{\"coverType\": \"poster\", \"url\": \"/MediaCover/5/poster.jpg\", \"remoteUrl\": \"https://image.tmdb.org/t/p/original/p.jpg\"}]",
            "Genres": "[\"Comedy\"]", "Title": "The General", "OriginalLanguage": 1, "Status": 3, "Runtime": 79,
            "InCinemas": "1926-12-31 00:00:00Z", "Year": 1926, "SecondaryYear": 0,
            "Ratings": "{\"tmdb\": {\"votes\": 1200, \"value\": 7.86, \"type\": \"user\"}}",
            "CollectionTmdbId": 0, "alternatetitles": [{"title": "Der General"}, {"title": "The General"}]}))
        .unwrap();
        let object = read(json!({"id": 5, "path": "/movies/The General (1926)", "monitored": true, "qualityProfileId": 4,
            "added": "2020-01-02T03:04:05Z", "tags": [1, 2], "minimumAvailability": "released", "tmdbId": 961,
            "imdbId": "tt0017925", "images": [{"coverType": "poster", "remoteUrl": "https://image.tmdb.org/t/p/original/p.jpg"}],
            "genres": ["Comedy"], "title": "The General", "originalLanguage": {"id": 1, "name": "English"},
            "status": "released", "runtime": 79, "inCinemas": "1926-12-31T00:00:00Z", "year": 1926,
            "ratings": {"tmdb": {"votes": 1200, "value": 7.86}}, "alternateTitles": [{"title": "Der General", "sourceType": "tmdb"}]}))
        .unwrap();
        assert_eq!(row, object);
        let facts = &row.value.facts;
        assert_eq!(
            (facts.rating_tenths, facts.votes, facts.poster_path.as_deref()),
            (79, 1200, Some("/p.jpg"))
        );
        assert_eq!((row.value.tags, row.value.profile), (vec![TagId(11), TagId(12)], 4));
        assert_eq!((facts.alternative_titles.len(), row.value.last_searched_at), (1, None));
        assert_eq!(row.changes, [""; 0]);
    }

    #[test]
    fn odd_rows_are_taken_with_a_word_on_it() {
        let got = read(
            json!({"Path": "/m/x", "TmdbId": 7, "ImdbId": "nm1", "Tags": "[9]", "MinimumAvailability": -1,
            "MovieFileId": 12, "Year": -4, "Runtime": 99_999_999, "Ratings": "{\"votes\": 3, \"value\": 6.5}",
            "Images": "[", "CollectionTmdbId": 10, "CollectionTitle": "All"}),
        )
        .unwrap();
        assert_eq!(got.changes.len(), 5, "{:?}", got.changes);
        let facts = got.value.facts;
        assert_eq!((facts.title.as_str(), facts.year, facts.runtime_minutes), ("TMDB 7", 0, 0));
        assert_eq!((facts.rating_tenths, facts.collection.unwrap().tmdb_id), (65, 10));
        assert_eq!(
            read(json!({"Path": "/m/x", "TmdbId": 7, "MinimumAvailability": 4}))
                .unwrap()
                .value
                .minimum_availability,
            MinimumAvailability::Released
        );
    }

    #[test]
    fn what_is_no_movie_is_left_out_with_its_reason() {
        for (row, why) in [
            (json!({"Path": "/m/x"}), "what TMDB says of it is missing"),
            (json!({"Path": "/m/x", "TmdbId": 0}), "no number of TMDB's"),
            (json!({"Path": "/m/x", "TmdbId": 99_999_999_999_i64}), "no number of TMDB's"),
            (json!({"Path": " ", "TmdbId": 3}), "no path"),
        ] {
            assert!(read(row).unwrap_err().contains(why));
        }
    }
}
