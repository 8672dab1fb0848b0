//! Folders of movies that are moved, or that go with their movie: written down before the disk is touched, so that a
//! crash at any moment loses nothing (D6).
//!
//! A movie has at most one such [`FolderIntent`]; imports and looks into its folder wait for it. What a crash left is
//! settled by [`recover_folders`] at start and by the next look into the movie's folder. `moving.rs` finishes a move,
//! `renaming.rs` finishes new names; a deletion that was not acknowledged is taken back (`deleting.rs`).

pub(super) mod deleting;
pub(super) mod moving;
pub(super) mod renaming;

use jiff::Timestamp;
use radarr_proto::model::{DocVersion, JobKind, MovieId, RootFolderId, Slot};
use serde::{Deserialize, Serialize};
use tracing::{info, warn};

use super::{By, Flow, FlowError};
use crate::jobs::Priority;
use crate::presence;
use crate::storage::{Collection, Commit, Document, Expect, StoreError};

/// What is to be done with a movie's folders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderIntent {
    /// Whose.
    pub movie_id: MovieId,
    /// What.
    pub work: FolderWork,
    /// Who wants it.
    pub actor: String,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// The daemon that works on it, by its name in leases.
    #[serde(default)]
    pub owner: String,
    /// Version of the stored document: another one means that another daemon took it over.
    #[serde(skip)]
    pub doc_version: DocVersion,
}

/// A folder below a root folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The root folder.
    pub root_id: RootFolderId,
    /// Its path.
    pub root: String,
    /// Relative to it.
    pub folder: String,
}

/// A folder that goes with its movie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoingFolder {
    /// Where it lies.
    pub place: Place,
    /// Absolute path of the name that it gets: in the recycle bin, or a temporary one.
    pub away: String,
    /// Whether it stays there.
    pub is_recycled: bool,
}

/// A file of a movie that gets another name in its folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenamedFile {
    /// Of which version.
    pub slot: Slot,
    /// The folder.
    pub place: Place,
    /// Relative to it.
    pub from: String,
    /// Relative to it.
    pub to: String,
    /// The movie itself, not what goes with it.
    pub is_video: bool,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum FolderWork {
    /// The folder of a version gets another place.
    Move {
        /// Which version.
        slot: Slot,
        /// Where it lies.
        from: Place,
        /// Where it will lie.
        to: Place,
        /// The version has a file: a folder that is not there is on a disk that is not mounted.
        has_file: bool,
    },
    /// It was copied to another file system and recorded; the old one goes.
    RemoveMoved {
        /// Where it lay.
        from: Place,
        /// Where it lies.
        to: Place,
    },
    /// The movie goes with its folders.
    Delete {
        /// Which.
        folders: Vec<GoingFolder>,
    },
    /// Files get other names in their folder.
    Rename {
        /// Which, a video before what goes with it.
        files: Vec<RenamedFile>,
    },
    /// The movie is gone; what was not recycled is removed.
    Discard {
        /// Which.
        folders: Vec<GoingFolder>,
    },
}

impl Document for FolderIntent {
    type Id = MovieId;
    const COLLECTION: Collection = Collection::FolderIntent;
    fn id(&self) -> MovieId {
        self.movie_id
    }

    fn set_version(&mut self, version: DocVersion) {
        self.doc_version = version;
    }
}

impl FolderIntent {
    /// What ends it: only as long as nobody else has taken it over.
    pub(in crate::flow) fn ended(&self, commit: Commit) -> Commit {
        commit.delete::<Self>(self.movie_id, Expect::Version(self.doc_version))
    }
}

/// Looks before the disk is touched whether the work is still this daemon's: one that was paused for long finds that
/// another has taken it over.
pub(in crate::flow) async fn still_ours(flow: &Flow, intent: &FolderIntent) -> Result<(), FlowError> {
    match flow.store.load::<FolderIntent>(intent.movie_id).await? {
        Some(found) if found.doc_version == intent.doc_version => Ok(()),
        Some(_) | None => Err(taken()),
    }
}

fn taken() -> FlowError {
    FlowError::conflict("another daemon went on with it", "repeat it in a moment")
}

impl Place {
    /// Absolute path.
    pub(super) fn path(&self) -> std::path::PathBuf {
        std::path::Path::new(&self.root).join(&self.folder)
    }
}

