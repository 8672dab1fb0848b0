//! What is to be done with a download, told before anything is touched: which file, whether it may come in, what it
//! will be called, what it replaces.
//!
//! It looks at the disk and asks `domain::import` and `domain::naming`; it changes nothing. Next: `run.rs`.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use radarr_proto::model::{
    CustomFormat, DocVersion, Grab, LibrarySettings, MediaInfo, Movie, MovieFile, MovieVersion,
    NamingSettings, Permanence, QualityProfile, RootFolder, RuleOutcome, RuleVerdict,
};

use super::intent::{ImportIntent, PlannedFile, ReplacedFile, SlotId};
use super::{ImportContext, ImportError};
use crate::domain::import::aggregate::{Known, aggregate};
use crate::domain::import::candidate::{Existing, WORKING_FOLDERS};
use crate::domain::import::choose_file::{DownloadFile, choose_file};
use crate::domain::import::extras::extras;
use crate::domain::import::{Candidate, FreeSpace, Origin, Platform, judge};
use crate::domain::naming::{NamedFile, NamedMovie, NamingSource, file_name, file_stem};
use crate::domain::parse::scene::{SceneNameInput, scene_name};
use crate::domain::parse::{parse_folder, parse_release};
use crate::domain::title::clean_title;
use crate::files::{self, FileError, ProbeError, Scan, ScanError, bin_path, blocking};
use crate::storage::Only;

/// An intent has to fit into one document; a disc's forty subtitles do.
const EXTRAS_MAX: usize = 60;

/// Why nothing is planned.
#[derive(Debug)]
pub enum Refused {
    /// A person decides; one sentence each.
    Blocked(Vec<String>),
    /// Try again later.
    Later(ImportError),
}

impl<E: Into<ImportError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Later(error.into())
    }
}

fn later(reason: impl Into<String>, hint: impl Into<String>) -> Refused {
    Refused::Later(ImportError::Later { reason: reason.into(), hint: hint.into() })
}

fn blocked(reason: impl Into<String>) -> Refused {
    Refused::Blocked(vec![reason.into()])
}

/// An import as it would be, and what that is based on.
pub(super) struct Planned {
    pub(super) intent: ImportIntent,
    /// The movie as it was planned for: another one may lie elsewhere, or have another file.
    pub(super) movie_version: DocVersion,
}

/// What is known before the disk is looked at.
struct Snapshot {
    movie: Movie,
    version: MovieVersion,
    root: RootFolder,
    profile: QualityProfile,
    naming: NamingSettings,
    library: LibrarySettings,
    /// Names of the formats that go into file names.
    named_formats: Vec<String>,
}

/// What the disk says.
struct Found {
    scan: Scan,
    /// Bytes that are free in the library.
    free: FreeSpace,
}

