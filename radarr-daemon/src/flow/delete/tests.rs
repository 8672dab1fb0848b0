use radarr_proto::model::{DocVersion, GrabId, LinkMode, Slot, TmdbId};
use radarr_proto::request::AddMovie;

use super::*;
use crate::flow::add::add_movie;
use crate::flow::folder_work::recover_folders;
use crate::flow::testing::{Bench, ROOT, bench, caller, file, grab};

fn request(id: MovieId, delete_files: bool, preview: bool) -> DeleteMovie {
    DeleteMovie { id, delete_files, preview }
}

async fn delete(bench: &Bench, id: MovieId, delete_files: bool) -> Result<DeletedMovie, ApiError> {
    delete_movie(&bench.flow, &caller(), request(id, delete_files, false)).await.map_err(ApiError::from)
}

fn shown(events: Vec<radarr_proto::model::Event>) -> Vec<String> {
    events
        .into_iter()
        .map(|event| serde_json::to_value(event.kind).unwrap()["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_movie_goes_without_its_files_and_can_be_added_again() {
    let bench = bench().await;
    bench.tmdb_knows(5, "The General", 1926);
    let add: AddMovie = serde_json::from_value(serde_json::json!({"tmdb_id": 5})).unwrap();
    let movie = add_movie(&bench.flow, &caller(), add.clone()).await.unwrap();
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    bench.put(&grab(GrabId(1), &movie)).await;
    let done = delete(&bench, movie.id, false).await.unwrap();
    assert_eq!((done.files, done.recycled_to, done.preview), (vec![], None, false));
    assert!(bench.movie_folder(&movie).join("general.mkv").exists());
    assert!(bench.flow.store.load::<Movie>(movie.id).await.unwrap().is_none());
    assert_eq!(bench.load::<Grab>(GrabId(1)).await.state, GrabState::Removed);
    assert_eq!(shown(bench.history().await), ["movie_added", "queue_removed", "movie_deleted"]);
    assert_eq!(bench.flow.library.latest().await.by_tmdb(TmdbId(5)), None);
    let again = add_movie(&bench.flow, &caller(), add).await.unwrap();
    assert_eq!(again.versions[0].folder, movie.versions[0].folder);
    assert!(again.id > movie.id);
}

#[tokio::test]
async fn files_go_to_the_recycle_bin_and_a_preview_touches_nothing() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    std::fs::write(bench.movie_folder(&movie).join("general.nfo"), "facts").unwrap();
    let before = bench.files_below("movies");
    let preview = delete_movie(&bench.flow, &caller(), request(movie.id, true, true)).await.unwrap();
    assert_eq!((preview.files.len(), preview.preview), (2, true));
    assert_eq!((bench.files_below("movies"), bench.load::<Movie>(movie.id).await), (before, movie.clone()));

    let done = delete(&bench, movie.id, true).await.unwrap();
    assert_eq!((&done.files, &done.recycled_to), (&preview.files, &preview.recycled_to));
    let bin = PathBuf::from(done.recycled_to.unwrap());
    assert!(bin.starts_with(bench.root.join(".recycle")));
    assert_eq!(std::fs::read(bin.join("general.mkv")).unwrap(), b"video");
    assert!(bin.join("general.nfo").exists() && !bench.movie_folder(&movie).exists());
    assert_eq!(shown(bench.history().await), ["file_deleted", "movie_deleted"]);
    assert_eq!(bench.flow.store.load_all::<FolderIntent>().await.unwrap(), []);
}

#[tokio::test]
async fn without_a_recycle_bin_files_go_for_ever() {
    let bench = bench().await;
    let root = RootFolder { recycle_bin: None, ..Bench::root_folder(ROOT, &bench.root) };
    bench.put(&root).await;
    let mut movie = bench.movie(5, "The General", 1926).await;
    movie.versions[0].folder = "G/The General".to_owned();
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    bench.file("movies/other/other.mkv", "somebody's");
    let done = delete(&bench, movie.id, true).await.unwrap();
    assert_eq!((done.recycled_to, done.files.len()), (None, 1));
    assert_eq!(bench.files_below("movies").into_keys().collect::<Vec<_>>(), ["other/other.mkv"]);
    assert_eq!(std::fs::read_dir(&bench.root).unwrap().count(), 1);
    assert_eq!(bench.flow.store.load_all::<FolderIntent>().await.unwrap(), []);
}

#[tokio::test]
async fn more_than_a_few_files_go_only_as_they_were_shown() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    for number in 0..5 {
        std::fs::write(bench.movie_folder(&movie).join(format!("general.{number}.srt")), "1").unwrap();
    }
    let refused = delete(&bench, movie.id, true).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NeedsConfirmation);
    assert!(refused.message.contains("6 files, more than 5"), "{refused:?}");

    delete_movie(&bench.flow, &caller(), request(movie.id, true, true)).await.unwrap();
    std::fs::write(bench.movie_folder(&movie).join("came later.txt"), "1").unwrap();
    let refused = delete(&bench, movie.id, true).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NeedsConfirmation);
    assert!(refused.message.contains("not those that were shown"), "{refused:?}");

    delete_movie(&bench.flow, &caller(), request(movie.id, true, true)).await.unwrap();
    assert_eq!(delete(&bench, movie.id, true).await.unwrap().files.len(), 7);
}

