//! What was decided of releases, kept for "why was this not taken?" and for taking one of a list later.
//!
//! Of each version of a movie the last search is kept, and what the recent releases brought since. A document holds
//! as many decisions as fit; verdicts that found nothing are left out of all but the first ones.

use jiff::Timestamp;
use radarr_proto::model::{Decision, IndexerId, MovieId, RuleOutcome, SearchKind, Slot};
use serde::{Deserialize, Serialize};

use super::{Flow, FlowError};
use crate::storage::{BODY_BYTES_MAX, Collection, Commit, DocKey, Document, Expect, StoreError, number_id};

/// Documents of one list; with about 30 decisions each.
const PAGES_MAX: usize = 8;
/// Room for the frame around the decisions.
const PAGE_BYTES_MAX: usize = BODY_BYTES_MAX - 2_000;
/// Decisions that keep every verdict.
const WHOLE_MAX: usize = 3;
/// Decisions kept of the recent releases of one version.
const RECENT_MAX: usize = 20;

/// A list of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The last search.
    Search,
    /// The recent releases since.
    Recent,
}

impl List {
    fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Recent => "recent",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Page {
    id: String,
    decided_at: Timestamp,
    found_by: SearchKind,
    decisions: Vec<Decision>,
}

impl Document for Page {
    type Id = String;
    const COLLECTION: Collection = Collection::DecisionRecord;
    fn id(&self) -> String {
        self.id.clone()
    }
}

/// A decision that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The decision.
    pub decision: Decision,
    /// When it was made.
    pub decided_at: Timestamp,
    /// What the release was found by.
    pub found_by: SearchKind,
}

fn page_id(movie: MovieId, slot: Slot, list: List, page: usize) -> String {
    format!("{}-{:03}-{}-{page}", number_id(movie.0), slot.0, list.name())
}

/// What keeps the decisions of a search in the place of those of the last one.
pub fn keep_search(
    movie: MovieId,
    slot: Slot,
    found_by: SearchKind,
    decisions: &[Decision],
    now: Timestamp,
) -> Commit {
    let mut pages: Vec<Vec<Decision>> = vec![Vec::new()];
    let mut bytes = 0;
    for (place, decision) in decisions.iter().enumerate() {
        let decision = if place < WHOLE_MAX { decision.clone() } else { refusals_only(decision) };
        let size = serde_json::to_vec(&decision).map_or(PAGE_BYTES_MAX, |json| json.len() + 1);
        if size >= PAGE_BYTES_MAX {
            continue;
        }
        if bytes + size > PAGE_BYTES_MAX {
            pages.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        if let Some(page) = pages.last_mut() {
            page.push(decision);
        }
    }
    let mut commit = Commit::new("system", now);
    for number in 0..PAGES_MAX {
        let id = page_id(movie, slot, List::Search, number);
        commit = match pages.get_mut(number).map(std::mem::take) {
            Some(decisions) => commit.put(&Page { id, decided_at: now, found_by, decisions }, Expect::Any),
            None => commit.delete::<Page>(id, Expect::Any),
        };
    }
    commit
}

/// Adds a decision on a recent release to those of its version.
pub async fn keep_recent(flow: &Flow, decision: &Decision, found_by: SearchKind) -> Result<(), StoreError> {
    let Some(movie) = decision.movie_id else { return Ok(()) };
    let id = page_id(movie, decision.slot, List::Recent, 0);
    let now = flow.now();
    let before = flow.store.load::<Page>(id.clone()).await?.map(|page| page.decisions).unwrap_or_default();
    let same = |other: &Decision| {
        (other.release.indexer_id, &other.release.guid)
            == (decision.release.indexer_id, &decision.release.guid)
    };
    let mut decisions = vec![refusals_only(decision)];
    decisions.extend(before.into_iter().filter(|other| !same(other)).take(RECENT_MAX - 1));
    let mut page = Page { id, decided_at: now, found_by, decisions };
    while serde_json::to_vec(&page).map_or(usize::MAX, |json| json.len()) > PAGE_BYTES_MAX
        && page.decisions.len() > 1
    {
        page.decisions.pop();
    }
    flow.store.commit(Commit::new("system", now).put(&page, Expect::Any)).await?;
    Ok(())
}

/// What takes all that was kept of a movie's version away.
pub fn forget(movie: MovieId, slot: Slot, now: Timestamp) -> Commit {
    let pages = (0..PAGES_MAX).map(|number| page_id(movie, slot, List::Search, number));
    pages
        .chain([page_id(movie, slot, List::Recent, 0)])
        .fold(Commit::new("system", now), |commit, id| commit.delete::<Page>(id, Expect::Any))
}

/// All that was kept of a movie's version: the last search in its order, then the recent releases.
pub async fn kept(flow: &Flow, movie: MovieId, slot: Slot) -> Result<Vec<Kept>, FlowError> {
    let mut kept = Vec::new();
    let search = (0..PAGES_MAX).map(|number| page_id(movie, slot, List::Search, number));
    for id in search.chain([page_id(movie, slot, List::Recent, 0)]) {
        let Some(page) = flow.store.load::<Page>(id).await? else { continue };
        let Page { decided_at, found_by, decisions, .. } = page;
        kept.extend(decisions.into_iter().map(|decision| Kept { decision, decided_at, found_by }));
    }
    Ok(kept)
}

/// The decision on one release of one indexer.
pub async fn find(
    flow: &Flow,
    movie: MovieId,
    slot: Slot,
    indexer: IndexerId,
    guid: &str,
) -> Result<Option<Kept>, FlowError> {
    let all = kept(flow, movie, slot).await?;
    let is_it =
        |kept: &Kept| kept.decision.release.indexer_id == indexer && kept.decision.release.guid == guid;
    Ok(all.into_iter().find(is_it))
}

/// Documents of a person's question that are looked through; those of the last searches of some thousand movies.
const LOOKED_THROUGH_MAX: usize = 20_000;
/// Documents read at a time.
const LOOKED_AT_ONCE: usize = 64;

/// The movie and version whose last search, or whose recent releases, listed a release of this guid.
pub async fn listed_for(flow: &Flow, guid: &str) -> Result<Option<(MovieId, Slot)>, FlowError> {
    // Only documents that hold the guid somewhere are read: reading all of them would take seconds.
    let Ok(written) = serde_json::to_string(guid) else { return Ok(None) };
    let mut after: Option<String> = None;
    let mut looked = 0;
    while looked < LOOKED_THROUGH_MAX {
        let documents = flow.store.list(Collection::DecisionRecord, after.as_deref(), LOOKED_AT_ONCE).await?;
        looked += LOOKED_AT_ONCE;
        let full = documents.len() == LOOKED_AT_ONCE;
        for (id, stored) in documents {
            if std::str::from_utf8(&stored.body).is_ok_and(|body| body.contains(&written)) {
                let page = Page::decode(&DocKey::new(Collection::DecisionRecord, id.clone()), &stored)?;
                let listed = page.decisions.into_iter().find(|one| one.release.guid == guid);
                if let Some((movie, slot)) = listed.and_then(|one| Some((one.movie_id?, one.slot))) {
                    return Ok(Some((movie, slot)));
                }
            }
            after = Some(id);
        }
        if !full {
            break;
        }
    }
    Ok(None)
}

fn refusals_only(decision: &Decision) -> Decision {
    let mut slim = decision.clone();
    slim.verdicts.retain(|verdict| matches!(verdict.outcome, RuleOutcome::Reject { .. }));
    slim.parsed.spans.clear();
    slim
}
