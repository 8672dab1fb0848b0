//! What goes wrong on a disk while a movie comes in.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use radarr_proto::model::{GrabState, LinkMode, Movie};

use super::scene::{Before, DoBefore, NEW, OLD, Scene, TARGET, Way};
use crate::files::{remove_name, rename_folder};
use crate::flow::import::{ImportError, ImportIntent, ImportReport, Step};
use crate::flow::testing::video;

const UPGRADE: Way = Way { before: Before::Other, link_mode: LinkMode::Copy, has_bin: true };

/// Calls `act` before the first step of that kind.
async fn import_and(
    scene: &Scene,
    kind: fn(&Step) -> bool,
    act: impl FnOnce() + Send + 'static,
) -> Result<ImportReport, ImportError> {
    scene.import(&DoBefore(kind, Mutex::new(Some(act)))).await
}

#[tokio::test]
async fn a_source_that_vanishes_leaves_everything_as_it_was() {
    let scene = Scene::new(UPGRADE).await;
    let before = scene.library();
    let source = scene.source();
    let result = import_and(
        &scene,
        |step| matches!(step, Step::Place(_)),
        move || {
            remove_name(&source).unwrap();
        },
    )
    .await;
    let Err(ImportError::Later { reason, .. }) = result else { panic!("{result:?}") };
    assert!(reason.contains("is not there"), "{reason}");
    scene.is_as_before(&before, "vanished").await;

    // It comes back, and is tried again.
    std::fs::write(scene.source(), NEW).unwrap();
    scene.import(&()).await.unwrap();
    scene.is_imported("came back").await;
}

#[tokio::test]
async fn a_foreign_file_in_the_place_is_never_overwritten() {
    // It lies there from the beginning: a person is asked.
    let scene = Scene::new(UPGRADE).await;
    std::fs::write(scene.target(), "somebody's").unwrap();
    let report = scene.import(&()).await.unwrap();
    let ImportReport::Blocked { reasons } = report else { panic!("{report:?}") };
    assert!(reasons[0].contains("is there already and radarr does not know it"), "{reasons:?}");
    assert_eq!(scene.grab().await.state, GrabState::ImportBlocked { reasons });
    assert_eq!(std::fs::read_to_string(scene.target()).unwrap(), "somebody's");

    // It comes in between.
    let scene = Scene::new(UPGRADE).await;
    let target = scene.target();
    let result = import_and(
        &scene,
        |step| matches!(step, Step::Rename(_)),
        move || {
            std::fs::write(target, "somebody's").unwrap();
        },
    )
    .await;
    let Err(ImportError::Later { reason, .. }) = result else { panic!("{result:?}") };
    assert!(reason.contains("is there already"), "{reason}");
    assert_eq!(std::fs::read_to_string(scene.target()).unwrap(), "somebody's");
    remove_name(&scene.target()).unwrap();
    scene.import(&()).await.unwrap();
    scene.is_imported("the foreign file went").await;
}

#[tokio::test]
async fn a_root_folder_that_is_unmounted_in_the_middle_is_waited_for() {
    let kinds: [fn(&Step) -> bool; 4] = [
        |step| matches!(step, Step::Place(_)),
        |step| matches!(step, Step::Keep(_)),
        |step| matches!(step, Step::Rename(_)),
        |step| matches!(step, Step::Drop(_)),
    ];
    for kind in kinds {
        // Without its mount a mount point is an empty folder, or none at all.
        for is_left in [false, true] {
            let scene = Scene::new(UPGRADE).await;
            let (root, away) = (scene.bench.root.clone(), scene.bench.folder.path().join("unmounted"));
            let (from, to) = (root.clone(), away.clone());
            let unmount = move || {
                rename_folder(&from, &to).unwrap();
                if is_left {
                    std::fs::create_dir(&from).unwrap();
                }
            };
            let result = import_and(&scene, kind, unmount).await;
            assert!(result.is_err(), "{result:?}");
            // Nothing is told of a disk that is not there: the intent stays open, also over a start.
            scene.restart().await;
            assert_eq!(scene.bench.flow.store.load_all::<ImportIntent>().await.unwrap().len(), 1);
            assert_eq!(scene.bench.load::<Movie>(scene.movie.id).await, scene.movie);
            if is_left {
                std::fs::remove_dir(&root).unwrap();
            }
            assert!(!root.exists(), "a root folder was made anew");
            rename_folder(&away, &root).unwrap();
            scene.restart().await;
            scene.is_imported("mounted again").await;
        }
    }
}

