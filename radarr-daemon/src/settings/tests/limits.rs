//! Rules that users write, at their limits and one beyond, and values at the ends of their types.

use radarr_proto::model::{
    Condition, ConditionTest, CustomFormat, CustomFormatId, DocVersion, FormatScore, IndexerFlag, Language,
    ProfileId, QualityProfile, ReleaseProfile, ReleaseProfileId,
};

use super::*;
use crate::domain::quality::defaults;
use crate::settings::custom_formats::{custom_formats, import_custom_formats, save_custom_format};
use crate::settings::delay_profiles::save_delay_profile;
use crate::settings::profiles::{import_profiles, save_profile};
use crate::settings::quality_definitions::{quality_definitions, save_quality_definitions};
use crate::settings::release_profiles::save_release_profile;

fn format(name: &str, conditions: Vec<Condition>) -> CustomFormat {
    CustomFormat {
        doc_version: DocVersion(0),
        id: CustomFormatId(0),
        name: name.to_owned(),
        include_when_renaming: false,
        conditions,
        guide: None,
    }
}

fn condition(name: &str, test: ConditionTest) -> Condition {
    Condition { name: name.to_owned(), required: false, negate: false, test }
}

fn title(pattern: impl Into<String>) -> ConditionTest {
    ConditionTest::ReleaseTitle { pattern: pattern.into() }
}

fn size(min_bytes: u64, max_bytes: u64) -> ConditionTest {
    ConditionTest::Size { min_bytes, max_bytes }
}

fn year(min: u16, max: u16) -> ConditionTest {
    ConditionTest::Year { min, max }
}

/// What `save` says of a format of this one condition; `None` = it is kept.
async fn says(name: &str, condition: Condition) -> Option<String> {
    let (flow, _temp) = testing::flow().await;
    let saved = save_custom_format(&flow, &by(), format(name, vec![condition])).await;
    saved.err().map(|error| error.to_string())
}

