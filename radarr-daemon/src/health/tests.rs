//! The checks against a real storage, with folders that are taken away and services that do not answer.

use std::fs;
use std::path::PathBuf;

use radarr_proto::model::{
    Condition, ConditionTest, CustomFormat, CustomFormatId, DocVersion, DownloadClient, EventKind,
    HealthItem, LibrarySettings, RootFolder, RootFolderId, SaveClient, SecretInput, Severity,
};

use super::{check_all, current};
use crate::flow::{By, Flow};
use crate::indexers::{IndexerError, ledger};
use crate::settings::clients::save_client;
use crate::settings::indexers::save_indexer;
use crate::settings::{seed, testing};
use crate::storage::{Commit, Document, Expect};

async fn put<T: Document>(flow: &Flow, document: &T) {
    let commit = Commit::new("test", testing::now()).put(document, Expect::Any);
    flow.store.commit(commit).await.unwrap();
}

fn root(id: u64, path: &std::path::Path) -> RootFolder {
    RootFolder {
        id: RootFolderId(id),
        path: path.to_str().unwrap().to_owned(),
        recycle_bin: None,
        recycle_days: 0,
    }
}

fn words(items: &[HealthItem]) -> Vec<String> {
    items.iter().map(|item| format!("{:?} {} {}", item.severity, item.check, item.subject)).collect()
}

/// The health events, oldest first.
async fn events(flow: &Flow) -> Vec<(String, bool)> {
    let page = flow.store.events_after(radarr_proto::model::Cursor(0), 1000).await.unwrap();
    let mut health = Vec::new();
    for event in page.events {
        if let EventKind::HealthChanged { check, ok, .. } = event.kind {
            health.push((check, ok));
        }
    }
    health
}

#[tokio::test]
async fn a_new_installation_is_told_what_to_set_up_and_nothing_else() {
    let (flow, _temp) = testing::flow_with(|config| config.media.ffprobe = PathBuf::from("true")).await;
    seed(&flow.store, flow.now()).await.unwrap();
    let items = check_all(&flow).await.unwrap();
    assert_eq!(
        words(&items),
        ["Notice setup client", "Notice setup indexer", "Notice setup root", "Notice setup tmdb"]
    );
    assert!(items.iter().all(|item| !item.hint.is_empty()));
    assert_eq!(current(&flow).await.unwrap(), items);
}

#[tokio::test]
async fn what_still_holds_keeps_its_time_and_only_what_changed_is_told() {
    fn later() -> jiff::Timestamp {
        testing::now() + jiff::SignedDuration::from_hours(1)
    }
    let (mut flow, temp) = testing::flow_with(|config| config.media.ffprobe = PathBuf::from("true")).await;
    let folder = temp.path().join("movies");
    put(&flow, &root(1, &folder)).await;
    let items = check_all(&flow).await.unwrap();
    assert_eq!(words(&items)[0], format!("Error root {}", folder.display()));
    assert!(items[0].message.contains("can't be opened"), "{}", items[0].message);
    let before = events(&flow).await;

    flow.clock = later;
    assert_eq!(check_all(&flow).await.unwrap(), items, "nothing changed, the times included");
    assert_eq!(events(&flow).await, before);

    fs::create_dir(&folder).unwrap();
    let items = check_all(&flow).await.unwrap();
    assert!(!words(&items).iter().any(|words| words.contains(" root /")), "{items:?}");
    assert_eq!(events(&flow).await[before.len()..], [("root".to_owned(), true)]);
}

