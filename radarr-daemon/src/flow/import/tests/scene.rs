//! A movie, a complete download of it, and what must be so when it is in the library.

use std::ops::ControlFlow;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use radarr_proto::model::{
    EventKind, ExtraFile, Grab, GrabId, GrabState, LibrarySettings, LinkMode, Movie, Quality, RootFolder,
};

use crate::domain::parse::parse_release;
use crate::flow::import::{
    ImportContext, ImportError, ImportIntent, ImportReport, Step, Steps, import_grab, recover_imports,
};
use crate::flow::import_now::import_context;
use crate::flow::testing::{Bench, ROOT, bench, bench_with, caller, grab};

/// The release of all tests.
pub(super) const RELEASE: &str = "The.General.1926.1080p.BluRay.x264-GRP";
/// What its video holds.
pub(super) const NEW: &str = "the new video, which is better";
/// What the movie's old file holds.
pub(super) const OLD: &str = "the old video";
/// The name that the release gets in the library.
pub(super) const TARGET: &str = "The General (1926) Bluray-1080p.mkv";
const GRAB: GrabId = GrabId(1);

/// What the movie has before the import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing.
    Nothing,
    /// A file under another name, with a subtitle.
    Other,
    /// A file under the very name that the new one gets.
    SameName,
}

/// One way of importing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) before: Before,
    pub(super) link_mode: LinkMode,
    pub(super) has_bin: bool,
}

/// Everything that one test works with.
pub(super) struct Scene {
    pub(super) bench: Bench,
    pub(super) movie: Movie,
    pub(super) way: Way,
}

/// Stops before the step of that number; remembers the steps.
pub(super) struct StopBefore {
    left: AtomicUsize,
    pub(super) seen: Mutex<Vec<Step>>,
}

impl StopBefore {
    pub(super) fn step(number: usize) -> Self {
        Self { left: AtomicUsize::new(number), seen: Mutex::default() }
    }

    pub(super) fn never() -> Self {
        Self::step(usize::MAX)
    }
}

