use std::path::Path;

use radarr_proto::model::{EventKind, ExtraFile};

use super::*;
use crate::flow::folder_work::recover_folders;
use crate::flow::testing::{Bench, bench, caller};

const OLD: &str = "the.general.1926.mkv";
const NEW: &str = "The General (1926) WEBDL-1080p.mkv";

/// A movie whose file has the name that it came with, with a subtitle that radarr knows and a poster that it does not.
async fn badly_named(bench: &Bench) -> Movie {
    bench.put(&NamingSettings::default()).await;
    let movie = bench.movie(5, "The General", 1926).await;
    let mut movie = bench.with_file(movie, OLD, "video").await;
    let folder = bench.movie_folder(&movie);
    for (name, content) in
        [("the.general.1926.en.srt", "subtitle"), ("the.general.1926-poster.jpg", "poster")]
    {
        std::fs::write(folder.join(name), content).unwrap();
    }
    let file = movie.versions[0].file.as_mut().unwrap();
    file.quality.quality = radarr_proto::model::Quality::WebDl1080p;
    file.extras.push(ExtraFile {
        relative_path: "the.general.1926.en.srt".to_owned(),
        language: None,
        tags: Vec::new(),
    });
    bench.put(&movie).await;
    bench.load(movie.id).await
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

async fn rename(bench: &Bench, id: MovieId, state: &str) -> Result<RenamePreview, ApiError> {
    let request = RenameMovie { id, state: state.to_owned() };
    rename_movie(&bench.flow, &caller(), request).await.map_err(ApiError::from)
}

#[tokio::test]
async fn the_file_gets_its_name_and_what_lies_beside_it_goes_with_it() {
    let bench = bench().await;
    let movie = badly_named(&bench).await;
    let folder = bench.movie_folder(&movie);
    let preview = preview_rename(&bench.flow, movie.id).await.unwrap();
    assert_eq!(preview.files.len(), 3);
    assert_eq!((preview.files[0].from.as_str(), preview.files[0].to.as_str()), (OLD, NEW));
    assert!(names_in(&folder).contains(&OLD.to_owned()), "a preview changes nothing");

    rename(&bench, movie.id, &preview.state).await.unwrap();
    let stem = NEW.trim_end_matches(".mkv");
    assert_eq!(names_in(&folder), [format!("{stem}-poster.jpg"), format!("{stem}.en.srt"), NEW.to_owned()]);
    let stored: Movie = bench.load(movie.id).await;
    let file = stored.versions[0].file.as_ref().unwrap();
    assert_eq!(file.relative_path, NEW);
    assert_eq!(file.extras[0].relative_path, format!("{stem}.en.srt"));
    assert!(bench.flow.store.load::<FolderIntent>(movie.id).await.unwrap().is_none());
    let renamed = |kind: &EventKind| matches!(kind, EventKind::FileRenamed { to, .. } if to.ends_with(NEW));
    assert_eq!(bench.history().await.iter().filter(|event| renamed(&event.kind)).count(), 1);
    assert!(preview_rename(&bench.flow, movie.id).await.unwrap().files.is_empty());
}

#[tokio::test]
async fn a_folder_that_the_settings_would_call_otherwise_is_told_and_stays() {
    let bench = bench().await;
    let movie = badly_named(&bench).await;
    let was = movie.versions[0].folder.clone();
    let format = |folder_format: &str| NamingSettings {
        folder_format: folder_format.to_owned(),
        ..NamingSettings::default()
    };
    bench.put(&format("{Movie Title} ({Release Year}) 5")).await;
    let preview = preview_rename(&bench.flow, movie.id).await.unwrap();
    assert_eq!(preview.folders, [], "{was}");
    bench.put(&format("{Release Year}/{Movie CleanTitle}")).await;
    let preview = preview_rename(&bench.flow, movie.id).await.unwrap();
    let told: Vec<(&str, &str)> =
        preview.folders.iter().map(|folder| (folder.from.as_str(), folder.to.as_str())).collect();
    assert_eq!(told, [(was.as_str(), "1926/The General")]);
    let done = rename(&bench, movie.id, &preview.state).await.unwrap();
    assert_eq!(done.folders, preview.folders);
    assert_eq!(bench.load::<Movie>(movie.id).await.versions[0].folder, was);
    let named = preview_rename(&bench.flow, movie.id).await.unwrap();
    assert_eq!((named.files.len(), named.folders.len()), (0, 1), "told as long as it holds");
}

#[tokio::test]
async fn only_what_was_shown_is_done() {
    let bench = bench().await;
    let movie = badly_named(&bench).await;
    let preview = preview_rename(&bench.flow, movie.id).await.unwrap();
    let folder = bench.movie_folder(&movie);
    std::fs::write(folder.join("the.general.1926.de.srt"), "another one").unwrap();
    let error = rename(&bench, movie.id, &preview.state).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NeedsConfirmation);
    let settings = NamingSettings {
        file_format: "{Movie Title} {Release Year}".to_owned(),
        ..NamingSettings::default()
    };
    let preview = preview_rename(&bench.flow, movie.id).await.unwrap();
    bench.put(&settings).await;
    assert_eq!(
        rename(&bench, movie.id, &preview.state).await.unwrap_err().code,
        ErrorCode::NeedsConfirmation
    );
    assert_eq!(rename(&bench, movie.id, "").await.unwrap_err().code, ErrorCode::NeedsConfirmation);
    assert!(names_in(&folder).contains(&OLD.to_owned()));
}

