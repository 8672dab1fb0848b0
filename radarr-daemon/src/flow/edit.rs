//! A person changes what is wanted of a movie, or where it lies.
//!
//! What is wanted is one commit. A folder that moves is written down first (`folder_work/`): on one file system it gets
//! its new name at once and everything is recorded together; to another one it is copied by the job that looks into the
//! movie's folder, because that takes its time, and the movie answers with its old place until then.

mod changes;

use radarr_proto::model::{
    DocVersion, EventKind, JobKind, MinimumAvailability, Movie, MovieVersion, QualityProfile, RootFolder,
    RootFolderId, Slot, Tag,
};
use radarr_proto::request::EditMovie;

use self::changes::{Names, change};
use super::add::{called, check_tags};
use super::delete::{busy, without_imports};
use super::files::movie;
use super::folder_work::{FolderIntent, FolderWork, Place, moving, settle_quickly};
use super::{By, Flow, FlowError, claim, decision_record};
use crate::domain::naming::place::relative_folder;
use crate::jobs::Priority;
use crate::storage::{Commit, Document, Expect, StoreError};

/// Somebody else edits the movie at the same time, without a version to hold on to.
const TRIES_MAX: u32 = 10;

/// Changes a movie.
pub async fn edit_movie(flow: &Flow, by: &By, request: EditMovie) -> Result<Movie, FlowError> {
    if request.root_folder_id.is_some() || request.folder.is_some() {
        settle_quickly(flow, request.id).await?;
    }
    let names = read(flow, &request).await?;
    let mut tries = 0;
    loop {
        tries += 1;
        let movie = movie(flow, request.id).await?;
        is_expected(&movie, &request)?;
        let result = match place(flow, &movie, &request, &names).await? {
            Some(work) => move_and_change(flow, by, &movie, &request, &names, work).await,
            None => only_change(flow, by, movie, &request, &names).await,
        };
        match result {
            // Without a version to hold on to the edit is made on whatever is there.
            Err(error) if error.is_conflict() && request.doc_version.is_none() && tries < TRIES_MAX => {}
            result => return result,
        }
    }
}

fn is_expected(movie: &Movie, request: &EditMovie) -> Result<(), StoreError> {
    match request.doc_version {
        Some(expected) if expected != movie.doc_version => Err(StoreError::Conflict {
            key: movie.key(),
            expected: Expect::Version(expected),
            found: Some(movie.doc_version),
        }),
        Some(_) | None => Ok(()),
    }
}

/// Refuses what makes no sense, and reads the names of what the edit is about.
async fn read(flow: &Flow, request: &EditMovie) -> Result<Names, FlowError> {
    if request.minimum_availability == Some(MinimumAvailability::Unknown) {
        return Err(FlowError::invalid(
            "this minimum availability is not known",
            "take one of: tba, announced, in_cinemas, released",
        ));
    }
    if let Some(id) = request.profile_id
        && flow.store.load::<QualityProfile>(id).await?.is_none()
    {
        return Err(FlowError::not_found(format!("there is no quality profile {id}")));
    }
    if let Some(id) = request.root_folder_id
        && flow.store.load::<RootFolder>(id).await?.is_none()
    {
        return Err(FlowError::not_found(format!("there is no root folder {id}")));
    }
    check_tags(flow, request.tags.as_deref().unwrap_or_default()).await?;
    let profiles: Vec<QualityProfile> = flow.store.load_all().await?;
    let tags: Vec<Tag> = flow.store.load_all().await?;
    let roots: Vec<RootFolder> = flow.store.load_all().await?;
    Ok(Names {
        profiles: profiles.into_iter().map(|profile| (profile.id, profile.name)).collect(),
        tags: tags.into_iter().map(|tag| (tag.id, tag.label)).collect(),
        roots: roots.into_iter().map(|root| (root.id, root.path)).collect(),
    })
}