pub(super) async fn plan(context: &ImportContext, grab: &Grab) -> Result<Box<Planned>, Refused> {
    let snapshot = read(context, grab).await?;
    let output = output_path(grab)?;
    let found = look(&snapshot, &output).await?;

    // The folder of the chosen file is the download itself, or where its only file lies.
    let base = if output.is_file() { output.parent().unwrap_or(&output).to_owned() } else { output.clone() };
    let download: Vec<DownloadFile<'_>> = found
        .scan
        .files
        .iter()
        .map(|file| DownloadFile { path: &file.relative_path, size_bytes: file.size_bytes })
        .collect();
    let chosen = choose_file(&download, |path| is_named_after(&snapshot.movie, path))
        .map_err(|error| Refused::Blocked(vec![error.to_string(), error.hint().to_owned()]))?;
    let source = base.join(chosen.file.path);
    let media = read_media(context, &source).await?;

    let parsed_file = parse_release(crate::domain::import::scan::file_name(chosen.file.path));
    let folder_name =
        output.is_dir().then(|| output.file_name()).flatten().map(|name| name.to_string_lossy());
    let parsed_folder = folder_name.as_deref().map(parse_folder);
    let facts = aggregate(&Known {
        file: Some(&parsed_file),
        folder: parsed_folder.as_ref(),
        download_client: Some(&grab.parsed),
        media_info: media.info.as_ref(),
        grabbed_name: Some(&grab.release.title),
        original_language: snapshot.movie.facts.original_language,
    });
    let all_paths: Vec<String> = found
        .scan
        .files
        .iter()
        .map(|file| base.join(&file.relative_path).to_string_lossy().into_owned())
        .collect();
    let folder_of_source = source.parent().map(Path::to_owned).unwrap_or_default();
    let beside: Vec<&str> = all_paths
        .iter()
        .map(String::as_str)
        .filter(|path| Path::new(path).parent() == Some(folder_of_source.as_path()))
        .collect();
    let source_text = source.to_string_lossy();
    let download_id = grab.id.to_string();
    let verdicts = judge(&Candidate {
        path: &source_text,
        size_bytes: chosen.file.size_bytes,
        origin: Origin::Download { id: &download_id },
        quality: facts.quality.quality,
        score: grab.score.score,
        media_info: media.info.as_ref(),
        movie: snapshot.movie.id,
        movie_runtime_minutes: snapshot.movie.facts.runtime_minutes,
        existing: snapshot
            .version
            .file
            .as_ref()
            .map(|file| Existing { quality: file.quality, score: file.stored_score.score }),
        profile: &snapshot.profile,
        propers: snapshot.library.propers_and_repacks,
        history: &[],
        grabbed_for: Some(&[grab.movie_id]),
        beside: &beside,
        free_space: found.free,
        minimum_free_bytes: Some(snapshot.library.minimum_free_bytes),
        working_folders: WORKING_FOLDERS,
        written_minutes_ago: None,
        platform: Platform::Posix,
    });
    refuse(&verdicts, &media)?;

    let movie_file = MovieFile {
        relative_path: String::new(),
        size_bytes: chosen.file.size_bytes,
        added_at: (context.now)(),
        quality: facts.quality.quality,
        languages: facts.languages,
        release_group: facts.release_group,
        edition: facts.edition,
        scene_name: scene_name(&SceneNameInput {
            path: chosen.file.path,
            other_video_files: !chosen.others.is_empty(),
            download_client_title: Some(&grab.release.title),
            folder_title: folder_name.as_deref(),
        }),
        original_path: Some(original_path(&output, chosen.file.path)),
        flags: grab.release.flags.clone(),
        stored_score: grab.score.clone(),
        grab_id: Some(grab.id),
        media_info: media.info,
        extras: Vec::new(),
    };
    let names: Vec<&str> = found.scan.files.iter().map(|file| file.relative_path.as_str()).collect();
    let intent = name(context, grab, &snapshot, movie_file, &base, chosen.file, &names);
    let intent = make_room(intent, &snapshot, context).await?;
    Ok(Box::new(Planned { intent: *intent, movie_version: snapshot.movie.doc_version }))
}

/// Reads what is stored.
async fn read(context: &ImportContext, grab: &Grab) -> Result<Snapshot, Refused> {
    let store = &context.store;
    let movie: Movie = store.load(grab.movie_id).await?.ok_or_else(|| {
        blocked("the movie is not in the library any more; add it again, or remove the download")
    })?;
    let version = movie
        .versions
        .iter()
        .find(|version| version.slot == grab.slot)
        .cloned()
        .ok_or_else(|| blocked("the movie has no such version any more"))?;
    let root: RootFolder = store
        .load(version.root_folder_id)
        .await?
        .ok_or_else(|| blocked("the movie's root folder was removed; edit the movie and choose another"))?;
    let profile: QualityProfile = store.load(version.profile_id).await?.ok_or_else(|| {
        blocked("the movie's quality profile was removed; edit the movie and choose another")
    })?;
    let named_formats = store
        .load_all::<CustomFormat>()
        .await?
        .into_iter()
        .filter(|format| format.include_when_renaming && grab.score.formats.contains(&format.name))
        .map(|format| format.name)
        .collect();
    Ok(Snapshot {
        naming: store.load(Only).await?.unwrap_or_default(),
        library: store.load(Only).await?.unwrap_or_default(),
        movie,
        version,
        root,
        profile,
        named_formats,
    })
}

fn output_path(grab: &Grab) -> Result<PathBuf, Refused> {
    match grab.output_path.as_deref().map(Path::new) {
        Some(path) if path.is_absolute() => Ok(path.to_owned()),
        Some(path) => Err(later(
            format!(
                "{} says that the download lies in {}, which is no path here",
                grab.client,
                path.display()
            ),
            format!("set a remote path mapping: radarr-tui client edit {}", grab.client),
        )),
        None => Err(later(
            format!("{} has not said where the download lies", grab.client),
            "it is asked again by itself; look at the download's warning there",
        )),
    }
}

