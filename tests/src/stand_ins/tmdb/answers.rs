//! A movie as TMDB writes it, with what is appended; and written wrongly, for the movies that are odd on purpose.

use serde_json::{Map, Value, json};

use crate::stand_ins::world::movie::{Movie, Odd};

/// TMDB's numbers of genres.
const GENRES: [(&str, u32); 18] = [
    ("Action", 28),
    ("Adventure", 12),
    ("Animation", 16),
    ("Comedy", 35),
    ("Crime", 80),
    ("Documentary", 99),
    ("Drama", 18),
    ("Family", 10_751),
    ("Fantasy", 14),
    ("History", 36),
    ("Horror", 27),
    ("Music", 10_402),
    ("Mystery", 9_648),
    ("Romance", 10_749),
    ("Science Fiction", 878),
    ("Thriller", 53),
    ("War", 10_752),
    ("Western", 37),
];

fn genre_id(name: &str) -> u32 {
    GENRES.iter().find(|(known, _)| *known == name).map_or(0, |(_, id)| *id)
}

fn poster(movie: &Movie) -> Value {
    if movie.odd == Odd::No { json!(format!("/poster-{}.jpg", movie.tmdb)) } else { Value::Null }
}

/// A movie in a list.
pub(super) fn item(movie: &Movie) -> Value {
    let mut item = json!({
        "adult": false,
        "backdrop_path": null,
        "genre_ids": movie.genres.iter().map(|name| genre_id(name)).collect::<Vec<_>>(),
        "id": movie.tmdb,
        "original_language": movie.language,
        "original_title": movie.original_title(),
        "overview": movie.overview,
        "popularity": f64::from(movie.votes) / 100.0,
        "poster_path": poster(movie),
        "release_date": movie.released,
        "title": movie.title,
        "video": false,
        "vote_average": movie.vote,
        "vote_count": movie.votes,
    });
    spoil(movie.odd, &mut item);
    item
}

