//! What every storage must do, as tests against the trait. A storage calls [`storage_contract`] with a function that
//! opens an empty one, and gets a test for each sentence.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{
    Cursor, DocVersion, Event, EventKind, FieldChange, Job, JobId, JobStatus, LibrarySettings, MovieId,
    RootFolder, RootFolderId, Tag, TagId,
};

use super::*;

/// Makes a test of each function of this module, run on what `$open` opens: `async fn() -> (SharedStore, Guard)`.
macro_rules! storage_contract {
    ($open:path) => {
        $crate::storage::contract::storage_contract!(@each $open:
            gives_back_what_was_committed
            refuses_a_commit_that_is_based_on_something_else
            keeps_nothing_of_a_commit_that_conflicts
            never_gives_a_version_twice
            guards_a_document_without_changing_it
            gives_each_who_asks_at_once_another_job
            never_gives_a_number_twice
            lists_in_the_order_of_numbers_and_page_by_page
            tells_versions_cheaply
            keeps_events_in_the_order_of_commits
            keeps_the_own_time_of_an_event_of_the_past
            follows_wake_after_the_event_can_be_read
            shows_the_past_newest_first_and_by_movie
            tells_who_changed_what_by_whom_and_since_when
            cleans_away_old_events_and_tells_late_readers
            tells_a_reader_from_the_future_to_read_anew
            refuses_a_document_that_is_too_large
            lets_one_of_many_win_the_same_document
            holds_a_limit_on_pages
            settings_have_one_place
            a_snapshot_shows_one_moment_however_long_it_is_read
            is_filled_with_what_another_one_held
            keeps_everything_when_what_it_is_filled_with_ends_badly
            agrees_with_itself_after_all_kinds_of_changes
            compacts_without_changing_anything
            refuses_everything_after_it_was_closed
        );
    };
    (@each $open:path: $($name:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let (store, _guard) = $open().await;
            $crate::storage::contract::$name(store).await;
        }
    )*};
}
pub(super) use storage_contract;

pub(super) fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

pub(super) fn tag(id: u64, label: &str) -> Tag {
    Tag { id: TagId(id), label: label.to_owned() }
}

fn commit() -> Commit {
    Commit::new("system", now())
}

pub(super) fn vanished(title: &str) -> EventKind {
    EventKind::FileVanished { title: title.to_owned(), path: String::new() }
}

fn noise() -> EventKind {
    EventKind::JobChanged {
        job_id: radarr_proto::model::JobId(1),
        job: String::new(),
        status: JobStatus::Done,
        note: None,
    }
}

pub(super) async fn gives_back_what_was_committed(store: SharedStore) {
    assert_eq!(store.load::<Tag>(TagId(1)).await.unwrap(), None);
    let movie = Some(MovieId(7));
    let committed = store
        .commit(
            commit()
                .request(Some("r1".to_owned()))
                .put(&tag(1, "a"), Expect::Absent)
                .event(movie, vanished("x")),
        )
        .await
        .unwrap();
    assert_eq!(store.load::<Tag>(TagId(1)).await.unwrap(), Some(tag(1, "a")));
    assert_eq!(store.get(&tag(1, "a").key()).await.unwrap().unwrap().version, committed.version);
    let page = store.events_after(Cursor(0), 10).await.unwrap();
    assert_eq!(page.events, committed.events.iter().map(|event| (**event).clone()).collect::<Vec<_>>());
    let event = &page.events[0];
    assert_eq!(
        (event.movie_id, event.request_id.as_deref(), event.actor.as_str()),
        (movie, Some("r1"), "system")
    );
    store.commit(commit().delete::<Tag>(TagId(1), Expect::Version(committed.version))).await.unwrap();
    assert_eq!(store.load::<Tag>(TagId(1)).await.unwrap(), None);
    store.commit(commit().delete::<Tag>(TagId(1), Expect::Any)).await.unwrap();
}

