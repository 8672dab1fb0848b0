//! What a refresh changed, in words that a person would use.

use radarr_proto::model::{MovieFacts, MovieStatus, SourcedDate};

/// What is different in `new`, one phrase each; empty when nothing is that a person would notice.
///
/// The number of votes changes with every refresh and says nothing.
pub fn changes(old: &MovieFacts, new: &MovieFacts) -> Vec<String> {
    let mut changes = Vec::new();
    changed(&mut changes, "title", &old.title, &new.title);
    changed(&mut changes, "original title", &old.original_title, &new.original_title);
    changed(&mut changes, "year", &year(old.year), &year(new.year));
    changed(&mut changes, "run time", &minutes(old.runtime_minutes), &minutes(new.runtime_minutes));
    changed(&mut changes, "status", status(old.status), status(new.status));
    changed(
        &mut changes,
        "cinema date",
        &date(old.dates.in_cinemas.as_ref()),
        &date(new.dates.in_cinemas.as_ref()),
    );
    changed(
        &mut changes,
        "digital date",
        &date(old.dates.digital.as_ref()),
        &date(new.dates.digital.as_ref()),
    );
    changed(
        &mut changes,
        "disc date",
        &date(old.dates.physical.as_ref()),
        &date(new.dates.physical.as_ref()),
    );
    changed(&mut changes, "IMDb id", &shown(old.imdb_id.as_ref()), &shown(new.imdb_id.as_ref()));
    changed(
        &mut changes,
        "certification",
        &shown(old.certification.as_ref()),
        &shown(new.certification.as_ref()),
    );
    let collection =
        |facts: &MovieFacts| facts.collection.as_ref().map(|collection| collection.title.clone());
    changed(&mut changes, "collection", &shown(collection(old).as_ref()), &shown(collection(new).as_ref()));
    changed(&mut changes, "rating", &tenths(old.rating_tenths), &tenths(new.rating_tenths));
    let unnamed = [
        ("overview", old.overview != new.overview),
        ("genres", old.genres != new.genres),
        ("studio", old.studio != new.studio),
        ("other titles", old.alternative_titles != new.alternative_titles),
        ("translations", old.translations != new.translations),
        ("poster", old.poster_path != new.poster_path),
        ("backdrop", old.backdrop_path != new.backdrop_path),
        ("trailer", old.youtube_trailer != new.youtube_trailer),
        ("home page", old.homepage != new.homepage),
        ("cast", old.cast != new.cast),
        ("crew", old.crew != new.crew),
        ("original language", old.original_language != new.original_language),
        ("year of the first showing", old.secondary_year != new.secondary_year),
    ];
    changes.extend(unnamed.iter().filter(|(_, is_new)| *is_new).map(|(what, _)| (*what).to_owned()));
    changes
}

fn changed(changes: &mut Vec<String>, what: &str, old: &str, new: &str) {
    if old != new {
        changes.push(format!("{what}: {new}, was {old}"));
    }
}

fn year(year: u16) -> String {
    if year == 0 { "unknown".to_owned() } else { year.to_string() }
}

fn minutes(minutes: u16) -> String {
    if minutes == 0 { "unknown".to_owned() } else { format!("{minutes} min") }
}

fn tenths(tenths: u8) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn date(date: Option<&SourcedDate>) -> String {
    date.map_or_else(|| "none".to_owned(), |date| format!("{} ({})", date.date, date.country))
}

fn shown<T: std::fmt::Display>(value: Option<&T>) -> String {
    value.map_or_else(|| "none".to_owned(), T::to_string)
}

fn status(status: MovieStatus) -> &'static str {
    match status {
        MovieStatus::Tba => "to be announced",
        MovieStatus::Announced => "announced",
        MovieStatus::InCinemas => "in cinemas",
        MovieStatus::Released => "released",
        MovieStatus::Deleted => "deleted at TMDB",
        MovieStatus::Unknown => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_said_with_both_values_and_votes_are_passed_over() {
        let old = MovieFacts { title: "Film".into(), year: 2026, votes: 3, ..MovieFacts::default() };
        assert_eq!(changes(&old, &MovieFacts { votes: 9, ..old.clone() }), [""; 0]);
        let date =
            SourcedDate { date: jiff::civil::date(2026, 3, 1), country: "US".into(), note: String::new() };
        let mut new = MovieFacts {
            title: "Movie".into(),
            status: MovieStatus::Released,
            runtime_minutes: 90,
            rating_tenths: 74,
            overview: "It begins.".into(),
            ..old.clone()
        };
        new.dates.digital = Some(date);
        assert_eq!(
            changes(&old, &new),
            [
                "title: Movie, was Film",
                "run time: 90 min, was unknown",
                "status: released, was announced",
                "digital date: 2026-03-01 (US), was none",
                "rating: 7.4, was 0.0",
                "overview",
            ]
        );
    }
}
