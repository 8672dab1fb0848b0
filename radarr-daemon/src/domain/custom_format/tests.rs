//! The formats of the TRaSH guides against the names of the corpus: matched at once and one by one alike.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use radarr_proto::model::{CustomFormat, Language, Quality, QualityModel, Revision};
use serde_json::Value;

use super::condition::{Subject, expression};
use super::pattern::{Case, Pattern};
use super::pattern_set::{PatternAt, PatternSet};
use super::{CompiledFormats, FormatInput};
use crate::settings::custom_format_json;

/// All files of the guides, as they are.
static GUIDES: LazyLock<Vec<CustomFormat>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests-data/trash/cf");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.flat_map(|file| custom_format_json::read(&fs::read_to_string(file).unwrap()).unwrap()).collect()
});

/// Their different expressions on titles and on groups.
static EXPRESSIONS: LazyLock<[Vec<Pattern>; 2]> = LazyLock::new(|| {
    let all = |wanted: Subject| {
        let conditions = GUIDES.iter().flat_map(|format| &format.conditions);
        let found = conditions.filter_map(|condition| expression(&condition.test));
        let different: BTreeSet<&str> =
            found.filter(|found| found.0 == wanted).map(|found| found.1).collect();
        different.into_iter().map(|text| Pattern::compile(text, Case::Ignored).unwrap()).collect()
    };
    [all(Subject::Title), all(Subject::Group)]
});

static SETS: LazyLock<[PatternSet; 2]> = LazyLock::new(|| EXPRESSIONS.clone().map(PatternSet::new));

fn corpus_names() -> Vec<String> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus");
    let mut names = Vec::new();
    for file in ["beyond", "title", "quality", "release_group", "language", "edition"] {
        let text = fs::read_to_string(corpus.join(file).with_extension("jsonl")).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        names.extend(lines.filter_map(|line| Some(line.get("release")?.as_str()?.to_owned())));
    }
    names
}

/// Every expression gives the same in the set and alone.
#[track_caller]
fn check(text: &str) {
    for (patterns, set) in EXPRESSIONS.iter().zip(SETS.iter()) {
        let look = set.look([Some(text), None]);
        for (at, pattern) in patterns.iter().enumerate() {
            let (fast, alone) = (look.matches(PatternAt::behind(&patterns[..at])), pattern.is_match(text));
            assert_eq!(fast, alone, "{text:?}: {pattern:?}");
        }
    }
}

#[test]
fn all_formats_of_the_guides_are_read_and_compiled() {
    assert_eq!(GUIDES.len(), 242);
    let (_, errors) = CompiledFormats::compile(&GUIDES);
    assert_eq!(errors, []);
    let conditions = GUIDES.iter().flat_map(|format| &format.conditions);
    assert_eq!(conditions.filter(|condition| expression(&condition.test).is_some()).count(), 1_486);
}

#[test]
fn the_set_says_of_names_of_the_corpus_what_the_expressions_say_alone() {
    let names = corpus_names();
    assert!(names.len() > 500);
    names.iter().step_by(3).for_each(|name| check(name));
}

#[test]
fn most_expressions_need_not_be_tried() {
    let [titles, _] = &*EXPRESSIONS;
    let known = titles.iter().filter(|pattern| pattern.needed_words().is_some()).count();
    assert!(known * 100 > titles.len() * 95, "{known} of {}", titles.len());
}

#[test]
fn formats_of_the_guides_match_what_they_are_for() {
    let (formats, _) = CompiledFormats::compile(&GUIDES);
    let input = FormatInput {
        name: "Movie.2019.IMAX.2160p.AMZN.WEB-DL.DDP5.1.Atmos.DV.HDR10Plus.H.265-FLUX",
        file_name: None,
        edition: Some("IMAX"),
        group: Some("FLUX"),
        languages: &[Language::English],
        original_language: Language::English,
        quality: QualityModel { quality: Quality::WebDl2160p, revision: Revision::default() },
        size_bytes: 20_000_000_000,
        flags: &[],
        year: 2019,
        group_reputation: None,
    };
    let matched: BTreeSet<String> = formats.matching(&input).into_iter().map(|format| format.name).collect();
    for wanted in ["IMAX", "AMZN", "WEB Tier 01"] {
        assert!(matched.contains(wanted), "{wanted} in {matched:?}");
    }
    for other in ["Remux Tier 01", "LQ", "3D", "German DL", "BR-DISK"] {
        assert!(!matched.contains(other), "{other} in {matched:?}");
    }
}

/// Names with the words that formats look for, in any order and case, with letters that are ASCII without case.
fn names() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Movie",
        "2019",
        "WEB-DL",
        "web",
        "Remux",
        "HDR10",
        "HDR10+",
        "dts-x",
        "FLUX",
        "German",
        "Dubbed",
        "MULTi",
        "sub\u{17f}",
        "\u{212a}raLiMaRKo",
        "[Dual]",
        "IMAX",
        "NON-IMAX",
        "HQMUX",
        "5.1",
        "2 0",
        "AV1",
        "x265",
        "3D",
        "é",
        "ß",
        "日本",
        "-",
        "JA+EN",
        "max",
        "hbo",
        "REPACK2",
        "v3",
        "Extras",
        "edition",
        "{edition",
        "1080p",
    ]);
    let separator = prop::sample::select(vec![".", " ", "-", "_", ""]);
    let case =
        prop::sample::select(vec![str::to_owned as fn(&str) -> String, str::to_lowercase, str::to_uppercase]);
    prop::collection::vec((piece, separator, case), 0..14)
        .prop_map(|parts| parts.into_iter().map(|(piece, separator, case)| case(piece) + separator).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_set_says_of_any_name_what_the_expressions_say_alone(name in names()) {
        check(&name);
    }

    #[test]
    fn the_set_says_of_any_text_what_the_expressions_say_alone(text in "(?s).{0,80}") {
        check(&text);
    }
}