pub(super) async fn refuses_a_commit_that_is_based_on_something_else(store: SharedStore) {
    let first = store.commit(commit().put(&tag(1, "a"), Expect::Absent)).await.unwrap().version;
    let again = store.commit(commit().put(&tag(1, "b"), Expect::Absent)).await.unwrap_err();
    let want = StoreError::Conflict { key: tag(1, "").key(), expected: Expect::Absent, found: Some(first) };
    assert_eq!(again, want);
    let second = store.commit(commit().put(&tag(1, "b"), Expect::Version(first))).await.unwrap().version;
    let late = store.commit(commit().put(&tag(1, "c"), Expect::Version(first))).await.unwrap_err();
    assert!(matches!(late, StoreError::Conflict { found, .. } if found == Some(second)));
    let gone = store.commit(commit().delete::<Tag>(TagId(9), Expect::Version(first))).await.unwrap_err();
    assert!(matches!(gone, StoreError::Conflict { found: None, .. }));
    assert_eq!(store.load::<Tag>(TagId(1)).await.unwrap(), Some(tag(1, "b")));
}

pub(super) async fn keeps_nothing_of_a_commit_that_conflicts(store: SharedStore) {
    store.commit(commit().put(&tag(2, "there"), Expect::Absent)).await.unwrap();
    let both = commit()
        .put(&tag(1, "new"), Expect::Absent)
        .put(&tag(2, "again"), Expect::Absent)
        .event(None, vanished("never"));
    assert!(store.commit(both).await.unwrap_err().is_conflict());
    assert_eq!(store.load_all::<Tag>().await.unwrap(), [tag(2, "there")]);
    assert_eq!(store.last_cursor(), Cursor(0));
}

pub(super) async fn never_gives_a_version_twice(store: SharedStore) {
    let first = store.commit(commit().put(&tag(1, "a"), Expect::Absent)).await.unwrap().version;
    store.commit(commit().delete::<Tag>(TagId(1), Expect::Any)).await.unwrap();
    let second = store.commit(commit().put(&tag(1, "a"), Expect::Absent)).await.unwrap().version;
    assert!(second > first);
    assert!(
        store.commit(commit().put(&tag(1, "b"), Expect::Version(first))).await.unwrap_err().is_conflict()
    );
}

pub(super) async fn guards_a_document_without_changing_it(store: SharedStore) {
    let version = store.commit(commit().put(&tag(1, "a"), Expect::Absent)).await.unwrap().version;
    let based = |expect| commit().guard::<Tag>(TagId(1), expect).put(&tag(2, "b"), Expect::Any);
    store.commit(based(Expect::Version(version))).await.unwrap();
    assert_eq!(store.get(&tag(1, "").key()).await.unwrap().unwrap().version, version);
    assert!(store.commit(based(Expect::Version(DocVersion(version.0 + 9)))).await.unwrap_err().is_conflict());
    assert!(store.commit(based(Expect::Absent)).await.unwrap_err().is_conflict());
}

fn job(number: u64) -> Job {
    let json = serde_json::json!({
        "id": number, "kind": "search_movie", "movie_id": number, "slot": 0, "by": "user", "status": "queued",
        "priority": 1, "due_at": now(), "queued_at": now(), "tries": 0, "asked_by": "test", "cancel_asked": false,
    });
    serde_json::from_value(json).unwrap()
}

pub(super) async fn gives_each_who_asks_at_once_another_job(store: SharedStore) {
    let candidates: Vec<JobId> = (1..=10).map(JobId).collect();
    for number in 1..=10 {
        store.commit(commit().put(&job(number), Expect::Absent)).await.unwrap();
    }
    let reserve = async |owner: &str| store.reserve_job(&candidates, owner).await.unwrap();
    let owners: Vec<String> = (0..10).map(|number| format!("daemon {number}")).collect();
    let mut found: Vec<_> = futures::future::join_all(owners.iter().map(|owner| reserve(owner)))
        .await
        .into_iter()
        .flatten()
        .collect();
    found.sort_unstable();
    assert_eq!(found, candidates);
    assert_eq!(reserve("one more").await, None);
    assert_eq!(reserve("daemon 3").await, store.reserve_job(&candidates, "daemon 3").await.unwrap());
    // Its next version is anybody's.
    store.commit(commit().put(&job(7), Expect::Any)).await.unwrap();
    assert_eq!(reserve("one more").await, Some(JobId(7)));
    assert_eq!(store.reserve_job(&[JobId(77)], "one more").await.unwrap(), None, "it is not there");
}