#[tokio::test]
async fn a_condition_ends_at_its_limits() {
    /// A million gigabytes.
    const LARGEST: u64 = 1_000_000 << 30;
    for (test, want) in [
        (title("x".repeat(20_000)), ""),
        (title("x".repeat(20_001)), "longer than 20000 bytes"),
        (title(r"(a{1000}){1000}"), "too high numbers"),
        (title(r"(?<!x)(\w+\s?)+y(?!z)$"), "it takes too long"),
        (title("(a+)+$"), ""),
        (title("a)b"), "never opened, character 2"),
        (title("ab[c"), "a bracket is never closed, character 3"),
        (title("x{3,1}"), "it counts down, character 2"),
        (title("\u{0}"), ""),
        (size(0, 0), "above the upper"),
        (size(0, 1), ""),
        (size(LARGEST - 1, LARGEST), ""),
        (size(0, LARGEST + 1), "larger than 1,000,000 GB"),
        (size(0, 1 << 63), "larger than 1,000,000 GB"),
        (size(u64::MAX - 1, u64::MAX), "larger than 1,000,000 GB"),
        (year(0, 0), ""),
        (year(0, 9999), ""),
        (year(9999, 0), "above the upper"),
        (year(u16::MAX, u16::MAX), ""),
        (ConditionTest::GroupReputation { min: 0, max: 100 }, ""),
        (ConditionTest::GroupReputation { min: 0, max: 101 }, "0 to 100 points"),
        (ConditionTest::IndexerFlag { flag: IndexerFlag::Unknown }, "does not know"),
        (ConditionTest::Language { language: Language::Any, except_language: false }, "no release is in"),
        (ConditionTest::Unknown, "does not know"),
    ] {
        let shown = format!("{test:?}").chars().take(80).collect::<String>();
        let said = says("Sizes", condition("the one", test)).await;
        match said {
            None => assert_eq!(want, "", "{shown}"),
            Some(said) => {
                assert!(said.contains(want) && !want.is_empty(), "{shown}: {said}");
                assert!(said.contains(r#"custom format "Sizes", condition "the one""#), "{said}");
            }
        }
    }
}

#[tokio::test]
async fn names_end_at_a_hundred_characters() {
    let hundred = "é".repeat(100);
    assert_eq!(says(&hundred, condition(&hundred, title("x"))).await, None);
    for (name, of_condition, want) in [
        ("é".repeat(101), "c".to_owned(), "the name of the custom format is longer than 100"),
        (
            "F".to_owned(),
            "é".repeat(101),
            r#"custom format "F", the 1. condition: its name is longer than 100"#,
        ),
        ("F".to_owned(), "c\u{1b}[2J".to_owned(), "can't be shown"),
        ("F\n".to_owned() + "G", "c".to_owned(), "can't be shown"),
        (" ".to_owned(), "c".to_owned(), "has no name"),
    ] {
        let said = says(&name, condition(&of_condition, title("x"))).await.unwrap();
        assert!(said.contains(want), "{said}");
    }
}

#[tokio::test]
async fn a_format_has_five_hundred_conditions_and_an_installation_two_thousand_formats() {
    let (flow, _temp) = testing::flow().await;
    let many = |count| format("many", vec![condition("c", year(1, 2)); count]);
    save_custom_format(&flow, &by(), many(500)).await.unwrap();
    refused(save_custom_format(&flow, &by(), many(501)).await, ErrorCode::Invalid, "501 conditions");

    let long = |name: &str, count: usize| {
        let long = |number| title("x".repeat(20_000 - number));
        format(name, (0..count).map(|number| condition("c", long(number))).collect())
    };
    save_custom_format(&flow, &by(), long("long", 3)).await.unwrap();
    let large = save_custom_format(&flow, &by(), long("large", 4)).await;
    refused(large, ErrorCode::Invalid, r#"the custom format "large" takes"#);

    let list = |from: usize, to: usize| {
        let formats = (from..to).map(|n| format!(r#"{{"name":"{n}","specifications":[]}}"#));
        format!("[{}]", formats.collect::<Vec<_>>().join(","))
    };
    import_custom_formats(&flow, &by(), list(1, 1_999)).await.unwrap();
    let over = import_custom_formats(&flow, &by(), list(1_998, 2_000)).await;
    refused(over, ErrorCode::Invalid, "that would be 2001 custom formats, and there may be 2000");
    import_custom_formats(&flow, &by(), list(1, 1_999)).await.expect("those that are there are replaced");
    assert_eq!(custom_formats(&flow).await.unwrap().len(), 2_000);
}

#[tokio::test]
async fn a_file_of_formats_may_have_four_mebibytes_and_each_name_and_id_once() {
    let (flow, _temp) = testing::flow().await;
    let one = r#"{"name":"F","trash_id":"t1","specifications":[]}"#;
    let padded = |bytes: usize| format!("{one}{}", " ".repeat(bytes - one.len()));
    import_custom_formats(&flow, &by(), padded(4 << 20)).await.unwrap();
    refused(import_custom_formats(&flow, &by(), padded((4 << 20) + 1)).await, ErrorCode::Invalid, "4194305");
    for (other, want) in [
        (r#"{"name":"f ","specifications":[]}"#, r#""f" is in the file twice"#),
        (
            r#"{"name":"G","trash_id":"t1","specifications":[]}"#,
            r#""F" and "G" of the file have the same trash_id"#,
        ),
    ] {
        let twice = import_custom_formats(&flow, &by(), format!("[{one},{other}]")).await;
        refused(twice, ErrorCode::Invalid, want);
    }
}

#[tokio::test]
async fn there_are_five_hundred_profiles_at_most_and_a_fault_names_its_own() {
    let (flow, _temp) = testing::flow().await;
    let profile = |name: &str, rest: &str| {
        format!(r#"{{"name":"{name}","cutoff":"DVD","items":[{{"name":"DVD","allowed":true}}]{rest}}}"#)
    };
    let list = |names: std::ops::RangeInclusive<usize>| {
        let profiles: Vec<String> = names.map(|n| profile(&n.to_string(), "")).collect();
        format!("[{}]", profiles.join(","))
    };
    import_profiles(&flow, &by(), list(1..=500)).await.unwrap();
    refused(import_profiles(&flow, &by(), list(500..=501)).await, ErrorCode::Invalid, "that would be 501");
    let mut one = QualityProfile { id: ProfileId(0), name: "x".into(), ..defaults::profiles().remove(0) };
    refused(save_profile(&flow, &by(), one.clone()).await, ErrorCode::Invalid, "that would be 501");

    for (rest, want) in [
        (r#","minUpgradeFormatScore":0"#, r#"quality profile "2": the least gain in score is 0"#),
        (r#","minFormatScore":1"#, r#"quality profile "2": no release can reach"#),
        (r#","minFormatScore":9223372036854775808"#, "invalid value"),
        (r#","minFormatScore":-2147483649"#, "invalid value"),
        (r#","upgradeAllowed":"maybe""#, "invalid type"),
        (r#","formatItems":[{"name":"No such","score":1}]"#, "not there: No such"),
        (r#","formatItems":7"#, "did not match"),
        (r#","unknown":{"deep":[[]]},"minFormatScore":-2147483648"#, ""),
    ] {
        let two = format!("[{},{}]", profile("1", ""), profile("2", rest));
        match (import_profiles(&flow, &by(), two).await, want) {
            (Ok(_), "") => {}
            (result, want) => refused(result, ErrorCode::Invalid, want),
        }
    }
    one.format_scores = vec![FormatScore { format_id: CustomFormatId(u64::MAX), score: i32::MIN }];
    refused(save_profile(&flow, &by(), one).await, ErrorCode::Invalid, "does not exist");
}

#[tokio::test]
async fn groups_that_hold_groups_or_themselves_are_refused() {
    let (flow, _temp) = testing::flow().await;
    let with = |items: &str, cutoff: &str| format!(r#"{{"name":"P","cutoff":{cutoff},"items":{items}}}"#);
    let inner = r#"{"id":1001,"name":"In","allowed":true,"items":[{"quality":{"id":2,"name":"DVD"}}]}"#;
    let deep = (0..100).fold(inner.to_owned(), |inner, n| {
        format!(r#"{{"id":{},"name":"G{n}","allowed":true,"items":[{inner}]}}"#, 1002 + n)
    });
    for (items, cutoff, want) in [
        (
            format!(r#"[{{"id":1000,"name":"Out","allowed":true,"items":[{inner}]}}]"#),
            "1000",
            "holds a group",
        ),
        (format!("[{deep}]"), "1001", ""),
        (format!("[{inner},{inner}]"), "1001", "two groups are called In"),
        (format!("[{inner}]"), "4711", "4711"),
        ("[]".to_owned(), "2", ""),
        ("{}".to_owned(), "2", "invalid type"),
    ] {
        let read = import_profiles(&flow, &by(), with(&items, cutoff)).await;
        refused(read, ErrorCode::Invalid, want);
    }
    import_profiles(&flow, &by(), with(&format!("[{inner}]"), "1001")).await.unwrap();
}

#[tokio::test]
async fn words_end_at_their_limits_and_a_fault_names_profile_and_list() {
    let (flow, _temp) = testing::flow().await;
    let profile = |required: Vec<String>, ignored: Vec<String>| ReleaseProfile {
        doc_version: DocVersion(0),
        id: ReleaseProfileId(0),
        name: "W".to_owned(),
        enabled: true,
        required,
        ignored,
        indexer_id: None,
        tags: Vec::new(),
    };
    let word = |bytes: usize| "w".repeat(bytes);
    for (required, ignored, want) in [
        (vec![], vec![" ".to_owned()], "has no words"),
        (vec![word(1); 501], vec![], r#"release profile "W", required words: there are 501"#),
        (vec![], vec![word(1); 501], r#"release profile "W", ignored words: there are 501"#),
        (
            vec![word(1_025)],
            vec![],
            "required words: \"wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww…\" has 1025 bytes",
        ),
        (vec![], vec!["/a(b/i".to_owned()], r#"ignored words: the expression "a(b" can't be used"#),
        (vec![], vec![format!("/{}/", word(20_001))], "longer than 20000 bytes"),
        (vec![word(1_000); 70], vec![], r#"the release profile "W" takes"#),
    ] {
        let saved = save_release_profile(&flow, &by(), profile(required, ignored)).await;
        refused(saved, ErrorCode::Invalid, want);
    }
    let largest =
        profile(vec![word(1); 500], vec![word(1_024), format!("/{}/", word(20_000)), "/a(b".to_owned()]);
    save_release_profile(&flow, &by(), largest).await.unwrap();
}

#[tokio::test]
async fn a_delay_has_a_year_and_a_size_two_thousand_megabytes_a_minute_at_most() {
    let (flow, _temp) = testing::flow().await;
    crate::settings::seed(&flow.store, flow.now()).await.unwrap();
    let mut delay = crate::domain::decide::delay::standard();
    for (minutes, want) in [(525_600, ""), (525_601, "longer than a year"), (u32::MAX, "longer than a year")]
    {
        delay.torrent_delay_minutes = minutes;
        match save_delay_profile(&flow, &by(), delay.clone()).await {
            Ok(saved) => assert_eq!((want, saved.torrent_delay_minutes), ("", minutes)),
            refusal => refused(refusal, ErrorCode::Invalid, want),
        }
    }
    let first = quality_definitions(&flow).await.unwrap().remove(0);
    for (min, max, want) in [
        (0, Some(20_000), ""),
        (20_000, Some(20_000), ""),
        (20_000, None, ""),
        (0, Some(0), ""),
        (0, Some(20_001), "above 2000 MB per minute"),
        (20_001, None, "above the maximum"),
        (u32::MAX, Some(u32::MAX), "above 2000 MB per minute"),
    ] {
        let mut limits = first.clone();
        limits.doc_version = DocVersion(0);
        (limits.min_tenths_mb_per_minute, limits.max_tenths_mb_per_minute) = (min, max);
        limits.preferred_tenths_mb_per_minute = None;
        match save_quality_definitions(&flow, &by(), vec![limits]).await {
            Ok(_) => assert_eq!(want, "", "{min} {max:?}"),
            refusal => refused(refusal, ErrorCode::Invalid, want),
        }
    }
}