impl Steps for StopBefore {
    fn before(&self, step: &Step) -> ControlFlow<()> {
        self.seen.lock().unwrap().push(step.clone());
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// Does something before the first step of a kind.
pub(super) struct DoBefore<F>(pub(super) fn(&Step) -> bool, pub(super) Mutex<Option<F>>);

impl<F: FnOnce() + Send> Steps for DoBefore<F> {
    fn before(&self, step: &Step) -> ControlFlow<()> {
        if (self.0)(step)
            && let Some(act) = self.1.lock().unwrap().take()
        {
            act();
        }
        ControlFlow::Continue(())
    }
}

impl Scene {
    pub(super) async fn new(way: Way) -> Self {
        Self::on(bench().await, way).await
    }

    /// The same with ffprobe, where files must be videos.
    pub(super) async fn with_ffprobe(way: Way) -> Self {
        Self::on(bench_with("ffprobe").await, way).await
    }

    async fn on(bench: Bench, way: Way) -> Self {
        let bin = way.has_bin.then(|| ".recycle".to_owned());
        bench.put(&RootFolder { recycle_bin: bin, ..Bench::root_folder(ROOT, &bench.root) }).await;
        let settings =
            LibrarySettings { link_mode: way.link_mode, minimum_free_bytes: 0, ..LibrarySettings::default() };
        bench.put(&settings).await;
        let movie = bench.movie(5, "The General", 1926).await;
        let movie = match way.before {
            Before::Nothing => movie,
            Before::Other => old_file(&bench, movie, "The General (1926) DVD.mkv").await,
            Before::SameName => old_file(&bench, movie, TARGET).await,
        };
        let download = format!("downloads/{RELEASE}");
        bench.file(&format!("{download}/{RELEASE}.mkv"), NEW);
        bench.file(&format!("{download}/Sample/{RELEASE}-sample.mkv"), &"a sample that is larger".repeat(9));
        bench.file(&format!("{download}/Subs/2_English.srt"), "english");
        bench.file(&format!("{download}/{RELEASE}.de.forced.srt"), "german");
        bench.file(&format!("{download}/{RELEASE}.nfo"), "facts");
        let mut grab = grab(GRAB, &movie);
        grab.release.title = RELEASE.to_owned();
        grab.parsed = parse_release(RELEASE);
        grab.state = GrabState::ImportPending;
        grab.output_path = Some(bench.folder.path().join(&download).to_str().unwrap().to_owned());
        bench.put(&grab).await;
        Self { bench, movie, way }
    }

    pub(super) fn context(&self) -> ImportContext {
        import_context(&self.bench.flow, &caller())
    }

    pub(super) async fn grab(&self) -> Grab {
        self.bench.load(GRAB).await
    }

    pub(super) async fn import(&self, steps: &dyn Steps) -> Result<ImportReport, ImportError> {
        import_grab(&self.context(), self.grab().await, steps).await
    }

    pub(super) async fn restart(&self) {
        recover_imports(&self.context()).await.unwrap();
    }

    pub(super) fn source(&self) -> PathBuf {
        self.bench.folder.path().join("downloads").join(RELEASE).join(format!("{RELEASE}.mkv"))
    }

    pub(super) fn target(&self) -> PathBuf {
        self.bench.movie_folder(&self.movie).join(TARGET)
    }

    /// Files below the root folder by their path there, with their contents.
    pub(super) fn library(&self) -> Vec<(String, String)> {
        self.bench.files_below("movies").into_iter().collect()
    }

    /// At any moment: the download is whole, and the movie's old file has a name somewhere.
    #[track_caller]
    pub(super) fn nothing_is_lost(&self, at: &str) {
        assert_eq!(std::fs::read_to_string(self.source()).unwrap(), NEW, "{at}");
        assert_eq!(self.bench.files_below(&format!("downloads/{RELEASE}")).len(), 5, "{at}");
        let library = self.library();
        let has = |content: &str| library.iter().any(|(_, found)| found == content);
        // Without a recycle bin the old file goes, once the new one has its name.
        let is_old_there = self.way.before == Before::Nothing
            || has(OLD)
            || (!self.way.has_bin && self.target().exists() && has(NEW));
        assert!(is_old_there, "{at}: {library:?}");
    }

    /// At the end: the new file is in its place, once; the old one in the recycle bin, once; nothing else is left.
    pub(super) async fn is_imported(&self, at: &str) {
        self.nothing_is_lost(at);
        let folder = &self.movie.versions[0].folder;
        let library = self.library();
        let (binned, own): (Vec<_>, Vec<_>) =
            library.iter().partition(|(path, _)| path.starts_with(".recycle/"));
        let own: Vec<&str> = own.iter().map(|(path, _)| path.as_str()).collect();
        let wanted =
            [format!("{folder}/{}", TARGET.replace(".mkv", ".de.forced.srt")), format!("{folder}/{TARGET}")];
        assert_eq!(own, wanted, "{at}");
        let binned: Vec<&str> = binned.iter().map(|(_, content)| content.as_str()).collect();
        let want: &[&str] =
            if self.way.has_bin && self.way.before != Before::Nothing { &["old subtitle", OLD] } else { &[] };
        let mut binned = binned;
        binned.sort_unstable();
        assert_eq!(binned, want, "{at}");
        let inode = |path: &Path| std::fs::metadata(path).unwrap().ino();
        let is_link = inode(&self.source()) == inode(&self.target());
        assert_eq!(is_link, self.way.link_mode != LinkMode::Copy, "{at}");

        let file = self.bench.load::<Movie>(self.movie.id).await.versions[0].file.clone().unwrap();
        assert_eq!((file.relative_path.as_str(), file.grab_id), (TARGET, Some(GRAB)), "{at}");
        assert_eq!((file.quality.quality, file.size_bytes), (Quality::Bluray1080p, NEW.len() as u64), "{at}");
        assert_eq!(file.extras.len(), 1, "{at}");
        assert!(matches!(self.grab().await.state, GrabState::Imported { .. }), "{at}");
        assert_eq!(self.bench.flow.store.load_all::<ImportIntent>().await.unwrap(), [], "{at}");
        let history = self.bench.history().await;
        let imports = history.iter().filter(|event| matches!(event.kind, EventKind::Imported { .. }));
        assert_eq!(imports.count(), 1, "{at}");
    }

    /// After a failure: everything is as it was before, and the grab waits.
    pub(super) async fn is_as_before(&self, before: &[(String, String)], at: &str) {
        assert_eq!(self.library(), before, "{at}");
        assert_eq!(self.bench.load::<Movie>(self.movie.id).await, self.movie, "{at}");
        assert_eq!(self.bench.flow.store.load_all::<ImportIntent>().await.unwrap(), [], "{at}");
        let grab = self.grab().await;
        assert_eq!(grab.state, GrabState::ImportPending, "{at}");
        assert!(grab.warning.is_some(), "{at}");
    }
}

async fn old_file(bench: &Bench, movie: Movie, name: &str) -> Movie {
    let subtitle = "old.srt";
    let mut movie = bench.with_file(movie, name, OLD).await;
    std::fs::write(bench.movie_folder(&movie).join(subtitle), "old subtitle").unwrap();
    let file = movie.versions[0].file.as_mut().unwrap();
    file.quality.quality = Quality::Dvd;
    file.extras = vec![ExtraFile { relative_path: subtitle.to_owned(), language: None, tags: Vec::new() }];
    bench.put(&movie).await;
    bench.load(movie.id).await
}
