//! Export and import against real storages.

use std::path::Path;
use std::sync::Arc;

use radarr_proto::model::{EventKind, Tag, TagId};

use super::*;
use crate::flow::testing::bench;
use crate::storage::sled::SledStore;
use crate::storage::{Collection, Commit, DocKey, Expect, HistoryRange, SharedStore};

fn empty(folder: &Path) -> SharedStore {
    Arc::new(SledStore::open(&folder.join("other")).unwrap())
}

async fn everything(store: &SharedStore) -> Vec<(DocKey, serde_json::Value)> {
    let mut all = Vec::new();
    for collection in Collection::ALL {
        let found = store.list(*collection, None, 1000).await.unwrap();
        let read = |body: Vec<u8>| serde_json::from_slice(&body).unwrap();
        all.extend(found.into_iter().map(|(id, stored)| (DocKey::new(*collection, id), read(stored.body))));
    }
    all
}

async fn put_tag(store: &SharedStore, label: &str) {
    let tag = Tag { id: TagId(1), label: label.to_owned() };
    let event =
        EventKind::SettingsChanged { what: "tag".to_owned(), name: label.to_owned(), changes: Vec::new() };
    let at = "2026-02-03T04:05:06Z".parse().unwrap();
    let commit = Commit::new("user:0", at).request(Some("r".to_owned())).put(&tag, Expect::Any);
    store.commit(commit.event(None, event)).await.unwrap();
}

#[tokio::test]
async fn what_was_exported_comes_back_as_it_was() {
    let bench = bench().await;
    let store = &bench.flow.store;
    put_tag(store, "first").await;
    put_tag(store, "ümläut").await;
    let file = bench.folder.path().join("backup/all.jsonl");
    let written = export(store, &file, bench.flow.now()).await.unwrap();

    let other = empty(bench.folder.path());
    let imported = import(&other, &file).await.unwrap();
    assert_eq!((imported.documents, imported.events), (written.documents, written.events));
    assert_eq!(everything(&other).await, everything(store).await);
    let past = |store: SharedStore| async move { store.history(HistoryRange::default(), 10).await.unwrap() };
    let (old, new) = (past(Arc::clone(store)).await, past(Arc::clone(&other)).await);
    assert_eq!(old.len(), new.len());
    for (old, new) in old.iter().zip(&new) {
        assert_eq!(
            (&old.kind, &old.actor, &old.request_id, old.at),
            (&new.kind, &new.actor, &new.request_id, new.at)
        );
    }
    let again = import(&other, &file).await.unwrap_err();
    assert!(matches!(again, ImportError::NotEmpty { .. }), "{again}");
}

#[tokio::test]
async fn half_a_file_and_a_strange_one_change_nothing() {
    let bench = bench().await;
    put_tag(&bench.flow.store, "tag").await;
    let file = bench.folder.path().join("all.jsonl");
    export(&bench.flow.store, &file, bench.flow.now()).await.unwrap();
    let whole = std::fs::read_to_string(&file).unwrap();
    let other = empty(bench.folder.path());
    let half: String = whole.lines().take(2).map(|line| format!("{line}\n")).collect();
    let newer = whole.replacen("\"format\":1", "\"format\":2", 1);
    let strange = whole.replacen("\"collection\":\"tag\"", "\"collection\":\"moons\"", 1);
    for (text, why) in [
        (half.as_str(), "ends early"),
        (newer.as_str(), "format 2"),
        (strange.as_str(), "moons"),
        ("", "ends early"),
        ("{}\n", "line 1"),
        (&whole[..whole.len() / 2], "line"),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = import(&other, &file).await.unwrap_err();
        assert!(error.to_string().contains(why), "{error} does not say {why:?}");
        assert!(everything(&other).await.is_empty());
    }
}

#[tokio::test]
async fn what_changes_while_it_is_written_is_written_as_it_is_in_the_end() {
    let bench = bench().await;
    let store = Arc::clone(&bench.flow.store);
    put_tag(&store, "tag").await;
    let file = bench.folder.path().join("all.jsonl");
    let busy = async {
        for number in 0..20 {
            put_tag(&store, &format!("tag {number}")).await;
        }
        store
            .commit(Commit::new("test", bench.flow.now()).delete::<Tag>(TagId(1), Expect::Any))
            .await
            .unwrap();
    };
    let (written, ()) = tokio::join!(export(&store, &file, bench.flow.now()), busy);
    written.unwrap();
    let other = empty(bench.folder.path());
    import(&other, &file).await.unwrap();
    // Whatever moment it shows, it is one that was.
    let tag: Option<Tag> = other.load(TagId(1)).await.unwrap();
    assert!(tag.is_none_or(|tag| tag.label.starts_with("tag")));
}

#[tokio::test]
async fn a_week_of_backups_is_kept_and_other_files_are_left_alone() {
    let bench = bench().await;
    let folder = bench.folder.path().join("backups");
    std::fs::create_dir(&folder).unwrap();
    for day in 1..=9 {
        std::fs::write(folder.join(format!("radarr-2020-01-0{day}-000000.jsonl")), "").unwrap();
    }
    std::fs::write(folder.join("radarr-2020-01-09-000001.jsonl.new"), "cut off").unwrap();
    std::fs::write(folder.join("radarr-notes.txt"), "mine").unwrap();
    let said = backup(&bench.flow, &folder).await.unwrap();
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 8, "{names:?}");
    assert_eq!(names[0], "radarr-2020-01-04-000000.jsonl");
    assert!(names.contains(&"radarr-notes.txt".to_owned()));
    assert!(said.contains("documents"), "{said}");
}
