//! What lies in the movies' folders: files that a person put there are found, files that are gone are noticed.
//!
//! Nothing on the disk is changed. A root folder that is missing or empty is taken as not mounted, and a run over the
//! library in which many files seem to be gone changes nothing in that root folder: [`held_back`] says so to the
//! health page. `look.rs` asks the disk, `judge.rs` makes a file of what was found; [`library`] is the run over all.

mod judge;
pub mod library;
mod look;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use radarr_proto::model::{
    EventKind, LibrarySettings, Movie, MovieFile, MovieId, MovieVersion, ProfileId, QualityProfile,
    RootFolder, RootFolderId,
};
use tracing::{info, warn};

use self::judge::Judge;
use self::look::{Folder, Presence};
use super::folder_work::FolderIntent;
use super::format_cache::ReadyFormats;
use super::import::{ImportIntent, SlotId};
use super::{By, Flow, FlowError};
use crate::files::{FoundFile, Scan};
use crate::storage::{Change, Commit, Document, Expect, NewEvent, Only, Write};

pub use library::{HeldBack, held_back, rescan_library};

/// Somebody edits the movie while its folder is looked at; nobody does so more often in a row.
const TRIES_MAX: u32 = 5;

/// What a look into a movie's folder showed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rescanned {
    /// Files that a person put there, absolute.
    pub found: Vec<String>,
    /// Files that are gone, absolute.
    pub vanished: Vec<String>,
    /// Files that have another name than before, absolute.
    pub renamed: Vec<String>,
    /// What could not be told, or was not taken, one sentence each.
    pub notes: Vec<String>,
}

impl Rescanned {
    /// One sentence on it.
    pub fn sentence(&self) -> String {
        let count = |files: &[String], what: &str| match files {
            [] => None,
            [one] => Some(format!("{what} {one}")),
            [one, ..] => Some(format!("{what} {} files, such as {one}", files.len())),
        };
        let parts: Vec<String> = [
            count(&self.found, "found"),
            count(&self.vanished, "did not find any more"),
            count(&self.renamed, "found under another name"),
        ]
        .into_iter()
        .flatten()
        .chain(self.notes.iter().cloned())
        .collect();
        if parts.is_empty() { "nothing changed".to_owned() } else { parts.join("; ") }
    }
}

/// What every movie is looked at with; read once for a run.
pub(super) struct Rules {
    roots: HashMap<RootFolderId, RootFolder>,
    profiles: HashMap<ProfileId, QualityProfile>,
    formats: Arc<ReadyFormats>,
    settings: LibrarySettings,
}

impl Rules {
    pub(super) async fn read(flow: &Flow) -> Result<Self, FlowError> {
        let roots: Vec<RootFolder> = flow.store.load_all().await?;
        let profiles: Vec<QualityProfile> = flow.store.load_all().await?;
        let formats = flow.formats.ready(&flow.store).await?;
        for fault in &formats.faults {
            warn!(%fault, "a custom format is passed over");
        }
        Ok(Self {
            roots: roots.into_iter().map(|root| (root.id, root)).collect(),
            profiles: profiles.into_iter().map(|profile| (profile.id, profile)).collect(),
            formats,
            settings: flow.store.load(Only).await?.unwrap_or_default(),
        })
    }
}

/// Whose files may be noticed as gone.
#[derive(Debug, Clone, Copy)]
enum MayVanish<'a> {
    /// A person asked about this movie.
    Any,
    /// A run over the library counted these, absolute, and found them few enough.
    Only(&'a HashSet<PathBuf>),
}

/// Looks into the folders of one movie.
pub async fn rescan_movie(flow: &Flow, by: &By, id: MovieId) -> Result<Rescanned, FlowError> {
    super::folder_work::settle(flow, id).await?;
    let rules = Rules::read(flow).await?;
    rescan(flow, by, id, &rules, MayVanish::Any).await
}

async fn rescan(
    flow: &Flow,
    by: &By,
    id: MovieId,
    rules: &Rules,
    may_vanish: MayVanish<'_>,
) -> Result<Rescanned, FlowError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mut movie = super::files::movie(flow, id).await?;
        let mut round = Round::new(flow, by, &movie);
        for number in 0..movie.versions.len() {
            look_at_version(flow, rules, may_vanish, &mut movie, number, &mut round).await?;
        }
        if round.is_unchanged {
            return Ok(round.rescanned);
        }
        let commit = round
            .commit
            .put(&movie, Expect::Version(movie.doc_version))
            .guard::<FolderIntent>(id, Expect::Absent);
        match flow.store.commit(commit).await {
            Err(error) if error.is_conflict() && tries < TRIES_MAX => {}
            Err(error) => return Err(error.into()),
            Ok(_) => {
                let Rescanned { found, vanished, renamed, .. } = &round.rescanned;
                info!(movie = %id, ?found, ?vanished, ?renamed, "a folder was looked into");
                return Ok(round.rescanned);
            }
        }
    }
}

/// One try: what was seen so far, and what will be committed.
struct Round {
    commit: Commit,
    movie_id: MovieId,
    title: String,
    rescanned: Rescanned,
    is_unchanged: bool,
}

impl Round {
    fn new(flow: &Flow, by: &By, movie: &Movie) -> Self {
        Self {
            commit: by.commit(flow.now()),
            movie_id: movie.id,
            title: movie.facts.title.clone(),
            rescanned: Rescanned::default(),
            is_unchanged: true,
        }
    }

    fn event(&mut self, kind: EventKind) {
        self.commit.events.push(NewEvent { movie_id: Some(self.movie_id), kind, at: None });
    }

    fn vanished(&mut self, path: &Path) {
        let path = path.to_string_lossy().into_owned();
        self.event(EventKind::FileVanished { title: self.title.clone(), path: path.clone() });
        self.rescanned.vanished.push(path);
    }

