//! A look into all folders. First it is counted what seems to be gone; a root folder of which too much is gone keeps
//! everything as it was, and the health page says so (D15).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use radarr_proto::model::{JobKind, Movie, MovieId, RootFolderId};
use serde::{Deserialize, Serialize};
use tracing::{info, warn};

use super::look::{Presence, presence_now, why_unmounted};
use super::{MayVanish, Rules, paths, rescan};
use crate::files::blocking;
use crate::flow::folder_work::settle_quickly;
use crate::flow::{By, Flow, FlowError};
use crate::jobs::{JobContext, Priority};
use crate::storage::{Collection, Document, Expect, SharedStore, StoreError};

/// Movies between two reports of the progress.
const REPORT_EVERY: usize = 25;
/// Names that a health note shows.
const SAMPLES_MAX: usize = 3;

/// A root folder of which so much seems to be gone that nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    /// Which.
    pub root_id: RootFolderId,
    /// Its path.
    pub path: String,
    /// How many movie files seem to be gone.
    pub gone: u32,
    /// How many there were.
    pub known: u32,
    /// Some of them, absolute.
    pub samples: Vec<String>,
    /// When that was seen.
    pub at: Timestamp,
}

impl HeldBack {
    /// What is wrong, one sentence.
    pub fn message(&self) -> String {
        let Self { path, gone, known, samples, .. } = self;
        let samples = samples.join(", ");
        format!(
            "{gone} of {known} movie files in {path} seem to be gone, such as {samples}; nothing was changed"
        )
    }

    /// What to do, one sentence.
    pub fn hint(&self) -> &'static str {
        "see whether all disks are mounted; if you removed the files yourself, say so movie by movie (radarr-tui \
         movie rescan), or all at once: radarr-tui library set --delete-without-asking-max, then radarr-tui job run \
         rescan_library"
    }

    fn key(root: RootFolderId) -> String {
        format!("held-back/{root}")
    }
}

impl Document for HeldBack {
    type Id = String;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> String {
        Self::key(self.root_id)
    }
}

/// The root folders in which the last run changed nothing, for the health page.
pub async fn held_back(store: &SharedStore, roots: &[RootFolderId]) -> Result<Vec<HeldBack>, StoreError> {
    let mut held_back = Vec::new();
    for root in roots {
        held_back.extend(store.load::<HeldBack>(HeldBack::key(*root)).await?);
    }
    Ok(held_back)
}

/// What a run over the library did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RescannedLibrary {
    /// Movies whose folders were looked into.
    pub movies: usize,
    /// Files that were found.
    pub found: usize,
    /// Files that are gone.
    pub vanished: usize,
    /// What was left alone, and why, one sentence each.
    pub notes: Vec<String>,
}

impl RescannedLibrary {
    /// One sentence on it.
    pub fn sentence(&self) -> String {
        let Self { movies, found, vanished, notes } = self;
        let counts = format!("looked into {movies} movies: {found} files found, {vanished} gone");
        std::iter::once(counts).chain(notes.iter().cloned()).collect::<Vec<_>>().join("; ")
    }
}