#[tokio::test]
async fn nothing_is_deleted_from_a_root_folder_that_is_not_mounted() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    std::fs::remove_dir_all(bench.movie_folder(&movie)).unwrap();
    assert_eq!(delete(&bench, movie.id, true).await.unwrap_err().code, ErrorCode::Disk);
    assert_eq!(bench.load::<Movie>(movie.id).await, movie);
    assert_eq!(bench.flow.store.load_all::<FolderIntent>().await.unwrap(), []);
    assert_eq!(delete(&bench, MovieId(99), true).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_movie_with_an_import_at_work_keeps_its_files() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    let intent = ImportIntent {
        slot: SlotId { movie_id: movie.id, slot: Slot(0) },
        grab_id: GrabId(1),
        root: bench.root.to_str().unwrap().to_owned(),
        folder: movie.versions[0].folder.clone(),
        files: Vec::new(),
        replaces: Vec::new(),
        movie_file: file("general.mkv", 5),
        link_mode: LinkMode::Copy,
        planned_at: bench.flow.now(),
        owner: String::new(),
        doc_version: DocVersion(0),
    };
    bench.put(&intent).await;
    let refused = delete(&bench, movie.id, true).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict);
    assert!(refused.message.contains("an import of The General (1926) is at work"), "{refused:?}");
    assert!(bench.movie_folder(&movie).join("general.mkv").exists());
}

/// Everything up to the crash is done by hand; then the daemon starts again.
#[tokio::test]
async fn a_deletion_that_a_crash_cut_off_is_taken_back_or_brought_to_its_end() {
    for is_recycled in [true, false] {
        let bench = bench().await;
        let bin = is_recycled.then(|| ".recycle".to_owned());
        bench.put(&RootFolder { recycle_bin: bin, ..Bench::root_folder(ROOT, &bench.root) }).await;
        let movie = bench.movie(5, "The General", 1926).await;
        let movie = bench.with_file(movie, "general.mkv", "video").await;
        let roots = bench.flow.store.load_all().await.unwrap();
        let going = look(&bench.flow, &movie, &roots).await.unwrap();

        // Before anything was touched, and after the folder has its other name.
        for is_put_away in [false, true] {
            begin(&bench.flow, &caller(), &movie, &going).await.unwrap();
            if is_put_away {
                deleting::put_away(&going.folders).await.unwrap();
                assert!(!bench.movie_folder(&movie).exists());
            }
            assert_eq!(recover_folders(&bench.flow).await.unwrap(), 1);
            assert!(bench.movie_folder(&movie).join("general.mkv").exists(), "{is_recycled} {is_put_away}");
            assert_eq!(bench.load::<Movie>(movie.id).await, movie);
        }

        // After the movie is gone.
        let begun = begin(&bench.flow, &caller(), &movie, &going).await.unwrap();
        deleting::put_away(&going.folders).await.unwrap();
        let commit =
            gone(&bench.flow, &caller(), &movie, &going, Expect::Version(begun.doc_version)).await.unwrap();
        bench.flow.store.commit(commit).await.unwrap();
        assert_eq!(recover_folders(&bench.flow).await.unwrap(), u32::from(!is_recycled));
        assert!(!bench.movie_folder(&movie).exists());
        assert_eq!(bench.files_below("movies").len(), usize::from(is_recycled));
        assert_eq!(bench.flow.store.load_all::<FolderIntent>().await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_deletion_that_somebody_settled_in_between_does_not_go_on() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    let roots = bench.flow.store.load_all().await.unwrap();
    let going = look(&bench.flow, &movie, &roots).await.unwrap();
    let begun = begin(&bench.flow, &caller(), &movie, &going).await.unwrap();
    deleting::put_away(&going.folders).await.unwrap();
    crate::flow::rescan::rescan_movie(&bench.flow, &caller(), movie.id).await.unwrap();
    let commit =
        gone(&bench.flow, &caller(), &movie, &going, Expect::Version(begun.doc_version)).await.unwrap();
    assert!(bench.flow.store.commit(commit).await.unwrap_err().is_conflict());
    assert_eq!(bench.load::<Movie>(movie.id).await, movie);
    assert!(bench.movie_folder(&movie).join("general.mkv").exists());
}

#[tokio::test]
async fn who_slept_while_another_took_the_deletion_over_touches_nothing_any_more() {
    let bench = bench().await;
    bench.put(&RootFolder { recycle_bin: None, ..Bench::root_folder(ROOT, &bench.root) }).await;
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    let roots = bench.flow.store.load_all().await.unwrap();
    let going = look(&bench.flow, &movie, &roots).await.unwrap();
    let begun = begin(&bench.flow, &caller(), &movie, &going).await.unwrap();
    deleting::put_away(&going.folders).await.unwrap();
    let away = bench.files_below("movies");
    bench.put(&FolderIntent { owner: "another daemon".to_owned(), ..begun.clone() }).await;

    let flow = &bench.flow;
    assert!(deleting::take_back(flow, &caller(), &begun, &going.folders).await.is_err());
    assert!(deleting::discard(flow, &caller(), &begun, &going.folders).await.is_err());
    assert_eq!(bench.files_below("movies"), away);
    let left: FolderIntent = bench.load(movie.id).await;
    assert_eq!(left.owner, "another daemon");
}
