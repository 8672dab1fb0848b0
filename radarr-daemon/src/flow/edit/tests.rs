use std::sync::Arc;

use futures::FutureExt;
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::{DocVersion, JobStatus, MovieId, ProfileId, TagId};

use super::*;
use crate::flow::folder_work::recover_folders;
use crate::flow::rescan::rescan_movie;
use crate::flow::testing::{Bench, ROOT, bench, caller};
use crate::jobs::{Done, Handler};

const OTHER: RootFolderId = RootFolderId(2);

async fn edit(bench: &Bench, request: EditMovie) -> Result<Movie, ApiError> {
    edit_movie(&bench.flow, &caller(), request).await.map_err(ApiError::from)
}

async fn edits(bench: &Bench) -> Vec<Vec<String>> {
    let changes = |kind| {
        let EventKind::MovieEdited { changes, .. } = kind else { return None };
        Some(changes)
    };
    bench.history().await.into_iter().filter_map(|event| changes(event.kind)).collect()
}

#[tokio::test]
async fn an_edit_is_told_in_words_and_one_that_changes_nothing_is_none() {
    let bench = bench().await;
    bench.put(&Tag { id: TagId(3), label: "family".into() }).await;
    let movie = bench.movie(5, "The General", 1926).await;
    let request = EditMovie {
        id: movie.id,
        doc_version: Some(movie.doc_version),
        monitored: Some(false),
        minimum_availability: Some(MinimumAvailability::InCinemas),
        profile_id: Some(ProfileId(4)),
        tags: Some(vec![TagId(3), TagId(3)]),
        ..EditMovie::default()
    };
    let edited = edit(&bench, request.clone()).await.unwrap();
    assert_eq!(edited, bench.load(movie.id).await);
    assert_eq!((edited.monitored, edited.versions[0].profile_id), (false, ProfileId(4)));
    let again = EditMovie { doc_version: Some(edited.doc_version), ..request };
    assert_eq!(edit(&bench, again).await.unwrap().doc_version, edited.doc_version);
    let [changes] = &edits(&bench).await[..] else { panic!() };
    assert_eq!(
        changes,
        &[
            "monitored: no, was yes",
            "minimum availability: in cinemas, was released",
            "tags: family, were none",
            "profile: HD-1080p, was Any",
        ]
    );
}

#[tokio::test]
async fn of_two_clients_that_edit_the_same_state_one_is_told_of_the_other() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let request = |monitored| EditMovie {
        id: movie.id,
        doc_version: Some(movie.doc_version),
        monitored: Some(monitored),
        ..EditMovie::default()
    };
    edit(&bench, request(false)).await.unwrap();
    let error = edit(&bench, request(true)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
    assert!(!bench.load::<Movie>(movie.id).await.monitored);
    // Without a version both edits are made, at once as well.
    let one = EditMovie { id: movie.id, monitored: Some(true), ..EditMovie::default() };
    let other = EditMovie { id: movie.id, profile_id: Some(ProfileId(2)), ..EditMovie::default() };
    let (one, other) = tokio::join!(edit(&bench, one), edit(&bench, other));
    one.unwrap();
    other.unwrap();
    let stored: Movie = bench.load(movie.id).await;
    assert_eq!((stored.monitored, stored.versions[0].profile_id), (true, ProfileId(2)));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let base = EditMovie { id: movie.id, ..EditMovie::default() };
    for (request, want) in [
        (EditMovie { id: MovieId(99), ..base.clone() }, ErrorCode::NotFound),
        (EditMovie { profile_id: Some(ProfileId(99)), ..base.clone() }, ErrorCode::NotFound),
        (EditMovie { root_folder_id: Some(RootFolderId(99)), ..base.clone() }, ErrorCode::NotFound),
        (EditMovie { tags: Some(vec![TagId(9)]), ..base.clone() }, ErrorCode::NotFound),
        (EditMovie { slot: Slot(4), monitored: Some(false), ..base.clone() }, ErrorCode::NotFound),
        (EditMovie { folder: Some("../x".into()), ..base.clone() }, ErrorCode::Invalid),
        (
            EditMovie { folder: Some(format!("{}/x", movie.versions[0].folder)), ..base.clone() },
            ErrorCode::Invalid,
        ),
        (
            EditMovie { minimum_availability: Some(MinimumAvailability::Unknown), ..base.clone() },
            ErrorCode::Invalid,
        ),
        (EditMovie { remove_version: true, ..base.clone() }, ErrorCode::Invalid),
        (EditMovie { add_version: Some(" ".into()), slot: Slot(1), ..base.clone() }, ErrorCode::Invalid),
        (EditMovie { add_version: Some("4k".into()), ..base.clone() }, ErrorCode::Conflict),
        (EditMovie { doc_version: Some(DocVersion(1)), ..base.clone() }, ErrorCode::Conflict),
    ] {
        let error = edit(&bench, request.clone()).await.unwrap_err();
        assert_eq!(error.code, want, "{request:?}: {error:?}");
    }
    assert_eq!(bench.load::<Movie>(movie.id).await, movie);
}

