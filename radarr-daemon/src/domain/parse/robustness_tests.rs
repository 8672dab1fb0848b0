//! Names that nobody wrote. `RADARR_MUTATED_NAMES=1000000` reads that many (some thousands otherwise), from the seed
//! in `RADARR_MUTATION_SEED` (1 otherwise); the seed and the longest time are printed (`--nocapture`).

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::lexicon::Roles;
use super::mutated_names::{Chance, mutated};
use super::words::{Words, words};
use super::{
    ParsedRelease, edition, hardcoded_subs, ids, language, marks, not_a_movie, parse_folder, parse_path,
    parse_release, quality, release_group, structure, titles,
};

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn corpus_names() -> Vec<String> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus");
    let files = fs::read_dir(corpus).unwrap().map(|file| file.unwrap().path());
    let mut names = Vec::new();
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "jsonl")) {
        let text = fs::read_to_string(file).unwrap();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        names.extend(lines.filter_map(|line| Some(line.get("release")?.as_str()?.to_owned())));
    }
    names.sort();
    names
}

/// What holds of every answer.
#[track_caller]
fn check(name: &str, parsed: &ParsedRelease) {
    assert_eq!(parsed.name, name);
    assert!(!parsed.languages.is_empty(), "{name:?}");
    assert_eq!(parsed.titles.is_empty(), parsed.not_a_movie.is_some(), "{name:?}");
    for span in &parsed.spans {
        let text = name.get(span.start..span.end);
        assert!(text.is_some_and(|text| !text.is_empty()), "{name:?} {span:?}");
    }
}

/// What is printed of a name is read again as the same: `Title (Year)` gives this title and this year. That holds at
/// once for nearly all names, and of well-formed facts for all (`named_again_tests.rs`). Where a tag inside a word is
/// cut out of a title (`Exten[x]ded`), a mark can come out that no title ends with, and behind one site that stands in
/// front there may be another: then the next reading gives a part of the title, or says why it is none, and a few
/// readings on nothing changes any more. Whether it holds at once is returned.
#[track_caller]
fn check_again(name: &str, parsed: &ParsedRelease) -> bool {
    assert_eq!(parse_release(&parsed.name), *parsed, "{name:?}");
    // How initials and `a.k.a.` are written depends on what stands around them.
    let letters = |title: &str| -> String {
        title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let mut read = parsed.clone();
    for reading in 0..6 {
        let (Some(title), Some(year)) = (read.title(), read.year) else { return reading == 0 };
        let again = parse_release(&format!("{title} ({year})"));
        let same = again.title().is_some_and(|other| letters(other) == letters(title));
        if same && again.year == Some(year) {
            return reading == 0;
        }
        let part = again.title().is_none_or(|part| letters(title).contains(&letters(part)));
        assert!(part, "{name:?}: {title:?}, then {:?}", again.titles);
        read = again;
    }
    panic!("{name:?} does not come to rest: {:?}, at last {:?}", parsed.titles, read.titles);
}

#[test]
fn mutated_names_give_an_answer_that_stays_the_same_when_it_is_read_again() {
    let count = from_environment("RADARR_MUTATED_NAMES").unwrap_or(4_000);
    let seed = from_environment("RADARR_MUTATION_SEED").unwrap_or(1);
    println!("RADARR_MUTATION_SEED={seed}");
    let names = corpus_names();
    let mut chance = Chance::new(seed);
    let mut longest = (Duration::ZERO, String::new());
    let mut at_once = 0;
    for number in 0..count {
        let mut name = mutated(&names, &mut chance);
        // Every eighth has a kilobyte.
        while number % 8 == 0 && name.len() < 1_024 {
            name += &mutated(&names, &mut chance);
        }
        let start = Instant::now();
        let parsed = parse_release(&name);
        let time = start.elapsed();
        if time > longest.0 && name.len() <= 2_048 {
            // What the machine did beside does not come twice.
            let times = (0..5).map(|_| {
                let start = Instant::now();
                drop(parse_release(&name));
                start.elapsed()
            });
            let time = times.min().unwrap_or(time).min(time);
            if time > longest.0 {
                longest = (time, name.clone());
            }
        }
        check(&name, &parsed);
        check(&name, &parse_folder(&name));
        parse_path(&name);
        at_once += u64::from(check_again(&name, &parsed));
    }
    println!("of {count} names {at_once} are read again at once as the same");
    assert!(at_once + count / 100 >= count, "{at_once} of {count}");
    println!(
        "{count} names; the longest took {:?} for {} bytes: {:?}",
        longest.0,
        longest.1.len(),
        longest.1
    );
}

/// Rules look no further when a name does not have a word that they need (`Words::said`); none may be kept from a word
/// that it knows by that.
#[track_caller]
pub(super) fn check_that_rules_look(name: &str) {
    let lower = name.to_ascii_lowercase();
    let (quick, thorough) = (words(name), Words { said: Roles::ALL, ..words(name) });
    let tokens = marks::tokens(name, &lower, &quick.all);
    let end = structure::find(name, &tokens).map_or(0, |found| found.title_end);
    let title = name.get(..end).unwrap_or_default();
    let facts = |words: &Words<'_>| {
        (
            not_a_movie::reason(name, &lower, &tokens, words.said),
            quality::from_tokens(name, &tokens, words.said, end),
            titles::titles(title, words.said),
            release_group::of(name, words).map(|found| found.group.to_owned()),
            (ids::tmdb_id_of(name, words), ids::imdb_id_of(words)),
            language::of_words(name, &words.all, words.said),
            edition::of_words(name, &words.all, words.said),
            hardcoded_subs::of_words(&words.all, words.said),
        )
    };
    assert_eq!(facts(&quick), facts(&thorough), "{name}");
}

