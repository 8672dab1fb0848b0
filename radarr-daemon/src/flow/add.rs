//! Step 1: a number of TMDB's becomes a movie of the library.
//!
//! The movie, the event, its search and a look into its folder are one commit. That a movie is there only once is
//! held by a [`Claim`]. Next: `search.rs`.

use std::path::Path;

use radarr_proto::model::{
    DocVersion, EventKind, JobKind, MinimumAvailability, Movie, MovieFacts, MovieId, MovieVersion,
    NamingSettings, ProfileId, QualityProfile, RootFolder, RootFolderId, SearchKind, Slot, Tag, TagId,
};
use radarr_proto::request::{AddMovie, LookupHit};
use tracing::info;

use super::claim::{self, Claim};
use super::{By, Flow, FlowError};
use crate::domain::kept_facts::kept;
use crate::domain::naming::{NamedMovie, NamingSource, folder, length};
use crate::domain::title::sort_title;
use crate::files::{FileError, blocking};
use crate::jobs::Priority;
use crate::metadata::tmdb::{LookupTerm, TermError};
use crate::storage::{Collection, Expect, Only};

/// More movies of one title and year than there are.
const NAMESAKES_MAX: u32 = 100;

/// The movies that a typed text may mean, in TMDB's order.
pub async fn lookup_movies(flow: &Flow, term: &str) -> Result<Vec<LookupHit>, FlowError> {
    let term: LookupTerm = term.parse().map_err(|error: TermError| {
        FlowError::invalid(
            error.to_string(),
            "type a title, a title and a year, tmdb:603, tt0133093, or paste an address of TMDB or IMDb",
        )
    })?;
    let mut hits = flow.outside.tmdb().await?.search(&term).await?;
    let library = flow.library.latest().await;
    for hit in &mut hits {
        hit.in_library = library.by_tmdb(hit.tmdb_id);
    }
    Ok(hits)
}

/// What is known before TMDB is asked.
struct Snapshot {
    root: RootFolder,
    profile_id: ProfileId,
    naming: NamingSettings,
}

/// Takes a movie into the library.
pub async fn add_movie(flow: &Flow, by: &By, request: AddMovie) -> Result<Movie, FlowError> {
    refuse_if_there(flow, &request).await?;
    let snapshot = read(flow, &request).await?;

    let Some(facts) = flow.outside.tmdb().await?.details(request.tmdb_id).await? else {
        return Err(FlowError::not_found(format!("TMDB has no movie {}", request.tmdb_id)));
    };
    let facts = kept(facts);
    let folder_wanted = folder(
        &snapshot.naming,
        &NamingSource { movie: NamedMovie::from(&facts), ..NamingSource::default() },
    );

    for number in 1..=NAMESAKES_MAX {
        let folder = namesake(&folder_wanted, &facts, number);
        if claim::holder_of_folder(&flow.store, snapshot.root.id, &folder).await?.is_some() {
            continue;
        }
        let movie = judge(flow, by, &request, &snapshot, facts.clone(), folder).await?;
        match commit(flow, by, &request, &snapshot.root, movie).await? {
            Committed::Added(movie) => return Ok(*movie),
            Committed::FolderTaken => {}
        }
    }
    Err(FlowError::conflict(
        format!("{} has {NAMESAKES_MAX} folders called {folder_wanted:?}", snapshot.root.path),
        "change the folder format so that it tells movies apart: radarr-tui naming set",
    ))
}

/// Says so before TMDB is asked; the claim decides when two come at once.
async fn refuse_if_there(flow: &Flow, request: &AddMovie) -> Result<(), FlowError> {
    match flow.library.latest().await.by_tmdb(request.tmdb_id) {
        Some(id) => Err(there_already(flow, id).await?),
        None => Ok(()),
    }
}

async fn there_already(flow: &Flow, id: MovieId) -> Result<FlowError, FlowError> {
    let movie: Option<Movie> = flow.store.load(id).await?;
    let name = movie.map_or_else(|| "it".to_owned(), |movie| called(&movie.facts));
    Ok(FlowError::conflict(
        format!("{name} is in the library already, as movie {id}"),
        format!("look at it: radarr-tui movie show {id}"),
    ))
}

/// Title and year.
pub(super) fn called(facts: &MovieFacts) -> String {
    match facts.year {
        0 => facts.title.clone(),
        year => format!("{} ({year})", facts.title),
    }
}

async fn read(flow: &Flow, request: &AddMovie) -> Result<Snapshot, FlowError> {
    if request.minimum_availability == MinimumAvailability::Unknown {
        return Err(FlowError::invalid(
            "this minimum availability is not known",
            "take one of: tba, announced, in_cinemas, released",
        ));
    }
    check_tags(flow, &request.tags).await?;
    Ok(Snapshot {
        root: root(flow, request.root_folder_id).await?,
        profile_id: profile(flow, request.profile_id).await?,
        naming: flow.store.load(Only).await?.unwrap_or_default(),
    })
}

/// Tags that nobody made are refused: a typing error would silently change what is searched where.
pub(super) async fn check_tags(flow: &Flow, tags: &[TagId]) -> Result<(), FlowError> {
    for id in tags {
        if flow.store.load::<Tag>(*id).await?.is_none() {
            return Err(FlowError::not_found(format!("there is no tag {id}")));
        }
    }
    Ok(())
}

