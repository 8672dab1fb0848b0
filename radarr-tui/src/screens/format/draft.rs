//! A condition as one line of text. Whether the whole makes sense is told by the daemon.

use radarr_proto::model::{Condition, ConditionTest, IndexerFlag, Language, Modifier, QualitySource};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Makes what a new condition of a kind begins with.
type Blank = fn() -> ConditionTest;

/// The kinds in the order in which `c` goes through them: the name, and what a new one begins with.
pub(super) const KINDS: &[(&str, Blank)] = &[
    ("release title", || ConditionTest::ReleaseTitle { pattern: String::new() }),
    ("edition", || ConditionTest::Edition { pattern: String::new() }),
    ("group", || ConditionTest::ReleaseGroup { pattern: String::new() }),
    ("language", || ConditionTest::Language { language: Language::English, except_language: false }),
    ("indexer flag", || ConditionTest::IndexerFlag { flag: IndexerFlag::Freeleech }),
    ("source", || ConditionTest::Source { source: QualitySource::Bluray }),
    ("resolution", || ConditionTest::Resolution { resolution: 1080 }),
    ("modifier", || ConditionTest::QualityModifier { modifier: Modifier::Remux }),
    ("size", || ConditionTest::Size { min_bytes: 0, max_bytes: 10 << 30 }),
    ("year", || ConditionTest::Year { min: 1900, max: 2100 }),
    ("reputation", || ConditionTest::GroupReputation { min: 60, max: 100 }),
];

/// Before a language: any other one is wanted.
const EXCEPT: &str = "other than ";

/// What values look like, by kind.
pub(super) fn example(test: &ConditionTest) -> &'static str {
    match test {
        ConditionTest::ReleaseTitle { .. }
        | ConditionTest::Edition { .. }
        | ConditionTest::ReleaseGroup { .. } => "an expression, case does not matter: \\b(x265|HEVC)\\b",
        ConditionTest::Language { .. } => "French, Original, or: other than French",
        ConditionTest::IndexerFlag { .. } => {
            "freeleech, halfleech, double_upload, internal, exclusive, scene or nuked"
        }
        ConditionTest::Source { .. } => {
            "CAM, TELESYNC, TELECINE, WORKPRINT, DVD, TV, WEBDL, WEBRIP or BLURAY"
        }
        ConditionTest::Resolution { .. } => "480, 576, 720, 1080 or 2160",
        ConditionTest::QualityModifier { .. } => "NONE, REGIONAL, SCREENER, RAWHD, BRDISK or REMUX",
        ConditionTest::Size { .. } => "from..to: 2 GiB..20 GiB, the lower bound itself left out",
        ConditionTest::Year { .. } => "from..to: 1990..1999",
        ConditionTest::GroupReputation { .. } => "from..to, 0 to 100: 60..100",
        ConditionTest::Unknown => "something that only a newer version knows",
    }
}

/// The place of a test's kind in [`KINDS`].
pub(super) fn kind(test: &ConditionTest) -> Option<usize> {
    let same = |other: ConditionTest| std::mem::discriminant(&other) == std::mem::discriminant(test);
    KINDS.iter().position(|(_, new)| same(new()))
}

/// The name of a test's kind.
pub(super) fn kind_name(test: &ConditionTest) -> &'static str {
    kind(test).and_then(|at| KINDS.get(at)).map_or("?", |(name, _)| name)
}

/// The next kind, with what it begins with. An expression goes over to another kind of expression.
pub(super) fn next_kind(test: &ConditionTest) -> ConditionTest {
    let at = kind(test).map_or(0, |at| (at + 1) % KINDS.len());
    let next = KINDS.get(at).map_or(ConditionTest::Unknown, |(_, new)| new());
    match (test, next) {
        (
            ConditionTest::ReleaseTitle { pattern } | ConditionTest::Edition { pattern },
            next @ (ConditionTest::Edition { .. } | ConditionTest::ReleaseGroup { .. }),
        ) => with_value(&next, pattern).unwrap_or(next),
        (_, next) => next,
    }
}

/// What a test wants, as it is typed.
pub(super) fn value(test: &ConditionTest) -> String {
    match test {
        ConditionTest::ReleaseTitle { pattern }
        | ConditionTest::Edition { pattern }
        | ConditionTest::ReleaseGroup { pattern } => pattern.clone(),
        ConditionTest::Language { language, except_language } => {
            format!("{}{language}", if *except_language { EXCEPT } else { "" })
        }
        ConditionTest::IndexerFlag { flag } => word(flag),
        ConditionTest::Source { source } => word(source),
        ConditionTest::Resolution { resolution } => resolution.to_string(),
        ConditionTest::QualityModifier { modifier } => word(modifier),
        ConditionTest::Size { min_bytes, max_bytes } => {
            format!("{}..{}", bytes(*min_bytes), bytes(*max_bytes))
        }
        ConditionTest::Year { min, max } => format!("{min}..{max}"),
        ConditionTest::GroupReputation { min, max } => format!("{min}..{max}"),
        ConditionTest::Unknown => String::new(),
    }
}