pub(super) async fn never_gives_a_number_twice(store: SharedStore) {
    let first = store.next_id(Collection::Tag).await.unwrap();
    let second = store.next_id(Collection::Tag).await.unwrap();
    assert!(first >= 1 && second > first);
    store.commit(commit().put(&tag(50, "given by hand"), Expect::Absent)).await.unwrap();
    store.commit(commit().delete::<Tag>(TagId(50), Expect::Any)).await.unwrap();
    assert!(store.next_id(Collection::Tag).await.unwrap() > 50);
    assert_eq!(store.next_id(Collection::Movie).await.unwrap(), 1);
}

pub(super) async fn lists_in_the_order_of_numbers_and_page_by_page(store: SharedStore) {
    for id in [100, 9, 10, 1] {
        store.commit(commit().put(&tag(id, "x"), Expect::Absent)).await.unwrap();
    }
    let all = store.load_all::<Tag>().await.unwrap();
    assert_eq!(all.iter().map(|tag| tag.id.0).collect::<Vec<_>>(), [1, 9, 10, 100]);
    let page = store.list(Collection::Tag, None, 3).await.unwrap();
    assert_eq!(page.len(), 3);
    let rest = store.list(Collection::Tag, Some(&page[2].0), 3).await.unwrap();
    assert_eq!(rest.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), [number_id(100)]);
    assert!(store.list(Collection::Movie, None, 3).await.unwrap().is_empty());
}

pub(super) async fn tells_versions_cheaply(store: SharedStore) {
    let first = store.commit(commit().put(&tag(1, "a"), Expect::Absent)).await.unwrap().version;
    let both = store.commit(commit().put(&tag(2, "b"), Expect::Absent)).await.unwrap().version;
    let versions = store.versions(Collection::Tag).await.unwrap();
    assert_eq!(versions, [(number_id(1), first), (number_id(2), both)]);
}

pub(super) async fn keeps_events_in_the_order_of_commits(store: SharedStore) {
    for title in ["a", "b", "c"] {
        store.commit(commit().event(None, vanished(title)).event(None, noise())).await.unwrap();
    }
    let first = store.events_after(Cursor(0), 4).await.unwrap();
    assert_eq!(first.events.len(), 4);
    assert!(!first.gap);
    let second = store.events_after(first.cursor, 100).await.unwrap();
    assert_eq!(second.events.len(), 2);
    assert_eq!(second.cursor, store.last_cursor());
    let cursors: Vec<_> = first.events.iter().chain(&second.events).map(|event| event.cursor).collect();
    assert!(cursors.is_sorted_by(|a, b| a < b), "{cursors:?}");
    let none = store.events_after(second.cursor, 100).await.unwrap();
    assert!(none.events.is_empty() && none.cursor == second.cursor && !none.gap);
}

pub(super) async fn keeps_the_own_time_of_an_event_of_the_past(store: SharedStore) {
    let past: Timestamp = "2024-02-03T04:05:06Z".parse().unwrap();
    let both = commit().event(None, vanished("now")).event_at(past, Some(MovieId(7)), vanished("then"));
    let committed = store.commit(both).await.unwrap();
    let times: Vec<Timestamp> = committed.events.iter().map(|event| event.at).collect();
    assert_eq!(times, [now(), past]);
    let range = HistoryRange { movie: Some(MovieId(7)), before: None };
    assert_eq!(store.history(range, 10).await.unwrap()[0].at, past);
}

pub(super) async fn follows_wake_after_the_event_can_be_read(store: SharedStore) {
    let mut watch = store.watch();
    let follower = std::sync::Arc::clone(&store);
    let waiting = async move {
        watch.changed().await.unwrap();
        let cursor = *watch.borrow();
        (cursor, follower.events_after(Cursor(0), 10).await.unwrap())
    };
    let (woken, committed) = tokio::join!(waiting, store.commit(commit().event(None, vanished("x"))));
    assert_eq!(woken.0, committed.unwrap().cursor);
    assert_eq!(woken.1.events.len(), 1);
}

pub(super) async fn shows_the_past_newest_first_and_by_movie(store: SharedStore) {
    for movie in [1, 2, 1, 2, 1] {
        let movie = Some(MovieId(movie));
        store.commit(commit().event(movie, vanished("x")).event(movie, noise())).await.unwrap();
    }
    let all = store.history(HistoryRange::default(), 10).await.unwrap();
    assert_eq!(all.iter().map(|event| event.cursor.0).collect::<Vec<_>>(), [9, 7, 5, 3, 1]);
    let range = HistoryRange { movie: Some(MovieId(1)), before: None };
    let newest = store.history(range, 2).await.unwrap();
    assert_eq!(newest.iter().map(|event| event.cursor.0).collect::<Vec<_>>(), [9, 5]);
    let older = store.history(HistoryRange { before: Some(Cursor(5)), ..range }, 2).await.unwrap();
    assert_eq!(older.iter().map(|event| event.cursor.0).collect::<Vec<_>>(), [1]);
    let none = store.history(HistoryRange { movie: Some(MovieId(3)), before: None }, 2).await.unwrap();
    assert!(none.is_empty());
}