/// `/movie/{id}`.
pub(super) fn details(movie: &Movie, appended: &[&str]) -> Value {
    let mut details = item(movie);
    let genres: Vec<Value> =
        movie.genres.iter().map(|name| json!({ "id": genre_id(name), "name": name })).collect();
    let studios: Vec<Value> = movie
        .studio
        .iter()
        .map(|name| json!({ "id": 1, "logo_path": null, "name": name, "origin_country": movie.country }))
        .collect();
    let collection = movie.collection.as_ref().map_or(Value::Null, |collection| {
        json!({ "id": collection.id, "name": collection.name, "poster_path": null, "backdrop_path": null })
    });
    set(&mut details, "belongs_to_collection", collection);
    set(&mut details, "budget", json!(0));
    set(&mut details, "genres", json!(genres));
    set(&mut details, "homepage", json!(""));
    set(&mut details, "imdb_id", json!(movie.imdb_id()));
    set(&mut details, "origin_country", json!([movie.country]));
    set(&mut details, "production_companies", json!(studios));
    set(&mut details, "revenue", json!(0));
    set(&mut details, "runtime", json!(movie.runtime));
    set(
        &mut details,
        "status",
        json!(if movie.year().is_some_and(|year| year < 2025) { "Released" } else { "Planned" }),
    );
    set(&mut details, "tagline", json!(""));
    for key in appended {
        if let Some(part) = append(movie, key) {
            set(&mut details, key, part);
        }
    }
    spoil(movie.odd, &mut details);
    details
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

/// A part that was asked for with the details; a key that TMDB does not know gives nothing.
fn append(movie: &Movie, key: &str) -> Option<Value> {
    Some(match key {
        "release_dates" => json!({ "results": release_dates(movie) }),
        "alternative_titles" => {
            let titles = movie.alternatives.iter().filter_map(|line| line.split_once(": "));
            let titles =
                titles.map(|(country, title)| json!({ "iso_3166_1": country, "title": title, "type": "" }));
            json!({ "titles": titles.collect::<Vec<_>>() })
        }
        "translations" => json!({ "translations": translations(movie) }),
        "images" => {
            let image = json!({ "aspect_ratio": 0.667, "height": 1500, "width": 1000, "iso_639_1": "en",
                "file_path": poster(movie), "vote_average": 5.3, "vote_count": 9 });
            json!({ "posters": [image], "backdrops": [], "logos": [] })
        }
        "credits" => credits(movie),
        "external_ids" => json!({ "imdb_id": movie.imdb_id(), "wikidata_id": null, "facebook_id": null }),
        "videos" => json!({ "results": [] }),
        "keywords" => json!({ "keywords": [] }),
        _ => return None,
    })
}

fn release_dates(movie: &Movie) -> Vec<Value> {
    let date = |day: &str, kind: u32, note: &str, certification: &str| {
        json!({ "certification": certification, "descriptors": [], "iso_639_1": "", "note": note,
            "release_date": format!("{day}T00:00:00.000Z"), "type": kind })
    };
    let mut at_home = Vec::new();
    let mut in_usa = Vec::new();
    if !movie.released.is_empty() {
        at_home.push(date(&movie.released, 1, "premiere", ""));
        at_home.push(date(
            &movie.released,
            3,
            "",
            if movie.country == "US" { &movie.certification } else { "" },
        ));
    }
    let usa = if movie.country == "US" { &mut at_home } else { &mut in_usa };
    usa.extend(movie.digital.iter().map(|day| date(day, 4, "", "")));
    usa.extend(movie.disc.iter().map(|day| date(day, 5, "Blu-ray", &movie.certification)));
    let mut countries = vec![(movie.country.as_str(), at_home), ("US", in_usa)];
    countries.retain(|(_, dates)| !dates.is_empty());
    countries
        .into_iter()
        .map(|(country, dates)| json!({ "iso_3166_1": country, "release_dates": dates }))
        .collect()
}

fn translations(movie: &Movie) -> Vec<Value> {
    let translation = |country: &str, language: &str, title: &str, overview: &str| {
        json!({ "iso_3166_1": country, "iso_639_1": language, "name": language, "english_name": language,
            "data": { "homepage": "", "overview": overview, "runtime": 0, "tagline": "", "title": title } })
    };
    // An empty title means the same as the original.
    vec![
        translation("US", "en", "", &movie.overview),
        translation(&movie.country, &movie.language, movie.original_title(), ""),
    ]
}

fn credits(movie: &Movie) -> Value {
    let cast = movie.cast.iter().enumerate().map(|(order, line)| {
        let (name, character) = line.split_once(" as ").unwrap_or((line, ""));
        json!({ "adult": false, "gender": 0, "id": order + 1, "name": name, "original_name": name,
            "known_for_department": "Acting", "profile_path": null, "character": character, "order": order })
    });
    let director = (!movie.director.is_empty()).then(|| {
        json!({ "adult": false, "id": 999, "name": movie.director, "department": "Directing", "job": "Director",
            "known_for_department": null, "profile_path": null })
    });
    json!({ "cast": cast.collect::<Vec<_>>(), "crew": director.into_iter().collect::<Vec<_>>() })
}

/// Makes fields wrong in the ways in which they are wrong at TMDB.
fn spoil(odd: Odd, value: &mut Value) {
    let Some(object) = value.as_object_mut() else { return };
    match odd {
        Odd::No => {}
        Odd::Empty => {
            for key in ["release_date", "vote_count", "popularity", "genres", "tagline", "original_title"] {
                object.remove(key);
            }
            null(
                object,
                &["imdb_id", "runtime", "homepage", "overview", "production_companies", "credits", "images"],
            );
        }
        Odd::WrongKinds => {
            null(object, &["genre_ids", "translations", "alternative_titles"]);
            object.insert("vote_average".to_owned(), json!("none"));
            object.insert("runtime".to_owned(), json!("0"));
            object.insert("belongs_to_collection".to_owned(), json!([]));
            object.insert("softcore".to_owned(), json!(false));
        }
    }
}

fn null(object: &mut Map<String, Value>, keys: &[&str]) {
    for key in keys {
        if object.contains_key(*key) {
            object.insert((*key).to_owned(), Value::Null);
        }
    }
}
