//! Root folders, TMDB, indexers, download clients.

use std::fs;

use radarr_proto::model::{
    ClientId, IndexerKind, PathMapping, Quality, RootFolderId, SaveIndexer, SecretInput, SecretSource,
    SecretText, TmdbSettings,
};
use radarr_proto::request::{AddRoot, SaveTmdb};

use super::together::holds;
use super::*;
use crate::domain::reputation::Sighting;
use crate::flow::indexer_traces::traces;
use crate::group_view::Sighted;
use crate::indexers::budget::{Budget, Purpose};
use crate::indexers::ledger;
use crate::settings::clients::{clients, delete_client, save_client, test_client};
use crate::settings::indexers::{delete_indexer, indexers, save_indexer, test_indexer};
use crate::settings::roots::{add_root, delete_root, roots};
use crate::settings::testing::{hdbits, qbittorrent, torznab};
use crate::settings::tmdb::{save_tmdb_settings, test_tmdb, tmdb_settings};
use crate::storage::{Change, Collection, Commit, DocKey, DocumentId, Expect, Write};

fn root(path: &std::path::Path) -> AddRoot {
    AddRoot { path: path.to_str().unwrap().to_owned(), recycle_bin: None, recycle_days: None }
}

#[tokio::test]
async fn a_root_folder_is_a_writable_folder_apart_from_the_others_and_the_storage() {
    let (flow, temp) = testing::flow().await;
    let movies = temp.path().join("movies");
    fs::create_dir_all(movies.join("inner")).unwrap();
    fs::write(temp.path().join("file"), "").unwrap();
    std::os::unix::fs::symlink(&movies, temp.path().join("link")).unwrap();
    let add = |path: std::path::PathBuf| {
        let flow = &flow;
        async move { add_root(flow, &by(), root(&path)).await }
    };
    refused(add("movies".into()).await, ErrorCode::Invalid, "no absolute path");
    refused(add("/".into()).await, ErrorCode::Invalid, "the whole system");
    refused(add(temp.path().join("movies/../movies")).await, ErrorCode::Invalid, ".. in it");
    refused(add(temp.path().join("missing")).await, ErrorCode::Invalid, "is not there");
    refused(add(temp.path().join("file")).await, ErrorCode::Invalid, "is no folder");
    refused(add(temp.path().join("storage")).await, ErrorCode::Invalid, "the daemon's own storage");

    let state = add(movies.join("")).await.unwrap();
    assert_eq!(state.root.path, movies.to_str().unwrap(), "without / at its end");
    assert_eq!((state.root.recycle_bin.as_deref(), state.root.recycle_days), (Some(".recycle"), 7));
    assert!(state.accessible && state.free_bytes.is_some() && state.problem.is_none(), "{state:?}");
    refused(add(movies.clone()).await, ErrorCode::Conflict, "is already the root folder");
    refused(add(movies.join("inner")).await, ErrorCode::Conflict, "lies in the root folder");
    refused(add(temp.path().to_owned()).await, ErrorCode::Conflict, "holds the root folder");
    refused(add(temp.path().join("link")).await, ErrorCode::Conflict, "is already the root folder");

    let other = temp.path().join("other");
    fs::create_dir(&other).unwrap();
    let outside = AddRoot { recycle_bin: Some("../bin".to_owned()), ..root(&other) };
    refused(add_root(&flow, &by(), outside).await, ErrorCode::Invalid, "does not lie in the root folder");
    let none = AddRoot { recycle_bin: Some(String::new()), ..root(&other) };
    assert_eq!(add_root(&flow, &by(), none).await.unwrap().root.recycle_bin, None);
}