pub(super) async fn tells_who_changed_what_by_whom_and_since_when(store: SharedStore) {
    let by = |actor: &str, hour: i64, label: &str| {
        let changes = vec![FieldChange {
            field: "label".to_owned(),
            before: None,
            after: Some(format!("\"{label}\"")),
        }];
        let kind = EventKind::SettingsChanged { what: "tag".to_owned(), name: label.to_owned(), changes };
        let at = now() + SignedDuration::from_hours(hour);
        Commit::new(actor, at).from(Some("unix".to_owned())).event(None, kind).event(None, noise())
    };
    for (actor, hour, label) in
        [("ada", 1, "a"), ("system", 2, "b"), ("bob", 3, "c"), ("ada", 4, "d"), ("bob", 5, "e")]
    {
        store.commit(by(actor, hour, label)).await.unwrap();
    }
    let told = async |range: AuditRange, limit: usize| {
        let page = store.audit(range, limit).await.unwrap();
        let name = |event: &Event| {
            let EventKind::SettingsChanged { name, .. } = &event.kind else { panic!("{event:?}") };
            name.clone()
        };
        (page.events.iter().map(name).collect::<String>(), page.next_before)
    };
    let all = AuditRange::default();
    assert_eq!(told(all.clone(), 10).await, ("edca".to_owned(), None));
    let (first, next) = told(all.clone(), 2).await;
    assert_eq!(first, "ed");
    assert_eq!(told(AuditRange { before: next, ..all.clone() }, 10).await.0, "ca");
    let ada = AuditRange { actor: Some("ada".to_owned()), ..all.clone() };
    assert_eq!(told(ada.clone(), 10).await.0, "da");
    let since = Some(now() + SignedDuration::from_hours(3));
    assert_eq!(told(AuditRange { since, ..all }, 10).await.0, "edc");
    assert_eq!(told(AuditRange { since, ..ada }, 10).await.0, "d");
    assert_eq!(told(AuditRange { actor: Some("eve".to_owned()), ..AuditRange::default() }, 10).await.0, "");
}

pub(super) async fn cleans_away_old_events_and_tells_late_readers(store: SharedStore) {
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    let movie = Some(MovieId(1));
    for age in [800, 3, 0] {
        let at = now().checked_sub(days(age)).unwrap();
        let aged = Commit::new("system", at).event(movie, vanished("x")).event(movie, noise());
        store.commit(aged).await.unwrap();
    }
    let cleaned = store.maintain(now(), Retention::default()).await.unwrap();
    assert_eq!(cleaned.events_removed, 3);
    let page = store.events_after(Cursor(0), 10).await.unwrap();
    assert!(page.gap);
    assert_eq!(page.events.iter().map(|event| event.cursor.0).collect::<Vec<_>>(), [3, 5, 6]);
    let past = store.history(HistoryRange { movie, before: None }, 10).await.unwrap();
    assert_eq!(past.iter().map(|event| event.cursor.0).collect::<Vec<_>>(), [5, 3]);
    assert!(!store.events_after(Cursor(4), 10).await.unwrap().gap);
    assert_eq!(store.maintain(now(), Retention::default()).await.unwrap().events_removed, 0);
}

pub(super) async fn tells_a_reader_from_the_future_to_read_anew(store: SharedStore) {
    store.commit(commit().event(None, vanished("x"))).await.unwrap();
    let page = store.events_after(Cursor(1000), 10).await.unwrap();
    assert!(page.gap && page.events.is_empty());
    assert_eq!(page.cursor, Cursor(1));
}

