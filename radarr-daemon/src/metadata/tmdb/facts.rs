//! From TMDB's answer to our [`MovieFacts`]; pure.

use jiff::Timestamp;
use jiff::civil::Date;
use radarr_proto::model::{
    AlternativeTitle, CollectionRef, Credit, Language, MovieFacts, MovieStatus, ReleaseDates, TmdbId,
    Translation,
};
use radarr_proto::request::LookupHit;

use super::answer::{Details, Item, Named, Person};
use super::dates::{DatedRelease, ReleaseType, choose_dates, first_showing};
use crate::domain::languages::language_of_code;

/// People kept of each kind.
const PEOPLE_MAX: usize = 20;
/// Jobs that are shown, most wanted first.
const JOBS: &[&str] = &[
    "Director",
    "Screenplay",
    "Writer",
    "Story",
    "Novel",
    "Producer",
    "Director of Photography",
    "Original Music Composer",
];

/// A movie of a list; `None` when it has no id or no title.
pub(super) fn hit(item: &Item) -> Option<LookupHit> {
    Some(LookupHit {
        tmdb_id: TmdbId(item.id.and_then(|id| u32::try_from(id).ok()).filter(|id| *id > 0)?),
        title: text(&item.title).or_else(|| text(&item.original_title))?,
        original_title: text(&item.original_title).unwrap_or_else(|| item.title.clone()),
        year: year(&item.release_date),
        overview: item.overview.clone(),
        rating_tenths: tenths(item.vote_average),
        poster_path: item.poster_path.clone().filter(|path| path.starts_with('/')),
        in_library: None,
    })
}

/// Everything of a movie; `None` when it has no id or no title.
pub(super) fn facts(details: &Details, country: &str, now: Timestamp) -> Option<MovieFacts> {
    let hit = hit(&details.item)?;
    let releases = releases(details);
    let dates = choose_dates(&releases, country);
    let first_year = first_showing(&releases).and_then(|date| u16::try_from(date.year()).ok());
    let imdb_id = [details.external_ids.imdb_id.as_deref(), details.imdb_id.as_deref()];
    Some(MovieFacts {
        tmdb_id: hit.tmdb_id,
        imdb_id: imdb_id.into_iter().flatten().find_map(|id| id.parse().ok()),
        title: hit.title,
        original_title: hit.original_title,
        // An unknown original language is taken as English, as Radarr does.
        original_language: language_of_code(&details.original_language).unwrap_or(Language::English),
        year: hit.year,
        secondary_year: first_year.filter(|year| *year != hit.year && hit.year != 0),
        overview: hit.overview,
        runtime_minutes: details.runtime.and_then(|minutes| u16::try_from(minutes).ok()).unwrap_or(0),
        status: status(&details.status, &dates, now),
        dates,
        genres: details.genres.iter().filter_map(|genre| text(&genre.name)).collect(),
        studio: details.production_companies.iter().find_map(|company| text(&company.name)),
        certification: certification(details, country),
        collection: details.belongs_to_collection.as_ref().and_then(collection),
        rating_tenths: hit.rating_tenths,
        votes: details.vote_count.and_then(|votes| u32::try_from(votes).ok()).unwrap_or(0),
        poster_path: hit
            .poster_path
            .or_else(|| details.images.posters.iter().find_map(|image| text(&image.file_path))),
        backdrop_path: (details.backdrop_path.as_deref().and_then(text))
            .or_else(|| details.images.backdrops.iter().find_map(|image| text(&image.file_path))),
        youtube_trailer: trailer(details),
        homepage: details.homepage.as_deref().and_then(text),
        alternative_titles: alternative_titles(details),
        translations: translations(details),
        cast: cast(details),
        crew: crew(details),
    })
}

