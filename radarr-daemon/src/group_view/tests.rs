//! The view against a real storage: counted once, kept, told again after a restart.

use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{EventKind, Grab, JobId, ParsedRelease, Quality, QualityModel, Revision};
use serde_json::json;

use super::*;
use crate::storage::sled::SledStore;

fn at(days: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days)
}

fn commit() -> Commit {
    Commit::new("test", at(0))
}

fn seen(number: usize, group: &str) -> Sighted {
    Sighted {
        indexer_id: IndexerId(1),
        guid: format!("HDBits-{number}"),
        group: group.to_owned(),
        seen: Sighting {
            quality: Quality::WebDl1080p,
            size_bytes: 4_000_000_000,
            runtime_minutes: 100,
            is_internal: group == "OURS",
        },
    }
}

fn store_in(folder: &tempfile::TempDir) -> SharedStore {
    Arc::new(SledStore::open(folder.path()).unwrap())
}

fn grab(id: u64, group: &str, movie: u64, state: &serde_json::Value) -> Grab {
    let parsed = ParsedRelease {
        release_group: Some(group.to_owned()),
        quality: QualityModel { quality: Quality::WebDl1080p, revision: Revision::default() },
        ..ParsedRelease::default()
    };
    let grab = json!({
        "id": id, "movie_id": movie, "movie_title": "Heat", "parsed": parsed, "languages": [],
        "release": {
            "guid": "g", "indexer_id": 1, "indexer": "HDBits", "title": "Heat.1995", "protocol": "torrent",
            "size_bytes": 1, "indexer_priority": 1,
        },
        "score": {"score": 0}, "matched_by": "title", "found_by": "user", "asked_by": "test", "client_id": 1,
        "client": "qb", "protocol": "torrent", "grabbed_at": at(0), "state": state,
    });
    serde_json::from_value(grab).unwrap()
}

async fn put(store: &SharedStore, grab: &Grab) {
    let event = EventKind::QueueRemoved { grab_id: grab.id, release: String::new() };
    store.commit(commit().put(grab, Expect::Any).event(None, event)).await.unwrap();
}

/// The first page.
fn groups(view: &GroupView) -> Vec<GroupReputation> {
    view.page(&ListGroups::default()).groups
}

fn total(view: &GroupView) -> usize {
    usize::try_from(view.page(&ListGroups::default()).total).unwrap()
}

#[tokio::test]
async fn pages_hold_each_group_once_and_end_at_their_limit() {
    let folder = tempfile::tempdir().unwrap();
    let view = GroupView::build(store_in(&folder)).await.unwrap();
    let count = usize::try_from(GROUPS_PAGE_MAX).unwrap() + 1;
    let list: Vec<Sighted> = (0..count).map(|n| seen(n, &format!("Group{n:04}"))).collect();
    view.note(&list, commit(), None).await.unwrap();
    let page = |text: &str, offset, limit| view.page(&ListGroups { text: text.to_owned(), offset, limit });
    for limit in [None, Some(u64::MAX), Some(GROUPS_PAGE_MAX + 1), Some(GROUPS_PAGE_MAX)] {
        assert_eq!(page("", 0, limit).groups.len(), count - 1, "{limit:?}");
    }
    let mut names: Vec<String> = Vec::new();
    for offset in (0..).step_by(300).take(4) {
        let page = page("", offset, Some(300));
        assert_eq!(page.total, GROUPS_PAGE_MAX + 1);
        names.extend(page.groups.into_iter().map(|one| one.group));
    }
    assert_eq!(names, list.iter().map(|one| one.group.clone()).collect::<Vec<_>>(), "equal ones by name");
    let some = page("GROUP000", 8, Some(5));
    assert_eq!((some.total, some.groups.len(), some.groups[0].group.as_str()), (10, 2, "Group0008"));
    for empty in [page("", u64::MAX, None), page("", 0, Some(0)), page("no such", 0, None)] {
        assert_eq!(empty.groups, []);
    }
}

#[tokio::test]
async fn a_release_is_counted_once_and_all_is_told_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder);
    let view = GroupView::build(Arc::clone(&store)).await.unwrap();
    assert_eq!(view.score(Some("OURS")), None);
    let list: Vec<Sighted> =
        (0..30).map(|n| seen(n, "OURS")).chain((30..90).map(|n| seen(n, "Theirs"))).collect();
    assert_eq!(view.note(&list, commit(), None).await.unwrap(), 90);
    assert_eq!(view.note(&list, commit(), None).await.unwrap(), 0, "the same list again");
    assert_eq!(view.note(&[seen(90, "ours"), seen(90, "ours")], commit(), None).await.unwrap(), 1);
    let before = groups(&view);
    assert_eq!(before.iter().map(|one| one.group.as_str()).collect::<Vec<_>>(), ["OURS", "Theirs"]);
    assert_eq!((before[0].releases, before[0].internal, before[0].web), (31, 30, 31));
    assert!(view.score(Some(" ours ")) > view.score(Some("THEIRS")));
    store.close().await;
    drop((view, store));

    let view = GroupView::build(store_in(&folder)).await.unwrap();
    assert_eq!(groups(&view), before);
    assert_eq!(view.note(&list, commit(), None).await.unwrap(), 0);
}

