//! Movies that another program kept become movies of the library, with what is known of them and of their files. TMDB
//! is not asked: a refresh does so when they are due.
//!
//! What holds for an added movie holds for these as well: one movie for a number of TMDB's, one for a folder (see
//! `claim.rs`). Many go into one commit.

use std::collections::HashMap;

use radarr_proto::model::{EventKind, Movie, MovieId, RootFolderId, TmdbId};
use tracing::info;

use super::claim::{self, Claim};
use super::{By, Flow, FlowError};
use crate::storage::{BODY_BYTES_MAX, Collection, Commit, Expect};

/// Movies in one commit: few enough to be a moment, many enough that the sync does not matter.
const TOGETHER: usize = 100;
/// Somebody else adds the same movies in the same moment that often.
const TRIES_MAX: usize = 4;

/// What became of a movie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adoption {
    /// It is in the library now, under this number.
    Taken(MovieId),
    /// It was there before and stays as it is.
    There(MovieId),
    /// Its folder is that of another movie, or lies in it, or holds it.
    FolderOf(MovieId),
    /// There is more to it than fits into a document.
    TooLarge,
}

/// Takes movies into the library; answers in their order. Their ids and document versions are not read.
pub async fn adopt(flow: &Flow, by: &By, movies: Vec<Movie>) -> Result<Vec<Adoption>, FlowError> {
    let mut became = Vec::with_capacity(movies.len());
    let mut rest = movies.into_iter();
    loop {
        let mut together: Vec<Movie> = rest.by_ref().take(TOGETHER).collect();
        if together.is_empty() {
            return Ok(became);
        }
        let mut tries = 1;
        loop {
            match adopt_together(flow, by, &mut together).await {
                Ok(adopted) => {
                    became.extend(adopted);
                    break;
                }
                Err(error) if error.is_conflict() && tries < TRIES_MAX => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

/// The claims of those that go into the same commit.
#[derive(Default)]
struct Claimed {
    movies: HashMap<TmdbId, MovieId>,
    folders: Vec<(RootFolderId, String, MovieId)>,
}

impl Claimed {
    fn folder(&self, root: RootFolderId, folder: &str) -> Option<MovieId> {
        let folder = format!("{}/", folder.to_lowercase());
        let meets = |other: &str| other.starts_with(&folder) || folder.starts_with(other);
        let other = self.folders.iter().find(|(of, other, _)| *of == root && meets(other));
        other.map(|(_, _, movie)| *movie)
    }
}

async fn adopt_together(flow: &Flow, by: &By, movies: &mut [Movie]) -> Result<Vec<Adoption>, FlowError> {
    let mut claimed = Claimed::default();
    let mut became = Vec::with_capacity(movies.len());
    let mut commit = by.commit(flow.now());
    let mut taken = 0;
    for movie in movies {
        let adoption = judge(flow, movie, &claimed).await?;
        if let Adoption::Taken(id) = adoption {
            movie.id = id;
            taken += 1;
            claimed.movies.insert(movie.facts.tmdb_id, id);
            for version in &movie.versions {
                claimed.folders.push((
                    version.root_folder_id,
                    format!("{}/", version.folder.to_lowercase()),
                    id,
                ));
            }
            commit = with(commit, movie);
        }
        became.push(adoption);
    }
    if !commit.is_empty() {
        flow.store.commit(commit).await?;
        info!(movies = taken, "taken over");
    }
    Ok(became)
}

async fn judge(flow: &Flow, movie: &Movie, claimed: &Claimed) -> Result<Adoption, FlowError> {
    let tmdb_id = movie.facts.tmdb_id;
    if let Some(id) = claimed.movies.get(&tmdb_id) {
        return Ok(Adoption::There(*id));
    }
    if let Some(claim) = flow.store.load::<Claim>(claim::of_tmdb(tmdb_id)).await? {
        return Ok(Adoption::There(claim.movie_id));
    }
    for version in &movie.versions {
        let (root, folder) = (version.root_folder_id, version.folder.as_str());
        let holder = match claimed.folder(root, folder) {
            Some(holder) => Some(holder),
            None => claim::holder_of_folder(&flow.store, root, folder).await?,
        };
        if let Some(holder) = holder {
            return Ok(Adoption::FolderOf(holder));
        }
    }
    if serde_json::to_vec(movie).is_ok_and(|body| body.len() > BODY_BYTES_MAX) {
        return Ok(Adoption::TooLarge);
    }
    Ok(Adoption::Taken(MovieId(flow.store.next_id(Collection::Movie).await?)))
}

/// The movie, its claims and its event.
fn with(mut commit: Commit, movie: &Movie) -> Commit {
    let added = EventKind::MovieAdded { title: movie.facts.title.clone(), year: movie.facts.year };
    commit = commit.put(movie, Expect::Absent).event(Some(movie.id), added);
    commit = claim::claim(commit, claim::of_tmdb(movie.facts.tmdb_id), movie.id);
    for version in &movie.versions {
        commit = claim::claim(commit, claim::of_folder(version.root_folder_id, &version.folder), movie.id);
    }
    commit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::testing::{bench, caller};
    use crate::settings::testing::movie;

    #[tokio::test]
    async fn each_movie_and_each_folder_is_there_once() {
        let bench = bench().await;
        let in_folder = |id: u64, folder: &str| {
            let mut movie = movie(id, "M", 1, 1);
            folder.clone_into(&mut movie.versions[0].folder);
            movie
        };
        let mut large = in_folder(6, "F");
        large.facts.overview = "x".repeat(BODY_BYTES_MAX);
        let movies = vec![
            in_folder(1, "A"),
            in_folder(1, "B"),
            in_folder(2, "a"),
            in_folder(3, "A/inside"),
            in_folder(4, "Ab"),
            large,
        ];
        let first = adopt(&bench.flow, &caller(), movies.clone()).await.unwrap();
        let one = MovieId(1);
        assert_eq!(
            first,
            [
                Adoption::Taken(one),
                Adoption::There(one),
                Adoption::FolderOf(one),
                Adoption::FolderOf(one),
                Adoption::Taken(MovieId(2)),
                Adoption::TooLarge
            ]
        );
        let cursor = bench.flow.store.last_cursor();
        let again = adopt(&bench.flow, &caller(), movies).await.unwrap();
        assert_eq!(again[0], Adoption::There(one));
        assert_eq!(again[4], Adoption::There(MovieId(2)));
        assert_eq!(bench.flow.store.last_cursor(), cursor);
        assert_eq!(bench.flow.library.latest().await.rows.len(), 2);
    }
}
