//! What is known of release groups, and how it grows with every list that an indexer answers.
//!
//! [`super::learn_groups`] reads the listings on purpose; here is what searches and recent releases bring by the way.

use radarr_proto::model::{Decision, GroupReputation, IndexerFlag, Movie, ParsedRelease, Release};
use radarr_proto::request::{GroupPage, ListGroups};
use tracing::warn;

use super::{By, Flow, FlowError};
use crate::domain::reputation::Sighting;
use crate::group_view::Sighted;

/// A page of the groups, best first.
pub fn page(flow: &Flow, request: &ListGroups) -> GroupPage {
    flow.groups.page(request)
}

/// One group; its name is compared without case.
pub fn group(flow: &Flow, name: &str) -> Result<GroupReputation, FlowError> {
    flow.groups.group(name).ok_or_else(|| {
        FlowError::not_found(format!("no indexer listed anything of {name}, and nothing was grabbed"))
    })
}

/// What is counted of a release; `None` for what is no movie's or of no group.
pub(super) fn sighted(release: &Release, parsed: &ParsedRelease, movie: Option<&Movie>) -> Option<Sighted> {
    let group = parsed.release_group.clone().filter(|_| parsed.not_a_movie.is_none())?;
    Some(Sighted {
        indexer_id: release.indexer_id,
        guid: release.guid.clone(),
        group,
        seen: Sighting {
            quality: parsed.quality.quality,
            size_bytes: release.size_bytes,
            runtime_minutes: movie.map_or(0, |movie| movie.facts.runtime_minutes),
            is_internal: release.flags.contains(&IndexerFlag::Internal),
        },
    })
}

/// Counts the releases of a search for `movie`.
pub(super) async fn note_search(flow: &Flow, by: &By, movie: &Movie, decisions: &[Decision]) {
    let all = decisions.iter().filter_map(|decision| {
        let movie = (decision.movie_id == Some(movie.id)).then_some(movie);
        sighted(&decision.release, &decision.parsed, movie)
    });
    note(flow, by, &all.collect::<Vec<_>>()).await;
}

/// Counts releases. That this fails is no reason to fail what brought them.
pub(super) async fn note(flow: &Flow, by: &By, sighted: &[Sighted]) {
    if let Err(error) = flow.groups.note(sighted, by.commit(flow.now()), None).await {
        warn!(%error, "releases were not counted for their groups");
    }
}