/// The same kind of test with another value; says what is wrong with the text.
pub(super) fn with_value(test: &ConditionTest, text: &str) -> Result<ConditionTest, String> {
    let typed = text.trim();
    let wrong = || format!("{typed:?} can't be used; write {}", example(test));
    Ok(match test {
        // Spaces at the ends of an expression count.
        ConditionTest::ReleaseTitle { .. } => ConditionTest::ReleaseTitle { pattern: text.to_owned() },
        ConditionTest::Edition { .. } => ConditionTest::Edition { pattern: text.to_owned() },
        ConditionTest::ReleaseGroup { .. } => ConditionTest::ReleaseGroup { pattern: text.to_owned() },
        ConditionTest::Language { .. } => {
            let name = typed.strip_prefix(EXCEPT);
            let language = Language::from_name(name.unwrap_or(typed)).ok_or_else(wrong)?;
            ConditionTest::Language { language, except_language: name.is_some() }
        }
        ConditionTest::IndexerFlag { .. } => {
            let flag = named(&typed.to_lowercase()).filter(|flag| *flag != IndexerFlag::Unknown);
            ConditionTest::IndexerFlag { flag: flag.ok_or_else(wrong)? }
        }
        ConditionTest::Source { .. } => {
            let source = named(&typed.to_uppercase()).filter(|source| *source != QualitySource::Unknown);
            ConditionTest::Source { source: source.ok_or_else(wrong)? }
        }
        ConditionTest::Resolution { .. } => {
            let resolution = typed.trim_end_matches(['p', 'P']).parse().map_err(|_| wrong())?;
            ConditionTest::Resolution { resolution }
        }
        ConditionTest::QualityModifier { .. } => {
            let modifier = named(&typed.to_uppercase()).filter(|modifier| *modifier != Modifier::Unknown);
            ConditionTest::QualityModifier { modifier: modifier.ok_or_else(wrong)? }
        }
        ConditionTest::Size { .. } => {
            let (min, max) = typed.split_once("..").ok_or_else(wrong)?;
            let read = |text: &str| read_bytes(text).ok_or_else(wrong);
            ConditionTest::Size { min_bytes: read(min)?, max_bytes: read(max)? }
        }
        ConditionTest::Year { .. } => {
            let (min, max) = range(typed).ok_or_else(wrong)?;
            ConditionTest::Year { min, max }
        }
        ConditionTest::GroupReputation { .. } => {
            let (min, max) = range(typed).ok_or_else(wrong)?;
            ConditionTest::GroupReputation { min, max }
        }
        ConditionTest::Unknown => return Err(wrong()),
    })
}

fn range<T: std::str::FromStr>(text: &str) -> Option<(T, T)> {
    let (min, max) = text.split_once("..")?;
    Some((min.trim().parse().ok()?, max.trim().parse().ok()?))
}

/// The word that the wire has for a choice.
fn word(choice: &impl Serialize) -> String {
    let written = serde_json::to_value(choice).ok();
    written.as_ref().and_then(|written| written.as_str()).unwrap_or_default().to_owned()
}

fn named<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

const UNITS: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// Bytes in the largest unit that has no fraction.
fn bytes(bytes: u64) -> String {
    let whole = UNITS.iter().find(|(_, unit)| bytes > 0 && bytes.is_multiple_of(*unit));
    whole.map_or_else(|| bytes.to_string(), |(name, unit)| format!("{} {name}", bytes / unit))
}

/// `2 GiB`, `700MiB`, `12345`.
fn read_bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let (number, unit) =
        UNITS.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit))).unwrap_or((text, 1));
    number.trim().parse::<u64>().ok()?.checked_mul(unit)
}

/// A condition that is new.
pub(super) fn new_condition() -> Condition {
    Condition {
        name: String::new(),
        required: false,
        negate: false,
        test: ConditionTest::ReleaseTitle { pattern: String::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        for (name, new) in KINDS {
            let test = new();
            assert_eq!(with_value(&test, &value(&test)).unwrap(), test, "{name}");
            assert_eq!(kind_name(&test), *name);
        }
        let mut test = KINDS[0].1();
        for _ in KINDS {
            test = next_kind(&test);
        }
        assert_eq!(kind(&test), Some(0), "all kinds are gone through");
    }

    #[test]
    fn values_are_read_or_said_to_be_wrong() {
        let check = |kind: usize, typed: &str, shown: Option<&str>| {
            let got = with_value(&KINDS[kind].1(), typed);
            assert_eq!(got.as_ref().ok().map(value).as_deref(), shown, "{typed}: {got:?}");
        };
        check(0, " x ", Some(" x "));
        check(3, "french", Some("French"));
        check(3, "other than French", Some("other than French"));
        check(3, "Klingon", None);
        check(4, "Internal", Some("internal"));
        check(4, "golden", None);
        check(5, "webdl", Some("WEBDL"));
        check(5, "VHS", None);
        check(6, "2160p", Some("2160"));
        check(7, "remux", Some("REMUX"));
        check(8, "2GiB..20 GiB", Some("2 GiB..20 GiB"));
        check(8, "0..1234567", Some("0..1234567 B"));
        check(8, "0 TiB..1", None);
        check(8, "99999999999 GiB..1", None);
        check(9, "1990..1999", Some("1990..1999"));
        check(9, "1990", None);
        check(10, "60..300", None);
    }

    #[test]
    fn an_expression_stays_when_its_kind_becomes_another_expression() {
        let title = ConditionTest::ReleaseTitle { pattern: "x".to_owned() };
        let group = next_kind(&next_kind(&title));
        assert_eq!(group, ConditionTest::ReleaseGroup { pattern: "x".to_owned() });
        assert!(matches!(next_kind(&group), ConditionTest::Language { .. }));
    }
}