    fn found(&mut self, path: &Path, file: &MovieFile) {
        let path = path.to_string_lossy().into_owned();
        let (title, quality) = (self.title.clone(), file.quality);
        self.event(EventKind::FileFound { title, path: path.clone(), quality });
        self.rescanned.found.push(path);
    }

    fn renamed(&mut self, from: &Path, to: &Path) {
        let (from, to) = (from.to_string_lossy().into_owned(), to.to_string_lossy().into_owned());
        self.event(EventKind::FileRenamed { title: self.title.clone(), from, to: to.clone() });
        self.rescanned.renamed.push(to);
    }
}

/// Looks at one version, and writes what is so into `movie` and `round`.
async fn look_at_version(
    flow: &Flow,
    rules: &Rules,
    may_vanish: MayVanish<'_>,
    movie: &mut Movie,
    number: usize,
    round: &mut Round,
) -> Result<(), FlowError> {
    let Some(version) = movie.versions.get(number).cloned() else { return Ok(()) };
    let slot = SlotId { movie_id: movie.id, slot: version.slot };
    if flow.store.load::<ImportIntent>(slot).await?.is_some() {
        round.rescanned.notes.push("an import is at work there".to_owned());
        return Ok(());
    }
    let Some(root) = rules.roots.get(&version.root_folder_id) else {
        round
            .rescanned
            .notes
            .push("its root folder was removed; edit the movie and choose another".to_owned());
        return Ok(());
    };
    let folder = Path::new(&root.path).join(&version.folder);
    let scan = match look::folder(Path::new(&root.path), &folder).await? {
        Folder::Seen(scan) => scan,
        Folder::Unknown(why) => {
            round.rescanned.notes.push(why);
            return Ok(());
        }
    };

    let others = taken_by_others(movie, number, rules);
    let files: Vec<&FoundFile> =
        scan.files.iter().filter(|file| !others.contains(&folder.join(&file.relative_path))).collect();
    let judge = Judge { flow, rules, movie, version: &version, folder: &folder, files: &files };
    let now_is = match &version.file {
        Some(file) => match look::presence(folder.join(&file.relative_path)).await? {
            Presence::There { size_bytes } => Some(judge.again(file, size_bytes).await?),
            Presence::Unknown(why) => {
                round.rescanned.notes.push(why);
                return Ok(());
            }
            Presence::Gone => gone(&judge, may_vanish, &scan, file, round).await?,
        },
        None => judge.find(round).await?.inspect(|file| {
            round.found(&folder.join(&file.relative_path), file);
        }),
    };

    if now_is != version.file {
        if let (Some(before), Some(now)) = (&version.file, &now_is) {
            tell_of_extras(round, &folder, before, now);
        }
        let key = ImportIntent::key_of(&slot);
        round.commit.writes.push(Write { key, expect: Expect::Absent, change: Change::Keep });
        round.is_unchanged = false;
        if let Some(stored) = movie.versions.get_mut(number) {
            stored.file = now_is;
        }
    }
    Ok(())
}

/// A file that is not where it was: it has another name, another one is there, or nothing.
async fn gone(
    judge: &Judge<'_>,
    may_vanish: MayVanish<'_>,
    scan: &Scan,
    file: &MovieFile,
    round: &mut Round,
) -> Result<Option<MovieFile>, FlowError> {
    let old = judge.folder.join(&file.relative_path);
    if let Some(renamed) = judge.renamed(file).await? {
        round.renamed(&old, &judge.folder.join(&renamed.relative_path));
        return Ok(Some(renamed));
    }
    // What can't be read may be what is missed.
    if !scan.unreadable.is_empty() {
        round.rescanned.notes.push(format!("{} can't be read in full", judge.folder.display()));
        return Ok(Some(file.clone()));
    }
    match may_vanish {
        MayVanish::Only(counted) if !counted.contains(&old) => return Ok(Some(file.clone())),
        MayVanish::Only(_) | MayVanish::Any => {}
    }
    round.vanished(&old);
    let found = judge.find(round).await?;
    if let Some(found) = &found {
        round.found(&judge.folder.join(&found.relative_path), found);
    }
    Ok(found)
}

/// Subtitles that a person put beside the file, or took away.
fn tell_of_extras(round: &mut Round, folder: &Path, before: &MovieFile, now: &MovieFile) {
    if before.relative_path != now.relative_path {
        return;
    }
    let has = |file: &MovieFile, path: &str| file.extras.iter().any(|extra| extra.relative_path == path);
    for extra in now.extras.iter().filter(|extra| !has(before, &extra.relative_path)) {
        round.found(&folder.join(&extra.relative_path), now);
    }
    for extra in before.extras.iter().filter(|extra| !has(now, &extra.relative_path)) {
        round.vanished(&folder.join(&extra.relative_path));
    }
}

/// Absolute paths of the files of the movie's other versions: two may share a folder.
fn taken_by_others(movie: &Movie, number: usize, rules: &Rules) -> HashSet<PathBuf> {
    let others = movie.versions.iter().enumerate().filter(|(other, _)| *other != number);
    others.flat_map(|(_, version)| paths(version, rules)).collect()
}

/// Absolute paths of a version's files.
fn paths(version: &MovieVersion, rules: &Rules) -> Vec<PathBuf> {
    let (Some(root), Some(file)) = (rules.roots.get(&version.root_folder_id), &version.file) else {
        return Vec::new();
    };
    let folder = Path::new(&root.path).join(&version.folder);
    let extras = file.extras.iter().map(|extra| folder.join(&extra.relative_path));
    std::iter::once(folder.join(&file.relative_path)).chain(extras).collect()
}

#[cfg(test)]
mod tests;