pub(super) async fn refuses_a_document_that_is_too_large(store: SharedStore) {
    let around = serde_json::to_vec(&tag(1, "")).unwrap().len();
    let largest = tag(1, &"x".repeat(BODY_BYTES_MAX - around));
    store.commit(commit().put(&largest, Expect::Absent)).await.unwrap();
    assert_eq!(store.load::<Tag>(TagId(1)).await.unwrap(), Some(largest));
    let larger = tag(2, &"x".repeat(BODY_BYTES_MAX - around + 1));
    let refused = store.commit(commit().put(&larger, Expect::Absent)).await.unwrap_err();
    assert!(matches!(refused, StoreError::TooLarge { bytes, max, .. } if bytes == max + 1), "{refused}");
    let event = commit().event(None, vanished(&"x".repeat(BODY_BYTES_MAX)));
    assert!(matches!(store.commit(event).await, Err(StoreError::TooLarge { .. })));
}

pub(super) async fn lets_one_of_many_win_the_same_document(store: SharedStore) {
    let version = store.commit(commit().put(&tag(1, "0"), Expect::Absent)).await.unwrap().version;
    let rivals = (1..=32).map(|rival| {
        let store = std::sync::Arc::clone(&store);
        let edit =
            commit().put(&tag(1, &rival.to_string()), Expect::Version(version)).event(None, vanished("x"));
        async move { store.commit(edit).await }
    });
    let results = futures::future::join_all(rivals).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(results.iter().filter_map(|result| result.as_ref().err()).all(StoreError::is_conflict));
    assert_eq!(store.events_after(Cursor(0), 100).await.unwrap().events.len(), 1);
}

pub(super) async fn holds_a_limit_on_pages(store: SharedStore) {
    let mut many = commit();
    for _ in 0..=EVENTS_PAGE_MAX {
        many = many.event(None, vanished("x"));
    }
    store.commit(many).await.unwrap();
    assert_eq!(store.events_after(Cursor(0), usize::MAX).await.unwrap().events.len(), EVENTS_PAGE_MAX);
    assert_eq!(store.history(HistoryRange::default(), usize::MAX).await.unwrap().len(), EVENTS_PAGE_MAX);
}

pub(super) async fn settings_have_one_place(store: SharedStore) {
    let settings = LibrarySettings { delete_without_asking_max: 3, ..LibrarySettings::default() };
    let root =
        RootFolder { id: RootFolderId(1), path: "/movies".to_owned(), recycle_bin: None, recycle_days: 7 };
    let both = commit().put(&settings, Expect::Absent).put(&root, Expect::Absent);
    let version = store.commit(both).await.unwrap().version;
    let found = store.load::<LibrarySettings>(Only).await.unwrap().unwrap();
    assert_eq!((found.delete_without_asking_max, found.doc_version), (3, version));
    assert_eq!(store.load::<radarr_proto::model::NamingSettings>(Only).await.unwrap(), None);
    assert_eq!(store.load_all::<RootFolder>().await.unwrap(), [root]);
}

/// All that a snapshot shows.
async fn read_whole(snapshot: &mut dyn Snapshot) -> (Vec<(DocKey, StoredDoc)>, Vec<Event>) {
    let (mut documents, mut events) = (Vec::new(), Vec::new());
    loop {
        match snapshot.documents().await.unwrap() {
            page if page.is_empty() => break,
            page => documents.extend(page),
        }
    }
    loop {
        match snapshot.events().await.unwrap() {
            page if page.is_empty() => return (documents, events),
            page => events.extend(page),
        }
    }
}

fn labels(documents: &[(DocKey, StoredDoc)]) -> Vec<(u64, String)> {
    let tags = documents.iter().filter(|(key, _)| key.collection == Collection::Tag);
    tags.map(|(key, stored)| Tag::decode(key, stored).unwrap()).map(|tag| (tag.id.0, tag.label)).collect()
}