#[tokio::test]
async fn an_empty_root_folder_with_movies_is_taken_as_not_mounted_and_stays_in_use() {
    let (flow, temp) = testing::flow().await;
    let folder = temp.path().join("movies");
    fs::create_dir(&folder).unwrap();
    let id = add_root(&flow, &by(), root(&folder)).await.unwrap().root.id;
    let mut movie = testing::movie(1, "Sunrise", 1, id.0);
    movie.versions[0].file = Some(testing::file());
    testing::put(&flow, &movie).await;
    fs::create_dir(folder.join(".recycle")).unwrap();
    let state = roots(&flow).await.unwrap().remove(0);
    assert_eq!((state.accessible, state.movies), (false, 1));
    assert!(state.problem.unwrap().contains("it is empty, though 1 movie should have files in it"));
    refused(delete_root(&flow, &by(), id).await, ErrorCode::Conflict, "is used by 1 movie: Sunrise (1968)");

    fs::write(folder.join("something"), "").unwrap();
    assert!(roots(&flow).await.unwrap()[0].accessible);
    fs::remove_dir_all(&folder).unwrap();
    let state = roots(&flow).await.unwrap().remove(0);
    assert!(!state.accessible && state.problem.unwrap().contains("can't be opened"));
    assert_eq!(state.free_bytes, None);
    refused(delete_root(&flow, &by(), RootFolderId(9)).await, ErrorCode::NotFound, "root folder 9");
}

#[tokio::test]
async fn an_indexer_keeps_its_passkey_sealed_until_it_is_deleted() {
    let (flow, temp) = testing::flow().await;
    let saved = save_indexer(&flow, &by(), hdbits("HDBits")).await.unwrap();
    assert_eq!(saved.indexer.secret, SecretSource::Stored);
    assert_eq!(saved.indexer.base_url, "http://127.0.0.1:9");
    assert_eq!((saved.budget.used, saved.budget.allowed), (0, 120));

    let used = ledger::take(&flow.store, &saved.indexer, Purpose::List, flow.now()).await.unwrap();
    assert_eq!(used, Ok(()));
    assert_eq!(indexers(&flow).await.unwrap()[0].budget.used, 1);

    let mut edit = SaveIndexer { indexer: saved.indexer.clone(), secret: SecretInput::Keep };
    edit.indexer.priority = 1;
    let edited = save_indexer(&flow, &by(), edit.clone()).await.unwrap();
    assert_eq!(edited.indexer.secret, SecretSource::Stored);
    refused(save_indexer(&flow, &by(), edit).await, ErrorCode::Conflict, "changed by somebody else");
    assert_eq!(indexers(&flow).await.unwrap(), std::slice::from_ref(&edited));
    assert!(flow.outside.indexer(&edited.indexer).await.is_ok());

    let listed = Sighted {
        indexer_id: edited.indexer.id,
        guid: "HDBits-7".to_owned(),
        group: "ARCH".to_owned(),
        seen: Sighting {
            quality: Quality::Bluray1080p,
            size_bytes: 1,
            runtime_minutes: 1,
            is_internal: false,
        },
    };
    let walk = serde_json::json!({"indexer_id": edited.indexer.id, "next_page": 3, "counted": 1});
    let walk = Write {
        key: DocKey::new(Collection::Checkpoint, format!("learn_groups/{}", edited.indexer.id.id_text())),
        expect: Expect::Absent,
        change: Change::Put(serde_json::to_vec(&walk).unwrap()),
    };
    let commit = Commit::new("test", flow.now()).write(walk);
    assert_eq!(flow.groups.note(std::slice::from_ref(&listed), commit, None).await.unwrap(), 1);
    assert_eq!(traces(&flow.store).await.unwrap().len(), 3, "its budget, its walk, what was seen");

    delete_indexer(&flow, &by(), edited.indexer.id).await.unwrap();
    assert_eq!(traces(&flow.store).await.unwrap(), []);
    assert_eq!(flow.groups.group("ARCH").unwrap().releases, 1, "what was learned stays");
    assert!(flow.outside.indexer(&edited.indexer).await.is_err(), "its secret went with it");
    assert_eq!(ledger::load_budget(&flow.store, edited.indexer.id).await.unwrap(), Budget::default());
    assert_eq!(changes(&flow).await, ["alice indexer HDBits"; 3]);
    flow.store.close().await;
    assert!(!holds(temp.path(), &SecretText::new("passkey-0123456789")));
}