fn text(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn year(date: &str) -> u16 {
    date.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held between 0 and 100 before")]
fn tenths(rating: f64) -> u8 {
    (rating * 10.0).round().clamp(0.0, 100.0) as u8
}

fn releases(details: &Details) -> Vec<DatedRelease> {
    let countries = details.release_dates.results.iter();
    countries
        .flat_map(|country| country.release_dates.iter().map(move |release| (country, release)))
        .filter_map(|(country, release)| {
            Some(DatedRelease {
                country: country.iso_3166_1.clone(),
                kind: ReleaseType::from_number(release.kind?)?,
                date: release.release_date.get(..10)?.parse().ok()?,
                note: release.note.trim().to_owned(),
            })
        })
        .collect()
}

/// Announced, in cinemas or released by the dates alone; the setting for films without a disc comes on top, in
/// `domain/availability.rs`.
fn status(said: &str, dates: &ReleaseDates, now: Timestamp) -> MovieStatus {
    let today = day(now);
    let past = |date: Option<&radarr_proto::model::SourcedDate>| date.is_some_and(|date| date.date <= today);
    if past(dates.digital.as_ref()) || past(dates.physical.as_ref()) {
        MovieStatus::Released
    } else if past(dates.in_cinemas.as_ref()) {
        MovieStatus::InCinemas
    } else if said == "Rumored" {
        MovieStatus::Tba
    } else if said == "Released" && *dates == ReleaseDates::default() {
        // Old films often have no dated release at all.
        MovieStatus::Released
    } else {
        MovieStatus::Announced
    }
}

fn certification(details: &Details, country: &str) -> Option<String> {
    let mut countries = details.release_dates.results.iter();
    let ours = countries.find(|dates| dates.iso_3166_1.eq_ignore_ascii_case(country))?;
    ours.release_dates.iter().find_map(|release| text(&release.certification))
}

fn collection(named: &Named) -> Option<CollectionRef> {
    Some(CollectionRef { tmdb_id: u32::try_from(named.id?).ok()?, title: text(&named.name)? })
}

fn trailer(details: &Details) -> Option<String> {
    let videos = details.videos.results.iter();
    let mut trailers = videos.filter(|video| video.site == "YouTube" && video.kind == "Trailer");
    trailers.find_map(|video| text(&video.key))
}

fn alternative_titles(details: &Details) -> Vec<AlternativeTitle> {
    let titles = details.alternative_titles.titles.iter();
    titles
        .filter_map(|title| {
            Some(AlternativeTitle {
                title: text(&title.text)?,
                country: title.iso_3166_1.clone(),
                kind: title.kind.trim().to_owned(),
            })
        })
        .collect()
}

fn translations(details: &Details) -> Vec<Translation> {
    let translations = details.translations.translations.iter();
    translations
        .filter_map(|translated| {
            Some(Translation {
                language: language_of_code(&translated.iso_639_1).unwrap_or(Language::Unknown),
                code: translated.iso_639_1.clone(),
                country: translated.iso_3166_1.clone(),
                // Empty means "as the default": nothing to match by.
                title: text(&translated.data.title)?,
                overview: translated.data.overview.trim().to_owned(),
            })
        })
        .collect()
}

fn cast(details: &Details) -> Vec<Credit> {
    let mut people: Vec<&Person> = details.credits.cast.iter().collect();
    people.sort_by_key(|person| person.order.unwrap_or(i64::MAX));
    people
        .into_iter()
        .filter_map(|person| {
            Some(Credit { name: text(&person.name)?, role: person.character.trim().to_owned() })
        })
        .take(PEOPLE_MAX)
        .collect()
}

fn crew(details: &Details) -> Vec<Credit> {
    let rank = |person: &Person| JOBS.iter().position(|job| *job == person.job);
    let mut people: Vec<(usize, &Person)> =
        details.credits.crew.iter().filter_map(|person| Some((rank(person)?, person))).collect();
    people.sort_by_key(|(rank, _)| *rank);
    people
        .into_iter()
        .filter_map(|(_, person)| Some(Credit { name: text(&person.name)?, role: person.job.clone() }))
        .take(PEOPLE_MAX)
        .collect()
}

/// A date as TMDB's list of changes wants it.
pub(super) fn day(at: Timestamp) -> Date {
    jiff::tz::Offset::UTC.to_datetime(at).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_answer_full_of_nulls_is_still_a_movie() {
        let json = r#"{"id":"7","title":"Paper","original_title":null,"overview":null,"release_date":"","runtime":null,
            "poster_path":null,"imdb_id":"","genres":null,"belongs_to_collection":null,"credits":[],"videos":{},
            "release_dates":{"results":[{"iso_3166_1":"US","release_dates":[{"type":9,"release_date":"x"}]}]},
            "images":0,"vote_average":"high","original_language":"zz"}"#;
        let facts = facts(&serde_json::from_str(json).unwrap(), "US", now()).unwrap();
        assert_eq!((facts.tmdb_id, facts.title.as_str(), facts.year), (TmdbId(7), "Paper", 0));
        assert_eq!((facts.imdb_id, facts.status), (None, MovieStatus::Announced));
        assert_eq!(facts.original_language, Language::English);
    }

    #[test]
    fn everything_finds_its_place() {
        let json = r#"{"id":7,"title":"Paper","original_title":"Papier","release_date":"2021-02-01","runtime":95,
            "imdb_id":"tt9990001","original_language":"de","vote_average":7.25,"vote_count":12,"status":"Released",
            "belongs_to_collection":{"id":3,"name":"Papers"},"production_companies":[{"id":1,"name":"Mill"}],
            "release_dates":{"results":[{"iso_3166_1":"DE","release_dates":[
                {"type":1,"release_date":"2020-09-01T00:00:00.000Z","note":"Film Festival","certification":""},
                {"type":3,"release_date":"2021-02-01T00:00:00.000Z","certification":"12"},
                {"type":5,"release_date":"2021-08-01T00:00:00.000Z","certification":"16"}]}]},
            "translations":{"translations":[{"iso_639_1":"fr","iso_3166_1":"FR","data":{"title":"Papier F","overview":"o"}},
                {"iso_639_1":"it","data":{"title":""}}]},
            "alternative_titles":{"titles":[{"iso_3166_1":"US","title":"Sheet","type":"working title"}]},
            "credits":{"cast":[{"name":"B","character":"b","order":1},{"name":"A","character":"a","order":0}],
                "crew":[{"name":"W","job":"Writer"},{"name":"X","job":"Catering"},{"name":"D","job":"Director"}]},
            "videos":{"results":[{"site":"Vimeo","type":"Trailer","key":"v"},{"site":"YouTube","type":"Trailer","key":"y"}]}}"#;
        let facts = facts(&serde_json::from_str(json).unwrap(), "DE", now()).unwrap();
        assert_eq!((facts.year, facts.secondary_year, facts.rating_tenths), (2021, Some(2020), 73));
        assert_eq!((facts.certification.as_deref(), facts.studio.as_deref()), (Some("12"), Some("Mill")));
        assert_eq!(facts.status, MovieStatus::Released);
        assert_eq!(facts.original_language, Language::German);
        assert_eq!(facts.youtube_trailer.as_deref(), Some("y"));
        assert_eq!(facts.translations.iter().map(|t| t.title.as_str()).collect::<Vec<_>>(), ["Papier F"]);
        assert_eq!(facts.cast.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!(facts.crew.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["D", "W"]);
        assert_eq!(facts.collection.map(|c| c.title).as_deref(), Some("Papers"));
    }
}