/// Looks at the disk: what the download consists of, and whether it can come in at all.
async fn look(snapshot: &Snapshot, output: &Path) -> Result<Found, Refused> {
    let root = PathBuf::from(&snapshot.root.path);
    let movie_folder = root.join(&snapshot.version.folder);
    if output.starts_with(&movie_folder) || root.starts_with(output) {
        return Err(blocked(format!(
            "the download {} and the movie's folder {} lie in each other; let the client download elsewhere",
            output.display(),
            movie_folder.display()
        )));
    }
    let has_file = snapshot.version.file.is_some();
    let output = output.to_owned();
    let looked = blocking(move || {
        let entries = std::fs::read_dir(&root).map_err(|_| FileError::NotThere { path: root.clone() })?;
        // An empty root folder of a movie that has a file is one that is not mounted.
        if has_file && entries.count() == 0 {
            return Err(FileError::NotThere { path: root });
        }
        files::check_writable(&movie_folder)?;
        let free = files::free_space(&movie_folder)
            .map_or(FreeSpace::Unknown, |space| FreeSpace::Bytes(space.free_bytes));
        Ok((free, files::scan(&output)))
    })
    .await?;
    match looked {
        (free, Ok(scan)) => Ok(Found { scan, free }),
        (_, Err(error @ ScanError::TooMany { .. })) => Err(blocked(error.to_string())),
        (_, Err(error)) => Err(later(
            error.to_string(),
            "see that the daemon sees the client's folder; if it has another path here, set a remote path mapping",
        )),
    }
}

fn is_named_after(movie: &Movie, path: &str) -> bool {
    let parsed = parse_release(crate::domain::import::scan::file_name(path));
    let facts = &movie.facts;
    let ours = [facts.title.as_str(), facts.original_title.as_str()]
        .into_iter()
        .chain(facts.alternative_titles.iter().map(|title| title.title.as_str()))
        .map(clean_title)
        .filter(|title| !title.is_empty());
    let theirs: Vec<String> = parsed.titles.iter().map(|title| clean_title(title)).collect();
    ours.into_iter().any(|title| theirs.contains(&title))
}

/// What ffprobe says, and whether it could be asked.
struct Media {
    info: Option<MediaInfo>,
    is_readable_here: bool,
}

async fn read_media(context: &ImportContext, source: &Path) -> Result<Media, Refused> {
    match files::probe(&context.ffprobe, source).await {
        Ok(info) => Ok(Media { info: Some(info), is_readable_here: true }),
        Err(ProbeError::NotInstalled) => Ok(Media { info: None, is_readable_here: false }),
        Err(error @ ProbeError::NoAnswer(_)) => {
            Err(later(error.to_string(), "see whether the disk answers; it is tried again by itself"))
        }
        Err(ProbeError::Refused(_) | ProbeError::NotUnderstood(_)) => {
            Ok(Media { info: None, is_readable_here: true })
        }
    }
}

/// A refusal that time may heal is waited for; any other one asks a person.
fn refuse(verdicts: &[RuleVerdict], media: &Media) -> Result<(), Refused> {
    let mut for_good = Vec::new();
    let mut for_now = Vec::new();
    for verdict in verdicts {
        let RuleOutcome::Reject { reason, permanence, message, remedy } = &verdict.outcome else { continue };
        // Without ffprobe no run time is known of any file; the largest video of the release is then taken for the
        // movie, as a sample is never alone.
        if reason == "SampleIndeterminate" && !media.is_readable_here {
            continue;
        }
        let is_temporary = *permanence == Permanence::Temporary && reason != "SampleIndeterminate";
        if is_temporary { for_now.push((message, remedy)) } else { for_good.push(message.clone()) }
    }
    if !for_good.is_empty() {
        return Err(Refused::Blocked(for_good));
    }
    match for_now.first() {
        Some((message, remedy)) => Err(later((*message).clone(), (*remedy).clone().unwrap_or_default())),
        None => Ok(()),
    }
}

/// The path of the file inside of the download, with the download's own name.
fn original_path(output: &Path, chosen: &str) -> String {
    match output.file_name() {
        Some(name) if output.is_dir() => format!("{}/{chosen}", name.to_string_lossy()),
        Some(_) | None => chosen.to_owned(),
    }
}

