//! The steady search: a few missing movies and unmet cutoffs at a time, the longest not searched for first.

use radarr_proto::model::{Movie, MovieId, MovieVersion, SearchKind};
use radarr_proto::request::WantedQuery;
use tracing::warn;

use super::search::search_movie;
use super::{By, Flow, FlowError};
use crate::jobs::JobContext;

/// A movie that was searched for is left alone for so long: new releases of it come with the recent ones.
const SEARCH_AGAIN_AFTER_HOURS: i64 = 24;

/// The job: searches for up to `at_most` movies; ends early when an indexer asks to wait.
pub async fn search_wanted(
    flow: &Flow,
    by: &By,
    at_most: usize,
    job: &JobContext,
) -> Result<String, FlowError> {
    let wanted = next_wanted(flow, at_most).await?;
    let all = wanted.len();
    let (mut searched, mut grabbed) = (0_usize, 0_usize);
    for movie in wanted {
        if job.should_stop() {
            break;
        }
        let Some(movie) = flow.store.load::<Movie>(movie).await? else { continue };
        for version in movie.versions.iter().filter(|version| is_due(flow, version)) {
            let title = &movie.facts.title;
            let steps = u64::try_from(searched).ok().zip(u64::try_from(all).ok());
            job.progress(&format!("searching for {title}"), steps).await?;
            match search_movie(flow, by, movie.id, version.slot, SearchKind::Automatic).await {
                Ok(taken) => grabbed += taken.grabbed.len(),
                Err(FlowError::Refused(error)) => {
                    // Nobody can be asked now: neither for the next movie.
                    return Ok(format!("searched for {searched}, grabbed {grabbed}; then: {error}"));
                }
                Err(error) => warn!(title, %error, "a wanted movie could not be searched for"),
            }
        }
        searched += 1;
    }
    Ok(format!("searched for {searched}, grabbed {grabbed}"))
}

/// The movies whose turn it is: those without a file first.
async fn next_wanted(flow: &Flow, at_most: usize) -> Result<Vec<MovieId>, FlowError> {
    let now = flow.now();
    let library = flow.library.latest().await;
    let in_queue: Vec<MovieId> = flow.open_grabs().await?.into_iter().map(|grab| grab.movie_id).collect();
    let query = |cutoff_unmet| WantedQuery { cutoff_unmet, offset: 0, limit: None };
    let missing = library.wanted(&query(false), now).rows;
    let unmet = library.wanted(&query(true), now).rows;
    let due = |id: &MovieId| {
        let searched = library.rows.get(id).and_then(|row| row.last_searched_at);
        searched.is_none_or(|at| now.duration_since(at).as_hours() >= SEARCH_AGAIN_AFTER_HOURS)
    };
    let rows = missing.into_iter().chain(unmet.into_iter().filter(|row| row.available));
    Ok(rows.map(|row| row.id).filter(|id| !in_queue.contains(id) && due(id)).take(at_most).collect())
}

fn is_due(flow: &Flow, version: &MovieVersion) -> bool {
    let searched = version.last_searched_at;
    searched.is_none_or(|at| flow.now().duration_since(at).as_hours() >= SEARCH_AGAIN_AFTER_HOURS)
}
