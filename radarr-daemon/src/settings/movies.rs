//! Which movies use a setting: asked before it goes.

use radarr_proto::model::{Movie, MovieVersion};

use super::edit::count;
use crate::flow::Flow;
use crate::storage::StoreError;

/// Movies named in a refusal.
const NAMED_MAX: usize = 3;

/// The movies that have a version like that.
#[derive(Debug, Default)]
pub(super) struct Users {
    movies: usize,
    named: Vec<String>,
}

impl Users {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.movies == 0
    }

    /// `12 movies: Amélie (2001), …`.
    pub(super) fn words(&self) -> String {
        let more = if self.movies > self.named.len() { ", …" } else { "" };
        format!("{}: {}{more}", count(self.movies, "movie"), self.named.join(", "))
    }
}

/// Looks through all versions of all movies, not the first ones alone.
pub(super) async fn users(
    flow: &Flow,
    is_used: impl Fn(&MovieVersion) -> bool + Send + Sync,
) -> Result<Users, StoreError> {
    let mut users = Users::default();
    flow.store
        .for_each::<Movie>(|movie| {
            if movie.versions.iter().any(&is_used) {
                users.movies += 1;
                if users.named.len() < NAMED_MAX {
                    users.named.push(format!("{} ({})", movie.facts.title, movie.facts.year));
                }
            }
        })
        .await?;
    Ok(users)
}
