//! What a release name says: titles, year, quality, languages, edition, group, ids; and what is no release at all.
//!
//! One pass cuts the name into tokens (`marks.rs`, words in `vocabulary.rs`); `structure.rs` finds where the title ends
//! and which number is the year; the rest of the name is then asked for the other facts. Nothing here fails: a name of
//! which nothing is understood gives a [`ParsedRelease`] that says why. Read next: `structure.rs`, then `quality.rs`.

pub mod edition;
#[cfg(test)]
mod examples;
mod file_name;
mod group_lists;
pub mod hardcoded_subs;
pub mod ids;
pub mod language;
mod language_words;
mod lexicon;
mod marks;
#[cfg(test)]
mod mutated_names;
#[cfg(test)]
mod named_again_tests;
mod not_a_movie;
mod prefix;
pub mod quality;
pub mod release_group;
#[cfg(test)]
mod robustness_tests;
pub mod scene;
mod structure;
mod titles;
mod vocabulary;
mod word_table;
mod words;

use std::borrow::Cow;

pub use file_name::without_extension;
pub use radarr_proto::model::ParsedRelease;
use radarr_proto::model::{FactKind, Span};

use lexicon::{Role, Roles};
use structure::Structure;
use words::{Word, Words};

/// Whether forms that only folders have are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Release,
    Folder,
}

/// Parses a release or file name.
pub fn parse_release(name: &str) -> ParsedRelease {
    parse(name, Form::Release)
}

/// Parses a folder name: forms that only folders have (year first) are tried last.
pub fn parse_folder(name: &str) -> ParsedRelease {
    parse(name, Form::Folder)
}

/// Parses a path: the file name, then the folder and the file name, then the folder name with the file's extension.
///
/// A result with a year beats one without, whichever comes first.
pub fn parse_path(path: &str) -> ParsedRelease {
    let mut parts = path.rsplit(['/', '\\']).filter(|part| !part.is_empty());
    let file = parse_release(parts.next().unwrap_or(path));
    if file.not_a_movie.is_none() && file.year.is_some() {
        return file;
    }
    let Some(folder) = parts.next() else { return file };
    let extension = file.name.strip_prefix(without_extension(&file.name)).unwrap_or_default();
    let by_folder = parse_release(&format!("{folder}{extension}"));
    let better = |other: &ParsedRelease| {
        other.not_a_movie.is_none() && (file.not_a_movie.is_some() || other.year.is_some())
    };
    if better(&by_folder) {
        return by_folder;
    }
    let both = parse_release(&format!("{folder} {}", file.name));
    if better(&both) { both } else { file }
}

fn parse(given: &str, form: Form) -> ParsedRelease {
    let name = with_plain_brackets(file_name::bounded(given));
    let words = words::words(&name);
    let is_backwards = words.said.has(Role::Backwards)
        && !words.said.has(Role::Resolution)
        && !has_year_in_brackets(&name, &words);
    let mut parsed = if is_backwards {
        let forwards = file_name::forwards(&name);
        parse_words(&forwards, words::words(&forwards), form)
    } else {
        parse_words(&name, words, form)
    };
    given.clone_into(&mut parsed.name);
    // Brackets that were replaced have other lengths: the places are those of another text then.
    if is_backwards || name.len() != file_name::bounded(given).len() {
        parsed.spans.clear();
    }
    parsed
}

