use std::sync::Arc;

use futures::FutureExt;
use radarr_proto::model::{
    Condition, ConditionTest, CustomFormat, CustomFormatId, DocVersion, FormatScore, GrabId, Job, JobKind,
    JobStatus, Language, LinkMode, Quality, Slot, StoredScore,
};

use super::*;
use crate::files::{remove_name, rename_name};
use crate::flow::testing::{Bench, ROOT, bench, bench_with, caller, file, video};
use crate::jobs::{Done, Handler};

async fn kinds(bench: &Bench) -> Vec<String> {
    let name = |kind: EventKind| {
        if let EventKind::FileFound { path, quality, .. } = &kind {
            format!("found {} {}", short(path), quality.quality.name())
        } else if let EventKind::FileVanished { path, .. } = &kind {
            format!("vanished {}", short(path))
        } else if let EventKind::FileRenamed { from, to, .. } = &kind {
            format!("renamed {} {}", short(from), short(to))
        } else {
            format!("{kind:?}")
        }
    };
    bench.history().await.into_iter().map(|event| name(event.kind)).collect()
}

fn short(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

async fn run_library(bench: &Bench) -> Job {
    let flow = bench.flow.clone();
    let handler: Handler = Arc::new(move |_, context| {
        let flow = flow.clone();
        async move {
            let by = By::job(context.request_id().await);
            Ok(Done::note(rescan_library(&flow, &by, &context).await?.sentence()))
        }
        .boxed()
    });
    bench.run_job(JobKind::RescanLibrary, handler).await
}

#[tokio::test]
async fn a_file_that_a_person_put_there_is_found_with_its_subtitles_and_scored() {
    let bench = bench().await;
    let format = CustomFormat {
        doc_version: DocVersion(0),
        id: CustomFormatId(1),
        name: "Remux".into(),
        include_when_renaming: false,
        conditions: vec![Condition {
            name: "remux".into(),
            required: false,
            negate: false,
            test: ConditionTest::ReleaseTitle { pattern: "remux".into() },
        }],
        guide: None,
    };
    bench.put(&format).await;
    let mut profile: QualityProfile = bench.load(ProfileId(1)).await;
    profile.format_scores = vec![FormatScore { format_id: CustomFormatId(1), score: 7 }];
    bench.put(&profile).await;
    let movie = bench.movie(5, "The General", 1926).await;
    let folder = format!("movies/{}", movie.versions[0].folder);
    bench.file(&format!("{folder}/The.General.1926.1080p.BluRay.Remux-GRP.mkv"), "the movie itself");
    bench.file(&format!("{folder}/The.General.1926.1080p.BluRay.Remux-GRP.de.srt"), "1");
    bench.file(&format!("{folder}/Sample/sample.mkv"), "a sample, which is longer than the movie itself");
    bench.file(&format!("{folder}/poster.jpg"), "1");

    let rescanned = rescan_movie(&bench.flow, &caller(), movie.id).await.unwrap();
    assert_eq!(rescanned.found.len(), 1, "{rescanned:?}");
    let stored: Movie = bench.load(movie.id).await;
    let file = stored.versions[0].file.clone().unwrap();
    assert_eq!(file.relative_path, "The.General.1926.1080p.BluRay.Remux-GRP.mkv");
    assert_eq!((file.quality.quality, file.size_bytes), (Quality::Remux1080p, 16));
    assert_eq!(file.stored_score, StoredScore { score: 7, formats: vec!["Remux".into()] });
    assert_eq!(file.extras.len(), 1);
    assert_eq!(file.extras[0].language, Some(Language::German));
    assert_eq!(kinds(&bench).await, ["found The.General.1926.1080p.BluRay.Remux-GRP.mkv Remux-1080p"]);

    // A second look changes nothing.
    let version = stored.doc_version;
    assert_eq!(rescan_movie(&bench.flow, &caller(), movie.id).await.unwrap(), Rescanned::default());
    assert_eq!(bench.load::<Movie>(movie.id).await.doc_version, version);

    // A subtitle that comes later is found as well, and one that goes is noticed.
    let subtitle =
        |code| bench.movie_folder(&movie).join(format!("The.General.1926.1080p.BluRay.Remux-GRP.{code}.srt"));
    rename_name(&subtitle("de"), &subtitle("en")).unwrap();
    rescan_movie(&bench.flow, &caller(), movie.id).await.unwrap();
    let extras = bench.load::<Movie>(movie.id).await.versions[0].file.clone().unwrap().extras;
    assert_eq!((extras.len(), extras[0].language), (1, Some(Language::English)));
}

#[tokio::test]
async fn a_file_that_is_gone_is_noticed_and_another_one_takes_its_place() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    bench.file("movies/somebody else/a.mkv", "1");
    std::fs::remove_dir_all(bench.movie_folder(&movie)).unwrap();
    let rescanned = rescan_movie(&bench.flow, &caller(), movie.id).await.unwrap();
    assert_eq!(rescanned.vanished.len(), 1);
    assert_eq!(bench.load::<Movie>(movie.id).await.versions[0].file, None);

    let movie = bench.with_file(bench.load(movie.id).await, "general.mkv", "video").await;
    remove_name(&bench.movie_folder(&movie).join("general.mkv")).unwrap();
    std::fs::write(bench.movie_folder(&movie).join("The.General.720p.WEB-DL.mkv"), "another video").unwrap();
    rescan_movie(&bench.flow, &caller(), movie.id).await.unwrap();
    assert_eq!(
        kinds(&bench).await,
        ["vanished general.mkv", "vanished general.mkv", "found The.General.720p.WEB-DL.mkv WEBDL-720p"]
    );
}

