//! Custom formats.

use radarr_proto::model::{
    Condition, ConditionTest, CustomFormat, CustomFormatId, DocVersion, FormatScore, ProfileId, Quality,
    QualityProfile,
};

use super::*;
use crate::domain::quality::defaults;
use crate::settings::custom_formats::{
    custom_formats, delete_custom_format, export_custom_format, import_custom_formats, save_custom_format,
};
use crate::settings::profiles::{export_profile, import_profiles, profiles, save_profile};

fn format(name: &str, pattern: &str) -> CustomFormat {
    CustomFormat {
        doc_version: DocVersion(0),
        id: CustomFormatId(0),
        name: name.to_owned(),
        include_when_renaming: false,
        conditions: vec![Condition {
            name: String::new(),
            required: false,
            negate: false,
            test: ConditionTest::ReleaseTitle { pattern: pattern.to_owned() },
        }],
        guide: None,
    }
}

fn scoring(name: &str, format_id: CustomFormatId, least: i32) -> QualityProfile {
    QualityProfile {
        id: ProfileId(0),
        name: name.to_owned(),
        format_scores: vec![FormatScore { format_id, score: 10 }],
        min_format_score: least,
        ..defaults::profiles().remove(3)
    }
}

#[tokio::test]
async fn an_expression_that_cannot_be_used_is_refused_with_its_place() {
    let (flow, _temp) = testing::flow().await;
    let saved = save_custom_format(&flow, &by(), format("HDR", r"\bHDR\b")).await.unwrap();
    assert_eq!(saved.conditions[0].name, "condition 1");
    refused(
        save_custom_format(&flow, &by(), format("Bad", "(")).await,
        ErrorCode::Invalid,
        r#"custom format "Bad", condition "condition 1""#,
    );
    refused(save_custom_format(&flow, &by(), format("Empty", "")).await, ErrorCode::Invalid, "no expression");
    refused(save_custom_format(&flow, &by(), format("hdr", "x")).await, ErrorCode::Conflict, "already");
    let mut turned = format("Years", "x");
    turned.conditions[0].test = ConditionTest::Year { min: 2000, max: 1990 };
    refused(save_custom_format(&flow, &by(), turned).await, ErrorCode::Invalid, "above the upper");
    assert_eq!(custom_formats(&flow).await.unwrap(), [saved]);
}

#[tokio::test]
async fn with_a_format_its_scores_go_and_a_profile_that_needs_it_keeps_it() {
    let (flow, _temp) = testing::flow().await;
    let hdr = save_custom_format(&flow, &by(), format("HDR", "HDR")).await.unwrap();
    let easy = save_profile(&flow, &by(), scoring("easy", hdr.id, 0)).await.unwrap();
    let strict = save_profile(&flow, &by(), scoring("strict", hdr.id, 10)).await.unwrap();
    refused(
        delete_custom_format(&flow, &by(), hdr.id).await,
        ErrorCode::Conflict,
        r#"without "HDR" the quality profile "strict" does not work"#,
    );
    assert_eq!(profiles(&flow).await.unwrap(), [easy, strict.clone()], "all or nothing");
    save_profile(&flow, &by(), QualityProfile { min_format_score: 0, ..strict }).await.unwrap();
    delete_custom_format(&flow, &by(), hdr.id).await.unwrap();
    assert!(profiles(&flow).await.unwrap().iter().all(|profile| profile.format_scores.is_empty()));
    assert_eq!(custom_formats(&flow).await.unwrap(), []);
    let changes = changes(&flow).await;
    let last: Vec<&str> = changes.iter().rev().take(3).rev().map(String::as_str).collect();
    assert_eq!(last, ["alice profile easy", "alice profile strict", "alice custom_format HDR"]);
}