/// What a name says that is cut into these words; `name` of the answer is left out.
fn parse_words<'a>(name: &'a str, mut words: Words<'a>, form: Form) -> ParsedRelease {
    let lower = name.to_ascii_lowercase();
    let tokens = marks::tokens(name, &lower, &words.all);
    let reason = not_a_movie::reason(name, &lower, &tokens, words.said);
    let found = if reason.is_none() {
        structure::find(name, &tokens).or_else(|| folder_form(name, &tokens, form))
    } else {
        None
    };
    let title_end = found.map_or(0, |found| found.title_end);
    let quality = quality::from_tokens(name, &tokens, words.said, title_end);
    let titles = found
        .and_then(|found| name.get(found.title_start..found.title_end))
        .map(|segment| titles::titles(segment, words.said))
        .unwrap_or_default();
    let not_a_movie = match (reason, titles.is_empty()) {
        (Some(reason), _) => Some(reason.to_owned()),
        (None, true) => Some("there is no title that a year or a mark of quality ends".to_owned()),
        (None, false) => None,
    };
    let group = release_group::of(name, &words).filter(|group| {
        let in_title =
            found.is_some_and(|found| found.title_start <= group.start && group.end <= found.title_end);
        !in_title && !is_in_tag(name, group.start)
    });
    let mut parsed = ParsedRelease {
        year: found.and_then(|found| found.year).map(|(year, _, _)| year),
        titles,
        quality: quality.quality,
        source: quality.source,
        resolution: quality.resolution,
        modifier: quality.modifier,
        source_from: quality.source_from,
        resolution_from: quality.resolution_from,
        revision_from: quality.revision_from,
        release_group: group.map(|group| group.group.to_owned()),
        tmdb_id: ids::tmdb_id_of(name, &words),
        imdb_id: ids::imdb_id_of(&words),
        simple_name: without_extension(name).trim_end_matches(['-', '_']).to_owned(),
        not_a_movie,
        spans: quality.spans,
        ..ParsedRelease::default()
    };
    if let Some(group) = group {
        parsed.spans.push(Span { fact: FactKind::ReleaseGroup, start: group.start, end: group.end });
        let first = words.all.partition_point(|word| word.start < group.start);
        let of_group = words.all.iter_mut().skip(first).take_while(|word| word.end <= group.end);
        of_group.for_each(Word::hide);
    }
    let rest = words.all.partition_point(|word| word.start < title_end);
    add_facts_of_rest(name, words.all.get(rest..).unwrap_or_default(), words.said, &mut parsed);
    if let Some(found) = found {
        add_structure_spans(name, found, &mut parsed.spans);
    }
    parsed.spans.sort_by_key(|span| (span.start, span.end));
    parsed
}

/// `(2012)`: in a name that is written backwards no bracket opens before a year and closes behind it.
fn has_year_in_brackets(name: &str, words: &Words<'_>) -> bool {
    let is_enclosed = |word: &Word<'_>| {
        matches!(marks::char_before(name, word.start), Some('(' | '['))
            && matches!(marks::char_at(name, word.end), Some(')' | ']'))
    };
    let is_number = |word: &Word<'_>| word.text.len() == 4 && word.text.bytes().all(|b| b.is_ascii_digit());
    words.all.iter().any(|word| is_number(word) && is_enclosed(word))
}

/// The brackets of Japanese names as those of all others.
fn with_plain_brackets(name: &str) -> Cow<'_, str> {
    if name.contains(['【', '】']) {
        name.replace('【', "[").replace('】', "]").into()
    } else {
        name.into()
    }
}

/// Whether the place lies in a tag such as `{edition-Ultimate}`, which names no group.
fn is_in_tag(name: &str, at: usize) -> bool {
    let before = name.get(..at).unwrap_or_default();
    before.rfind('{').is_some_and(|open| !before.get(open..).unwrap_or_default().contains('}'))
}

