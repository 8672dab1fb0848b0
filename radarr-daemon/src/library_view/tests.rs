//! The library in memory against a real storage.

use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::model::{
    EventKind, MinimumAvailability, Movie, MovieFacts, MovieFile, MovieId, MovieVersion, ProfileId, Quality,
    QualityModel, RootFolderId, Slot, StoredScore, TmdbId,
};
use radarr_proto::request::{ListMovies, MovieFilter, SortKey, WantedQuery};

use super::*;
use crate::domain::match_movie::ReleaseClues;
use crate::storage::sled::SledStore;
use crate::storage::{Commit, Expect, SharedStore};

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn movie(id: u64, title: &str, year: u16) -> Movie {
    Movie {
        id: MovieId(id),
        doc_version: radarr_proto::model::DocVersion(0),
        facts: MovieFacts {
            tmdb_id: TmdbId(1000 + u32::try_from(id).unwrap()),
            title: title.to_owned(),
            year,
            ..MovieFacts::default()
        },
        sort_title: title.to_lowercase(),
        monitored: true,
        minimum_availability: MinimumAvailability::Announced,
        tags: Vec::new(),
        added_at: now(),
        added_by: "test".to_owned(),
        refreshed_at: now(),
        versions: vec![MovieVersion {
            slot: Slot(0),
            name: String::new(),
            profile_id: ProfileId(1),
            root_folder_id: RootFolderId(1),
            folder: title.to_owned(),
            file: None,
            last_searched_at: None,
        }],
    }
}

fn file(quality: Quality, size_bytes: u64) -> MovieFile {
    MovieFile {
        relative_path: "a.mkv".to_owned(),
        size_bytes,
        added_at: now(),
        quality: QualityModel { quality, ..QualityModel::default() },
        languages: Vec::new(),
        release_group: None,
        edition: None,
        scene_name: None,
        original_path: None,
        flags: Vec::new(),
        stored_score: StoredScore::default(),
        grab_id: None,
        media_info: None,
        extras: Vec::new(),
    }
}

async fn put(store: &SharedStore, movie: &Movie) {
    let event = EventKind::MovieEdited { title: movie.facts.title.clone(), changes: Vec::new() };
    let commit = Commit::new("test", now()).put(movie, Expect::Any).event(Some(movie.id), event);
    store.commit(commit).await.unwrap();
}

async fn library() -> (SharedStore, Arc<LibraryView>, tempfile::TempDir) {
    let temp = tempfile::tempdir().unwrap();
    let store: SharedStore = Arc::new(SledStore::open(temp.path()).unwrap());
    let mut with_file = movie(1, "Amélie", 2001);
    with_file.versions[0].file = Some(file(Quality::Bluray1080p, 7));
    put(&store, &with_file).await;
    put(&store, &movie(2, "The Matrix Reloaded", 2003)).await;
    let mut unmonitored = movie(3, "The Matrix", 1999);
    unmonitored.monitored = false;
    put(&store, &unmonitored).await;
    let view = Arc::new(LibraryView::build(Arc::clone(&store)).await.unwrap());
    (store, view, temp)
}

fn ids(view: &LibraryView, request: &ListMovies) -> Vec<u64> {
    view.now().page(request, now()).rows.iter().map(|row| row.id.0).collect()
}

#[tokio::test]
async fn lists_sort_filter_and_page() {
    let (_store, view, _temp) = library().await;
    let all = ListMovies::default();
    assert_eq!(ids(&view, &all), [1, 3, 2]);
    assert_eq!(ids(&view, &ListMovies { sort: SortKey::Year, ..all.clone() }), [3, 1, 2]);
    assert_eq!(ids(&view, &ListMovies { sort: SortKey::Year, descending: true, ..all.clone() }), [2, 1, 3]);
    for (filter, want) in [
        (MovieFilter::Monitored, &[1, 2][..]),
        (MovieFilter::Unmonitored, &[3]),
        (MovieFilter::Missing, &[3, 2]),
        (MovieFilter::Wanted, &[2]),
        (MovieFilter::Present, &[1]),
    ] {
        assert_eq!(ids(&view, &ListMovies { filter, ..all.clone() }), want, "{filter:?}");
    }
    let second = view.now().page(&ListMovies { offset: 1, limit: Some(1), ..all }, now());
    assert_eq!((second.rows.len(), second.rows[0].id, second.total), (1, MovieId(3), 3));
}