#[tokio::test]
async fn a_folder_gets_another_name_with_everything_in_it() {
    let bench = bench().await;
    let other = bench.folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    bench.put(&Bench::root_folder(OTHER, &other)).await;
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    std::fs::write(bench.movie_folder(&movie).join("poster.jpg"), "1").unwrap();
    let request = EditMovie {
        id: movie.id,
        root_folder_id: Some(OTHER),
        folder: Some("G/General".into()),
        monitored: Some(false),
        ..EditMovie::default()
    };
    let moved = edit(&bench, request).await.unwrap();
    assert_eq!(moved, bench.load(movie.id).await);
    assert_eq!((moved.versions[0].root_folder_id, moved.versions[0].folder.as_str()), (OTHER, "G/General"));
    assert_eq!(moved.versions[0].file, movie.versions[0].file);
    assert_eq!(
        bench.files_below("other").into_keys().collect::<Vec<_>>(),
        ["G/General/general.mkv", "G/General/poster.jpg"]
    );
    assert!(!bench.movie_folder(&movie).exists());
    let changes = edits(&bench).await;
    assert_eq!((changes.len(), changes[0][0].as_str()), (1, "monitored: no, was yes"));
    assert!(changes[0][1].starts_with("folder: ") && changes[0][1].contains("other/G/General, was "));
    assert_eq!(bench.flow.store.load_all::<FolderIntent>().await.unwrap(), []);

    // The place is taken now, also for a folder below it; the old one is free.
    let second = bench.movie(6, "The Cameraman", 1928).await;
    for folder in ["g/general", "G/General/x", "G"] {
        let request = EditMovie {
            id: second.id,
            root_folder_id: Some(OTHER),
            folder: Some(folder.into()),
            ..EditMovie::default()
        };
        let error = edit(&bench, request).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict, "{folder}");
        assert!(error.message.contains("The General (1926) lies in"), "{error:?}");
    }
    let folder = Some(movie.versions[0].folder.clone());
    edit(&bench, EditMovie { id: second.id, folder, ..EditMovie::default() }).await.unwrap();
}

#[tokio::test]
async fn a_move_onto_somebodys_files_or_from_a_disk_that_is_not_there_changes_nothing() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    bench.file("movies/Taken/somebodys.mkv", "1");
    let request = |folder: &str| EditMovie {
        id: movie.id,
        folder: Some(folder.to_owned()),
        monitored: Some(false),
        ..EditMovie::default()
    };
    assert_eq!(edit(&bench, request("Taken")).await.unwrap_err().code, ErrorCode::Disk);
    assert_eq!(bench.load::<Movie>(movie.id).await, movie);
    assert!(bench.movie_folder(&movie).join("general.mkv").exists());
    rename_away(&bench);
    assert_eq!(edit(&bench, request("New")).await.unwrap_err().code, ErrorCode::Disk);
    assert_eq!(bench.load::<Movie>(movie.id).await, movie);
    assert_eq!(bench.flow.store.load_all::<FolderIntent>().await.unwrap(), []);
}

fn rename_away(bench: &Bench) {
    crate::files::rename_folder(&bench.root, &bench.folder.path().join("unmounted")).unwrap();
}

