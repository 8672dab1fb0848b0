//! Examples of every rule of the parser: variants of one name in which a word of the rule is exchanged for another of
//! its kind, stands elsewhere, or is separated or written otherwise. They are invented; `tests/corpus/` has real ones.

mod groups;
mod languages;
mod not_movies;
mod odd_names;
mod qualities;
mod titles;

use radarr_proto::model::{ImdbId, Language};

use super::parse_release;
use super::robustness_tests::check_that_rules_look;

/// What a name must say. An empty text is "nothing".
enum Want {
    Quality(&'static str),
    /// The source under its name in the model.
    Source(&'static str),
    Lines(u16),
    Title(&'static str),
    Titles(&'static [&'static str]),
    /// 0 = none.
    Year(u16),
    Edition(&'static str),
    /// Names, separated by commas.
    Languages(&'static str),
    Group(&'static str),
    Subs(&'static str),
    Version(u32),
    Real(u32),
    Repack(bool),
    Tmdb(u32),
    Imdb(&'static str),
    IsAMovie,
    NotAMovie,
}

/// Checks all rows and tells every one that differs.
#[track_caller]
fn check(rows: &[(&str, &[Want])]) {
    for (name, _) in rows {
        check_that_rules_look(name);
    }
    let wrong: Vec<String> = rows
        .iter()
        .flat_map(|(name, wants)| wants.iter().filter_map(move |want| differs(name, want)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differs(name: &str, want: &Want) -> Option<String> {
    let parsed = parse_release(name);
    let revision = parsed.quality.revision;
    let text = |got: Option<&str>| got.unwrap_or_default().to_owned();
    let (want, got) = match want {
        Want::Quality(want) => ((*want).to_owned(), parsed.quality.quality.name().to_owned()),
        Want::Source(want) => ((*want).to_owned(), format!("{:?}", parsed.source).to_uppercase()),
        Want::Lines(want) => (want.to_string(), parsed.resolution.to_string()),
        Want::Title(want) => ((*want).to_owned(), text(parsed.title())),
        Want::Titles(want) => (want.join(" | "), parsed.titles.join(" | ")),
        Want::Year(want) => (want.to_string(), parsed.year.unwrap_or_default().to_string()),
        Want::Edition(want) => ((*want).to_owned(), text(parsed.edition.as_deref())),
        Want::Languages(want) => {
            let names: Vec<&str> =
                parsed.languages.iter().map(|language| Language::name(*language)).collect();
            ((*want).to_owned(), names.join(","))
        }
        Want::Group(want) => ((*want).to_owned(), text(parsed.release_group.as_deref())),
        Want::Subs(want) => ((*want).to_owned(), text(parsed.hardcoded_subs.as_deref())),
        Want::Version(want) => (want.to_string(), revision.version.to_string()),
        Want::Real(want) => (want.to_string(), revision.real.to_string()),
        Want::Repack(want) => (want.to_string(), revision.is_repack.to_string()),
        Want::Tmdb(want) => (want.to_string(), parsed.tmdb_id.map_or(0, |id| id.0).to_string()),
        Want::Imdb(want) => ((*want).to_owned(), text(parsed.imdb_id.as_ref().map(ImdbId::as_str))),
        Want::IsAMovie => ("a movie".to_owned(), parsed.not_a_movie.unwrap_or("a movie".to_owned())),
        Want::NotAMovie => return parsed.not_a_movie.is_none().then(|| format!("{name}: taken for a movie")),
    };
    (want != got).then(|| format!("{name}: wanted {want:?}, got {got:?}"))
}
