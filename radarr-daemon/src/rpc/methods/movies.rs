//! Movies: the library's list, one movie, and what is done with it.

use radarr_proto::error::{ApiError, ApiResult};
use radarr_proto::model::{
    Job, JobKind, Movie, MovieFile, MovieId, ProfileId, QualityProfile, RootFolder, RootFolderId, SearchKind,
    Slot,
};
use radarr_proto::request::{
    AddMovie, DeleteMovie, DeletedMovie, EditMovie, ListMovies, LookupHit, MovieDetails, MoviePage,
    WantedPage, WantedQuery,
};

use super::jobs::enqueue;
use super::not_built_in_yet;
use crate::rpc::call::Call;

/// A page of the library.
pub async fn list_movies(call: Call, request: ListMovies) -> ApiResult<MoviePage> {
    Ok(call.flow().library.latest().await.page(&request, call.now()))
}

/// Movies that are missing or below their cutoff.
pub async fn wanted(call: Call, request: WantedQuery) -> ApiResult<WantedPage> {
    Ok(call.flow().library.latest().await.wanted(&request, call.now()))
}

/// TMDB's answer to a title, a number or an address.
pub async fn lookup_movies(_call: Call, _term: String) -> ApiResult<Vec<LookupHit>> {
    Err(not_built_in_yet())
}

/// Takes a movie of TMDB's into the library.
pub async fn add_movie(_call: Call, _request: AddMovie) -> ApiResult<Movie> {
    Err(not_built_in_yet())
}

/// Changes what is wanted of a movie.
pub async fn edit_movie(_call: Call, _request: EditMovie) -> ApiResult<Movie> {
    Err(not_built_in_yet())
}

/// Takes a movie out of the library.
pub async fn delete_movie(_call: Call, _request: DeleteMovie) -> ApiResult<DeletedMovie> {
    Err(not_built_in_yet())
}

/// The files of a movie.
pub async fn movie_files(call: Call, id: MovieId) -> ApiResult<Vec<MovieFile>> {
    Ok(load(&call, id).await?.versions.into_iter().filter_map(|version| version.file).collect())
}

/// Queues a look at TMDB for one movie.
pub async fn refresh_movie(call: Call, id: MovieId) -> ApiResult<Job> {
    load(&call, id).await?;
    enqueue(&call, JobKind::RefreshMovie { movie_id: id }).await
}

/// Queues a look into one movie's folder.
pub async fn rescan_movie(call: Call, id: MovieId) -> ApiResult<Job> {
    load(&call, id).await?;
    enqueue(&call, JobKind::RescanMovie { movie_id: id }).await
}

/// Queues a search for one version of a movie.
pub async fn search_movie(call: Call, id: MovieId, slot: Slot) -> ApiResult<Job> {
    let movie = load(&call, id).await?;
    if !movie.versions.iter().any(|version| version.slot == slot) {
        return Err(ApiError::not_found(format!("{} has no version {}", movie.facts.title, slot.0)));
    }
    enqueue(&call, JobKind::SearchMovie { movie_id: id, slot, by: SearchKind::User }).await
}

/// Everything about one movie.
pub async fn get_movie(call: Call, id: MovieId) -> ApiResult<MovieDetails> {
    let flow = call.flow();
    let movie = load(&call, id).await?;
    let snapshot = flow.library.latest().await;
    let row = snapshot.rows.get(&id).ok_or_else(|| no_such_movie(id))?.at(call.now());
    let mut paths = Vec::with_capacity(movie.versions.len());
    let mut profiles = Vec::with_capacity(movie.versions.len());
    for version in &movie.versions {
        paths.push(folder_path(&call, version.root_folder_id, &version.folder).await?);
        profiles.push(profile_name(&call, version.profile_id).await?);
    }
    let grabs = flow.open_grabs().await?.into_iter().filter(|grab| grab.movie_id == id).collect();
    Ok(MovieDetails { movie, row, paths, profiles, grabs })
}

async fn load(call: &Call, id: MovieId) -> ApiResult<Movie> {
    call.flow().store.load::<Movie>(id).await?.ok_or_else(|| no_such_movie(id))
}

fn no_such_movie(id: MovieId) -> ApiError {
    ApiError::not_found(format!("there is no movie {id}")).with_hint("radarr-tui movie list shows them all")
}

async fn folder_path(call: &Call, root: RootFolderId, folder: &str) -> ApiResult<String> {
    let root = call.flow().store.load::<RootFolder>(root).await?;
    Ok(root.map_or_else(|| folder.to_owned(), |root| format!("{}/{folder}", root.path.trim_end_matches('/'))))
}

async fn profile_name(call: &Call, id: ProfileId) -> ApiResult<String> {
    let profile = call.flow().store.load::<QualityProfile>(id).await?;
    Ok(profile.map_or_else(|| format!("profile {id}, which is gone"), |profile| profile.name))
}