/// Looks into the folders of all movies.
pub async fn rescan_library(flow: &Flow, by: &By, job: &JobContext) -> Result<RescannedLibrary, FlowError> {
    let rules = Rules::read(flow).await?;
    let mut done = RescannedLibrary::default();

    let counted = count(flow, job, &rules).await?;
    let mut left_alone: HashSet<RootFolderId> = HashSet::new();
    let mut vanished: HashSet<PathBuf> = HashSet::new();
    for (root, state) in counted {
        match state {
            RootState::Unmounted(why) => {
                done.notes.push(why);
                left_alone.insert(root);
            }
            RootState::Seen { known, gone } if gone.len() > max(&rules) => {
                let note = hold_back(flow, by, &rules, root, known, &gone).await?;
                done.notes.push(note.message());
                left_alone.insert(root);
            }
            RootState::Seen { gone, .. } => {
                let clear = by.commit(flow.now()).delete::<HeldBack>(HeldBack::key(root), Expect::Any);
                flow.store.commit(clear).await?;
                vanished.extend(gone);
            }
        }
    }

    let mut movies: Vec<(MovieId, String)> = Vec::new();
    flow.store
        .for_each::<Movie>(|movie| {
            if movie.versions.iter().any(|version| !left_alone.contains(&version.root_folder_id)) {
                movies.push((movie.id, movie.facts.title));
            }
        })
        .await?;
    for (number, (id, title)) in movies.iter().enumerate() {
        if job.should_stop() {
            return Err(FlowError::Stopped);
        }
        if number.is_multiple_of(REPORT_EVERY) {
            let steps = Some((number as u64, movies.len() as u64));
            job.progress(&format!("looking into the folder of {title}"), steps).await?;
        }
        let looked = match settle_quickly(flow, *id).await {
            Ok(()) => rescan(flow, by, *id, &rules, MayVanish::Only(&vanished)).await,
            Err(error) => Err(error),
        };
        match looked {
            Ok(rescanned) => {
                done.movies += 1;
                done.found += rescanned.found.len();
                done.vanished += rescanned.vanished.len();
            }
            // It was taken out in the meantime.
            Err(FlowError::Refused(_)) => {}
            Err(FlowError::File(error)) => {
                warn!(movie = %id, %error, hint = error.hint(), "a folder could not be looked into");
            }
            Err(error) => return Err(error),
        }
    }
    info!(done.movies, done.found, done.vanished, "looked into all folders");
    Ok(done)
}

fn max(rules: &Rules) -> usize {
    usize::try_from(rules.settings.delete_without_asking_max).unwrap_or(usize::MAX)
}

/// What the disk says of a root folder.
enum RootState {
    /// Nothing can be said of its files.
    Unmounted(String),
    /// It is there.
    Seen {
        /// Movie files that should be there.
        known: u32,
        /// Those that are not.
        gone: Vec<PathBuf>,
    },
}

/// Counts the files that are gone. Nothing is changed.
async fn count(
    flow: &Flow,
    job: &JobContext,
    rules: &Rules,
) -> Result<BTreeMap<RootFolderId, RootState>, FlowError> {
    job.progress("counting the files that should be there", None).await?;
    let mut known: HashMap<RootFolderId, Vec<PathBuf>> = HashMap::new();
    flow.store
        .for_each::<Movie>(|movie| {
            for version in &movie.versions {
                // The extras of a file do not count: they go and come with it.
                known
                    .entry(version.root_folder_id)
                    .or_default()
                    .extend(paths(version, rules).into_iter().take(1));
            }
        })
        .await?;
    let mut states = BTreeMap::new();
    for root in rules.roots.values() {
        let files = known.remove(&root.id).unwrap_or_default();
        let path = PathBuf::from(&root.path);
        let state = blocking(move || {
            if let Some(why) = why_unmounted(&path) {
                return Ok(RootState::Unmounted(why));
            }
            let known = u32::try_from(files.len()).unwrap_or(u32::MAX);
            let gone = files.into_iter().filter(|file| presence_now(file) == Presence::Gone).collect();
            Ok(RootState::Seen { known, gone })
        })
        .await?;
        states.insert(root.id, state);
    }
    Ok(states)
}

async fn hold_back(
    flow: &Flow,
    by: &By,
    rules: &Rules,
    root: RootFolderId,
    known: u32,
    gone: &[PathBuf],
) -> Result<HeldBack, FlowError> {
    let shown = |path: &PathBuf| Path::new(path).to_string_lossy().into_owned();
    let note = HeldBack {
        root_id: root,
        path: rules.roots.get(&root).map(|root| root.path.clone()).unwrap_or_default(),
        gone: u32::try_from(gone.len()).unwrap_or(u32::MAX),
        known,
        samples: gone.iter().take(SAMPLES_MAX).map(shown).collect(),
        at: flow.now(),
    };
    warn!(root = note.path, note.gone, note.known, "so many files seem to be gone that nothing was changed");
    flow.store.commit(by.commit(flow.now()).put(&note, Expect::Any)).await?;
    let now = flow.now();
    flow.queue.enqueue(JobKind::CheckHealth, Priority::Story, now, &by.actor, now).await?;
    Ok(note)
}
