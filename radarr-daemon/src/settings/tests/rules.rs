//! Profiles, sizes, delay and release profiles, naming, library, tags.

use radarr_proto::model::{
    CustomFormat, CustomFormatId, DelayProfile, DelayProfileId, DocVersion, FormatScore, LibrarySettings,
    MovieId, NamingSettings, ProfileId, Quality, QualityDefinition, QualityProfile, ReleaseProfile,
    ReleaseProfileId, SecretInput, Slot, TagId,
};

use radarr_proto::request::SaveTmdb;

use super::*;
use crate::domain::decide::delay;
use crate::domain::quality::defaults;
use crate::settings::custom_formats::{custom_formats, save_custom_format};
use crate::settings::delay_profiles::{delay_profiles, delete_delay_profile, save_delay_profile};
use crate::settings::library::{library_settings, save_library_settings};
use crate::settings::naming::{naming, preview_naming, save_naming};
use crate::settings::profiles::{delete_profile, profiles, save_profile};
use crate::settings::quality_definitions::{quality_definitions, save_quality_definitions};
use crate::settings::release_profiles::{delete_release_profile, release_profiles, save_release_profile};
use crate::settings::seed;
use crate::settings::tags::{add_tag, delete_tag, tags};
use crate::settings::tmdb::{save_tmdb_settings, tmdb_settings};

fn new_profile(name: &str) -> QualityProfile {
    QualityProfile { id: ProfileId(0), name: name.to_owned(), ..defaults::profiles().remove(3) }
}

#[tokio::test]
async fn a_new_installation_is_filled_once_and_what_a_user_deletes_stays_deleted() {
    let (flow, _temp) = testing::flow().await;
    assert!(seed(&flow.store, flow.now()).await.unwrap());
    assert_eq!(profiles(&flow).await.unwrap().len(), 6);
    let delays = delay_profiles(&flow).await.unwrap();
    assert_eq!(delays, [DelayProfile { doc_version: delays[0].doc_version, ..delay::standard() }]);
    let mut limits = quality_definitions(&flow).await.unwrap();
    for limit in &mut limits {
        limit.doc_version = DocVersion(0);
    }
    assert_eq!(limits, defaults::definitions());

    delete_profile(&flow, &by(), ProfileId(1)).await.unwrap();
    assert!(!seed(&flow.store, flow.now()).await.unwrap());
    assert_eq!(profiles(&flow).await.unwrap().len(), 5);
    let made = save_profile(&flow, &by(), new_profile("Mine")).await.unwrap();
    assert_eq!(made.id, ProfileId(7), "no number is given twice");
}

#[tokio::test]
async fn two_daemons_that_start_together_fill_the_storage_once() {
    let (flow, _temp) = testing::flow().await;
    let (one, other) = tokio::join!(seed(&flow.store, flow.now()), seed(&flow.store, flow.now()));
    assert!(one.unwrap() != other.unwrap());
    assert_eq!(profiles(&flow).await.unwrap().len(), 6);
}

