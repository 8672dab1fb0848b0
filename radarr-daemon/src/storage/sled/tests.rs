//! What only sled has: files, locks, the state after a crash, the way back from an error.

use std::path::Path;
use std::sync::Arc;

use radarr_proto::model::{Cursor, Tag, TagId};

use super::*;
use crate::storage::contract::{now, storage_contract, tag, vanished};
use crate::storage::figures::print_figures;
use crate::storage::{Expect, SharedStore};

#[expect(clippy::unused_async, reason = "the contract awaits the storage that it is given")]
async fn empty() -> (SharedStore, tempfile::TempDir) {
    let temp = tempfile::tempdir().unwrap();
    (open(temp.path()), temp)
}

fn open(path: &Path) -> SharedStore {
    Arc::new(SledStore::open(path).unwrap())
}

storage_contract!(empty);

#[tokio::test]
async fn everything_is_there_after_opening_again() {
    let (store, temp) = empty().await;
    let commit = Commit::new("system", now()).put(&tag(5, "a"), Expect::Absent).event(None, vanished("x"));
    let committed = store.commit(commit).await.unwrap();
    store.close().await;
    drop(store);
    let store = open(temp.path());
    assert_eq!(store.load::<Tag>(TagId(5)).await.unwrap(), Some(tag(5, "a")));
    assert_eq!(store.last_cursor(), committed.cursor);
    assert_eq!(store.next_id(Collection::Tag).await.unwrap(), 6);
    let next = store.commit(Commit::new("system", now()).put(&tag(6, "b"), Expect::Absent)).await.unwrap();
    assert!(next.version > committed.version);
}