/// Settles everything that a crash left half done. Runs at start, before imports begin, and whenever a daemon that
/// shares the storage has died.
pub async fn recover_folders(flow: &Flow) -> Result<u32, FlowError> {
    let mut settled = 0;
    let intents = flow.store.load_all::<FolderIntent>().await?;
    if intents.is_empty() {
        return Ok(settled);
    }
    let living = presence::living(&flow.store, flow.now()).await?;
    for intent in intents {
        // Where several daemons share the storage, ours and those of the living are under way.
        let is_ours = intent.owner == flow.queue.owner();
        if flow.store.is_shared() && (is_ours || living.contains(&intent.owner)) {
            continue;
        }
        let movie = intent.movie_id;
        let settling = async {
            if let Some(intent) = taken_over(flow, intent).await? {
                settle_or_queue(flow, intent).await?;
            }
            Ok::<(), FlowError>(())
        };
        match settling.await {
            Ok(()) => settled += 1,
            Err(error) => warn!(%movie, %error, "the folder of a movie could not be settled yet"),
        }
    }
    if settled > 0 {
        info!(settled, "settled interrupted moves and deletions of folders");
    }
    Ok(settled)
}

/// Settles what is open for one movie as far as that does not take long.
pub(super) async fn settle_quickly(flow: &Flow, id: MovieId) -> Result<(), FlowError> {
    match open(flow, id).await? {
        Some(intent) => settle_or_queue(flow, intent).await,
        None => Ok(()),
    }
}

/// What is open for one movie, as this daemon's own.
async fn open(flow: &Flow, id: MovieId) -> Result<Option<FolderIntent>, FlowError> {
    match flow.store.load::<FolderIntent>(id).await? {
        Some(intent) => taken_over(flow, intent).await,
        None => Ok(None),
    }
}

/// The intent as this daemon's own. One that is under way on another daemon is left to it; `None` = it was settled in
/// the meantime.
async fn taken_over(flow: &Flow, intent: FolderIntent) -> Result<Option<FolderIntent>, FlowError> {
    let us = flow.queue.owner();
    if !flow.store.is_shared() || intent.owner == us {
        return Ok(Some(intent));
    }
    if presence::living(&flow.store, flow.now()).await?.contains(&intent.owner) {
        return Err(FlowError::conflict(
            "another daemon is moving or deleting the movie's folder at this moment",
            "repeat it in a moment",
        ));
    }
    let mut ours = FolderIntent { owner: us.to_owned(), ..intent };
    let by = by(&ours);
    let taking = by.commit(flow.now()).put(&ours, Expect::Version(ours.doc_version));
    match flow.store.commit(taking).await {
        Ok(committed) => {
            ours.doc_version = committed.version;
            Ok(Some(ours))
        }
        Err(StoreError::Conflict { found: None, .. }) => Ok(None),
        Err(error) if error.is_conflict() => Err(taken()),
        Err(error) => Err(error.into()),
    }
}

/// Settles what is open for one movie, a copy to another file system included. Only the job that looks into the
/// movie's folder does this: of equal jobs one runs at a time.
pub(super) async fn settle(flow: &Flow, id: MovieId) -> Result<(), FlowError> {
    match open(flow, id).await? {
        Some(intent) => match &intent.work {
            FolderWork::Move { .. } => moving::finish(flow, &by(&intent), &intent).await,
            FolderWork::RemoveMoved { .. }
            | FolderWork::Delete { .. }
            | FolderWork::Rename { .. }
            | FolderWork::Discard { .. } => settle_or_queue(flow, intent).await,
        },
        None => Ok(()),
    }
}

/// In the name of the one who wanted it.
fn by(intent: &FolderIntent) -> By {
    By { actor: intent.actor.clone(), ..By::system() }
}

/// A copy keeps nobody waiting; it is left to a job.
async fn settle_or_queue(flow: &Flow, intent: FolderIntent) -> Result<(), FlowError> {
    let by = by(&intent);
    match &intent.work {
        FolderWork::Move { .. } => {
            if !moving::finish_at_once(flow, &by, &intent).await? {
                let now = flow.now();
                let look = JobKind::RescanMovie { movie_id: intent.movie_id };
                flow.queue.enqueue(look, Priority::Story, now, &intent.actor, now).await?;
            }
            Ok(())
        }
        FolderWork::RemoveMoved { from, to } => moving::remove_old(flow, &by, &intent, from, to).await,
        FolderWork::Delete { folders } => deleting::take_back(flow, &by, &intent, folders).await,
        FolderWork::Rename { .. } => renaming::finish(flow, &by, &intent).await,
        FolderWork::Discard { folders } => deleting::discard(flow, &by, &intent, folders).await,
    }
}
