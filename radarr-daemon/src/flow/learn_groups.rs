//! The listings of indexers are read page by page, for what is known of release groups.
//!
//! Where the walk stands is kept together with what a page brought, so that a restart goes on behind it and counts
//! nothing twice. It takes a share of the hour's requests and no more; so a large tracker takes days, a run at a
//! time. Once it came to the end, a run a day looks for what came meanwhile.
//!
//! A tracker may take reading all of its listing for scraping, and an account is easily lost. So it is off until the
//! user says yes; searches and the recent releases bring enough to begin with.

use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{Indexer, IndexerId, IndexerKind, LibrarySettings, Release};
use serde::{Deserialize, Serialize};
use tracing::info;

use super::ask::{JOB_WAITS, ask};
use super::groups::sighted;
use super::indexer_traces::{forget, traces};
use super::judge::{find_movie, read};
use super::{By, Flow, FlowError};
use crate::group_view::Sighted;
use crate::indexers::budget::Purpose;
use crate::jobs::JobContext;
use crate::storage::{Collection, Document, DocumentId, Expect, Only, SharedStore, StoreError};

/// Pages of a listing; two million releases.
const PAGES_MAX: u32 = 20_000;
/// Pages of one run, two seconds apart: a run ends within a quarter of an hour whatever the hour's requests are.
const PAGES_PER_RUN: u32 = 400;
/// A listing that was read to its end is looked at again after so long.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// After so many pages in a row without anything new, all further ones are known.
const KNOWN_PAGES: u32 = 3;

/// Where the walk through an indexer's listing stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Walk {
    indexer_id: IndexerId,
    /// The page that is read next; the first is 0.
    next_page: u32,
    /// Releases that were counted, over all walks.
    counted: u64,
    /// Whether all of it was read before: then this walk only looks for what came since.
    #[serde(default)]
    read_once: bool,
    /// Pages in a row that brought nothing new.
    #[serde(default)]
    known_pages: u32,
    /// When the last walk came to its end; `None` = this one goes on.
    #[serde(default)]
    ended_at: Option<Timestamp>,
}

/// What the ids of [`Walk`] begin with.
pub(super) const WALKS: &str = "learn_groups/";

/// The id of an indexer's [`Walk`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct WalkOf(IndexerId);

impl DocumentId for WalkOf {
    fn id_text(&self) -> String {
        format!("{WALKS}{}", self.0.id_text())
    }
}

impl Document for Walk {
    type Id = WalkOf;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> WalkOf {
        WalkOf(self.indexer_id)
    }
}

impl Walk {
    fn new(indexer_id: IndexerId) -> Self {
        Self { indexer_id, next_page: 0, counted: 0, read_once: false, known_pages: 0, ended_at: None }
    }

    /// The walk after a page with that many releases, of which so many were new.
    fn after_page(&self, listed: usize, new: usize, now: Timestamp) -> Self {
        let known_pages = if new == 0 { self.known_pages + 1 } else { 0 };
        let at_end = listed == 0 || self.next_page + 1 >= PAGES_MAX;
        let all_known = self.read_once && known_pages >= KNOWN_PAGES;
        Self {
            next_page: self.next_page + 1,
            counted: self.counted + u64::try_from(new).unwrap_or(0),
            known_pages,
            read_once: self.read_once || at_end,
            ended_at: (at_end || all_known).then_some(now),
            ..self.clone()
        }
    }
}

/// The job: reads on where the last run stopped.
pub async fn learn_groups(flow: &Flow, by: &By, job: &JobContext) -> Result<String, FlowError> {
    // Before the indexers: what is kept of one that is made meanwhile is not among it.
    let traces = traces(&flow.store).await?;
    let all = flow.store.load_all::<Indexer>().await?;
    let is_there = |id: IndexerId| all.iter().any(|indexer| indexer.id == id);
    // An indexer's traces go with it; a request that was under way at that time may have left some.
    let left = forget(by.commit(flow.now()), traces, |id| !is_there(id));
    if !left.is_empty() {
        job.commit(left).await?;
    }
    let settings = flow.store.load::<LibrarySettings>(Only).await?.unwrap_or_default();
    if !settings.learn_groups {
        return Ok("it is switched off: radarr-tui library set --learn-groups true".to_owned());
    }
    let walked =
        all.iter().filter(|indexer| indexer.enabled && matches!(indexer.kind, IndexerKind::Hdbits { .. }));
    let mut notes = Vec::new();
    for indexer in walked {
        notes.push(walk(flow, by, job, indexer).await?);
    }
    if notes.is_empty() { Ok("no HDBits is set up".to_owned()) } else { Ok(notes.join("; ")) }
}

