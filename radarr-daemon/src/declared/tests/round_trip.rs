//! What is written is the same when it comes in again: here nothing changes, and elsewhere the same is there then.

use proptest::prelude::*;
use radarr_proto::model::{
    Condition, ConditionTest, CustomFormat, CustomFormatId, DelayProfile, DelayProfileId, DocVersion,
    FormatScore, IndexerFlag, Language, ProfileId, ProfileItem, Protocol, Quality, QualityDefinition,
    QualityProfile, ReleaseProfile, ReleaseProfileId,
};

use super::*;
use crate::settings::{
    custom_formats, delay_profiles, indexers, profiles, quality_definitions, release_profiles, tags,
};

/// A name that a user could have typed, the odd ones of YAML among them.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z][a-zA-Z0-9 :#'\"{}\\[\\]&*!|>%@`,?-]{0,14}[a-z]",
        "[äöüß€日本]{1,6}",
        Just("no".to_owned()),
        Just("1080".to_owned()),
        Just("null".to_owned()),
        Just("~x".to_owned()),
        Just("1e5".to_owned()),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let test = prop_oneof![
        Just(ConditionTest::ReleaseTitle { pattern: r"(?i)\b[xh][ ._-]?265\b".to_owned() }),
        Just(ConditionTest::ReleaseGroup { pattern: "^(A|B): 'c' #d$".to_owned() }),
        any::<bool>().prop_map(|except_language| ConditionTest::Language {
            language: Language::German,
            except_language
        }),
        Just(ConditionTest::IndexerFlag { flag: IndexerFlag::Internal }),
        Just(ConditionTest::Resolution { resolution: 1080 }),
        (1..1000_u64, 1000..u64::MAX / 2)
            .prop_map(|(min_bytes, max_bytes)| ConditionTest::Size { min_bytes, max_bytes }),
        Just(ConditionTest::GroupReputation { min: 10, max: 90 }),
    ];
    (name(), any::<bool>(), any::<bool>(), test).prop_map(|(name, required, negate, test)| Condition {
        name,
        required,
        negate,
        test,
    })
}