#[tokio::test]
async fn a_half_written_snapshot_does_not_keep_it_from_opening() {
    let (store, temp) = empty().await;
    store.commit(Commit::new("system", now()).put(&tag(1, "a"), Expect::Absent)).await.unwrap();
    store.close().await;
    drop(store);
    std::fs::write(temp.path().join("sled/snap.FFFFFFFFFFFFFFFF.generating"), "").unwrap();
    assert_eq!(open(temp.path()).load_all::<Tag>().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_database_that_was_cut_off_while_it_was_made_is_made_anew() {
    let (store, temp) = empty().await;
    store.close().await;
    drop(store);
    // As long as it should be, and nothing of it on the disk.
    std::fs::write(temp.path().join("sled/conf"), [0; 64]).unwrap();
    assert!(SledStore::open(temp.path()).is_err(), "it was whole before");
    crate::files::remove_name(&temp.path().join("filled")).unwrap();
    assert_eq!(open(temp.path()).load_all::<Tag>().await.unwrap(), []);
    assert!(temp.path().join("sled.unfinished/db").exists());
}

#[tokio::test]
async fn garbage_in_the_file_is_told_and_not_a_panic() {
    let (store, temp) = empty().await;
    store.commit(Commit::new("system", now()).put(&tag(1, "a"), Expect::Absent)).await.unwrap();
    store.close().await;
    drop(store);
    for entry in std::fs::read_dir(temp.path().join("sled")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap() != "conf" && path.is_file() {
            std::fs::write(path, "garbage".repeat(1000)).unwrap();
        }
    }
    let refused = SledStore::open(temp.path()).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt { .. } | StoreError::Directory { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn comes_back_from_an_error_and_keeps_what_was_confirmed() {
    let temp = tempfile::tempdir().unwrap();
    let store = SledStore::open(temp.path()).unwrap();
    let shared = Arc::clone(&store.shared);
    let store: SharedStore = Arc::new(store);
    let put = |id, label: &str| {
        Commit::new("system", now()).put(&tag(id, label), Expect::Absent).event(None, vanished(label))
    };
    store.commit(put(1, "before")).await.unwrap();
    let handed_out = store.next_id(Collection::Tag).await.unwrap();

    let cause = StoreError::Unavailable { why: "a test".to_owned(), hint: "wait".to_owned() };
    let mut back = shared.durable.subscribe();
    recover::start(&shared, &cause);
    assert!(matches!(store.commit(put(2, "during")).await, Err(StoreError::Unavailable { .. })));
    assert_eq!(store.load::<Tag>(TagId(1)).await.unwrap(), Some(tag(1, "before")));
    let past = store.history(HistoryRange::default(), 10).await.unwrap();
    assert_eq!(past.len(), 1, "it is read without a walk");
    back.changed().await.unwrap();

    assert_eq!(store.health(), StoreHealth::Good);
    assert_eq!(store.load::<Tag>(TagId(1)).await.unwrap(), Some(tag(1, "before")));
    assert!(store.next_id(Collection::Tag).await.unwrap() > handed_out);
    store.commit(put(3, "after")).await.unwrap();
    assert_eq!(store.events_after(Cursor(0), 10).await.unwrap().events.len(), 2);
}

/// Fills it with what grows the file: the same documents again and again.
async fn grown(path: &Path) -> SledStore {
    let store = SledStore::open(path).unwrap();
    for round in 0..40 {
        let mut commit = Commit::new("system", now()).event(None, vanished("x"));
        for id in 0..20 {
            commit = commit.put(&tag(id, &format!("{round}{}", "x".repeat(20_000))), Expect::Any);
        }
        store.commit(commit).await.unwrap();
    }
    store
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compacting_keeps_everything_makes_it_smaller_and_readers_do_not_notice() {
    let temp = tempfile::tempdir().unwrap();
    let grown = Arc::new(grown(temp.path()).await);
    let store: SharedStore = Arc::clone(&grown) as SharedStore;
    let want = store.load_all::<Tag>().await.unwrap();
    let read = async {
        for _ in 0..50 {
            assert_eq!(store.load_all::<Tag>().await.unwrap().len(), 20);
            assert_eq!(store.events_after(Cursor(0), 100).await.unwrap().events.len(), 40);
            assert_eq!(store.history(HistoryRange::default(), 100).await.unwrap().len(), 40);
        }
    };
    let (compacted, ()) = tokio::join!(grown.compact_anyway(), read);
    let Compacted { before, after } = compacted.unwrap().unwrap();
    assert!(after * 2 < before, "{before} -> {after}");

    store.commit(Commit::new("system", now()).put(&tag(99, "more"), Expect::Absent)).await.unwrap();
    assert_eq!(store.check(false).await.unwrap(), []);
    store.close().await;
    drop((store, grown));
    let store = open(temp.path());
    assert_eq!(store.load_all::<Tag>().await.unwrap(), [want, vec![tag(99, "more")]].concat());
    assert_eq!(store.events_after(Cursor(0), 100).await.unwrap().events.len(), 40);
    // What has just been done is not worth doing again.
    assert_eq!(store.compact().await.unwrap(), None);
}

#[tokio::test]
async fn the_check_finds_and_mends_what_does_not_agree() {
    let (store, temp) = empty().await;
    let put = Commit::new("system", now()).put(&tag(7, "a"), Expect::Absent);
    store.commit(put.event(Some(radarr_proto::model::MovieId(1)), vanished("x"))).await.unwrap();
    store.close().await;
    drop(store);
    let spoil = |batch| {
        let engine = Engine::open(&temp.path().join("sled")).unwrap();
        engine.apply(batch).unwrap();
        engine.sync().unwrap();
    };
    let mut batch = ::sled::Batch::default();
    batch.remove(layout::history_key(1));
    batch.insert(layout::movie_event_key(radarr_proto::model::MovieId(2), 1), &[]);
    batch.remove(layout::counter_key(Collection::Tag));
    spoil(batch);
    let store = open(temp.path());
    let told = store.check(false).await.unwrap();
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told.iter().all(|told| told.can_mend && !told.mended));
    assert!(store.check(true).await.unwrap().iter().all(|told| told.mended));
    assert_eq!(store.check(false).await.unwrap(), []);
    store.close().await;
    drop(store);

    let mut batch = ::sled::Batch::default();
    batch.remove(layout::event_key(1));
    batch.remove(layout::history_key(1));
    batch.remove(layout::movie_event_key(radarr_proto::model::MovieId(1), 1));
    batch.insert(b"x", b"strange");
    spoil(batch);
    let store = open(temp.path());
    let told = store.check(true).await.unwrap();
    let whys: Vec<_> = told.iter().map(|told| (told.why.as_str(), told.mended)).collect();
    assert_eq!(whys, [("it is none of this version's", false), ("the events behind 0 are missing", false)]);
}

#[tokio::test]
async fn knows_about_how_many_bytes_live_in_it() {
    let (store, temp) = empty().await;
    for label in ["x".repeat(9_000), "y".repeat(1_000)] {
        store.commit(Commit::new("system", now()).put(&tag(1, &label), Expect::Any)).await.unwrap();
    }
    store.close().await;
    drop(store);
    let directory = Directory::take(temp.path()).unwrap();
    let index = Index::read(&Engine::open(&directory.database()).unwrap()).unwrap();
    assert!((1_000..1_200).contains(&index.log.live_bytes), "{}", index.log.live_bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures, and proves nothing"]
async fn figures_of_sled() {
    let (store, _temp) = empty().await;
    print_figures(&store).await;
    store.close().await;
}
