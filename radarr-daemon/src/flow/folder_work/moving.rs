//! A version's folder gets another place: by a new name on the same file system; by a copy, and the old one removed
//! when the new one is recorded, on another one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use radarr_proto::model::{EventKind, LibrarySettings, LinkMode, Movie, MovieId};
use tracing::info;

use super::{FolderIntent, FolderWork, Place, still_ours, taken};
use crate::files::{
    FileError, FoundFile, Scan, ScanError, TEMP_PREFIX, blocking, create_folders, discard_folder, free_space,
    link_or_copy, remove_empty_folders, remove_name, rename_folder, scan, sync_folder,
};
use crate::flow::{By, Flow, FlowError, claim};
use crate::storage::{Commit, Expect, Only};

/// Somebody edits the movie while its move is recorded; nobody does so more often in a row.
const RECORD_TRIES: u32 = 10;

/// How a folder got to its new place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flow) enum Moved {
    /// Under its new name, or it was never there.
    Renamed,
    /// As a copy; the old one is still there.
    Copied,
}

/// Gives the folder its new name, as long as that can be done at once. `Ok(None)` = it lies on another file system.
pub(in crate::flow) async fn rename_now(
    from: &Place,
    to: &Place,
    has_file: bool,
) -> Result<Option<Moved>, FileError> {
    let (from, to) = (from.clone(), to.clone());
    blocking(move || {
        let (old, new) = (from.path(), to.path());
        if !old.exists() && !new.exists() {
            return if has_file { Err(FileError::NotThere { path: old }) } else { Ok(Some(Moved::Renamed)) };
        }
        if old.exists() && new.exists() {
            // An empty folder is in nobody's way.
            remove_empty_folders(Path::new(&to.root), &new)?;
            if new.exists() {
                return Err(FileError::TargetExists { path: new });
            }
        }
        create_folders(Path::new(&to.root), new.parent().unwrap_or(&new))?;
        match rename_folder(&old, &new) {
            Err(error) if error.is_across() => Ok(None),
            Err(error) => Err(error),
            Ok(()) => {
                remove_empty_folders(Path::new(&from.root), old.parent().unwrap_or(&old))?;
                Ok(Some(Moved::Renamed))
            }
        }
    })
    .await
}

/// Brings a move to its end. One that can't be is taken back: the movie stays where it was.
pub(super) async fn finish(flow: &Flow, by: &By, intent: &FolderIntent) -> Result<(), FlowError> {
    if finish_at_once(flow, by, intent).await? {
        return Ok(());
    }
    let FolderWork::Move { from, to, .. } = &intent.work else { return Ok(()) };
    let settings: Option<LibrarySettings> = flow.store.load(Only).await?;
    let keep_free = settings.unwrap_or_default().minimum_free_bytes;
    let (old, place, movie) = (from.path(), to.clone(), intent.movie_id);
    match blocking(move || copy_tree(&old, &place, movie, keep_free)).await {
        Ok(()) => record(flow, by, intent, Moved::Copied, |_, _| Vec::new()).await.map(|_| ()),
        Err(error) => give_up(flow, by, intent, error).await,
    }
}

/// The same, as far as nothing has to be copied for it; `false` = something has.
pub(super) async fn finish_at_once(flow: &Flow, by: &By, intent: &FolderIntent) -> Result<bool, FlowError> {
    let FolderWork::Move { from, to, has_file, .. } = &intent.work else { return Ok(true) };
    let (old, new) = (from.path(), to.path());
    let is_copied = blocking(move || Ok(old.is_dir() && new.is_dir() && is_copy(&old, &new))).await?;
    let moved = if is_copied { Ok(Some(Moved::Copied)) } else { rename_now(from, to, *has_file).await };
    match moved {
        Ok(Some(moved)) => record(flow, by, intent, moved, |_, _| Vec::new()).await.map(|_| true),
        Ok(None) => Ok(false),
        Err(error) => give_up(flow, by, intent, error).await.map(|()| true),
    }
}

/// Takes the move back, unless it may go on later. The error is told in any case.
async fn give_up(flow: &Flow, by: &By, intent: &FolderIntent, error: FileError) -> Result<(), FlowError> {
    if !is_waited_for(&error) {
        take_back(flow, by, intent).await?;
    }
    Err(error.into())
}

/// What may be there again in a while: nothing is given up for it.
fn is_waited_for(error: &FileError) -> bool {
    matches!(error, FileError::NotThere { .. } | FileError::Ended | FileError::Io { .. })
}

/// Whether everything of `old` lies in `new` too.
fn is_copy(old: &Path, new: &Path) -> bool {
    match (scan(old), scan(new)) {
        (Ok(old), Ok(new)) => {
            let there: BTreeSet<&FoundFile> = new.files.iter().collect();
            !old.files.is_empty() && old.files.iter().all(|file| there.contains(file))
        }
        (Err(_), _) | (_, Err(_)) => false,
    }
}

/// Copies a folder to another file system: under a temporary name, synced, then renamed.
fn copy_tree(old: &Path, to: &Place, movie: MovieId, keep_free: u64) -> Result<(), FileError> {
    let new = to.path();
    let above = new.parent().unwrap_or(&new).to_owned();
    create_folders(Path::new(&to.root), &above)?;
    let temp = above.join(format!("{TEMP_PREFIX}move-{movie}"));
    discard_folder(&temp)?;
    let files = scanned(old)?.files;
    let needed: u64 = files.iter().map(|file| file.size_bytes).sum();
    if free_space(&above)?.free_bytes < needed.saturating_add(keep_free) {
        return Err(FileError::NoSpace { folder: above });
    }
    let copied = files.iter().try_for_each(|file| {
        let target = temp.join(&file.relative_path);
        create_folders(&above, target.parent().unwrap_or(&target))?;
        link_or_copy(&old.join(&file.relative_path), &target, LinkMode::Copy)?;
        sync_folder(target.parent().unwrap_or(&target))
    });
    match copied.and_then(|()| rename_folder(&temp, &new)) {
        Ok(()) => Ok(()),
        Err(error) => discard_folder(&temp).and(Err(error)),
    }
}