/// `(1995) Title`: the year first.
fn folder_form(name: &str, tokens: &[marks::Token<'_>], form: Form) -> Option<Structure> {
    let first = tokens.first().filter(|_| form == Form::Folder)?;
    let year = first.year?;
    let title_start = tokens.get(1)?.start;
    Some(Structure { title_start, title_end: name.len(), year: Some((year, first.start, first.end)) })
}

/// Edition, hardcoded subtitles and languages: looked for in the words behind the title, which may be anything, and
/// outside of the group, whose words are hidden.
fn add_facts_of_rest(name: &str, rest: &[Word<'_>], said: Roles, parsed: &mut ParsedRelease) {
    let (languages, places) = language::of_words(name, rest, said);
    parsed.languages = languages;
    parsed.spans.extend(places.iter().map(|found| Span {
        fact: FactKind::Language,
        start: found.start,
        end: found.end,
    }));
    if parsed.not_a_movie.is_none()
        && let Some(found) = edition::of_words(name, rest, said)
    {
        parsed.spans.push(Span { fact: FactKind::Edition, start: found.start, end: found.end });
        parsed.edition = Some(found.edition);
    }
    parsed.hardcoded_subs = hardcoded_subs::of_words(rest, said);
}

fn add_structure_spans(name: &str, found: Structure, spans: &mut Vec<Span>) {
    let segment = name.get(found.title_start..found.title_end).unwrap_or_default();
    let skipped = segment.len() - segment.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let length = segment.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    if skipped < length {
        let start = found.title_start + skipped;
        spans.push(Span { fact: FactKind::Title, start, end: found.title_start + length });
    }
    if let Some((_, start, end)) = found.year {
        spans.push(Span { fact: FactKind::Year, start, end });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn title_and_year_are_found_in_every_common_form() {
        for (name, title, year) in [
            ("The.Man.from.U.N.C.L.E.2015.1080p.BluRay.x264-SPARKS", "The Man from U.N.C.L.E.", Some(2015)),
            ("1917.2019.1080p.BluRay", "1917", Some(2019)),
            ("Blade Runner 2049 (2017)", "Blade Runner 2049", Some(2017)),
            ("Death.Race.2000.1975.720p", "Death Race 2000", Some(1975)),
            ("Movie.Title.Extended.Cut.2012.1080p", "Movie Title", Some(2012)),
            ("The Final Cut 2004 1080p", "The Final Cut", Some(2004)),
            ("Cars.2.German.DL.720p.BluRay.x264-GRP", "Cars 2", None),
            ("The.Good.German.2006.720p", "The Good German", Some(2006)),
            ("Unfriended.Dark.Web.2018.1080p.WEBRip", "Unfriended Dark Web", Some(2018)),
            ("[sam] Toward the Terra (1980) [BD 1080p TrueHD].mkv", "Toward the Terra", Some(1980)),
            ("[www.site.org] - Movie.Title.2023.720p", "Movie Title", Some(2023)),
            ("Бастер / Buster (Дэвид Грин) [1988, Комедия, DVDRip]", "Бастер / Buster", Some(1988)),
        ] {
            let parsed = parse_release(name);
            assert_eq!((parsed.title(), parsed.year), (Some(title), year), "{name}");
        }
    }

    #[test]
    fn titles_that_are_joined_are_given_apart_as_well() {
        let parsed = parse_release("Skjegg.AKA.Rox.Beard.1965.CD1.DVDRip.XviD-KG.avi");
        assert_eq!(parsed.titles, ["Skjegg AKA Rox Beard", "Skjegg", "Rox Beard"]);
    }

    #[test]
    fn a_name_that_is_no_movie_says_why_and_keeps_its_quality() {
        for (name, why) in [
            ("Psych.S01.1080p.WEB-DL.AAC2.0.AVC-TrollHD", "season"),
            ("Movie Name S02E01 HDTV XviD 2HD", "episode"),
            ("Harry.Potter.Collection.2001-2011.1080p.BluRay", "pack"),
            ("Show 2019 10 25 Guest 480p x264", "day"),
            ("185d86a343e39f3341e35c4dad3f9959", "obfuscated"),
            ("Not parsable", "no title"),
            ("- _ .", "no letters"),
        ] {
            let parsed = parse_release(name);
            let reason = parsed.not_a_movie.unwrap_or_default();
            assert!(reason.contains(why), "{name}: {reason}");
            assert!(parsed.titles.is_empty(), "{name}");
        }
        assert_eq!(parse_release("Psych.S01.1080p.WEB-DL").quality.quality.name(), "WEBDL-1080p");
    }

    #[test]
    fn a_year_in_front_is_a_form_of_folders_only() {
        assert!(parse_release("(1995) Movie Name").not_a_movie.is_some());
        assert_eq!(parse_folder("(1995) Movie Name").title(), Some("Movie Name"));
    }

    #[test]
    fn the_mark_of_a_folder_that_is_worked_on_is_no_title() {
        for name in ["_UNPACK_Movie.Name.1995.1080p-ABC", "_FAILED_www.site.org - Movie Name (1995)"] {
            let parsed = parse_folder(name);
            assert_eq!((parsed.title(), parsed.year), (Some("Movie Name"), Some(1995)), "{name}");
        }
    }

    #[test]
    fn the_folder_is_asked_when_the_file_name_says_nothing() {
        let parsed = parse_path("/x/Movie.2018.DVDRip.XviD-RADARR/AHFMZXGHEWD660.mkv");
        assert_eq!((parsed.title(), parsed.year), (Some("Movie"), Some(2018)));
        let parsed = parse_path("/x/Movie (2018)/Movie 1080p BluRay.mkv");
        assert_eq!(parsed.year, Some(2018), "a name with a year wins");
    }

    #[test]
    fn names_that_were_written_backwards_are_read_the_right_way_round() {
        for (name, title, quality, group) in [
            ("CBA-462x.p027.yaRulB.)2102(.mliF.emoS.mkv", Some("Some Film"), "Bluray-720p", Some("ABC")),
            ("CBA-LN 1.5DD LD-BEW P0801 2102 mliF emoS", Some("Some Film"), "WEBDL-1080p", Some("ABC")),
            ("CBA-562x.LD-BEW.p0612.2102.émliF.mkv", Some("Filmé"), "WEBDL-2160p", Some("ABC")),
            ("CBA-462x.BEW.p027.20E10S.wohS.emoS.mkv", None, "WEBDL-720p", Some("ABC")),
            ("CBA-462x.VTDH.20E10S.wohS.emoS", None, "SDTV", Some("ABC")),
        ] {
            let parsed = parse_release(name);
            assert_eq!((parsed.name.as_str(), parsed.title()), (name, title));
            assert_eq!(
                (parsed.quality.quality.name(), parsed.release_group.as_deref()),
                (quality, group),
                "{name}"
            );
            assert!(parsed.spans.is_empty(), "{name}");
        }
        for name in ["Some.Film.p027.2012.720p", "Some Film p027 (2012)", "1) Some Film p027 [2012]"] {
            assert_eq!(parse_release(name).year, Some(2012), "{name} is forwards");
        }
        let parsed = parse_path("/x/riD.ekaF/CBA-462x.p027.yaRulB.2102.mliF.emoS.mkv");
        assert_eq!((parsed.title(), parsed.year), (Some("Some Film"), Some(2012)));
    }

    #[test]
    fn spans_point_at_the_words_that_gave_the_facts() {
        let name = "Some.Movie.2018.German.REPACK.1080p.BluRay.x264-GRP";
        let parsed = parse_release(name);
        let text =
            |fact| parsed.spans.iter().find(|span| span.fact == fact).map(|span| &name[span.start..span.end]);
        assert_eq!(text(FactKind::Title), Some("Some.Movie"));
        assert_eq!(text(FactKind::Year), Some("2018"));
        assert_eq!(text(FactKind::Language), Some("German"));
        assert_eq!(text(FactKind::Revision), Some("REPACK"));
        assert_eq!(text(FactKind::Resolution), Some("1080p"));
        assert_eq!(text(FactKind::Source), Some("BluRay"));
        assert_eq!(text(FactKind::ReleaseGroup), Some("GRP"));
    }

    #[test]
    fn huge_and_odd_names_are_survived() {
        for name in [
            "a.".repeat(5_000) + "2012.1080p",
            "[".repeat(10_000),
            "2012 ".repeat(2_000),
            "\u{202e}Movie.2012\u{0}.1080p\u{7f}".to_owned(),
            "(((((2012".to_owned(),
            String::new(),
        ] {
            let parsed = parse_release(&name);
            assert_eq!(parsed.name, name);
            assert!(!parsed.languages.is_empty());
        }
    }

    /// Names made of the pieces that real names are made of, so that the rules meet in every order.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "Movie",
            "the",
            "A",
            "2012",
            "1984",
            "(2012)",
            "[2012",
            "1080p",
            "4K",
            "UHD",
            "BluRay",
            "Blu-ray",
            "WEB-DL",
            "WEB",
            "web",
            "DVD",
            "R5",
            "TS",
            "Cam",
            "x264",
            "H.264",
            "AVC",
            "Remux",
            "REPACK2",
            "v2",
            "PROPER",
            "REAL",
            "German",
            "DL",
            "ENG",
            "Extended",
            "Cut",
            "Edition",
            "10th",
            "Anniversary",
            "AKA",
            "a.k.a.",
            "/",
            "[",
            "]",
            "(",
            ")",
            "{",
            "}",
            "-",
            "--",
            "_",
            ".",
            "...",
            "【",
            "】",
            "ß",
            "İ",
            "ﬁ",
            "日本",
            "\u{200f}",
            "-GRP",
            "[GRP]",
            "www.site.com - ",
            "S01E02",
            "1x02",
            ".mkv",
            ".ts",
            "{tmdb-12}",
            "tt1234567",
            "Season",
            "2010-2012",
        ]);
        let separator = prop::sample::select(vec!["", " ", ".", "_", "-"]);
        prop::collection::vec((piece, separator), 0..24).prop_map(|parts| {
            parts.into_iter().map(|(piece, separator)| format!("{piece}{separator}")).collect()
        })
    }

    fn holds(name: &str) -> Result<(), TestCaseError> {
        for parsed in [parse_release(name), parse_folder(name), parse_path(name)] {
            prop_assert!(!parsed.languages.is_empty());
            prop_assert_eq!(parsed.titles.is_empty(), parsed.not_a_movie.is_some());
            prop_assert!(parsed.titles.iter().all(|title| title.chars().any(char::is_alphanumeric)));
            for span in &parsed.spans {
                prop_assert!(parsed.name.get(span.start..span.end).is_some_and(|text| !text.is_empty()));
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn any_text_gives_an_answer(name in any::<String>()) {
            holds(&name)?;
        }

        #[test]
        fn any_order_of_real_pieces_gives_an_answer(name in pieces()) {
            holds(&name)?;
        }
    }
}