pub(super) async fn a_snapshot_shows_one_moment_however_long_it_is_read(store: SharedStore) {
    let count = SNAPSHOT_PAGE as u64 + 10;
    for id in 1..=count {
        store
            .commit(commit().put(&tag(id, "then"), Expect::Absent).event(None, vanished("x")))
            .await
            .unwrap();
    }
    let mut snapshot = store.snapshot().await.unwrap();
    let marks = snapshot.marks().clone();
    assert_eq!((marks.cursor, marks.numbers.get("tag")), (store.last_cursor().0, Some(&count)));
    let first = snapshot.documents().await.unwrap();
    // Changed, deleted and made anew: before the place that was read up to, and behind it.
    for id in [1, 2, count - 1, count] {
        store.commit(commit().put(&tag(id, "later"), Expect::Any)).await.unwrap();
        store.commit(commit().put(&tag(id, "later still"), Expect::Any)).await.unwrap();
    }
    store.commit(commit().delete::<Tag>(TagId(count - 2), Expect::Any)).await.unwrap();
    store.commit(commit().delete::<Tag>(TagId(count - 3), Expect::Any)).await.unwrap();
    store.commit(commit().put(&tag(count - 3, "made anew"), Expect::Absent)).await.unwrap();
    store.commit(commit().put(&tag(count + 1, "more"), Expect::Absent).event(None, noise())).await.unwrap();

    let (rest, events) = read_whole(&mut *snapshot).await;
    let documents = [first, rest].concat();
    assert!(documents.iter().all(|(_, stored)| stored.version.0 <= marks.version));
    let want: Vec<_> = (1..=count).map(|id| (id, "then".to_owned())).collect();
    assert_eq!(labels(&documents), want);
    let cursors: Vec<_> = events.iter().map(|event| event.cursor.0).collect();
    assert!(cursors.is_sorted_by(|a, b| a < b) && cursors.last() == Some(&marks.cursor), "{cursors:?}");
    assert_eq!(events.len() as u64, count);
    drop(snapshot);
    let (documents, events) = read_whole(&mut *store.snapshot().await.unwrap()).await;
    assert_eq!(documents.len() as u64, count);
    assert_eq!(events.len() as u64, count + 1);
}

/// Documents are the same when they say the same: a storage may write JSON its own way.
fn as_json(documents: &[(DocKey, StoredDoc)]) -> Vec<(DocKey, DocVersion, serde_json::Value)> {
    let json = |stored: &StoredDoc| serde_json::from_slice(&stored.body).unwrap();
    documents.iter().map(|(key, stored)| (key.clone(), stored.version, json(stored))).collect()
}

/// A storage that is held in memory.
#[derive(Clone)]
struct InMemory {
    marks: Marks,
    documents: Vec<(DocKey, StoredDoc)>,
    events: Vec<Event>,
    /// It breaks off before its events.
    breaks_off: bool,
}

#[async_trait]
impl Snapshot for InMemory {
    fn marks(&self) -> &Marks {
        &self.marks
    }

    async fn documents(&mut self) -> Result<Vec<(DocKey, StoredDoc)>, StoreError> {
        Ok(std::mem::take(&mut self.documents))
    }

    async fn events(&mut self) -> Result<Vec<Event>, StoreError> {
        if self.breaks_off {
            return Err(StoreError::Corrupt { what: "the file".to_owned(), why: "it ends".to_owned() });
        }
        Ok(std::mem::take(&mut self.events))
    }
}

/// A storage with a past: documents at versions 40 and 41, an event cleaned away, one with a movie, numbers up to 900.
fn in_memory() -> InMemory {
    let stored = |tag: Tag, version| {
        let body = serde_json::to_vec(&tag).unwrap();
        (tag.key(), StoredDoc { version: DocVersion(version), body })
    };
    let event = |cursor, movie: Option<u64>| Event {
        cursor: Cursor(cursor),
        at: now(),
        actor: "user:0".to_owned(),
        request_id: Some(format!("r{cursor}")),
        from: None,
        movie_id: movie.map(MovieId),
        kind: vanished("before"),
    };
    InMemory {
        marks: Marks {
            version: 50,
            cursor: 9,
            gone_all: 1,
            gone_noise: 3,
            numbers: [("tag".to_owned(), 900)].into(),
        },
        documents: vec![stored(tag(3, "three"), 40), stored(tag(8, "eight"), 41)],
        events: vec![event(2, Some(7)), event(4, None), event(9, Some(7))],
        breaks_off: false,
    }
}