#[tokio::test]
async fn an_indexer_that_cannot_work_is_refused() {
    let (flow, _temp) = testing::flow().await;
    let save = |change: fn(&mut SaveIndexer)| {
        let flow = &flow;
        async move {
            let mut request = hdbits("HDBits");
            change(&mut request);
            save_indexer(flow, &by(), request).await
        }
    };
    let invalid = ErrorCode::Invalid;
    refused(save(|r| r.secret = SecretInput::Keep).await, invalid, "needs a passkey");
    refused(save(|r| r.secret = SecretInput::File { path: "/nowhere".into() }).await, invalid, "/nowhere");
    refused(save(|r| r.indexer.base_url = "hdbits.org".into()).await, invalid, "the address");
    refused(save(|r| r.indexer.base_url = "ftp://hdbits.org".into()).await, invalid, "none of the web");
    refused(save(|r| r.indexer.base_url = "https://a:b@hdbits.org".into()).await, invalid, "password in it");
    refused(save(|r| r.indexer.priority = 51).await, invalid, "the priority is 51");
    refused(save(|r| r.indexer.client_id = Some(ClientId(3))).await, invalid, "no download client 3");
    refused(save(|r| r.indexer.requests_per_hour = 9_999).await, invalid, "9999 requests");
    refused(save(|r| r.indexer.kind = IndexerKind::Unknown).await, invalid, "does not know that kind");
    refused(
        save(|r| r.indexer.kind = IndexerKind::Hdbits { username: " ".into() }).await,
        invalid,
        "needs a user name",
    );
    assert_eq!(indexers(&flow).await.unwrap(), []);
}

#[tokio::test]
async fn a_torznab_server_keeps_its_key_sealed_and_may_need_none() {
    let (flow, temp) = testing::flow().await;
    let mut copied = torznab("Prowlarr");
    copied.indexer.base_url = "http://127.0.0.1:9/1/api".to_owned();
    copied.indexer.kind =
        IndexerKind::Torznab { api_path: " api/ ".to_owned(), categories: vec![2040, 0, 2000, 2040] };
    let saved = save_indexer(&flow, &by(), copied).await.unwrap().indexer;
    assert_eq!((saved.base_url.as_str(), &saved.secret), ("http://127.0.0.1:9/1", &SecretSource::Stored));
    let kind = IndexerKind::Torznab { api_path: "/api".to_owned(), categories: vec![2000, 2040] };
    assert_eq!(saved.kind, kind);
    assert!(flow.outside.indexer(&saved).await.is_ok());
    let tested = test_indexer(&flow, torznab("Other")).await.unwrap();
    assert!(!tested.ok && tested.message.contains("Other can't be reached"), "{tested:?}");
    assert!(!format!("{tested:?}").contains("api-key-0123456789"));

    let mut open = torznab("Open");
    open.secret = SecretInput::Keep;
    open.indexer.kind = IndexerKind::Torznab { api_path: String::new(), categories: Vec::new() };
    assert_eq!(save_indexer(&flow, &by(), open).await.unwrap().indexer.secret, SecretSource::None);
    let mut wrong = torznab("Wrong");
    wrong.indexer.kind =
        IndexerKind::Torznab { api_path: "/api?apikey=x".to_owned(), categories: Vec::new() };
    refused(save_indexer(&flow, &by(), wrong).await, ErrorCode::Invalid, "the API path is none");
    let mut many = torznab("Many");
    many.indexer.kind = IndexerKind::Torznab { api_path: String::new(), categories: (1..=101).collect() };
    refused(save_indexer(&flow, &by(), many).await, ErrorCode::Invalid, "101 categories");
    flow.store.close().await;
    assert!(!holds(temp.path(), &SecretText::new("api-key-0123456789")));
}

