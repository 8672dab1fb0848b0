//! A movie leaves the library, with its files or without them.
//!
//! With `delete_files` everything in the movie's folders goes, as a preview lists it: to the recycle bin, or for ever
//! where a root folder has none. When that is more files than `delete_without_asking_max`, it is done only if a preview
//! of this movie was asked for in the last minutes and the folders still hold exactly what it showed (D15). The
//! request has no token for that; the daemon remembers the preview.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::{
    Blocked, DocVersion, EventKind, Grab, GrabState, LibrarySettings, Movie, MovieId, PendingRelease,
    RootFolder,
};
use radarr_proto::request::{DeleteMovie, DeletedMovie};
use serde::{Deserialize, Serialize};
use tracing::info;

use super::add::called;
use super::files::movie;
use super::folder_work::{FolderIntent, FolderWork, GoingFolder, Place, deleting, settle_quickly};
use super::import::{ImportIntent, SlotId};
use super::recycle::bin_of;
use super::{By, Flow, FlowError, claim, decision_record};
use crate::files::{FileError, ScanError, TEMP_PREFIX, bin_path, blocking, scan};
use crate::storage::{Collection, Commit, Document, Expect, Only, StoreError};

/// A preview is good for that long.
const PREVIEW_LASTS: SignedDuration = SignedDuration::from_mins(15);
/// Grabs and downloads of the movie may move on meanwhile; they do not do so more often in a row.
const TRIES_MAX: u32 = 10;

/// What a person was shown of a deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Preview {
    movie_id: MovieId,
    /// Tells one state of the folders from another.
    fingerprint: u64,
    at: Timestamp,
}

impl Preview {
    fn key(id: MovieId) -> String {
        format!("delete-preview/{id}")
    }
}

impl Document for Preview {
    type Id = String;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> String {
        Self::key(self.movie_id)
    }
}

/// What would go.
#[derive(Debug, Clone, Default)]
struct Going {
    folders: Vec<GoingFolder>,
    /// Absolute, with their sizes.
    files: Vec<(String, u64)>,
}

impl Going {
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.files.hash(&mut hasher);
        hasher.finish()
    }

    fn recycled_to(&self) -> Option<String> {
        self.folders.iter().find(|folder| folder.is_recycled).map(|folder| folder.away.clone())
    }
}

/// Takes a movie out of the library, or shows what that would do.
pub async fn delete_movie(flow: &Flow, by: &By, request: DeleteMovie) -> Result<DeletedMovie, FlowError> {
    if request.delete_files && !request.preview {
        settle_quickly(flow, request.id).await?;
    }
    let movie = movie(flow, request.id).await?;
    let roots: Vec<RootFolder> = flow.store.load_all().await?;
    let settings: LibrarySettings = flow.store.load(Only).await?.unwrap_or_default();

    let going = if request.delete_files { look(flow, &movie, &roots).await? } else { Going::default() };

    if !request.preview {
        confirm(flow, &movie, &going, settings.delete_without_asking_max).await?;
        take_out(flow, by, movie.clone(), &going).await?;
    } else if request.delete_files {
        let preview = Preview { movie_id: movie.id, fingerprint: going.fingerprint(), at: flow.now() };
        flow.store.commit(by.commit(flow.now()).put(&preview, Expect::Any)).await?;
    }
    Ok(DeletedMovie {
        title: called(&movie.facts),
        recycled_to: going.recycled_to(),
        files: going.files.into_iter().map(|(path, _)| path).collect(),
        preview: request.preview,
    })
}

/// A folder that is to be looked into.
struct Looked {
    place: Place,
    bin: Option<PathBuf>,
    /// A version without a file may lie in a root folder that is empty because it is new.
    has_file: bool,
}

/// Looks into the movie's folders. Of a root folder that is not mounted nothing can be deleted.
async fn look(flow: &Flow, movie: &Movie, roots: &[RootFolder]) -> Result<Going, FlowError> {
    let today = TimeZone::UTC.to_datetime(flow.now()).date();
    let mut places: Vec<Looked> = Vec::new();
    for version in &movie.versions {
        let Some(root) = roots.iter().find(|root| root.id == version.root_folder_id) else { continue };
        let place = Place { root_id: root.id, root: root.path.clone(), folder: version.folder.clone() };
        let has_file = version.file.is_some();
        match places.iter_mut().find(|other| other.place == place) {
            Some(other) => other.has_file |= has_file,
            None => places.push(Looked { place, bin: bin_of(root), has_file }),
        }
    }
    let id = movie.id;
    Ok(blocking(move || {
        let mut going = Going::default();
        for (number, Looked { place, bin, has_file }) in places.into_iter().enumerate() {
            if !std::fs::read_dir(&place.root).is_ok_and(|mut entries| entries.next().is_some()) {
                if !has_file {
                    continue;
                }
                return Err(FileError::NotThere { path: place.root.into() });
            }
            let folder = place.path();
            let files = match scan(&folder) {
                Ok(scan) => scan.files,
                Err(ScanError::NotThere { .. }) => continue,
                Err(error) => {
                    let source = std::io::Error::other(error.to_string());
                    return Err(FileError::Io { doing: "look into", path: folder, source });
                }
            };
            let absolute = |relative: &str| folder.join(relative).to_string_lossy().into_owned();
            going.files.extend(files.iter().map(|file| (absolute(&file.relative_path), file.size_bytes)));
            let flat = place.folder.replace('/', " ");
            let is_recycled = bin.is_some();
            let away = match bin {
                Some(bin) => bin_path(&bin, today, "", Path::new(&flat)),
                None => Path::new(&place.root).join(format!("{TEMP_PREFIX}deleted-{id}-{number}")),
            };
            going.folders.push(GoingFolder { place, away: away.to_string_lossy().into_owned(), is_recycled });
        }
        Ok(going)
    })
    .await?)
}