/// Reads on in one listing until it ends or its share of the hour is used up.
async fn walk(flow: &Flow, by: &By, job: &JobContext, indexer: &Indexer) -> Result<String, FlowError> {
    let name = &indexer.name;
    let mut walk =
        flow.store.load::<Walk>(WalkOf(indexer.id)).await?.unwrap_or_else(|| Walk::new(indexer.id));
    if let Some(ended_at) = walk.ended_at {
        if flow.now().duration_since(ended_at) < AGAIN_AFTER {
            return Ok(format!("{name}: all {} releases are counted", walk.counted));
        }
        walk = Walk { next_page: 0, known_pages: 0, ended_at: None, ..walk };
    }
    let first_page = walk.next_page;
    while walk.ended_at.is_none() {
        if job.should_stop() {
            return Err(FlowError::Stopped);
        }
        let note = format!("{name}: page {}, {} releases counted", walk.next_page + 1, walk.counted);
        if walk.next_page - first_page >= PAGES_PER_RUN {
            return Ok(format!("{note}; goes on with the next run"));
        }
        job.progress(&note, None).await?;
        let number = walk.next_page;
        let page = ask(flow, indexer, Purpose::Learn, JOB_WAITS, |connection| {
            async move { connection.page(number).await }.boxed()
        })
        .await;
        let releases = match page {
            Ok(releases) => releases,
            // Its time comes with the next run.
            Err(FlowError::Refused(error)) if error.code == ErrorCode::RateLimited => {
                return Ok(format!("{note}; goes on later: {}", error.message));
            }
            Err(error) => return Err(error),
        };
        walk = count_page(flow, by, job, &walk, releases).await?;
    }
    info!(indexer = name, releases = walk.counted, "the listing was read to its end");
    Ok(format!("{name}: all {} releases are counted", walk.counted))
}

/// Whether the listing of an indexer was read to its end at least once.
pub async fn was_read(store: &SharedStore, indexer: IndexerId) -> Result<bool, StoreError> {
    Ok(store.load::<Walk>(WalkOf(indexer)).await?.is_some_and(|walk| walk.read_once))
}

/// Counts what a page lists and keeps where the walk stands, both at once.
async fn count_page(
    flow: &Flow,
    by: &By,
    job: &JobContext,
    walk: &Walk,
    releases: Vec<Release>,
) -> Result<Walk, FlowError> {
    let listed = releases.len();
    let mut all: Vec<Sighted> = Vec::new();
    for read in releases.into_iter().map(read) {
        // Only of movies of the library the length is known.
        let movie = find_movie(flow, &read).await?.map(|(movie, _)| movie);
        all.extend(sighted(&read.release, &read.parsed, movie.as_ref()));
    }
    let new = flow.groups.count_new(&all);
    let after = walk.after_page(listed, new, flow.now());
    let commit = by.commit(flow.now()).put(&after, Expect::Any);
    flow.groups.note(&all, commit, Some(job)).await?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(pages: &[(usize, usize)], read_once: bool) -> Walk {
        let walk = Walk { read_once, ..Walk::new(IndexerId(1)) };
        let now = Timestamp::UNIX_EPOCH;
        pages.iter().fold(walk, |walk, (listed, new)| walk.after_page(*listed, *new, now))
    }

    #[test]
    fn the_first_walk_ends_behind_the_last_page_and_nowhere_before() {
        let walk = after(&[(100, 90), (100, 0), (100, 0), (100, 0), (20, 20)], false);
        assert_eq!((walk.ended_at, walk.next_page, walk.counted, walk.read_once), (None, 5, 110, false));
        let walk = walk.after_page(0, 0, Timestamp::UNIX_EPOCH);
        assert!(walk.ended_at.is_some() && walk.read_once);
    }

    #[test]
    fn a_later_walk_ends_where_nothing_is_new_three_pages_long() {
        assert_eq!(after(&[(100, 0), (100, 0), (100, 1), (100, 0), (100, 0)], true).ended_at, None);
        assert!(after(&[(100, 0), (100, 1), (100, 0), (100, 0), (100, 0)], true).ended_at.is_some());
    }

    #[test]
    fn a_listing_without_end_is_left_at_some_time() {
        let walk = Walk { next_page: PAGES_MAX - 1, ..Walk::new(IndexerId(1)) };
        assert!(walk.after_page(100, 100, Timestamp::UNIX_EPOCH).ended_at.is_some());
    }
}