pub(super) async fn is_filled_with_what_another_one_held(store: SharedStore) {
    for label in ["a", "b"] {
        store.commit(commit().put(&tag(1, label), Expect::Any).event(None, vanished("own"))).await.unwrap();
    }
    let (mut source, want) = (in_memory(), in_memory());
    let filled = store.fill(&mut source).await.unwrap();
    assert_eq!(filled, Filled { documents: 2, events: 3 });

    let mut snapshot = store.snapshot().await.unwrap();
    let marks = snapshot.marks().clone();
    let (documents, events) = read_whole(&mut *snapshot).await;
    drop(snapshot);
    assert_eq!((as_json(&documents), &events), (as_json(&want.documents), &want.events));
    assert_eq!((marks.gone_all, marks.numbers.get("tag")), (1, Some(&900)));
    // What was given before is not given again, there or here.
    assert!(marks.version >= 50 + VERSIONS_SKIPPED && marks.cursor >= 9, "{marks:?}");
    assert_eq!(store.next_id(Collection::Tag).await.unwrap(), 901);
    let all = store.history(HistoryRange::default(), 10).await.unwrap();
    assert_eq!(all.iter().map(|event| event.cursor.0).collect::<Vec<_>>(), [9, 4, 2]);
    let of_movie = store.history(HistoryRange { movie: Some(MovieId(7)), before: None }, 10).await.unwrap();
    assert_eq!(of_movie.iter().map(|event| event.cursor.0).collect::<Vec<_>>(), [9, 2]);
    // Each reader from before reads anew, and then goes on as ever.
    let last = store.last_cursor();
    for before in [0, 2, 9] {
        assert!(store.events_after(Cursor(before), 10).await.unwrap().gap, "a reader at {before}");
    }
    let next = store.commit(commit().put(&tag(3, "edited"), Expect::Version(DocVersion(40)))).await.unwrap();
    assert!(next.version.0 > marks.version);
    let next = store.commit(commit().event(None, vanished("next"))).await.unwrap();
    let page = store.events_after(last, 10).await.unwrap();
    assert!(!page.gap && page.events.len() == 1 && next.cursor > last);
    assert_eq!(store.check(false).await.unwrap(), []);
}

pub(super) async fn keeps_everything_when_what_it_is_filled_with_ends_badly(store: SharedStore) {
    store.commit(commit().put(&tag(1, "own"), Expect::Absent).event(None, vanished("own"))).await.unwrap();
    let out_of_order = |mut source: InMemory| {
        source.events.reverse();
        source
    };
    for mut source in [InMemory { breaks_off: true, ..in_memory() }, out_of_order(in_memory())] {
        let error = store.fill(&mut source).await.unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
        assert_eq!(store.load_all::<Tag>().await.unwrap(), [tag(1, "own")]);
        assert_eq!(store.events_after(Cursor(0), 10).await.unwrap().events.len(), 1);
    }
    store.commit(commit().put(&tag(2, "goes on"), Expect::Absent)).await.unwrap();
    assert_eq!(store.check(false).await.unwrap(), []);
}

pub(super) async fn agrees_with_itself_after_all_kinds_of_changes(store: SharedStore) {
    let days = |days: i64| now().checked_sub(SignedDuration::from_hours(24 * days)).unwrap();
    for (id, age) in [(1, 800), (2, 3), (3, 0)] {
        let aged = Commit::new("system", days(age)).put(&tag(id, "a"), Expect::Absent);
        store.commit(aged.event(Some(MovieId(id)), vanished("x")).event(None, noise())).await.unwrap();
    }
    store.commit(commit().put(&tag(1, "b"), Expect::Any).delete::<Tag>(TagId(2), Expect::Any)).await.unwrap();
    store.next_id(Collection::Tag).await.unwrap();
    assert_eq!(store.check(false).await.unwrap(), []);
    store.maintain(now(), Retention::default()).await.unwrap();
    assert_eq!(store.check(true).await.unwrap(), []);
}

pub(super) async fn compacts_without_changing_anything(store: SharedStore) {
    store.commit(commit().put(&tag(1, "a"), Expect::Absent).event(None, vanished("x"))).await.unwrap();
    store.compact().await.unwrap();
    assert_eq!(store.load_all::<Tag>().await.unwrap(), [tag(1, "a")]);
    assert_eq!(store.events_after(Cursor(0), 10).await.unwrap().events.len(), 1);
    assert_eq!(store.check(false).await.unwrap(), []);
}

pub(super) async fn refuses_everything_after_it_was_closed(store: SharedStore) {
    store.commit(commit().put(&tag(1, "a"), Expect::Absent)).await.unwrap();
    store.close().await;
    assert_eq!(store.commit(commit().put(&tag(2, "b"), Expect::Absent)).await, Err(StoreError::Closed));
    assert!(matches!(store.health(), StoreHealth::Broken { .. }));
    store.close().await;
}