/// Whether so many files may go.
async fn confirm(flow: &Flow, movie: &Movie, going: &Going, files_max: u32) -> Result<(), FlowError> {
    if going.files.len() <= usize::try_from(files_max).unwrap_or(usize::MAX) {
        return Ok(());
    }
    let preview: Option<Preview> = flow.store.load(Preview::key(movie.id)).await?;
    let fresh = preview.filter(|preview| flow.now().duration_since(preview.at) <= PREVIEW_LASTS);
    let (name, count) = (called(&movie.facts), going.files.len());
    let message = match fresh {
        Some(preview) if preview.fingerprint == going.fingerprint() => return Ok(()),
        Some(_) => format!("the files of {name} are not those that were shown any more"),
        None => {
            format!("the folder of {name} holds {count} files, more than {files_max} are deleted unasked")
        }
    };
    let hint = format!(
        "ask for a preview, look at it, then repeat: radarr-tui movie delete {} --delete-files does both",
        movie.id
    );
    Err(FlowError::Refused(ApiError::new(ErrorCode::NeedsConfirmation, message).with_hint(hint)))
}

async fn take_out(flow: &Flow, by: &By, mut movie: Movie, going: &Going) -> Result<(), FlowError> {
    let has_files = !going.folders.is_empty();
    if !has_files {
        refuse_while_files_go(flow, &movie).await?;
    }
    let mut intent = None;
    if has_files {
        let begun = begin(flow, by, &movie, going).await?;
        if let Err(error) = deleting::put_away(&going.folders).await {
            deleting::take_back(flow, by, &begun, &going.folders).await?;
            return Err(error.into());
        }
        intent = Some(begun);
    }
    let expect = intent.as_ref().map_or(Expect::Any, |begun| Expect::Version(begun.doc_version));
    let mut tries = 0;
    let recorded = loop {
        tries += 1;
        let commit = gone(flow, by, &movie, going, expect).await?;
        match flow.store.commit(commit).await {
            Err(StoreError::Conflict { key, .. })
                if key.collection != Collection::FolderIntent && tries < TRIES_MAX =>
            {
                match flow.store.load::<Movie>(movie.id).await {
                    Ok(Some(again)) => movie = again,
                    // Somebody else took it out.
                    Ok(None) => break Ok(None),
                    Err(error) => break Err(error),
                }
            }
            result => break result.map(|committed| Some(committed.version)),
        }
    };
    let version = match (recorded, &intent) {
        (Ok(version), _) => version,
        // After any other trouble the storage may have kept it all the same: then the intent says what is left, and
        // is settled at the next start.
        (Err(error), Some(begun)) if error.is_conflict() => {
            deleting::take_back(flow, by, begun, &going.folders).await?;
            return Err(busy(error, &movie));
        }
        (Err(error), _) => return Err(busy(error, &movie)),
    };
    info!(movie = %movie.id, title = movie.facts.title, files = going.files.len(), "deleted");
    if let (Some(begun), Some(work)) = (intent, deleting::rest(&going.folders)) {
        let doc_version = version.unwrap_or(begun.doc_version);
        let rest = FolderIntent { work, doc_version, ..begun };
        deleting::discard(flow, by, &rest, &going.folders).await?;
    }
    Ok(())
}

async fn refuse_while_files_go(flow: &Flow, movie: &Movie) -> Result<(), FlowError> {
    match flow.store.load::<FolderIntent>(movie.id).await?.map(|intent| intent.work) {
        Some(FolderWork::Delete { .. } | FolderWork::Discard { .. }) => Err(FlowError::conflict(
            format!("{} is being deleted with its files", called(&movie.facts)),
            "wait until that is done",
        )),
        Some(FolderWork::Move { .. } | FolderWork::RemoveMoved { .. } | FolderWork::Rename { .. }) | None => {
            Ok(())
        }
    }
}

