//! An import, step by step. Each step can be repeated: after a crash the whole list is gone through again, and what
//! is done already is passed over.
//!
//! The order is what keeps files safe: everything new lies synced under a temporary name before anything old is
//! touched; the old file has a second name in the recycle bin before its first one is taken; the record follows
//! when all of it is in place.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use radarr_proto::model::{EventKind, Grab, GrabState, Movie, MovieVersion, PlacedBy};
use tracing::info;

use super::intent::{ImportIntent, PlannedFile, ReplacedFile};
use super::plan::Planned;
use super::{ImportContext, ImportError, ImportReport, Steps};
use crate::files::{
    FileError, blocking, create_folders, keep_second_name, link_or_copy, put_in_place, remove_empty_folders,
    remove_name, same_file, sync_folder,
};
use crate::flow::after_import::AfterImport;
use crate::flow::folder_work::FolderIntent;
use crate::storage::{Document as _, Expect, StoreError};

/// Somebody edits the movie while it is recorded; nobody does so more often in a row.
const RECORD_TRIES: u32 = 10;

/// One step, before it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The folder is made.
    MakeFolder,
    /// A file gets its temporary name.
    Place(String),
    /// An old file gets its name in the recycle bin.
    Keep(String),
    /// A file gets its own name.
    Rename(String),
    /// An old file loses its name.
    Drop(String),
    /// The result is recorded, and the intent closed.
    Record,
}

/// Records what is to be done, before it is. Gives back the intent as it is stored.
pub(super) async fn begin(
    context: &ImportContext,
    grab: &mut Grab,
    planned: &Planned,
) -> Result<ImportIntent, ImportError> {
    let mut intent = planned.intent.clone();
    grab.state = GrabState::Importing;
    grab.warning = None;
    let commit = context
        .commit()
        .put(&intent, Expect::Absent)
        .put(grab, Expect::Version(grab.doc_version))
        .guard::<Movie>(grab.movie_id, Expect::Version(planned.movie_version))
        .guard::<FolderIntent>(grab.movie_id, Expect::Absent);
    let committed = context.store.commit(commit).await?;
    grab.doc_version = committed.version;
    intent.doc_version = committed.version;
    Ok(intent)
}

/// Does all that is not done yet. On an error everything is taken back, as long as the old file has its name.
pub(super) async fn finish(
    context: &ImportContext,
    intent: ImportIntent,
    steps: &dyn Steps,
) -> Result<ImportReport, ImportError> {
    match take_steps(&intent, steps).await {
        Ok(placed_by) => record(context, intent, placed_by, steps).await,
        Err(ImportError::Stopped) => Err(ImportError::Stopped),
        Err(error) => {
            super::recover::undo(context, intent, &error).await?;
            Err(error)
        }
    }
}

fn pass(steps: &dyn Steps, step: &Step) -> Result<(), ImportError> {
    if steps.before(step).is_break() { Err(ImportError::Stopped) } else { Ok(()) }
}

async fn take_steps(intent: &ImportIntent, steps: &dyn Steps) -> Result<PlacedBy, ImportError> {
    pass(steps, &Step::MakeFolder)?;
    on_disk(intent, |intent| {
        let root = Path::new(&intent.root);
        for file in &intent.files {
            let target = intent.place(&file.target);
            create_folders(root, target.parent().unwrap_or(&target))?;
        }
        Ok(())
    })
    .await?;

    for (number, file) in intent.files.iter().enumerate() {
        pass(steps, &Step::Place(file.target.clone()))?;
        let file = file.clone();
        on_disk(intent, move |intent| {
            if is_in_place(intent, &file) {
                return Ok(());
            }
            link_or_copy(Path::new(&file.source), &intent.temp(number, &file), intent.link_mode).map(|_| ())
        })
        .await?;
    }

    for replaced in &intent.replaces {
        pass(steps, &Step::Keep(replaced.path.clone()))?;
        let replaced = replaced.clone();
        on_disk(intent, move |intent| keep(intent, &replaced)).await?;
    }

    for (number, file) in intent.files.iter().enumerate() {
        pass(steps, &Step::Rename(file.target.clone()))?;
        let file = file.clone();
        on_disk(intent, move |intent| {
            let target = intent.place(&file.target);
            if is_in_place(intent, &file) {
                remove_name(&intent.temp(number, &file))?;
                return sync_folder(target.parent().unwrap_or(&target));
            }
            let replaces = intent.takes_over(&file).map(|_| target.as_path());
            put_in_place(&intent.temp(number, &file), &target, replaces)
        })
        .await?;
    }

    for replaced in &intent.replaces {
        pass(steps, &Step::Drop(replaced.path.clone()))?;
        let replaced = replaced.clone();
        on_disk(intent, move |intent| {
            let old = intent.place(&replaced.path);
            if inode(&old) == Some(replaced.inode) { remove_name(&old) } else { Ok(()) }
        })
        .await?;
    }
    // What is recorded is there: a disk that went away in between would look like one on which all is done.
    on_disk(intent, |intent| match intent.files.first().filter(|file| !is_in_place(intent, file)) {
        Some(missing) => Err(FileError::NotThere { path: intent.place(&missing.target) }),
        None => Ok(()),
    })
    .await?;
    let is_link = intent
        .files
        .first()
        .is_some_and(|file| same_file(Path::new(&file.source), &intent.place(&file.target)));
    Ok(if is_link { PlacedBy::Hardlink } else { PlacedBy::Copy })
}