#[tokio::test]
async fn a_move_that_a_crash_cut_off_is_finished() {
    for is_renamed in [false, true] {
        let bench = bench().await;
        let movie = bench.movie(5, "The General", 1926).await;
        let movie = bench.with_file(movie, "general.mkv", "video").await;
        let (intent, from, to) = intent(&bench, &movie, ROOT, "New").await;
        if is_renamed {
            moving::rename_now(&from, &to, true).await.unwrap();
        }
        assert_eq!(recover_folders(&bench.flow).await.unwrap(), 1);
        let moved: Movie = bench.load(movie.id).await;
        assert_eq!(moved.versions[0].folder, "New");
        assert_eq!(bench.files_below("movies").into_keys().collect::<Vec<_>>(), ["New/general.mkv"]);
        assert_eq!(bench.flow.store.load_all::<FolderIntent>().await.unwrap(), []);
        assert_eq!(intent.movie_id, movie.id);
    }
}

async fn intent(
    bench: &Bench,
    movie: &Movie,
    root: RootFolderId,
    folder: &str,
) -> (FolderIntent, Place, Place) {
    let request = EditMovie {
        id: movie.id,
        root_folder_id: Some(root),
        folder: Some(folder.to_owned()),
        ..EditMovie::default()
    };
    let names = read(&bench.flow, &request).await.unwrap();
    let work = place(&bench.flow, movie, &request, &names).await.unwrap().unwrap();
    let FolderWork::Move { from, to, .. } = work.clone() else { panic!() };
    let intent = FolderIntent {
        movie_id: movie.id,
        work,
        actor: "alice".into(),
        planned_at: bench.flow.now(),
        owner: String::new(),
        doc_version: radarr_proto::model::DocVersion(0),
    };
    begin(&bench.flow, &caller(), movie, &intent, &to).await.unwrap();
    (intent, from, to)
}

/// A root folder on another file system; `None` where there is none.
async fn other_file_system(bench: &Bench) -> Option<tempfile::TempDir> {
    use std::os::unix::fs::MetadataExt;
    let other = tempfile::tempdir_in("/dev/shm").ok()?;
    let device = |path: &std::path::Path| std::fs::metadata(path).unwrap().dev();
    if device(other.path()) == device(&bench.root) {
        println!("skipped: /dev/shm is no other file system");
        return None;
    }
    // A root folder is never empty where a movie is moved from it; this one gets its first.
    bench.put(&Bench::root_folder(OTHER, other.path())).await;
    let settings: radarr_proto::model::LibrarySettings =
        radarr_proto::model::LibrarySettings { minimum_free_bytes: 0, ..Default::default() };
    bench.put(&settings).await;
    Some(other)
}

fn rescan_handler(flow: &Flow) -> Handler {
    let flow = flow.clone();
    Arc::new(move |job, context| {
        let flow = flow.clone();
        async move {
            let JobKind::RescanMovie { movie_id } = job.kind else { panic!() };
            let by = By::job(context.request_id().await);
            Ok(Done::note(rescan_movie(&flow, &by, movie_id).await?.sentence()))
        }
        .boxed()
    })
}

#[tokio::test]
async fn to_another_file_system_a_job_copies_and_the_old_one_goes_when_the_new_one_is_recorded() {
    let bench = bench().await;
    let Some(other) = other_file_system(&bench).await else { return };
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    let sub = bench.movie_folder(&movie).join("Subs/de.srt");
    std::fs::create_dir_all(sub.parent().unwrap()).unwrap();
    std::fs::write(sub, "1").unwrap();
    let request = EditMovie {
        id: movie.id,
        root_folder_id: Some(OTHER),
        monitored: Some(false),
        ..EditMovie::default()
    };
    let answer = edit(&bench, request).await.unwrap();
    assert_eq!((answer.monitored, answer.versions[0].root_folder_id), (false, ROOT));
    assert!(bench.movie_folder(&movie).join("general.mkv").exists());
    let look = JobKind::RescanMovie { movie_id: movie.id };
    assert_eq!(bench.jobs().await, std::slice::from_ref(&look));

    let job = bench.run_job(look, rescan_handler(&bench.flow)).await;
    assert_eq!(job.status, JobStatus::Done, "{job:?}");
    let moved: Movie = bench.load(movie.id).await;
    assert_eq!(moved.versions[0].root_folder_id, OTHER);
    let new = other.path().join(&movie.versions[0].folder);
    assert_eq!(std::fs::read(new.join("general.mkv")).unwrap(), b"video");
    assert!(new.join("Subs/de.srt").exists() && !bench.movie_folder(&movie).exists());
    assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 1, "a temporary folder stays behind");
    assert_eq!(bench.flow.store.load_all::<FolderIntent>().await.unwrap(), []);
}