#[test]
fn rules_find_the_same_when_they_always_look() {
    for name in corpus_names() {
        check_that_rules_look(&name);
    }
}

#[test]
fn names_that_are_none_give_an_answer() {
    for name in [
        "",
        " ",
        "....",
        "-_-_ ._.",
        "[]",
        "()(){}",
        "\u{0}",
        "\u{1}\u{2}\u{7f}",
        "\u{200f}\u{202e}\u{2066}",
        "\u{feff}",
        "\u{fffd}\u{fffd}",
        "\u{301}\u{301}",
        "\n\r\t",
        "-----------",
    ] {
        let parsed = parse_release(name);
        check(name, &parsed);
        assert!(parsed.not_a_movie.is_some() && parsed.year.is_none(), "{name:?}");
        assert!(parsed.release_group.is_none() && parsed.edition.is_none(), "{name:?}");
    }
}

#[test]
fn characters_that_are_not_seen_do_not_hide_what_is_there() {
    for name in [
        "\u{200f}Movie.2012.1080p.BluRay.x264-GRP",
        "\u{feff}Movie.2012.1080p.BluRay.x264-GRP",
        "Movie.2012.1080p.BluRay.x264-GRP\u{0}",
        "Movie\u{0}2012\u{0}1080p\u{0}BluRay",
        "\u{202e}Movie\u{202c} 2012 1080p BluRay",
    ] {
        let parsed = parse_release(name);
        check(name, &parsed);
        let shown = (parsed.title(), parsed.year, parsed.quality.quality.name());
        assert_eq!(shown, (Some("Movie"), Some(2012), "Bluray-1080p"), "{name:?}");
    }
}

#[test]
fn numbers_that_can_be_no_year_are_none() {
    for name in [
        "Movie.0000.1080p.WEB-DL",
        "Movie.9999.1080p.WEB-DL",
        "Movie.0.1080p.WEB-DL",
        "Movie (99999) 1080p WEB-DL",
    ] {
        assert_eq!(parse_release(name).year, None, "{name}");
    }
    let huge = "Movie.18446744073709551616.9223372036854775808.2012.1080p.tmdb-99999999999999999999.tt99999999999999";
    let parsed = parse_release(huge);
    assert_eq!((parsed.year, parsed.tmdb_id, parsed.imdb_id), (Some(2012), None, None));
}

#[test]
fn huge_names_are_read_up_to_a_kilobyte() {
    for part in
        ["a", "[", "(", "-", " - ", "2012 ", "S01E01 ", "x264-", "www.", "German ", "a.k.a. ", "é", "【"]
    {
        let name = part.repeat(100_000 / part.len());
        check(&name, &parse_release(&name));
        check(&name, &parse_folder(&name));
        parse_path(&name);
    }
}