async fn root(flow: &Flow, wanted: Option<RootFolderId>) -> Result<RootFolder, FlowError> {
    if let Some(id) = wanted {
        let root: Option<RootFolder> = flow.store.load(id).await?;
        return root.ok_or_else(|| FlowError::not_found(format!("there is no root folder {id}")));
    }
    let mut roots: Vec<RootFolder> = flow.store.load_all().await?;
    match (roots.pop(), roots.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => Err(FlowError::invalid(
            "there is no root folder that the movie could lie in",
            "add one: radarr-tui root add PATH",
        )),
        (Some(_), more) => Err(FlowError::invalid(
            format!("there are {} root folders", more + 1),
            "say which one: radarr-tui movie add --root ID; radarr-tui root list shows them",
        )),
    }
}

async fn profile(flow: &Flow, wanted: Option<ProfileId>) -> Result<ProfileId, FlowError> {
    if let Some(id) = wanted {
        let profile: Option<QualityProfile> = flow.store.load(id).await?;
        return profile
            .map(|profile| profile.id)
            .ok_or_else(|| FlowError::not_found(format!("there is no quality profile {id}")));
    }
    let profiles: Vec<QualityProfile> = flow.store.load_all().await?;
    profiles
        .first()
        .map(|profile| profile.id)
        .ok_or_else(|| FlowError::invalid("there is no quality profile", "make one: radarr-tui profile save"))
}

/// The name of the folder for the movie with that number among its namesakes: the second one is told apart by
/// TMDB's number, which media servers read.
pub(super) fn namesake(wanted: &str, facts: &MovieFacts, number: u32) -> String {
    match number {
        1 => wanted.to_owned(),
        2 => length::fit(wanted, &format!(" {{tmdb-{}}}", facts.tmdb_id)),
        _ => length::fit(wanted, &format!(" {{tmdb-{}}} {number}", facts.tmdb_id)),
    }
}

async fn judge(
    flow: &Flow,
    by: &By,
    request: &AddMovie,
    snapshot: &Snapshot,
    facts: MovieFacts,
    folder: String,
) -> Result<Movie, FlowError> {
    let now = flow.now();
    Ok(Movie {
        id: MovieId(flow.store.next_id(Collection::Movie).await?),
        doc_version: DocVersion(0),
        sort_title: sort_title(&facts.title, Some(facts.tmdb_id)),
        facts,
        monitored: request.monitored,
        minimum_availability: request.minimum_availability,
        tags: request.tags.clone(),
        added_at: now,
        added_by: by.actor.clone(),
        refreshed_at: now,
        versions: vec![MovieVersion {
            slot: Slot(0),
            name: String::new(),
            profile_id: snapshot.profile_id,
            root_folder_id: snapshot.root.id,
            folder,
            file: None,
            last_searched_at: None,
        }],
    })
}

/// What became of the commit.
enum Committed {
    Added(Box<Movie>),
    /// Another movie came in under this folder's name in the same moment.
    FolderTaken,
}

async fn commit(
    flow: &Flow,
    by: &By,
    request: &AddMovie,
    root: &RootFolder,
    mut movie: Movie,
) -> Result<Committed, FlowError> {
    let folder = movie.versions.first().map(|version| version.folder.clone()).unwrap_or_default();
    let tmdb_claim = claim::of_tmdb(movie.facts.tmdb_id);
    let folder_claim = claim::of_folder(root.id, &folder);
    let added = EventKind::MovieAdded { title: movie.facts.title.clone(), year: movie.facts.year };
    let mut commit = by.commit(flow.now()).put(&movie, Expect::Absent).event(Some(movie.id), added);
    commit = claim::claim(commit, tmdb_claim.clone(), movie.id);
    commit = claim::claim(commit, folder_claim.clone(), movie.id);
    let mut next = Vec::new();
    if request.search {
        let search = JobKind::SearchMovie { movie_id: movie.id, slot: Slot(0), by: SearchKind::Automatic };
        next.push((search, Priority::Person));
    }
    if is_there(root, &folder).await? {
        next.push((JobKind::RescanMovie { movie_id: movie.id }, Priority::Story));
    }
    for (job, priority) in next {
        let now = flow.now();
        let (_, queued) = flow.queue.queued(job, priority, now, &by.actor, now).await?;
        commit = commit.and(queued);
    }

    match flow.store.commit(commit).await {
        Ok(committed) => {
            movie.doc_version = committed.version;
            info!(movie = %movie.id, tmdb = %movie.facts.tmdb_id, title = movie.facts.title, "added");
            Ok(Committed::Added(Box::new(movie)))
        }
        Err(error) if claim::is_taken(&error, &tmdb_claim) => {
            match flow.store.load::<Claim>(tmdb_claim).await? {
                Some(claim) => Err(there_already(flow, claim.movie_id).await?),
                None => Err(error.into()),
            }
        }
        Err(error) if claim::is_taken(&error, &folder_claim) => Ok(Committed::FolderTaken),
        Err(error) => Err(error.into()),
    }
}

/// Whether the movie's folder lies on the disk already. An unreachable disk has no say in it.
async fn is_there(root: &RootFolder, folder: &str) -> Result<bool, FileError> {
    let path = Path::new(&root.path).join(folder);
    blocking(move || Ok(path.is_dir())).await
}

#[cfg(test)]
mod tests;