#[tokio::test]
async fn a_copy_that_a_crash_cut_off_at_any_step_is_finished_and_nothing_is_lost() {
    for crash in ["before", "half a copy", "copied", "recorded", "half removed", "removed"] {
        let bench = bench().await;
        let Some(other) = other_file_system(&bench).await else { return };
        let movie = bench.movie(5, "The General", 1926).await;
        let movie = bench.with_file(movie, "general.mkv", "video").await;
        std::fs::write(bench.movie_folder(&movie).join("poster.jpg"), "1").unwrap();
        let (intent, from, to) = intent(&bench, &movie, OTHER, "New").await;
        let new = other.path().join("New");
        match crash {
            "before" => {}
            "half a copy" => {
                let temp = other.path().join(format!(".radarr-move-{}", movie.id));
                std::fs::create_dir(&temp).unwrap();
                std::fs::write(temp.join("general.mkv"), "vid").unwrap();
            }
            _ => {
                std::fs::create_dir(&new).unwrap();
                std::fs::write(new.join("general.mkv"), "video").unwrap();
                std::fs::write(new.join("poster.jpg"), "1").unwrap();
            }
        }
        if ["recorded", "half removed", "removed"].contains(&crash) {
            let work = FolderWork::RemoveMoved { from: from.clone(), to: to.clone() };
            let mut recorded: Movie = bench.load(movie.id).await;
            recorded.versions[0].root_folder_id = OTHER;
            recorded.versions[0].folder = "New".into();
            bench.put(&recorded).await;
            bench.put(&FolderIntent { work, ..intent }).await;
        }
        if crash == "half removed" {
            crate::files::remove_name(&bench.movie_folder(&movie).join("general.mkv")).unwrap();
        }
        if crash == "removed" {
            std::fs::remove_dir_all(bench.movie_folder(&movie)).unwrap();
        }
        assert_eq!(recover_folders(&bench.flow).await.unwrap(), 1, "{crash}");
        let needs_a_copy = ["before", "half a copy"].contains(&crash);
        let look = JobKind::RescanMovie { movie_id: movie.id };
        assert_eq!(bench.jobs().await.contains(&look), needs_a_copy, "{crash}");
        if needs_a_copy {
            bench.run_job(look, rescan_handler(&bench.flow)).await;
        }
        let moved: Movie = bench.load(movie.id).await;
        assert_eq!(
            (moved.versions[0].root_folder_id, moved.versions[0].folder.as_str()),
            (OTHER, "New"),
            "{crash}"
        );
        assert_eq!(std::fs::read(new.join("general.mkv")).unwrap(), b"video", "{crash}");
        assert!(new.join("poster.jpg").exists() && !bench.movie_folder(&movie).exists(), "{crash}");
        assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 1, "{crash}");
        assert_eq!(bench.flow.store.load_all::<FolderIntent>().await.unwrap(), [], "{crash}");
    }
}

#[tokio::test]
async fn a_version_comes_and_goes() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let add = EditMovie {
        id: movie.id,
        slot: Slot(1),
        add_version: Some("4k".into()),
        profile_id: Some(ProfileId(5)),
        ..EditMovie::default()
    };
    let edited = edit(&bench, add.clone()).await.unwrap();
    assert_eq!(edited.versions.len(), 2);
    assert_eq!((edited.versions[1].name.as_str(), edited.versions[1].profile_id), ("4k", ProfileId(5)));
    assert_eq!(edited.versions[1].folder, movie.versions[0].folder);
    assert_eq!(edit(&bench, add).await.unwrap_err().code, ErrorCode::Conflict);
    let remove = EditMovie { id: movie.id, slot: Slot(1), remove_version: true, ..EditMovie::default() };
    assert_eq!(edit(&bench, remove.clone()).await.unwrap().versions, movie.versions);
    assert_eq!(edit(&bench, remove).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(edits(&bench).await, [["version 4k with the profile Ultra-HD"], ["without the version 4k"]]);
}