#[tokio::test]
async fn a_download_client_stays_while_an_indexer_sends_there_only() {
    let (flow, _temp) = testing::flow().await;
    let client = save_client(&flow, &by(), qbittorrent("qbit")).await.unwrap();
    assert_eq!(client.secret, SecretSource::Stored);
    let mut bound = hdbits("HDBits");
    bound.indexer.client_id = Some(client.id);
    let bound = save_indexer(&flow, &by(), bound).await.unwrap();
    refused(delete_client(&flow, &by(), client.id).await, ErrorCode::Conflict, "found on HDBits goes to");
    delete_indexer(&flow, &by(), bound.indexer.id).await.unwrap();
    let mut mapped = qbittorrent("other");
    mapped.client.path_mappings = vec![PathMapping { remote: "/data".into(), local: "data".into() }];
    refused(save_client(&flow, &by(), mapped).await, ErrorCode::Invalid, "the path mapping");
    delete_client(&flow, &by(), client.id).await.unwrap();
    assert_eq!(clients(&flow).await.unwrap(), []);
}

#[tokio::test]
async fn a_test_of_what_does_not_answer_says_so_instead_of_failing() {
    let (flow, _temp) = testing::flow().await;
    let result = test_indexer(&flow, hdbits("HDBits")).await.unwrap();
    assert!(!result.ok && result.message.contains("HDBits can't be reached"), "{result:?}");
    assert!(result.hint.is_some());
    assert!(!format!("{result:?}").contains("passkey-0123456789"));
    let mut unset = hdbits("HDBits");
    unset.secret = SecretInput::Keep;
    assert_eq!(test_indexer(&flow, unset).await.unwrap().message, "HDBits needs a passkey");
    let result = test_client(&flow, qbittorrent("qbit")).await.unwrap();
    assert!(!result.ok && result.message.contains("qbit does not answer"), "{result:?}");
    let key = SaveTmdb { settings: TmdbSettings::default(), key: SecretInput::Keep };
    let result = test_tmdb(&flow, key).await.unwrap();
    assert_eq!((result.ok, result.message.as_str()), (false, "no TMDB key is set"));
    assert_eq!(indexers(&flow).await.unwrap(), [], "nothing was kept");
}

#[tokio::test]
async fn the_tmdb_key_is_the_deployments_or_the_users() {
    let (flow, _temp) = testing::flow().await;
    let save = |language: &str, country: &str, key: SecretInput| SaveTmdb {
        settings: TmdbSettings {
            language: language.to_owned(),
            country: country.to_owned(),
            ..TmdbSettings::default()
        },
        key,
    };
    let value = || SecretInput::Value { value: SecretText::new("0123456789abcdef0123456789abcdef") };
    let saved = save_tmdb_settings(&flow, &by(), save("DE-de", "de", value())).await.unwrap();
    assert_eq!((saved.language.as_str(), saved.country.as_str()), ("de-DE", "DE"));
    assert_eq!((&saved.key, saved.base_url.as_str()), (&SecretSource::Stored, "http://127.0.0.1:9/3"));
    let kept = save_tmdb_settings(&flow, &by(), save("en", "GB", SecretInput::Keep)).await.unwrap();
    assert_eq!((kept.language.as_str(), kept.key), ("en", SecretSource::Stored));
    for (language, country) in [("english", "US"), ("en-", "US"), ("en", "USA"), ("", "US")] {
        let result = save_tmdb_settings(&flow, &by(), save(language, country, SecretInput::Keep)).await;
        refused(result, ErrorCode::Invalid, "is no ");
    }

    let deployed = |config: &mut crate::config::Config| config.tmdb.api_key = SecretText::new("deployed");
    let (flow, _temp) = testing::flow_with(deployed).await;
    assert_eq!(tmdb_settings(&flow).await.unwrap().key, SecretSource::Deployment);
    refused(
        save_tmdb_settings(&flow, &by(), save("en", "US", value())).await,
        ErrorCode::Invalid,
        "the deployment sets the TMDB key",
    );
    save_tmdb_settings(&flow, &by(), save("en", "US", SecretInput::Keep)).await.unwrap();
}