async fn on_disk<F>(intent: &ImportIntent, work: F) -> Result<(), ImportError>
where
    F: FnOnce(&ImportIntent) -> Result<(), FileError> + Send + 'static,
{
    let intent = intent.clone();
    Ok(blocking(move || work(&intent)).await?)
}

/// Whether a planned file has its own name already. Its place was free when the import was planned, or belonged to a
/// file that it replaces and whose number is known.
pub(super) fn is_in_place(intent: &ImportIntent, file: &PlannedFile) -> bool {
    let target = intent.place(&file.target);
    let Ok(found) = target.symlink_metadata() else { return false };
    match intent.takes_over(file) {
        Some(replaced) => found.ino() != replaced.inode,
        None => found.len() == file.size_bytes,
    }
}

fn inode(path: &Path) -> Option<u64> {
    path.symlink_metadata().ok().map(|found| found.ino())
}

fn keep(intent: &ImportIntent, replaced: &ReplacedFile) -> Result<(), FileError> {
    let old = intent.place(&replaced.path);
    let Some(second) = &replaced.recycled_to else { return Ok(()) };
    let second = Path::new(second);
    // The name in the bin was free when the import was planned: what has it is this file. An old file that is
    // not there under its number any more was dropped by an earlier try.
    if second.symlink_metadata().is_ok() || inode(&old) != Some(replaced.inode) {
        return Ok(());
    }
    create_folders(Path::new(&intent.root), second.parent().unwrap_or(second))?;
    keep_second_name(&old, second)
}

/// Writes down what is so: the movie has the file, the grab is imported, the intent is closed.
async fn record(
    context: &ImportContext,
    intent: ImportIntent,
    placed_by: PlacedBy,
    steps: &dyn Steps,
) -> Result<ImportReport, ImportError> {
    let mut tries = 0;
    loop {
        pass(steps, &Step::Record)?;
        tries += 1;
        let movie = context.store.load::<Movie>(intent.slot.movie_id).await?;
        let grab = context.store.load::<Grab>(intent.grab_id).await?;
        let commit = result(context, &intent, movie, grab, placed_by);
        match context.store.commit(commit).await {
            Err(StoreError::Conflict { key, .. }) if key == intent.key() => return Err(taken_over()),
            Err(error) if error.is_conflict() && tries < RECORD_TRIES => {}
            Err(error) => return Err(error.into()),
            Ok(_) => break,
        }
    }
    tidy(&intent).await;
    let path = intent.place(&intent.movie_file.relative_path).to_string_lossy().into_owned();
    info!(movie = %intent.slot.movie_id, grab = %intent.grab_id, path, ?placed_by, "imported");
    let replaced = intent.replaces.into_iter().next().map(|replaced| replaced.path);
    Ok(ImportReport::Imported { path, placed_by, replaced })
}

/// The daemon was paused or cut off for so long that another one went on.
fn taken_over() -> ImportError {
    ImportError::Later {
        reason: "another daemon took the import over".to_owned(),
        hint: "nothing; the other one brings it to its end".to_owned(),
    }
}

fn result(
    context: &ImportContext,
    intent: &ImportIntent,
    movie: Option<Movie>,
    grab: Option<Grab>,
    placed_by: PlacedBy,
) -> crate::storage::Commit {
    let mut commit =
        context.commit().delete::<ImportIntent>(intent.slot, Expect::Version(intent.doc_version));
    if let Some(mut grab) = grab {
        grab.state = GrabState::Imported { at: (context.now)() };
        grab.warning = None;
        let left = AfterImport { grab_id: grab.id, is_marked: false };
        commit = commit.put(&grab, Expect::Version(grab.doc_version)).put(&left, Expect::Any);
    }
    // A movie that was deleted in the meantime leaves a file behind; a person deleted it without its files.
    let Some(mut movie) = movie else { return commit };
    let Some(version) = version_of(&mut movie, intent) else { return commit };
    version.file = Some(intent.movie_file.clone());
    let kind = EventKind::Imported {
        grab_id: Some(intent.grab_id),
        title: movie.facts.title.clone(),
        path: intent.place(&intent.movie_file.relative_path).to_string_lossy().into_owned(),
        quality: intent.movie_file.quality,
        placed_by,
        link_mode: intent.link_mode,
        replaced: intent.replaces.first().map(|replaced| replaced.path.clone()),
        size_bytes: intent.movie_file.size_bytes,
    };
    commit.put(&movie, Expect::Version(movie.doc_version)).event(Some(movie.id), kind)
}

fn version_of<'a>(movie: &'a mut Movie, intent: &ImportIntent) -> Option<&'a mut MovieVersion> {
    movie.versions.iter_mut().find(|version| version.slot == intent.slot.slot)
}

/// Folders of old files that are empty are no loss, and no reason to fail.
async fn tidy(intent: &ImportIntent) {
    let folders: Vec<_> = intent
        .replaces
        .iter()
        .filter_map(|replaced| intent.place(&replaced.path).parent().map(Path::to_owned))
        .collect();
    let folder = intent.movie_folder();
    let tidied =
        blocking(move || folders.iter().try_for_each(|old| remove_empty_folders(&folder, old))).await;
    if let Err(error) = tidied {
        tracing::debug!(%error, "an empty folder stays");
    }
}