/// A file system of its own in memory at `path`; `None` where that is not allowed. It is unmounted when dropped.
struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    fn tmpfs(path: &'a Path, size: &str) -> Option<Self> {
        let options = format!("size={size},mode=0777");
        let made = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(path).output();
        if made.is_ok_and(|output| output.status.success()) {
            return Some(Self(path));
        }
        println!("skipped: no file system can be mounted here");
        None
    }

    fn remount(&self, how: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(self.0).status();
        assert!(done.unwrap().success());
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let done = Command::new("umount").arg("-l").arg(self.0).status();
        assert!(done.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

/// A scene whose root folder is a small file system of its own.
macro_rules! small_root {
    ($scene:ident, $mounted:ident, $root:ident, $size:literal) => {
        let mut $scene = Scene::new(Way { before: Before::Nothing, ..UPGRADE }).await;
        let $root = $scene.bench.root.clone();
        let Some($mounted) = Mounted::tmpfs(&$root, $size) else { return };
        $scene.movie = $scene.bench.with_file($scene.movie, "The General (1926) DVD.mkv", OLD).await;
        $scene.movie.versions[0].file.as_mut().unwrap().quality.quality = radarr_proto::model::Quality::Dvd;
        $scene.bench.put(&$scene.movie).await;
        $scene.movie = $scene.bench.load($scene.movie.id).await;
    };
}

#[tokio::test]
async fn keeps_the_old_file_when_the_disk_is_full() {
    small_root!(scene, _mounted, root, "256k");
    let before = scene.library();
    // The video fits; its subtitle, which comes second, does not.
    std::fs::write(scene.source(), "v".repeat(150 * 1024)).unwrap();
    let subtitle = scene.source().with_extension("de.forced.srt");
    std::fs::write(&subtitle, "s".repeat(150 * 1024)).unwrap();
    let result = scene.import(&()).await;
    let Err(ImportError::Later { reason, hint }) = result else { panic!("{result:?}") };
    assert!(reason.contains("no room left"), "{reason}");
    assert!(hint.contains("make room"), "{hint}");
    scene.is_as_before(&before, "full").await;
    assert_eq!(std::fs::read_dir(root.join(&scene.movie.versions[0].folder)).unwrap().count(), 1);

    // A video that does not fit at all is not even begun.
    std::fs::write(scene.source(), "v".repeat(300 * 1024)).unwrap();
    let result = scene.import(&()).await;
    assert!(matches!(result, Err(ImportError::Later { .. })), "{result:?}");
    scene.is_as_before(&before, "too large").await;

    // There is room again.
    std::fs::write(scene.source(), NEW).unwrap();
    std::fs::write(&subtitle, "german").unwrap();
    scene.import(&()).await.unwrap();
    assert_eq!(std::fs::read_to_string(scene.target()).unwrap(), NEW);
}

#[tokio::test]
async fn a_disk_that_became_read_only_is_named_and_nothing_changes() {
    small_root!(scene, mounted, root, "1m");
    let before = scene.library();
    mounted.remount("ro");
    let result = scene.import(&()).await;
    let Err(ImportError::Later { reason, .. }) = result else { panic!("{result:?}") };
    assert!(reason.contains("read-only"), "{reason}");
    scene.is_as_before(&before, "read-only").await;
    mounted.remount("rw");
    scene.import(&()).await.unwrap();
    assert!(root.join(&scene.movie.versions[0].folder).join(TARGET).exists());
}

#[tokio::test]
async fn a_movie_that_moves_while_its_import_is_planned_gets_the_file_in_its_new_place() {
    let scene = Scene::new(UPGRADE).await;
    let mut edit = radarr_proto::request::EditMovie { id: scene.movie.id, ..Default::default() };
    edit.folder = Some("Somewhere else".to_owned());
    let by = crate::flow::testing::caller();
    let context = scene.context();
    let grab = scene.grab().await;
    let (imported, moved) = tokio::join!(
        crate::flow::import::import_grab(&context, grab, &()),
        crate::flow::edit::edit_movie(&scene.bench.flow, &by, edit)
    );
    // Whoever came first, the other one waited or was told; nothing lies in two places.
    if imported.is_err() {
        scene.import(&()).await.unwrap();
    }
    let movie: Movie = scene.bench.load(scene.movie.id).await;
    let file = movie.versions[0].file.clone().unwrap();
    let path = scene.bench.movie_folder(&movie).join(&file.relative_path);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), NEW, "{moved:?}");
    let videos = scene.library().into_iter().filter(|(_, content)| content == NEW);
    assert_eq!(videos.count(), 1);
}

#[tokio::test]
async fn an_import_into_a_folder_that_is_being_moved_waits() {
    use crate::flow::folder_work::{FolderIntent, FolderWork};
    let scene = Scene::new(UPGRADE).await;
    let before = scene.library();
    let intent = FolderIntent {
        movie_id: scene.movie.id,
        work: FolderWork::Delete { folders: Vec::new() },
        actor: "alice".to_owned(),
        planned_at: scene.bench.flow.now(),
        owner: String::new(),
        doc_version: radarr_proto::model::DocVersion(0),
    };
    scene.bench.put(&intent).await;
    let result = scene.import(&()).await;
    let Err(ImportError::Later { reason, .. }) = result else { panic!("{result:?}") };
    assert_eq!(reason, "the movie's folder is being moved or deleted");
    scene.is_as_before(&before, "moved").await;
}

#[tokio::test]
async fn ffprobe_tells_a_sample_from_the_movie_and_its_facts_are_kept() {
    let scene = Scene::with_ffprobe(UPGRADE).await;
    if !video(&scene.source(), 2) {
        return;
    }
    let report = scene.import(&()).await.unwrap();
    let ImportReport::Blocked { reasons } = report else { panic!("{report:?}") };
    assert_eq!(reasons, ["the file runs less than 600 s: a sample"]);

    let mut movie = scene.movie.clone();
    movie.facts.runtime_minutes = 2;
    scene.bench.put(&movie).await;
    assert!(video(&scene.source(), 20));
    assert!(matches!(scene.import(&()).await.unwrap(), ImportReport::Imported { .. }));
    let file = scene.bench.load::<Movie>(movie.id).await.versions[0].file.clone().unwrap();
    let media = file.media_info.unwrap();
    assert_eq!((media.height, media.duration_seconds, media.audio.len()), (1080, 20, 1));

    // A file that is no video at all has no run time that could be read.
    let scene = Scene::with_ffprobe(UPGRADE).await;
    let report = scene.import(&()).await.unwrap();
    assert!(matches!(report, ImportReport::Blocked { .. }), "{report:?}");
}