/// Names the file and what comes with it.
fn name(
    context: &ImportContext,
    grab: &Grab,
    snapshot: &Snapshot,
    mut movie_file: MovieFile,
    base: &Path,
    chosen: DownloadFile<'_>,
    names: &[&str],
) -> ImportIntent {
    let (target, stem) = {
        let source = NamingSource {
            movie: NamedMovie::from(&snapshot.movie.facts),
            file: Some(NamedFile { path: chosen.path, ..NamedFile::from(&movie_file) }),
            formats: &snapshot.named_formats,
        };
        let ending = crate::domain::import::scan::extension(chosen.path).unwrap_or_default();
        (file_name(&snapshot.naming, &source, &ending), file_stem(&snapshot.naming, &source))
    };
    let absolute = |relative: &str| base.join(relative).to_string_lossy().into_owned();
    let mut files = vec![PlannedFile {
        source: absolute(chosen.path),
        target: target.clone(),
        size_bytes: chosen.size_bytes,
    }];
    if snapshot.library.import_extras {
        for extra in
            extras(chosen.path, names, &snapshot.library.extra_extensions, &stem).into_iter().take(EXTRAS_MAX)
        {
            let size_bytes = std::fs::metadata(base.join(&extra.path)).map_or(0, |found| found.len());
            files.push(PlannedFile {
                source: absolute(&extra.path),
                target: extra.file.relative_path.clone(),
                size_bytes,
            });
            movie_file.extras.push(extra.file);
        }
    }
    movie_file.relative_path = target;
    ImportIntent {
        slot: SlotId { movie_id: snapshot.movie.id, slot: snapshot.version.slot },
        grab_id: grab.id,
        root: snapshot.root.path.clone(),
        folder: snapshot.version.folder.clone(),
        files,
        replaces: Vec::new(),
        movie_file,
        link_mode: snapshot.library.link_mode,
        planned_at: (context.now)(),
        owner: context.daemon.clone(),
        doc_version: DocVersion::default(),
    }
}

/// Says what makes room, and refuses to take the place of a file that nobody knows.
async fn make_room(
    intent: ImportIntent,
    snapshot: &Snapshot,
    context: &ImportContext,
) -> Result<Box<ImportIntent>, Refused> {
    let old: Vec<String> = snapshot
        .version
        .file
        .iter()
        .flat_map(|file| {
            std::iter::once(file.relative_path.clone())
                .chain(file.extras.iter().map(|extra| extra.relative_path.clone()))
        })
        .collect();
    let bin = snapshot.root.recycle_bin.as_ref().map(|bin| Path::new(&snapshot.root.path).join(bin));
    let today = jiff::tz::TimeZone::UTC.to_datetime((context.now)()).date();
    let planned = blocking(move || Ok(replace(intent, &old, bin.as_deref(), today))).await?;
    planned.map(Box::new).map_err(|path| {
        blocked(format!(
            "{} is there already and radarr does not know it; move it away, or rescan the movie",
            path.display()
        ))
    })
}

fn replace(
    mut intent: ImportIntent,
    old: &[String],
    bin: Option<&Path>,
    today: jiff::civil::Date,
) -> Result<ImportIntent, PathBuf> {
    for relative in old {
        let path = intent.place(relative);
        // One that is not there any more makes no room; nor does the very file that is to come in under its name.
        let Ok(found) = path.symlink_metadata() else { continue };
        let is_itself =
            |file: &PlannedFile| file.target == *relative && files::same_file(Path::new(&file.source), &path);
        if intent.files.iter().any(is_itself) {
            continue;
        }
        let recycled_to = bin.map(|bin| free_in_bin(&intent, bin, today, relative));
        intent.replaces.push(ReplacedFile { path: relative.clone(), recycled_to, inode: found.ino() });
    }
    let is_free = |file: &PlannedFile| {
        let target = intent.place(&file.target);
        target.symlink_metadata().is_err()
            || intent.takes_over(file).is_some()
            || files::same_file(Path::new(&file.source), &target)
    };
    if let Some(video) = intent.files.first()
        && !is_free(video)
    {
        return Err(intent.place(&video.target));
    }
    // A subtitle that somebody put there stays; ours is left out.
    let free: Vec<PlannedFile> = intent.files.iter().filter(|file| is_free(file)).cloned().collect();
    intent.movie_file.extras.retain(|extra| free.iter().any(|file| file.target == extra.relative_path));
    intent.files = free;
    Ok(intent)
}

/// A name in the bin that neither the disk nor this import uses. Files of sub folders lie flat there.
fn free_in_bin(intent: &ImportIntent, bin: &Path, today: jiff::civil::Date, relative: &str) -> String {
    let flat = relative.replace('/', " - ");
    let is_used =
        |name: &String| intent.replaces.iter().any(|other| other.recycled_to.as_ref() == Some(name));
    (0..=intent.replaces.len())
        .map(|number| if number == 0 { flat.clone() } else { format!("{number} {flat}") })
        .map(|name| bin_path(bin, today, &intent.folder, Path::new(&name)).to_string_lossy().into_owned())
        .find(|name| !is_used(name))
        .unwrap_or(flat)
}