/// Qualities in any order, some together, some not wanted.
fn items() -> impl Strategy<Value = Vec<ProfileItem>> {
    (Just(Quality::ALL.to_vec()).prop_shuffle(), 1..Quality::ALL.len(), any::<u64>()).prop_map(
        |(all, cut, bits)| {
            let (group, singles) = all.split_at(cut.min(4));
            let mut items: Vec<ProfileItem> = singles
                .iter()
                .enumerate()
                .map(|(number, quality)| ProfileItem {
                    group: None,
                    qualities: vec![*quality],
                    allowed: bits >> number & 1 == 1,
                })
                .collect();
            if group.len() > 1 {
                let place = cut % (items.len() + 1);
                items.insert(
                    place,
                    ProfileItem {
                        group: Some("Together".to_owned()),
                        qualities: group.to_vec(),
                        allowed: true,
                    },
                );
            } else {
                items.push(ProfileItem { group: None, qualities: group.to_vec(), allowed: true });
            }
            items
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn what_is_exported_changes_nothing_here_and_makes_the_same_elsewhere(
        format_name in name(), conditions in prop::collection::vec(condition(), 1..4),
        items in items(), profile_name in name(), score in -500..500_i32, minutes in 0..1000_u32,
        label in "[a-z]{1,8}", word in name(), tenths in 0..2000_u32,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (flow, _temp) = seeded().await;
            let by = by();
            let format = CustomFormat { doc_version: DocVersion(0), id: CustomFormatId(0), name: format_name, include_when_renaming: minutes % 2 == 0, conditions, guide: None };
            let Ok(format) = custom_formats::save_custom_format(&flow, &by, format).await else { return };
            let cutoff = items.iter().rev().find(|item| item.allowed).unwrap().qualities[0];
            let profile = QualityProfile { doc_version: DocVersion(0),
                id: ProfileId(0), name: profile_name, upgrade_allowed: true, cutoff, items, language: Language::Original,
                min_format_score: 0, cutoff_format_score: 1000, min_upgrade_format_score: 1,
                format_scores: vec![FormatScore { format_id: format.id, score }],
            };
            profiles::save_profile(&flow, &by, profile).await.unwrap();
            let tag = tags::add_tag(&flow, &by, label).await.unwrap();
            let delay = DelayProfile { doc_version: DocVersion(0),
                id: DelayProfileId(0), enable_usenet: false, enable_torrent: true, preferred_protocol: Protocol::Torrent,
                usenet_delay_minutes: 0, torrent_delay_minutes: minutes, order: 0, bypass_if_highest_quality: true,
                bypass_if_above_custom_format_score: false, minimum_custom_format_score: score, tags: vec![tag.id],
            };
            delay_profiles::save_delay_profile(&flow, &by, delay).await.unwrap();
            let mut open = testing::torznab("Open");
            open.secret = radarr_proto::model::SecretInput::Clear;
            let indexer = indexers::save_indexer(&flow, &by, open).await.unwrap().indexer;
            let words = ReleaseProfile { doc_version: DocVersion(0),
                id: ReleaseProfileId(0), name: word.clone(), enabled: true, required: vec![word.clone()], ignored: Vec::new(),
                indexer_id: Some(indexer.id), tags: vec![tag.id],
            };
            release_profiles::save_release_profile(&flow, &by, words).await.unwrap();
            let sizes = QualityDefinition { doc_version: DocVersion(0),
                quality: Quality::Dvd, min_tenths_mb_per_minute: tenths, preferred_tenths_mb_per_minute: None,
                max_tenths_mb_per_minute: Some(tenths + 10),
            };
            quality_definitions::save_quality_definitions(&flow, &by, vec![sizes]).await.unwrap();

            let exported = export_settings(&flow).await.unwrap();
            let here = apply(&flow, &exported).await.unwrap();
            assert!(super::words(&here).iter().all(|line| line.starts_with("= ")), "{here:?}\n{exported}");
            assert_eq!(export_settings(&flow).await.unwrap(), exported);
            let (elsewhere, _temp) = seeded().await;
            apply(&elsewhere, &exported).await.unwrap();
            assert_eq!(export_settings(&elsewhere).await.unwrap(), exported);
        });
    }
}

#[tokio::test]
async fn who_shows_a_certificate_is_declared_and_written_as_well() {
    let (flow, _temp) = seeded().await;
    let text = |token: &str, certificate: &str| {
        format!("version: 1\ntokens: [{{name: {token}, role: operator, certificate: {certificate}}}]\n")
    };
    apply(&flow, &text("laptop", "laptop.example")).await.unwrap();
    let seen = async |flow: &Flow| -> Vec<(String, Option<String>)> {
        let tokens = crate::settings::tokens::tokens(flow).await.unwrap();
        tokens.into_iter().map(|token| (token.name, token.certificate)).collect()
    };
    let is = |certificate: &str| vec![("laptop".to_owned(), Some(certificate.to_owned()))];
    assert_eq!(seen(&flow).await, is("laptop.example"));
    let exported = export_settings(&flow).await.unwrap();
    let (elsewhere, _temp) = seeded().await;
    apply(&elsewhere, &exported).await.unwrap();
    assert_eq!(seen(&elsewhere).await, is("laptop.example"));
    let again = apply(&flow, &exported).await.unwrap();
    assert!(super::words(&again).iter().all(|line| line.starts_with("= ")), "{again:?}");
    // Another certificate takes its place; one certificate is one person.
    let changed = apply(&flow, &text("laptop", "new.example")).await.unwrap();
    assert_eq!(super::words(&changed), ["~ tokens laptop"]);
    assert_eq!(seen(&flow).await, is("new.example"));
    let twice = apply(&flow, &text("other", "new.example")).await;
    refused(twice, radarr_proto::error::ErrorCode::Conflict, "stands for laptop already");
}