#[tokio::test]
async fn no_name_and_a_name_without_end_are_no_group() {
    let folder = tempfile::tempdir().unwrap();
    let view = GroupView::build(store_in(&folder)).await.unwrap();
    let list =
        [seen(1, " "), seen(2, &"x".repeat(GROUP_CHARS_MAX + 1)), seen(3, &"x".repeat(GROUP_CHARS_MAX))];
    assert_eq!(view.note(&list, commit(), None).await.unwrap(), 1);
}

#[tokio::test]
async fn what_another_daemon_counted_is_read_and_added_to() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder);
    let ours = GroupView::build(Arc::clone(&store)).await.unwrap();
    let other = GroupView::build(Arc::clone(&store)).await.unwrap();
    other.note(&[seen(1, "A"), seen(2, "A")], commit(), None).await.unwrap();
    assert_eq!(ours.note(&[seen(2, "A"), seen(3, "A")], commit(), None).await.unwrap(), 1);
    assert_eq!(ours.group("A").unwrap().releases, 3);
    // Without a word of each other they meet at the end of the other's job.
    let done = EventKind::JobChanged {
        job_id: JobId(1),
        job: "learn_groups".to_owned(),
        status: JobStatus::Done,
        note: None,
    };
    store.commit(commit().event(None, done)).await.unwrap();
    other.catch_up(other.built_at).await.unwrap();
    assert_eq!(groups(&other), groups(&ours));
    assert_eq!(other.note(&[seen(3, "A"), seen(4, "B")], commit(), None).await.unwrap(), 1);
}

#[tokio::test]
async fn of_too_many_groups_those_with_the_fewest_releases_go() {
    let folder = tempfile::tempdir().unwrap();
    let view = GroupView::build(store_in(&folder)).await.unwrap();
    for first in (0..GROUPS_MAX).step_by(5_000) {
        let list: Vec<Sighted> = (first..first + 5_000).map(|n| seen(n, &format!("g{n}"))).collect();
        view.note(&list, commit(), None).await.unwrap();
    }
    view.note(&[seen(500_000, "g0")], commit(), None).await.unwrap();
    assert_eq!(total(&view), GROUPS_MAX);
    view.note(&[seen(500_001, "one more")], commit(), None).await.unwrap();
    assert_eq!(total(&view), GROUPS_MAX + 1 - GO_AT_ONCE);
    assert!(view.score(Some("g0")).is_some() && view.score(Some("one more")).is_some());
}

#[tokio::test]
async fn our_own_grabs_are_followed_and_a_file_that_is_replaced_within_30_days_counts_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder);
    let imported = |days| json!({"state": "imported", "at": at(days)});
    put(&store, &grab(1, "GOOD", 1, &imported(0))).await;
    put(&store, &grab(2, "bad", 2, &json!({"state": "failed", "reason": "gone"}))).await;
    let view = Arc::new(GroupView::build(Arc::clone(&store)).await.unwrap());
    assert_eq!(groups(&view).iter().map(|one| one.group.as_str()).collect::<Vec<_>>(), ["GOOD", "bad"]);

    put(&store, &grab(3, "GOOD", 1, &json!({"state": "downloading"}))).await;
    view.catch_up(view.built_at).await.unwrap();
    let good = view.group("good").unwrap();
    assert_eq!((good.grabs, good.failures, good.replaced), (2, 0, 0));

    put(&store, &grab(3, "GOOD", 1, &imported(30))).await;
    put(&store, &grab(4, "GOOD", 1, &imported(61))).await;
    view.catch_up(view.built_at).await.unwrap();
    let good = view.group("good").unwrap();
    assert_eq!((good.grabs, good.replaced), (3, 1), "31 days are not soon");
}

#[tokio::test]
async fn marks_that_went_with_their_indexer_are_forgotten_in_memory_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder);
    let view = GroupView::build(Arc::clone(&store)).await.unwrap();
    view.note(&[seen(1, "A")], commit(), None).await.unwrap();
    let gone =
        EventKind::SettingsChanged { what: "indexer".to_owned(), name: "x".to_owned(), changes: vec![] };
    let traces = crate::flow::indexer_traces::traces(&store).await.unwrap();
    assert_eq!(traces.len(), 1);
    let commit_gone = crate::flow::indexer_traces::forget(commit().event(None, gone), traces, |_| true);
    store.commit(commit_gone).await.unwrap();
    view.catch_up(view.built_at).await.unwrap();
    assert_eq!(view.read().seen.versions().len(), 0);
    assert_eq!(view.group("a").unwrap().releases, 1, "what was learned stays");
}