/// Where a version's folder is to go; `None` when it stays, or when the version is only made now.
async fn place(
    flow: &Flow,
    movie: &Movie,
    request: &EditMovie,
    names: &Names,
) -> Result<Option<FolderWork>, FlowError> {
    let folder = match &request.folder {
        Some(text) => Some(relative_folder(text).map_err(|why| {
            FlowError::invalid(
                format!("the folder {text:?} {why}"),
                "give a folder relative to the root folder, such as: Movie (2019)",
            )
        })?),
        None => None,
    };
    if request.add_version.is_some() || request.remove_version {
        return Ok(None);
    }
    let Some(version) = movie.versions.iter().find(|version| version.slot == request.slot) else {
        return Ok(None);
    };
    let to_root = request.root_folder_id.unwrap_or(version.root_folder_id);
    let to_folder = folder.unwrap_or_else(|| version.folder.clone());
    if (to_root, &to_folder) == (version.root_folder_id, &version.folder) {
        return Ok(None);
    }
    let shared = movie.versions.iter().any(|other| {
        other.slot != version.slot
            && (other.root_folder_id, &other.folder) == (version.root_folder_id, &version.folder)
            && (other.file.is_some() || version.file.is_some())
    });
    if shared {
        return Err(FlowError::conflict(
            "another version of the movie has its files in the same folder",
            "move the files by hand, edit the versions while neither has a file, then rescan the movie",
        ));
    }
    free(flow, movie, to_root, &to_folder).await?;
    let from = Place {
        root_id: version.root_folder_id,
        root: names.root(version.root_folder_id),
        folder: version.folder.clone(),
    };
    let to = Place { root_id: to_root, root: names.root(to_root), folder: to_folder };
    if to.path().starts_with(from.path()) || from.path().starts_with(to.path()) {
        return Err(FlowError::invalid(
            format!("{} and {} lie in each other", from.path().display(), to.path().display()),
            "choose a folder beside the old one",
        ));
    }
    Ok(Some(FolderWork::Move { slot: version.slot, from, to, has_file: version.file.is_some() }))
}

/// No other movie may lie there.
async fn free(flow: &Flow, movie: &Movie, root: RootFolderId, folder: &str) -> Result<(), FlowError> {
    let holder = claim::holder_of_folder(&flow.store, root, folder).await?;
    let Some(holder) = holder.filter(|holder| *holder != movie.id) else { return Ok(()) };
    let other: Option<Movie> = flow.store.load(holder).await?;
    let name = other.map_or_else(|| format!("movie {holder}"), |movie| called(&movie.facts));
    Err(FlowError::conflict(format!("{name} lies in {folder:?} there"), "choose another folder"))
}

/// The edit without a move: one commit.
async fn only_change(
    flow: &Flow,
    by: &By,
    mut movie: Movie,
    request: &EditMovie,
    names: &Names,
) -> Result<Movie, FlowError> {
    let before = movie.clone();
    let changes = change(&mut movie, request, names)?;
    if changes.is_empty() {
        return Ok(movie);
    }
    if request.remove_version {
        no_download(flow, &movie, request.slot).await?;
    }
    let mut commit = edited(flow, by, &movie, changes);
    commit = claims(flow, commit, &before, &movie).await?;
    if request.remove_version {
        commit = commit.and(decision_record::forget(movie.id, request.slot, flow.now()));
    }
    if before.versions.len() != movie.versions.len() {
        commit = without_imports(commit, &before).guard::<FolderIntent>(movie.id, Expect::Absent);
    }
    let committed = flow.store.commit(commit).await.map_err(|error| busy(error, &movie))?;
    movie.doc_version = committed.version;
    Ok(movie)
}

fn edited(flow: &Flow, by: &By, movie: &Movie, changes: Vec<String>) -> Commit {
    let edited = EventKind::MovieEdited { title: movie.facts.title.clone(), changes };
    by.commit(flow.now()).put(movie, Expect::Version(movie.doc_version)).event(Some(movie.id), edited)
}

async fn no_download(flow: &Flow, movie: &Movie, slot: Slot) -> Result<(), FlowError> {
    let grabs = flow.open_grabs().await?;
    match grabs.iter().find(|grab| grab.movie_id == movie.id && grab.slot == slot) {
        Some(grab) => Err(FlowError::conflict(
            format!("{} is being downloaded for this version", grab.release.title),
            format!("take it out of the queue first: radarr-tui queue remove {}", grab.id),
        )),
        None => Ok(()),
    }
}

