//! Movies: the library's list, one movie, and what is done with it.

use radarr_proto::error::{ApiError, ApiResult};
use radarr_proto::model::{Job, JobKind, Movie, MovieFile, MovieId, SearchKind, Slot};
use radarr_proto::request::{
    AddMovie, DeleteMovie, DeletedMovie, EditMovie, ListMovies, LookupHit, MovieDetails, MoviePage,
    RenameMovie, RenamePreview, WantedPage, WantedQuery,
};

use super::jobs::enqueue;
use crate::flow::{FlowError, add, delete, edit, files, rename};
use crate::rpc::call::Call;

/// A page of the library.
pub async fn list_movies(call: Call, request: ListMovies) -> ApiResult<MoviePage> {
    let _turn = call.turn(request.limit).await?;
    Ok(call.flow().library.latest().await.page(&request, call.now()))
}

/// Movies that are missing or below their cutoff.
pub async fn wanted(call: Call, request: WantedQuery) -> ApiResult<WantedPage> {
    let _turn = call.turn(request.limit).await?;
    Ok(call.flow().library.latest().await.wanted(&request, call.now()))
}

/// Everything about one movie.
pub async fn get_movie(call: Call, id: MovieId) -> ApiResult<MovieDetails> {
    Ok(files::movie_details(call.flow(), id).await?)
}

/// TMDB's answer to a title, a number or an address.
pub async fn lookup_movies(call: Call, term: String) -> ApiResult<Vec<LookupHit>> {
    Ok(add::lookup_movies(call.flow(), &term).await?)
}

/// Takes a movie of TMDB's into the library.
pub async fn add_movie(call: Call, request: AddMovie) -> ApiResult<Movie> {
    Ok(add::add_movie(call.flow(), &call.by(), request).await?)
}

/// Changes what is wanted of a movie.
pub async fn edit_movie(call: Call, request: EditMovie) -> ApiResult<Movie> {
    Ok(edit::edit_movie(call.flow(), &call.by(), request).await?)
}

/// Takes a movie out of the library.
pub async fn delete_movie(call: Call, request: DeleteMovie) -> ApiResult<DeletedMovie> {
    Ok(delete::delete_movie(call.flow(), &call.by(), request).await?)
}

/// The files of a movie.
pub async fn movie_files(call: Call, id: MovieId) -> ApiResult<Vec<MovieFile>> {
    Ok(files::movie_files(call.flow(), id).await?)
}

/// Queues a look at TMDB for one movie.
pub async fn refresh_movie(call: Call, id: MovieId) -> ApiResult<Job> {
    must_be_there(&call, id).await?;
    enqueue(&call, JobKind::RefreshMovie { movie_id: id }).await
}

/// Queues a look into one movie's folder.
pub async fn rescan_movie(call: Call, id: MovieId) -> ApiResult<Job> {
    must_be_there(&call, id).await?;
    enqueue(&call, JobKind::RescanMovie { movie_id: id }).await
}

/// Which of a movie's files the naming settings would give another name.
pub async fn preview_rename(call: Call, id: MovieId) -> ApiResult<RenamePreview> {
    Ok(rename::preview_rename(call.flow(), id).await?)
}

/// Gives a movie's files the names that a preview showed.
pub async fn rename_movie(call: Call, request: RenameMovie) -> ApiResult<RenamePreview> {
    Ok(rename::rename_movie(call.flow(), &call.by(), request).await?)
}

/// Queues a search for one version of a movie.
pub async fn search_movie(call: Call, id: MovieId, slot: Slot) -> ApiResult<Job> {
    let movie: Option<Movie> = call.flow().store.load(id).await?;
    let movie = movie.ok_or_else(|| FlowError::no_movie(id))?;
    if !movie.versions.iter().any(|version| version.slot == slot) {
        return Err(ApiError::not_found(format!("{} has no version {}", movie.facts.title, slot.0)));
    }
    enqueue(&call, JobKind::SearchMovie { movie_id: id, slot, by: SearchKind::User }).await
}

async fn must_be_there(call: &Call, id: MovieId) -> ApiResult<()> {
    let is_there = call.flow().library.latest().await.rows.contains_key(&id);
    if is_there { Ok(()) } else { Err(FlowError::no_movie(id).into()) }
}
