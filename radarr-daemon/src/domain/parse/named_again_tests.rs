//! What we name a file is read again as what it was named after, at the first reading.
//!
//! Printed is a file name by [`FORMAT`], from the naming rules themselves. Facts are well formed when
//! - the title is words that stand in none of the lists of this parser, each with a capital, and numbers that can be
//!   no year;
//! - the year is one of 1900 to 2099;
//! - the group is one word that stands in no list and is no number, hash or episode.
//!
//! Quality, revision, edition and ids are any that there are. Languages are not printed by this format: files tell
//! them by their tracks.

use proptest::prelude::*;
use radarr_proto::model::{NamingSettings, Quality, QualityModel, Revision};

use super::lexicon::{self, meaning};
use super::parse_release;
use crate::domain::naming::{NamedFile, NamedMovie, NamingSource, file_name};

/// What the TRaSH guides recommend, without the tokens that name streams.
const FORMAT: &str = "{Movie Title} ({Release Year}) {tmdb-{TmdbId}} {imdb-{ImdbId}} {edition-{Edition Tags}} \
                      [{Quality Full}]{-Release Group}";

const EDITIONS: &[&str] = &[
    "Extended",
    "Director's Cut",
    "Directors Cut",
    "Theatrical",
    "Unrated",
    "Uncut",
    "Remastered",
    "IMAX",
    "Final Cut",
    "Special Edition",
    "Ultimate Edition",
    "50th Anniversary Edition",
    "Open Matte",
    "Extended Remastered",
];

#[derive(Debug, Clone)]
struct Facts {
    title: String,
    year: u16,
    tmdb_id: u32,
    imdb_id: Option<String>,
    edition: Option<&'static str>,
    quality: QualityModel,
    group: Option<String>,
}

fn plain_word() -> impl Strategy<Value = String> {
    "[A-Z][a-z]{3,9}|[A-Z][a-z]{2,5}[éüñ][a-z]{1,3}|[1-9][0-9]{0,2}"
        .prop_filter("it stands in no list", |word| *meaning(word) == lexicon::NOTHING)
}

fn facts() -> impl Strategy<Value = Facts> {
    let title = prop::collection::vec(plain_word(), 1..5).prop_map(|words| words.join(" "));
    // A number alone may be the number of an episode, and is no title of a group of words.
    let title = title.prop_filter("it has a word", |title| title.contains(char::is_alphabetic));
    let quality = (prop::sample::select(Quality::ALL.to_vec()), 1_u32..4, 0_u32..2).prop_map(quality);
    let group = "[A-Z][A-Za-z]{2,9}".prop_filter("it stands in no list", |word| {
        *meaning(word) == lexicon::NOTHING && !super::language::is_language_word(word)
    });
    (
        title,
        1900_u16..2100,
        1_u32..1_000_000,
        prop::option::of("tt[1-9][0-9]{6,7}"),
        prop::option::of(prop::sample::select(EDITIONS)),
        quality,
        prop::option::of(group),
    )
        .prop_map(|(title, year, tmdb_id, imdb_id, edition, quality, group)| Facts {
            title,
            year,
            tmdb_id,
            imdb_id,
            edition,
            quality,
            group,
        })
}

/// A quality that is known, and a revision as files have them: the name prints a proper, not which one.
fn quality((quality, version, real): (Quality, u32, u32)) -> QualityModel {
    let quality = if quality == Quality::Unknown { Quality::WebDl1080p } else { quality };
    QualityModel { quality, revision: Revision { version: version.min(2), real, is_repack: false } }
}

fn printed(facts: &Facts) -> String {
    let settings = NamingSettings { file_format: FORMAT.to_owned(), ..NamingSettings::default() };
    let source = NamingSource {
        movie: NamedMovie {
            title: &facts.title,
            year: facts.year,
            tmdb_id: facts.tmdb_id,
            imdb_id: facts.imdb_id.as_deref(),
            ..NamedMovie::default()
        },
        file: Some(NamedFile {
            quality: facts.quality,
            release_group: facts.group.as_deref(),
            edition: facts.edition,
            ..NamedFile::default()
        }),
        formats: &[],
    };
    // What is in a Matroska file is no disc any more.
    let ending = if facts.quality.quality == Quality::BrDisk { "iso" } else { "mkv" };
    file_name(&settings, &source, ending)
}

proptest! {
    #[test]
    fn what_we_name_a_file_is_read_again_at_once(facts in facts()) {
        let name = printed(&facts);
        let parsed = parse_release(&name);
        prop_assert_eq!(parsed.title(), Some(facts.title.as_str()), "{}", name);
        prop_assert_eq!(parsed.year, Some(facts.year), "{}", name);
        prop_assert_eq!(parsed.tmdb_id.map(|id| id.0), Some(facts.tmdb_id), "{}", name);
        prop_assert_eq!(parsed.imdb_id.map(|id| id.as_str().to_owned()), facts.imdb_id, "{}", name);
        prop_assert_eq!(parsed.edition.as_deref(), facts.edition, "{}", name);
        prop_assert_eq!(parsed.quality, facts.quality, "{}", name);
        prop_assert_eq!(parsed.release_group, facts.group, "{}", name);
    }
}