#[tokio::test]
async fn a_full_disk_a_lost_root_folder_and_a_missing_program_are_named() {
    let no_ffprobe = |config: &mut crate::config::Config| {
        config.media.ffprobe = PathBuf::from("/nowhere/ffprobe");
        config.tmdb.api_key = radarr_proto::model::SecretText::new("key");
    };
    let (flow, temp) = testing::flow_with(no_ffprobe).await;
    let folder = temp.path().join("movies");
    fs::create_dir(&folder).unwrap();
    put(&flow, &root(1, &folder)).await;
    put(&flow, &LibrarySettings { minimum_free_bytes: u64::MAX, ..LibrarySettings::default() }).await;
    testing::put(&flow, &testing::movie(1, "Faust", 1, 77)).await;
    let bad = CustomFormat {
        doc_version: DocVersion(0),
        id: CustomFormatId(1),
        name: "bad".to_owned(),
        include_when_renaming: false,
        conditions: vec![Condition {
            name: "c".to_owned(),
            required: false,
            negate: false,
            test: ConditionTest::Edition { pattern: "(".to_owned() },
        }],
        guide: None,
    };
    put(&flow, &bad).await;
    let items = check_all(&flow).await.unwrap();
    let words = words(&items);
    let full = format!("Warning root {}", folder.display());
    for want in [
        "Error root unknown",
        "Error profile unknown",
        "Error custom_format bad",
        "Warning tmdb TMDB",
        &full,
        "Warning ffprobe ffprobe",
    ] {
        assert!(words.iter().any(|have| have == want), "{want} is not among {words:?}");
    }
    let ffprobe = items.iter().find(|item| item.check == "ffprobe").unwrap();
    assert!(ffprobe.message.contains("it is not installed"), "{}", ffprobe.message);
    let worst: Vec<Severity> = items.iter().map(|item| item.severity).collect();
    assert!(worst.is_sorted_by(|left, right| left >= right), "worst first: {worst:?}");
}

#[tokio::test]
async fn an_indexer_that_is_out_of_use_and_a_client_that_is_gone_are_told_until_they_are_back() {
    let (flow, _temp) = testing::flow_with(|config| config.media.ffprobe = PathBuf::from("true")).await;
    let by = By::caller("alice", "request-1");
    let indexer = save_indexer(&flow, &by, testing::hdbits("HDBits")).await.unwrap().indexer;
    let client = save_client(&flow, &by, testing::qbittorrent("qbit")).await.unwrap();
    let failed = IndexerError::Account { indexer: "HDBits".to_owned(), said: "status 5".to_owned() };
    ledger::record(&flow.store, indexer.id, Err(&failed), flow.now(), jiff::Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    let items = check_all(&flow).await.unwrap();
    let have = words(&items);
    assert_eq!(&have[..2], ["Error client qbit", "Error indexer HDBits"]);
    assert_eq!(
        items[1].message,
        "HDBits is not asked before 2026-01-01 00:01 UTC: HDBits refused the account (status 5)"
    );
    assert!(items[0].message.contains("qbit does not answer"), "{}", items[0].message);

    ledger::record(&flow.store, indexer.id, Ok(()), flow.now(), flow.now()).await.unwrap();
    let off = SaveClient { client: DownloadClient { enabled: false, ..client }, secret: SecretInput::Keep };
    save_client(&flow, &by, off).await.unwrap();
    let have = words(&check_all(&flow).await.unwrap());
    assert!(!have.iter().any(|words| words.starts_with("Error")), "{have:?}");
}

#[tokio::test]
async fn all_of_jacketts_indexers_as_one_are_told() {
    let (flow, _temp) = testing::flow_with(|config| config.media.ffprobe = PathBuf::from("true")).await;
    let by = By::caller("alice", "request-1");
    for (name, of) in [("Jackett", "all"), ("Example", "example")] {
        let mut request = testing::torznab(name);
        request.indexer.base_url = format!("http://127.0.0.1:9/api/v2.0/indexers/{of}/results/torznab");
        save_indexer(&flow, &by, request).await.unwrap();
    }
    let have = words(&check_all(&flow).await.unwrap());
    let told: Vec<&String> = have.iter().filter(|words| words.contains("all_as_one")).collect();
    assert_eq!(told, ["Warning indexer_all_as_one Jackett"]);
}