/// Folders that a version brought or took with it.
async fn claims(flow: &Flow, mut commit: Commit, before: &Movie, after: &Movie) -> Result<Commit, FlowError> {
    let folders = |movie: &Movie| -> Vec<(RootFolderId, String)> {
        movie.versions.iter().map(|version| (version.root_folder_id, version.folder.clone())).collect()
    };
    let (old, new) = (folders(before), folders(after));
    for (root, folder) in new.iter().filter(|place| !old.contains(place)) {
        free(flow, after, *root, folder).await?;
        commit = claim::claim(commit, claim::of_folder(*root, folder), after.id);
    }
    for (root, folder) in old.iter().filter(|place| !new.contains(place)) {
        commit = claim::release(commit, claim::of_folder(*root, folder));
    }
    Ok(commit)
}

/// The edit with a move.
async fn move_and_change(
    flow: &Flow,
    by: &By,
    movie: &Movie,
    request: &EditMovie,
    names: &Names,
    work: FolderWork,
) -> Result<Movie, FlowError> {
    let FolderWork::Move { from, to, has_file, .. } = &work else { return Ok(movie.clone()) };
    // What can't be changed is refused before anything moves.
    change(&mut movie.clone(), request, names)?;
    let mut intent = FolderIntent {
        movie_id: movie.id,
        work: work.clone(),
        actor: by.actor.clone(),
        planned_at: flow.now(),
        owner: flow.queue.owner().to_owned(),
        doc_version: DocVersion(0),
    };
    intent.doc_version = begin(flow, by, movie, &intent, to).await?;

    match moving::rename_now(from, to, *has_file).await {
        Ok(Some(moved)) => {
            // It was tried above; what fails now was changed by somebody in between, and the edit goes on without it.
            let apply = |movie: &mut Movie, _: &By| change(movie, request, names).unwrap_or_default();
            let recorded = moving::record(flow, by, &intent, moved, apply).await?;
            recorded.ok_or_else(|| FlowError::no_movie(movie.id))
        }
        Ok(None) => copy_later(flow, by, request, names, to).await,
        Err(error) => {
            moving::take_back(flow, by, &intent).await?;
            Err(error.into())
        }
    }
}

async fn begin(
    flow: &Flow,
    by: &By,
    movie: &Movie,
    intent: &FolderIntent,
    to: &Place,
) -> Result<DocVersion, FlowError> {
    let what = claim::of_folder(to.root_id, &to.folder);
    let commit = by
        .commit(flow.now())
        .put(intent, Expect::Absent)
        .guard::<Movie>(movie.id, Expect::Version(movie.doc_version));
    let mut commit = without_imports(commit, movie);
    // A folder that only changes its letters' case, or that another version has, is the movie's already.
    if claim::holder_of_folder(&flow.store, to.root_id, &to.folder).await? != Some(movie.id) {
        commit = claim::claim(commit, what, movie.id);
    }
    flow.store.commit(commit).await.map(|begun| begun.version).map_err(|error| busy(error, movie))
}

/// Everything else is changed now; the copy is made by the job that looks into the movie's folder.
async fn copy_later(
    flow: &Flow,
    by: &By,
    request: &EditMovie,
    names: &Names,
    to: &Place,
) -> Result<Movie, FlowError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mut movie = movie(flow, request.id).await?;
        let mut changes = change(&mut movie, request, names)?;
        changes.push(format!("folder: is copied to {}", to.path().display()));
        let now = flow.now();
        let look = JobKind::RescanMovie { movie_id: movie.id };
        let (_, queued) = flow.queue.queued(look, Priority::Person, now, &by.actor, now).await?;
        match flow.store.commit(edited(flow, by, &movie, changes).and(queued)).await {
            Err(error) if error.is_conflict() && tries < TRIES_MAX => {}
            Err(error) => return Err(error.into()),
            Ok(committed) => {
                movie.doc_version = committed.version;
                return Ok(movie);
            }
        }
    }
}

/// A version that is made with what the first one has, where the edit says nothing else.
fn new_version(first: &MovieVersion, request: &EditMovie, name: &str) -> MovieVersion {
    MovieVersion {
        slot: request.slot,
        name: name.to_owned(),
        profile_id: request.profile_id.unwrap_or(first.profile_id),
        root_folder_id: request.root_folder_id.unwrap_or(first.root_folder_id),
        folder: request
            .folder
            .as_deref()
            .and_then(|text| relative_folder(text).ok())
            .unwrap_or_else(|| first.folder.clone()),
        file: None,
        last_searched_at: None,
    }
}

#[cfg(test)]
mod tests;