#[tokio::test]
async fn a_file_that_a_person_renamed_keeps_all_that_is_known_of_it() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let mut movie = bench.with_file(movie, "general.mkv", "video").await;
    movie.versions[0].file.as_mut().unwrap().grab_id = Some(GrabId(77));
    bench.put(&movie).await;
    let folder = bench.movie_folder(&movie);
    rename_name(&folder.join("general.mkv"), &folder.join("my favourite.mkv")).unwrap();
    rescan_movie(&bench.flow, &caller(), movie.id).await.unwrap();
    let file = bench.load::<Movie>(movie.id).await.versions[0].file.clone().unwrap();
    assert_eq!((file.relative_path.as_str(), file.grab_id), ("my favourite.mkv", Some(GrabId(77))));
    assert_eq!(file.quality.quality, Quality::Bluray1080p);
    assert_eq!(kinds(&bench).await, ["renamed general.mkv my favourite.mkv"]);
}

#[tokio::test]
async fn a_root_folder_that_is_missing_or_empty_is_taken_as_not_mounted() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    std::fs::remove_dir_all(bench.movie_folder(&movie)).unwrap();
    for state in ["empty", "missing"] {
        if state == "missing" {
            std::fs::remove_dir(&bench.root).unwrap();
        }
        let rescanned = rescan_movie(&bench.flow, &caller(), movie.id).await.unwrap();
        assert!(rescanned.sentence().contains("taken as not mounted"), "{state}: {rescanned:?}");
        let job = run_library(&bench).await;
        assert!(job.note.as_ref().unwrap().contains("taken as not mounted"), "{state}: {job:?}");
        assert_eq!(bench.load::<Movie>(movie.id).await, movie, "{state}");
    }
    assert_eq!(kinds(&bench).await, [""; 0]);
}

#[tokio::test]
async fn a_run_in_which_many_files_are_gone_changes_nothing_and_says_so() {
    let bench = bench().await;
    let mut movies = Vec::new();
    for id in 1..=8 {
        let movie = bench.movie(id, "Film", 2000).await;
        movies.push(bench.with_file(movie, "film.mkv", "video").await);
    }
    for movie in &movies[..6] {
        std::fs::remove_dir_all(bench.movie_folder(movie)).unwrap();
    }
    let job = run_library(&bench).await;
    assert_eq!(job.status, JobStatus::Done);
    assert!(job.note.as_ref().unwrap().contains("6 of 8 movie files"), "{job:?}");
    for movie in &movies {
        assert_eq!(bench.load::<Movie>(movie.id).await, *movie);
    }
    let [note] = &held_back(&bench.flow.store, &[ROOT]).await.unwrap()[..] else { panic!() };
    assert_eq!((note.gone, note.known), (6, 8));
    let shown = |items: Vec<radarr_proto::model::HealthItem>| {
        items.into_iter().find(|item| item.check == "files_gone").map(|item| item.message)
    };
    let item = shown(crate::health::check_all(&bench.flow).await.unwrap());
    assert!(item.unwrap().starts_with("6 of 8 movie files in "));

    // A person confirms one by asking for it; then few enough are left.
    rescan_movie(&bench.flow, &caller(), movies[0].id).await.unwrap();
    let job = run_library(&bench).await;
    assert_eq!(job.note.as_deref(), Some("looked into 8 movies: 0 files found, 5 gone"));
    assert_eq!(held_back(&bench.flow.store, &[ROOT]).await.unwrap(), []);
    assert_eq!(shown(crate::health::check_all(&bench.flow).await.unwrap()), None);
    let left = bench.flow.store.load_all::<Movie>().await.unwrap();
    assert_eq!(left.iter().filter(|movie| movie.versions[0].file.is_some()).count(), 2);
}

#[tokio::test]
async fn a_version_with_an_open_import_is_left_alone() {
    let bench = bench().await;
    let movie = bench.movie(5, "The General", 1926).await;
    let movie = bench.with_file(movie, "general.mkv", "video").await;
    remove_name(&bench.movie_folder(&movie).join("general.mkv")).unwrap();
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
    let rescanned = rescan_movie(&bench.flow, &caller(), movie.id).await.unwrap();
    assert_eq!(rescanned.sentence(), "an import is at work there");
    assert_eq!(bench.load::<Movie>(movie.id).await, movie);
}

#[tokio::test]
async fn ffprobe_says_what_is_in_a_found_file_and_what_is_no_video_is_not_taken() {
    let bench = bench_with("ffprobe").await;
    let movie = bench.movie(5, "The General", 1926).await;
    let folder = bench.movie_folder(&movie);
    std::fs::create_dir_all(&folder).unwrap();
    if !video(&folder.join("general.mkv"), 2) {
        return;
    }
    rescan_movie(&bench.flow, &caller(), movie.id).await.unwrap();
    let file = bench.load::<Movie>(movie.id).await.versions[0].file.clone().unwrap();
    let media = file.media_info.unwrap();
    assert_eq!((media.height, media.duration_seconds, media.audio.len()), (1080, 2, 1));

    let other = bench.movie(6, "Metropolis", 1927).await;
    let folder = format!("movies/{}", other.versions[0].folder);
    bench.file(&format!("{folder}/metropolis.1080p.bluray.mkv"), "no video");
    let rescanned = rescan_movie(&bench.flow, &caller(), other.id).await.unwrap();
    assert!(rescanned.sentence().contains("ffprobe finds no video"), "{rescanned:?}");
    assert_eq!(bench.load::<Movie>(other.id).await.versions[0].file, None);
}