#[tokio::test]
async fn a_profile_is_made_changed_and_deleted_with_an_event_each() {
    let (flow, _temp) = testing::flow().await;
    let mut profile = save_profile(&flow, &by(), new_profile("  Cellar ")).await.unwrap();
    assert_eq!(profile.name, "Cellar");
    profile.upgrade_allowed = true;
    let profile = save_profile(&flow, &by(), profile).await.unwrap();
    assert_eq!(profiles(&flow).await.unwrap(), std::slice::from_ref(&profile));
    delete_profile(&flow, &by(), profile.id).await.unwrap();
    assert_eq!(changes(&flow).await, ["alice profile Cellar"; 3]);
    refused(delete_profile(&flow, &by(), profile.id).await, ErrorCode::NotFound, "quality profile 1");
    refused(save_profile(&flow, &by(), profile).await, ErrorCode::NotFound, "quality profile 1");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_every_fault_named() {
    let (flow, _temp) = testing::flow().await;
    save_profile(&flow, &by(), new_profile("Cellar")).await.unwrap();
    refused(
        save_profile(&flow, &by(), new_profile("CELLAR")).await,
        ErrorCode::Conflict,
        "\"Cellar\" is there already",
    );
    let wrong = QualityProfile { cutoff: Quality::Cam, min_upgrade_format_score: 0, ..new_profile("x") };
    refused(save_profile(&flow, &by(), wrong.clone()).await, ErrorCode::Invalid, "the cutoff CAM");
    refused(save_profile(&flow, &by(), wrong).await, ErrorCode::Invalid, "the least gain in score is 0");
    let line = FormatScore { format_id: CustomFormatId(9), score: 1 };
    let missing = QualityProfile { format_scores: vec![line], ..new_profile("x") };
    refused(save_profile(&flow, &by(), missing).await, ErrorCode::Invalid, "custom format 9 does not exist");
    refused(save_profile(&flow, &by(), new_profile("a\u{7}b")).await, ErrorCode::Invalid, "can't be shown");
}

#[tokio::test]
async fn a_profile_in_use_by_any_version_stays() {
    let (flow, _temp) = testing::flow().await;
    let profile = save_profile(&flow, &by(), new_profile("4k")).await.unwrap();
    let mut movie = testing::movie(1, "Nosferatu", 99, 1);
    let second = radarr_proto::model::MovieVersion {
        slot: Slot(1),
        profile_id: profile.id,
        ..movie.versions[0].clone()
    };
    movie.versions.push(second);
    testing::put(&flow, &movie).await;
    refused(
        delete_profile(&flow, &by(), profile.id).await,
        ErrorCode::Conflict,
        "used by 1 movie: Nosferatu (1968)",
    );
}

#[tokio::test]
async fn sizes_are_set_for_the_qualities_given_and_the_others_stay() {
    let (flow, _temp) = testing::flow().await;
    let mut dvd =
        quality_definitions(&flow).await.unwrap().into_iter().find(|d| d.quality == Quality::Dvd).unwrap();
    dvd.max_tenths_mb_per_minute = Some(2000);
    let all = save_quality_definitions(&flow, &by(), vec![dvd.clone()]).await.unwrap();
    assert_eq!(all.len(), Quality::ALL.len());
    let saved = all.iter().find(|limits| limits.quality == Quality::Dvd).unwrap();
    assert_eq!(saved.max_tenths_mb_per_minute, Some(2000));
    refused(
        save_quality_definitions(&flow, &by(), vec![dvd.clone(), dvd.clone()]).await,
        ErrorCode::Invalid,
        "DVD is given twice",
    );
    dvd.min_tenths_mb_per_minute = 3000;
    refused(
        save_quality_definitions(&flow, &by(), vec![dvd]).await,
        ErrorCode::Invalid,
        "DVD: the minimum is above the maximum",
    );
    assert_eq!(changes(&flow).await, ["alice quality_definition DVD"]);
}

#[tokio::test]
async fn one_delay_profile_holds_for_all_movies_and_stays() {
    let (flow, _temp) = testing::flow().await;
    seed(&flow.store, flow.now()).await.unwrap();
    let tag = add_tag(&flow, &by(), "kids".to_owned()).await.unwrap();
    let new =
        DelayProfile { id: DelayProfileId(0), order: 0, torrent_delay_minutes: 60, ..delay::standard() };
    refused(save_delay_profile(&flow, &by(), new.clone()).await, ErrorCode::Conflict, "delay profile 1");
    let tagged = DelayProfile { tags: vec![tag.id], ..new };
    let saved = save_delay_profile(&flow, &by(), tagged.clone()).await.unwrap();
    assert_eq!((saved.id, saved.order), (DelayProfileId(2), 1));
    assert_eq!(delay_profiles(&flow).await.unwrap().iter().map(|p| p.id.0).collect::<Vec<_>>(), [2, 1]);
    refused(delete_delay_profile(&flow, &by(), DelayProfileId(1)).await, ErrorCode::Conflict, "without tags");
    let narrowed = DelayProfile { tags: vec![tag.id], ..delay::standard() };
    refused(save_delay_profile(&flow, &by(), narrowed).await, ErrorCode::Conflict, "one must");
    let nothing = DelayProfile { enable_torrent: false, enable_usenet: false, ..tagged.clone() };
    refused(
        save_delay_profile(&flow, &by(), nothing).await,
        ErrorCode::Invalid,
        "neither usenet nor torrents",
    );
    let lost = DelayProfile { tags: vec![TagId(77)], ..tagged };
    refused(save_delay_profile(&flow, &by(), lost).await, ErrorCode::Invalid, "there is no tag 77");
    delete_delay_profile(&flow, &by(), saved.id).await.unwrap();
}

#[tokio::test]
async fn words_are_checked_before_they_are_kept() {
    let (flow, _temp) = testing::flow().await;
    let words = |name: &str, ignored: &[&str]| ReleaseProfile {
        doc_version: DocVersion(0),
        id: ReleaseProfileId(0),
        name: name.to_owned(),
        enabled: true,
        required: Vec::new(),
        ignored: ignored.iter().map(|word| (*word).to_owned()).collect(),
        indexer_id: None,
        tags: Vec::new(),
    };
    let saved = save_release_profile(&flow, &by(), words("no cams", &["CAM", " "])).await.unwrap();
    assert_eq!(saved.ignored, ["CAM"]);
    refused(
        save_release_profile(&flow, &by(), words("x", &["/(/"])).await,
        ErrorCode::Invalid,
        "can't be used",
    );
    refused(save_release_profile(&flow, &by(), words("x", &[])).await, ErrorCode::Invalid, "has no words");
    refused(
        save_release_profile(&flow, &by(), words("No Cams", &["x"])).await,
        ErrorCode::Conflict,
        "already",
    );
    let bound = ReleaseProfile { indexer_id: Some(radarr_proto::model::IndexerId(4)), ..words("y", &["z"]) };
    refused(save_release_profile(&flow, &by(), bound).await, ErrorCode::Invalid, "there is no indexer 4");
    delete_release_profile(&flow, &by(), saved.id).await.unwrap();
    assert_eq!(release_profiles(&flow).await.unwrap(), []);
}

#[tokio::test]
async fn an_edit_of_an_old_version_is_a_conflict_and_one_of_no_version_is_taken() {
    let (flow, _temp) = testing::flow().await;
    let first = save_naming(&flow, &by(), NamingSettings::default()).await.unwrap();
    assert_ne!(first.doc_version, DocVersion(0));
    assert_eq!(naming(&flow).await.unwrap(), first);
    let second = save_naming(&flow, &by(), first.clone()).await.unwrap();
    refused(save_naming(&flow, &by(), first).await, ErrorCode::Conflict, "changed by somebody else");
    save_naming(&flow, &by(), NamingSettings { doc_version: DocVersion(0), ..second }).await.unwrap();

    let library = library_settings(&flow).await.unwrap();
    assert_eq!(library, LibrarySettings { doc_version: DocVersion::ABSENT, ..LibrarySettings::default() });
    let endings = vec![".SRT".to_owned(), "srt".to_owned(), "nfo".to_owned()];
    let saved = save_library_settings(&flow, &by(), LibrarySettings { extra_extensions: endings, ..library })
        .await
        .unwrap();
    assert_eq!(saved.extra_extensions, ["srt", "nfo"]);
    for (often, told) in [
        (LibrarySettings { recent_interval_minutes: 1, ..saved.clone() }, "read every 1 minutes"),
        (LibrarySettings { wanted_interval_minutes: 9, ..saved.clone() }, "searched for every 9 minutes"),
        (LibrarySettings { refresh_interval_hours: 0, ..saved.clone() }, "refreshed every 0 hours"),
        (LibrarySettings { rescan_interval_hours: 169, ..saved.clone() }, "looked into every 169 hours"),
    ] {
        refused(save_library_settings(&flow, &by(), often).await, ErrorCode::Invalid, told);
    }
    let path = LibrarySettings { extra_extensions: vec!["../x".to_owned()], ..saved };
    refused(save_library_settings(&flow, &by(), path).await, ErrorCode::Invalid, "no ending of a file");
}

/// Two who read the same and both save it: the second one is refused, and with what is there by then it is taken.
macro_rules! two_editors {
    ($flow:ident, $read:expr, $save:ident, $version:expr) => {{
        let ours = $read;
        let theirs = ours.clone();
        assert_ne!($version(&ours), DocVersion(0), stringify!($save));
        $save(&$flow, &by(), ours).await.unwrap();
        refused($save(&$flow, &by(), theirs).await, ErrorCode::Conflict, "changed by somebody else");
        $save(&$flow, &by(), $read).await.unwrap();
    }};
}

#[tokio::test]
async fn of_two_who_edit_the_same_settings_one_is_told_that_the_other_was_first() {
    let (flow, _temp) = testing::flow().await;
    save_profile(&flow, &by(), new_profile("Cellar")).await.unwrap();
    two_editors!(flow, profiles(&flow).await.unwrap().remove(0), save_profile, |one: &QualityProfile| one
        .doc_version);
    let format = CustomFormat {
        doc_version: DocVersion(0),
        id: CustomFormatId(0),
        name: "HDR".to_owned(),
        include_when_renaming: false,
        conditions: Vec::new(),
        guide: None,
    };
    save_custom_format(&flow, &by(), format).await.unwrap();
    two_editors!(
        flow,
        custom_formats(&flow).await.unwrap().remove(0),
        save_custom_format,
        |one: &CustomFormat| one.doc_version
    );
    save_delay_profile(&flow, &by(), DelayProfile { id: DelayProfileId(0), ..delay::standard() })
        .await
        .unwrap();
    two_editors!(
        flow,
        delay_profiles(&flow).await.unwrap().remove(0),
        save_delay_profile,
        |one: &DelayProfile| one.doc_version
    );
    let words = ReleaseProfile {
        doc_version: DocVersion(0),
        id: ReleaseProfileId(0),
        name: "no cams".to_owned(),
        enabled: true,
        required: Vec::new(),
        ignored: vec!["CAM".to_owned()],
        indexer_id: None,
        tags: Vec::new(),
    };
    save_release_profile(&flow, &by(), words).await.unwrap();
    two_editors!(
        flow,
        release_profiles(&flow).await.unwrap().remove(0),
        save_release_profile,
        |one: &ReleaseProfile| one.doc_version
    );
    // Settings that nobody kept yet are based on that: the second one is second all the same.
    two_editors!(flow, naming(&flow).await.unwrap(), save_naming, |one: &NamingSettings| one.doc_version);
    two_editors!(
        flow,
        library_settings(&flow).await.unwrap(),
        save_library_settings,
        |one: &LibrarySettings| { one.doc_version }
    );
    two_editors!(
        flow,
        vec![quality_definitions(&flow).await.unwrap().remove(5)],
        save_quality_definitions,
        |all: &Vec<QualityDefinition>| all[0].doc_version
    );
    two_editors!(
        flow,
        SaveTmdb { settings: tmdb_settings(&flow).await.unwrap(), key: SecretInput::Keep },
        save_tmdb_settings,
        |one: &SaveTmdb| one.settings.doc_version
    );
}

#[tokio::test]
async fn a_naming_format_is_shown_and_kept_only_if_it_tells_movies_apart() {
    let (flow, _temp) = testing::flow().await;
    let shown = preview_naming(&NamingSettings::default()).unwrap();
    assert_eq!(shown[0].folder, "Night of the Living Dead (1968)");
    let wrong = NamingSettings { file_format: "{Quality Full}".to_owned(), ..NamingSettings::default() };
    refused(preview_naming(&wrong), ErrorCode::Invalid, "a file format needs");
    refused(save_naming(&flow, &by(), wrong).await, ErrorCode::Invalid, "a file format needs");
}

#[tokio::test]
async fn a_tag_exists_once_and_leaves_everything_with_its_deletion() {
    let (flow, _temp) = testing::flow().await;
    let tag = add_tag(&flow, &by(), " Kids ".to_owned()).await.unwrap();
    assert_eq!(add_tag(&flow, &by(), "KIDS".to_owned()).await.unwrap(), tag);
    let other = add_tag(&flow, &by(), "4k".to_owned()).await.unwrap();
    refused(add_tag(&flow, &by(), "a,b".to_owned()).await, ErrorCode::Invalid, "commas");
    refused(add_tag(&flow, &by(), "  ".to_owned()).await, ErrorCode::Invalid, "this has 0");

    let mut movie = testing::movie(1, "Metropolis", 1, 1);
    movie.tags = vec![tag.id, other.id];
    testing::put(&flow, &movie).await;
    let words = ReleaseProfile {
        doc_version: DocVersion(0),
        id: ReleaseProfileId(0),
        name: "words".to_owned(),
        enabled: true,
        required: vec!["dub".to_owned()],
        ignored: Vec::new(),
        indexer_id: None,
        tags: vec![tag.id, other.id],
    };
    let words = save_release_profile(&flow, &by(), words).await.unwrap();
    delete_tag(&flow, &by(), tag.id).await.unwrap();
    let movie: radarr_proto::model::Movie = flow.store.load(MovieId(1)).await.unwrap().unwrap();
    assert_eq!(movie.tags, [other.id]);
    assert_eq!(release_profiles(&flow).await.unwrap()[0].tags, [other.id]);
    assert_eq!(tags(&flow).await.unwrap(), std::slice::from_ref(&other));
    // Without its last tag it would hold for all movies.
    refused(delete_tag(&flow, &by(), other.id).await, ErrorCode::Conflict, "it would hold for all");
    delete_release_profile(&flow, &by(), words.id).await.unwrap();
    delete_tag(&flow, &by(), other.id).await.unwrap();
}