/// Writes down what is to be done, and keeps imports out of the folders.
async fn begin(flow: &Flow, by: &By, movie: &Movie, going: &Going) -> Result<FolderIntent, FlowError> {
    let mut intent = FolderIntent {
        movie_id: movie.id,
        work: FolderWork::Delete { folders: going.folders.clone() },
        actor: by.actor.clone(),
        planned_at: flow.now(),
        owner: flow.queue.owner().to_owned(),
        doc_version: DocVersion(0),
    };
    let commit = by
        .commit(flow.now())
        .put(&intent, Expect::Absent)
        .guard::<Movie>(movie.id, Expect::Version(movie.doc_version));
    let commit = without_imports(commit, movie);
    intent.doc_version = flow.store.commit(commit).await.map_err(|error| busy(error, movie))?.version;
    Ok(intent)
}

/// Holds only while no import into the movie is under way.
pub(super) fn without_imports(commit: Commit, movie: &Movie) -> Commit {
    movie.versions.iter().fold(commit, |commit, version| {
        let slot = SlotId { movie_id: movie.id, slot: version.slot };
        commit.guard::<ImportIntent>(slot, Expect::Absent)
    })
}

/// What a refused intent means.
pub(super) fn busy(error: StoreError, movie: &Movie) -> FlowError {
    let StoreError::Conflict { key, .. } = &error else { return error.into() };
    let name = called(&movie.facts);
    if key.collection == Collection::ImportIntent {
        FlowError::conflict(
            format!("an import of {name} is at work in its folder"),
            "wait until it is done, then repeat",
        )
    } else if key.collection == Collection::FolderIntent {
        FlowError::conflict(
            format!("the folder of {name} is being moved or deleted"),
            "wait until that is done, then repeat",
        )
    } else {
        error.into()
    }
}

/// The movie goes, and with it all that is only there for it; if the intent is still as it was written: who settled it
/// in between put the folders back.
async fn gone(
    flow: &Flow,
    by: &By,
    movie: &Movie,
    going: &Going,
    intent: Expect,
) -> Result<Commit, FlowError> {
    let title = movie.facts.title.clone();
    let mut commit = by
        .commit(flow.now())
        .delete::<Movie>(movie.id, Expect::Version(movie.doc_version))
        .delete::<Preview>(Preview::key(movie.id), Expect::Any);
    commit = claim::release(commit, claim::of_tmdb(movie.facts.tmdb_id));
    let mut folders: Vec<String> = movie
        .versions
        .iter()
        .map(|version| claim::of_folder(version.root_folder_id, &version.folder))
        .collect();
    folders.sort();
    folders.dedup();
    commit = folders.into_iter().fold(commit, claim::release);

    let grabs = flow.open_grabs().await?;
    for mut grab in grabs.into_iter().filter(|grab| grab.movie_id == movie.id) {
        commit = close(commit, &mut grab);
    }
    let mut pending = Vec::new();
    flow.store
        .for_each::<PendingRelease>(|release| {
            if release.decision.movie_id == Some(movie.id) {
                pending.push(release.id);
            }
        })
        .await?;
    for id in pending {
        commit = commit.delete::<PendingRelease>(id, Expect::Any);
    }
    for version in &movie.versions {
        commit = commit.and(decision_record::forget(movie.id, version.slot, flow.now()));
    }
    let mut blocked = Vec::new();
    flow.store
        .for_each::<Blocked>(|block| {
            if block.movie_id == movie.id {
                blocked.push(block.id);
            }
        })
        .await?;
    for id in blocked {
        commit = commit.delete::<Blocked>(id, Expect::Any);
    }

    for version in &movie.versions {
        let place = |folder: &&GoingFolder| {
            folder.place.root_id == version.root_folder_id && folder.place.folder == version.folder
        };
        let (Some(file), Some(folder)) = (&version.file, going.folders.iter().find(place)) else { continue };
        let path = folder.place.path().join(&file.relative_path).to_string_lossy().into_owned();
        let recycled = Path::new(&folder.away).join(&file.relative_path).to_string_lossy().into_owned();
        let recycled_to = folder.is_recycled.then_some(recycled);
        let deleted = EventKind::FileDeleted { title: title.clone(), path, recycled_to };
        commit = commit.event(Some(movie.id), deleted);
    }
    commit = match deleting::rest(&going.folders) {
        Some(work) => {
            let (movie_id, actor, owner) = (movie.id, by.actor.clone(), flow.queue.owner().to_owned());
            let doc_version = DocVersion(0);
            let rest = FolderIntent { movie_id, work, actor, planned_at: flow.now(), owner, doc_version };
            commit.put(&rest, intent)
        }
        // Without its files a movie goes in the middle of a move, too: a disk may never come back.
        None => commit.delete::<FolderIntent>(movie.id, intent),
    };
    let files_deleted = !going.folders.is_empty();
    let deleted = EventKind::MovieDeleted { title, year: movie.facts.year, files_deleted };
    Ok(commit.event(Some(movie.id), deleted))
}

/// The download goes on in the client; it is nothing of ours any more.
fn close(commit: Commit, grab: &mut Grab) -> Commit {
    grab.state = GrabState::Removed;
    grab.warning = None;
    let removed = EventKind::QueueRemoved { grab_id: grab.id, release: grab.release.title.clone() };
    commit.put(grab, Expect::Version(grab.doc_version)).event(Some(grab.movie_id), removed)
}

#[cfg(test)]
mod tests;