#[tokio::test]
async fn an_import_replaces_formats_of_the_same_name_and_keeps_their_scores() {
    let (flow, _temp) = testing::flow().await;
    let remux = include_str!("../../../tests-data/custom_formats/remux-tier-01.json");
    let freeleech = include_str!("../../../tests-data/custom_formats/freeleech.json");
    let first = import_custom_formats(&flow, &by(), remux.to_owned()).await.unwrap();
    save_profile(&flow, &by(), scoring("remux", first[0].id, 0)).await.unwrap();
    let again = import_custom_formats(&flow, &by(), format!("[{remux},{freeleech}]")).await.unwrap();
    assert_eq!((again[0].id, again.len()), (first[0].id, 2));
    assert_eq!(custom_formats(&flow).await.unwrap(), again);
    assert_eq!(profiles(&flow).await.unwrap()[0].format_scores[0].format_id, first[0].id);
    let exported = export_custom_format(&flow, first[0].id).await.unwrap();
    let back = import_custom_formats(&flow, &by(), exported).await.unwrap().remove(0);
    assert_eq!(back, CustomFormat { doc_version: back.doc_version, ..first[0].clone() });

    refused(import_custom_formats(&flow, &by(), "{".to_owned()).await, ErrorCode::Invalid, "not JSON");
    let twice = format!("[{remux},{remux}]");
    refused(import_custom_formats(&flow, &by(), twice).await, ErrorCode::Invalid, "in the file twice");
    let half = format!(r#"[{freeleech},{{"name":"x","specifications":[{{"implementation":"No"}}]}}]"#);
    refused(import_custom_formats(&flow, &by(), half).await, ErrorCode::Invalid, "no kind of condition");
    assert_eq!(custom_formats(&flow).await.unwrap().len(), 2);
    let large = " ".repeat(4 * 1024 * 1024 + 1);
    refused(import_custom_formats(&flow, &by(), large).await, ErrorCode::Invalid, "4194305 bytes");
}

#[tokio::test]
async fn a_profile_of_the_guides_comes_in_with_its_formats_and_goes_out_as_radarr_writes_it() {
    let (flow, _temp) = testing::flow().await;
    let profile = |rest: &str| {
        format!(
            r#"{{"trash_id": "p", "name": "Guide", "upgradeAllowed": true, "cutoff": "HD", "language": "Original",
            "minFormatScore": 10, "items": [{{"name": "HD", "allowed": true, "items": ["Bluray-1080p", "WEBDL-1080p"]}},
            {{"name": "DVD", "allowed": false}}], "formatItems": {{"HDR": "f1"}}{rest}}}"#
        )
    };
    refused(
        import_profiles(&flow, &by(), profile("")).await,
        ErrorCode::Invalid,
        "custom formats that are not there: HDR",
    );
    let hdr = r#"{"trash_id": "f1", "trash_scores": {"default": 500, "anime": 5}, "name": "HDR", "specifications": []}"#;
    let hdr = import_custom_formats(&flow, &by(), hdr.to_owned()).await.unwrap().remove(0);
    let made = import_profiles(&flow, &by(), profile("")).await.unwrap().remove(0);
    assert_eq!(made.format_scores, [FormatScore { format_id: hdr.id, score: 500 }]);
    assert_eq!(made.items.last().unwrap().qualities, [Quality::WebDl1080p, Quality::Bluray1080p]);

    refused(
        import_profiles(&flow, &by(), profile(r#", "trash_score_set": "anime""#)).await,
        ErrorCode::Invalid,
        "all formats together give 5",
    );
    let exported = export_profile(&flow, made.id).await.unwrap();
    let again = import_profiles(&flow, &by(), exported.replace("Guide", "guide")).await.unwrap().remove(0);
    assert_eq!(
        again,
        QualityProfile { name: "guide".to_owned(), doc_version: again.doc_version, ..made.clone() },
        "it takes the other's place"
    );
    assert_eq!(profiles(&flow).await.unwrap(), [again]);
    refused(export_profile(&flow, ProfileId(99)).await, ErrorCode::NotFound, "no quality profile 99");
    let twice = format!("[{0}, {0}]", profile(""));
    refused(import_profiles(&flow, &by(), twice).await, ErrorCode::Invalid, "twice");
}