#[tokio::test]
async fn text_is_found_without_case_accents_and_order() {
    let (_store, view, _temp) = library().await;
    for (text, want) in [
        ("amelie", &[1][..]),
        ("AMÉLIE 2001", &[1]),
        ("matrix the", &[3, 2]),
        ("reload matr", &[2]),
        ("nothing", &[]),
        ("  ", &[1, 3, 2]),
    ] {
        assert_eq!(
            ids(&view, &ListMovies { text: text.to_owned(), ..ListMovies::default() }),
            want,
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn a_snapshot_stays_and_the_view_follows_the_log() {
    let (store, view, _temp) = library().await;
    let before = view.now();
    put(&store, &movie(4, "Alien", 1979)).await;
    let gone = EventKind::MovieDeleted { title: "The Matrix".to_owned(), year: 1999, files_deleted: false };
    let commit =
        Commit::new("test", now()).delete::<Movie>(MovieId(3), Expect::Any).event(Some(MovieId(3)), gone);
    store.commit(commit).await.unwrap();
    view.catch_up().await.unwrap();
    assert_eq!(before.rows.len(), 3);
    assert_eq!(ids(&view, &ListMovies::default()), [4, 1, 2]);
    assert_eq!(view.now().by_tmdb(TmdbId(1004)), Some(MovieId(4)));
    assert_eq!(view.now().by_tmdb(TmdbId(1003)), None);
    assert_eq!(view.now().cursor, store.last_cursor());
}

#[tokio::test]
async fn what_was_committed_is_listed_by_the_next_call() {
    let (store, view, _temp) = library().await;
    let follow = Arc::clone(&view).follow();
    let work = async {
        for id in 10..40 {
            put(&store, &movie(id, "Another", 2000)).await;
            assert!(view.latest().await.rows.contains_key(&MovieId(id)));
        }
    };
    tokio::select! {
        () = follow => panic!("it ended"),
        () = work => {}
    }
}

#[tokio::test]
async fn a_changed_profile_changes_who_is_below_the_cutoff() {
    let (store, view, _temp) = library().await;
    let mut profile = crate::domain::quality::defaults::profiles().remove(0);
    let unmet = ListMovies { filter: MovieFilter::CutoffUnmet, ..ListMovies::default() };
    assert_eq!(ids(&view, &unmet), [] as [u64; 0]);
    profile.id = ProfileId(1);
    profile.upgrade_allowed = true;
    profile.cutoff = Quality::Remux2160p;
    let changed = EventKind::SettingsChanged {
        what: "profile".to_owned(),
        name: profile.name.clone(),
        changes: Vec::new(),
    };
    store.commit(Commit::new("test", now()).put(&profile, Expect::Any).event(None, changed)).await.unwrap();
    view.catch_up().await.unwrap();
    assert_eq!(ids(&view, &unmet), [1]);
    let wanted = view.now().wanted(&WantedQuery { cutoff_unmet: true, ..WantedQuery::default() }, now());
    assert_eq!(wanted.total, 1);
}

#[tokio::test]
async fn the_longest_not_searched_for_is_wanted_first() {
    let (store, view, _temp) = library().await;
    let mut searched = movie(2, "The Matrix Reloaded", 2003);
    searched.versions[0].last_searched_at = Some(now());
    put(&store, &searched).await;
    put(&store, &movie(9, "Zardoz", 1974)).await;
    view.catch_up().await.unwrap();
    let page = view.now().wanted(&WantedQuery::default(), now());
    assert_eq!(page.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [9, 2]);
    assert_eq!(view.now().counts(now()), Counts { movies: 4, monitored: 3, missing: 2, size_bytes: 7 });
}

#[tokio::test]
async fn candidates_come_by_title_and_id_and_follow_changes() {
    let (store, view, _temp) = library().await;
    let by_title = async |title: &str| {
        let titles = [title.to_owned()];
        view.candidates(&ReleaseClues { titles: &titles, ..ReleaseClues::default() }).await.unwrap()
    };
    assert_eq!(by_title("The.Matrix").await, [MovieId(3)]);
    let by_id = ReleaseClues { tmdb_id: Some(TmdbId(1001)), ..ReleaseClues::default() };
    assert_eq!(view.candidates(&by_id).await.unwrap(), [MovieId(1)]);
    put(&store, &movie(3, "Renamed", 1999)).await;
    view.catch_up().await.unwrap();
    assert_eq!(by_title("The Matrix").await, []);
    assert_eq!(by_title("renamed").await, [MovieId(3)]);
}