#[tokio::test]
async fn a_name_that_is_taken_is_never_overwritten() {
    let bench = bench().await;
    let movie = badly_named(&bench).await;
    let folder = bench.movie_folder(&movie);
    std::fs::write(folder.join(NEW), "somebody's").unwrap();
    let error = preview_rename(&bench.flow, movie.id).await.map_err(ApiError::from).unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict, "{error:?}");
    assert_eq!(std::fs::read_to_string(folder.join(NEW)).unwrap(), "somebody's");
}

#[tokio::test]
async fn a_disk_that_is_not_there_and_renaming_that_is_off_are_said() {
    let bench = bench().await;
    let movie = badly_named(&bench).await;
    let away = bench.folder.path().join("away");
    #[expect(clippy::disallowed_methods, reason = "the disk goes away")]
    std::fs::rename(&bench.root, &away).unwrap();
    assert!(matches!(preview_rename(&bench.flow, movie.id).await, Err(FlowError::File(_))));
    bench.put(&NamingSettings { rename: false, ..NamingSettings::default() }).await;
    let error = preview_rename(&bench.flow, movie.id).await.map_err(ApiError::from).unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
}

/// The daemon may die before any rename and after each of them; the next start brings all to their end.
#[tokio::test]
async fn a_crash_at_any_step_is_finished_at_the_next_start() {
    for done in 0..=3 {
        let bench = bench().await;
        let movie = badly_named(&bench).await;
        let folder = bench.movie_folder(&movie);
        let plan = plan(&bench.flow, movie.id).await.unwrap();
        for file in plan.files.iter().take(done) {
            crate::files::rename_name(&folder.join(&file.from), &folder.join(&file.to)).unwrap();
        }
        let intent = FolderIntent {
            movie_id: movie.id,
            work: FolderWork::Rename { files: plan.files },
            actor: "alice".to_owned(),
            planned_at: bench.flow.now(),
            owner: String::new(),
            doc_version: radarr_proto::model::DocVersion(0),
        };
        bench.put(&intent).await;
        assert_eq!(recover_folders(&bench.flow).await.unwrap(), 1);
        assert_eq!(names_in(&folder).len(), 3, "after {done}");
        let stored: Movie = bench.load(movie.id).await;
        assert_eq!(stored.versions[0].file.as_ref().unwrap().relative_path, NEW, "after {done}");
        assert!(bench.flow.store.load::<FolderIntent>(movie.id).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn what_can_not_be_renamed_takes_the_others_back() {
    let bench = bench().await;
    let movie = badly_named(&bench).await;
    let folder = bench.movie_folder(&movie);
    let plan = plan(&bench.flow, movie.id).await.unwrap();
    let taken = folder.join(&plan.files[2].to);
    let intent = FolderIntent {
        movie_id: movie.id,
        work: FolderWork::Rename { files: plan.files },
        actor: "alice".to_owned(),
        planned_at: bench.flow.now(),
        owner: String::new(),
        doc_version: radarr_proto::model::DocVersion(0),
    };
    bench.put(&intent).await;
    let intent: FolderIntent = bench.load(movie.id).await;
    // Somebody took the last name after the plan was made.
    std::fs::write(&taken, "somebody's").unwrap();
    assert!(renaming::finish(&bench.flow, &caller(), &intent).await.is_err());
    assert!(folder.join(OLD).exists() && folder.join("the.general.1926.en.srt").exists());
    assert_eq!(std::fs::read_to_string(&taken).unwrap(), "somebody's");
    assert!(bench.flow.store.load::<FolderIntent>(movie.id).await.unwrap().is_none());
    assert_eq!(bench.load::<Movie>(movie.id).await.versions[0].file, movie.versions[0].file);
}
