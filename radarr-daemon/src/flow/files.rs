//! Everything about one movie, for people to read. Nothing is changed here, and no disk is asked.

use std::path::Path;

use radarr_proto::model::{Movie, MovieFile, MovieId, QualityProfile, RootFolder};
use radarr_proto::request::MovieDetails;

use super::{Flow, FlowError};

/// A movie of the library.
pub(super) async fn movie(flow: &Flow, id: MovieId) -> Result<Movie, FlowError> {
    let movie = flow.store.load(id).await?;
    movie.ok_or_else(|| FlowError::no_movie(id))
}

/// Everything about one movie.
pub async fn movie_details(flow: &Flow, id: MovieId) -> Result<MovieDetails, FlowError> {
    let movie = movie(flow, id).await?;
    let row = flow.library.latest().await.rows.get(&id).map(|row| row.at(flow.now()));
    let row = row.ok_or_else(|| FlowError::no_movie(id))?;
    let mut paths = Vec::new();
    let mut profiles = Vec::new();
    for version in &movie.versions {
        let root: Option<RootFolder> = flow.store.load(version.root_folder_id).await?;
        let root = root.map(|root| root.path).unwrap_or_default();
        paths.push(Path::new(&root).join(&version.folder).to_string_lossy().into_owned());
        let profile: Option<QualityProfile> = flow.store.load(version.profile_id).await?;
        profiles.push(profile.map(|profile| profile.name).unwrap_or_default());
    }
    let mut grabs = flow.open_grabs().await?;
    grabs.retain(|grab| grab.movie_id == id);
    let files = movie.versions.iter().map(|version| version.file.as_ref());
    let groups = files.map(|file| flow.groups.score(file.and_then(|file| file.release_group.as_deref())));
    let group_reputations = groups.collect();
    Ok(MovieDetails { movie, row, paths, profiles, grabs, group_reputations })
}

/// The files of a movie, in the order of its versions.
pub async fn movie_files(flow: &Flow, id: MovieId) -> Result<Vec<MovieFile>, FlowError> {
    Ok(movie(flow, id).await?.versions.into_iter().filter_map(|version| version.file).collect())
}