fn scanned(folder: &Path) -> Result<Scan, FileError> {
    scan(folder).map_err(|error| match error {
        ScanError::NotThere { path } => FileError::NotThere { path },
        ScanError::Unreadable { path, source } => FileError::Io { doing: "read", path, source },
        ScanError::TooMany { path } => FileError::Io {
            doing: "move",
            path,
            source: std::io::Error::other("it has more files than a movie's folder has"),
        },
    })
}

/// Lets go of the new place; nothing was moved.
pub(in crate::flow) async fn take_back(flow: &Flow, by: &By, intent: &FolderIntent) -> Result<(), FlowError> {
    let FolderWork::Move { to, .. } = &intent.work else { return Ok(()) };
    let commit = intent.ended(by.commit(flow.now()));
    let movie: Option<Movie> = flow.store.load(intent.movie_id).await?;
    let commit = match movie {
        Some(movie) => release_if_unused(commit, &movie, to),
        None => claim::release(commit, claim::of_folder(to.root_id, &to.folder)),
    };
    flow.store.commit(commit).await?;
    Ok(())
}

fn release_if_unused(commit: Commit, movie: &Movie, place: &Place) -> Commit {
    let is_used = movie.versions.iter().any(|version| {
        version.root_folder_id == place.root_id
            && version.folder.to_lowercase() == place.folder.to_lowercase()
    });
    if is_used { commit } else { claim::release(commit, claim::of_folder(place.root_id, &place.folder)) }
}

/// Writes down where the folder is, with whatever else `change` does to the movie; it answers with that in words.
pub(in crate::flow) async fn record(
    flow: &Flow,
    by: &By,
    intent: &FolderIntent,
    moved: Moved,
    change: impl Fn(&mut Movie, &By) -> Vec<String>,
) -> Result<Option<Movie>, FlowError> {
    let FolderWork::Move { slot, from, to, .. } = &intent.work else { return Ok(None) };
    let mut tries = 0;
    loop {
        tries += 1;
        let Some(mut movie) = flow.store.load::<Movie>(intent.movie_id).await? else {
            take_back(flow, by, intent).await?;
            return Ok(None);
        };
        match flow.store.load::<FolderIntent>(intent.movie_id).await? {
            Some(found) if found.doc_version == intent.doc_version => {}
            Some(_) => return Err(taken()),
            // Somebody else recorded it.
            None => return Ok(Some(movie)),
        }
        let mut changes = change(&mut movie, by);
        if let Some(version) = movie.versions.iter_mut().find(|version| version.slot == *slot) {
            version.root_folder_id = to.root_id;
            version.folder.clone_from(&to.folder);
        }
        changes.push(format!("folder: {}, was {}", to.path().display(), from.path().display()));
        let edited = EventKind::MovieEdited { title: movie.facts.title.clone(), changes };
        let mut commit = by
            .commit(flow.now())
            .put(&movie, Expect::Version(movie.doc_version))
            .event(Some(movie.id), edited);
        commit = release_if_unused(commit, &movie, from);
        commit = match moved {
            Moved::Renamed => intent.ended(commit),
            Moved::Copied => {
                let work = FolderWork::RemoveMoved { from: from.clone(), to: to.clone() };
                commit.put(&FolderIntent { work, ..intent.clone() }, Expect::Version(intent.doc_version))
            }
        };
        match flow.store.commit(commit).await {
            Err(error) if error.is_conflict() && tries < RECORD_TRIES => {}
            Err(error) => return Err(error.into()),
            Ok(committed) => {
                movie.doc_version = committed.version;
                info!(movie = %movie.id, from = %from.path().display(), to = %to.path().display(), "moved");
                if moved == Moved::Copied {
                    let rest = FolderIntent { doc_version: committed.version, ..intent.clone() };
                    remove_old(flow, by, &rest, from, to).await?;
                }
                return Ok(Some(movie));
            }
        }
    }
}

/// Removes of the old folder what lies in the new one. Anything else in it stays.
pub(super) async fn remove_old(
    flow: &Flow,
    by: &By,
    intent: &FolderIntent,
    from: &Place,
    to: &Place,
) -> Result<(), FlowError> {
    still_ours(flow, intent).await?;
    let (from, to) = (from.clone(), to.clone());
    blocking(move || {
        let (old, new) = (from.path(), to.path());
        for root in [&from.root, &to.root] {
            if !Path::new(root).is_dir() {
                return Err(FileError::NotThere { path: PathBuf::from(root) });
            }
        }
        // The last folder of a root folder leaves it empty.
        if !old.exists() {
            return Ok(());
        }
        for file in scanned(&old)?.files {
            let copy = new.join(&file.relative_path);
            if copy.metadata().is_ok_and(|found| found.len() == file.size_bytes) {
                remove_name(&old.join(&file.relative_path))?;
                let folder = old.join(&file.relative_path);
                remove_empty_folders(Path::new(&from.root), folder.parent().unwrap_or(&old))?;
            }
        }
        remove_empty_folders(Path::new(&from.root), &old)
    })
    .await?;
    flow.store.commit(intent.ended(by.commit(flow.now()))).await?;
    Ok(())
}
