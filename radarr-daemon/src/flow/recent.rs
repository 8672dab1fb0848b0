//! Step 2, the other way: the indexers' recent releases are read, and each is given to the movie it is of.

use std::collections::BTreeMap;

use futures::FutureExt;
use jiff::Timestamp;
use radarr_proto::model::{Decision, Indexer, IndexerId, Movie, MovieId, Release, SearchKind, Slot};
use serde::{Deserialize, Serialize};
use tracing::warn;

use super::ask::{JOB_WAITS, ask};
use super::circumstances::{Rulebook, circumstances, rulebook};
use super::decision_record::keep_recent;
use super::groups::{note, sighted};
use super::judge::{find_movie, judge_for, read};
use super::take::{Taken, take_best};
use super::{By, Flow, FlowError};
use crate::group_view::Sighted;
use crate::indexers::Step;
use crate::indexers::budget::Purpose;
use crate::storage::{Collection, Document, DocumentId, Expect};

/// Requests of one read of an indexer: what it can do, and three pages.
const REQUESTS_MAX: usize = 4;
/// Names of the newest releases that are remembered of an indexer: the three pages that one read may take. Names are
/// at most 160 bytes, so that they fit into a document.
const REMEMBERED_MAX: usize = 300;

/// What the ids of [`ReadBefore`] begin with.
pub(super) const READ_BEFORE: &str = "recent/";

/// Which releases of an indexer were read before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReadBefore {
    indexer_id: IndexerId,
    guids: Vec<String>,
    at: Timestamp,
}

/// The id of an indexer's [`ReadBefore`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RecentOf(IndexerId);

impl DocumentId for RecentOf {
    fn id_text(&self) -> String {
        format!("{READ_BEFORE}{}", self.0.id_text())
    }
}

impl Document for ReadBefore {
    type Id = RecentOf;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> RecentOf {
        RecentOf(self.indexer_id)
    }
}

/// The job: reads what is new at each indexer and takes what is wanted.
pub async fn read_recent(flow: &Flow, by: &By) -> Result<Taken, FlowError> {
    let indexers: Vec<Indexer> = flow
        .store
        .load_all::<Indexer>()
        .await?
        .into_iter()
        .filter(|indexer| indexer.enabled && indexer.use_recent)
        .collect();
    let mut taken = Taken::default();
    let mut first_failure = None;
    let mut answered = 0_usize;
    for indexer in &indexers {
        match read_indexer(flow, by, indexer).await {
            Ok(one) => {
                answered += 1;
                taken.add(one);
            }
            Err(error) => {
                warn!(indexer = indexer.name, %error, "the recent releases could not be read");
                first_failure.get_or_insert(error);
            }
        }
    }
    match first_failure {
        Some(error) if answered == 0 => Err(error),
        Some(_) | None => Ok(taken),
    }
}

async fn read_indexer(flow: &Flow, by: &By, indexer: &Indexer) -> Result<Taken, FlowError> {
    let id = RecentOf(indexer.id);
    let before = flow.store.load::<ReadBefore>(id).await?.map(|before| before.guids).unwrap_or_default();

    let releases = ask_for_new(flow, indexer, &before).await?;

    let guids: Vec<String> = releases.iter().map(|release| release.guid.clone()).collect();
    let new: Vec<Release> = releases.into_iter().filter(|release| !before.contains(&release.guid)).collect();
    let taken = if new.is_empty() { Taken::default() } else { judge_new(flow, by, indexer, new).await? };

    // Last: what a crash keeps from being judged is read again.
    let remembered = guids.iter().cloned().chain(before.into_iter().filter(|guid| !guids.contains(guid)));
    let read = ReadBefore {
        indexer_id: indexer.id,
        guids: remembered.take(REMEMBERED_MAX).collect(),
        at: flow.now(),
    };
    flow.store.commit(by.commit(flow.now()).put(&read, Expect::Any)).await?;
    Ok(taken)
}

/// What an indexer listed last: on, until something comes that was read before. The first time one page is enough.
async fn ask_for_new(flow: &Flow, indexer: &Indexer, before: &[String]) -> Result<Vec<Release>, FlowError> {
    let mut releases: Vec<Release> = Vec::new();
    let mut step = Step::default();
    for _ in 0..REQUESTS_MAX {
        let page = ask(flow, indexer, Purpose::List, JOB_WAITS, move |connection| {
            async move { connection.recent(step).await }.boxed()
        });
        let page = match page.await {
            Ok(page) => page,
            Err(error) if releases.is_empty() => return Err(error),
            Err(error) => {
                warn!(indexer = indexer.name, %error, "the recent releases were not read to the end");
                break;
            }
        };
        let reaches_back = page.releases.iter().any(|release| before.contains(&release.guid));
        let brought = !page.releases.is_empty();
        releases.extend(page.releases);
        match page.next {
            Some(next) if !reaches_back && (!brought || !before.is_empty()) => step = next,
            Some(_) | None => break,
        }
    }
    Ok(releases)
}

/// Gives each release to its movie, then judges and takes movie by movie.
async fn judge_new(
    flow: &Flow,
    by: &By,
    indexer: &Indexer,
    releases: Vec<Release>,
) -> Result<Taken, FlowError> {
    let mut of_movies: BTreeMap<MovieId, (Movie, Vec<Release>)> = BTreeMap::new();
    let mut seen: Vec<Sighted> = Vec::new();
    for release in releases {
        let read = read(release);
        let found = find_movie(flow, &read).await?.map(|(movie, _)| movie);
        seen.extend(sighted(&read.release, &read.parsed, found.as_ref()));
        let Some(movie) = found else { continue };
        if crate::domain::search_plan::takes_part(indexer, &movie, SearchKind::Recent).is_err() {
            continue;
        }
        of_movies.entry(movie.id).or_insert_with(|| (movie, Vec::new())).1.push(read.release);
    }
    note(flow, by, &seen).await;
    let rulebook = rulebook(flow).await?;
    let mut taken = Taken::default();
    for (movie, releases) in of_movies.into_values() {
        let slots: Vec<Slot> = movie.versions.iter().map(|version| version.slot).collect();
        for slot in slots {
            let decisions = judge_version(flow, &rulebook, movie.id, slot, releases.clone()).await?;
            taken.add(take_best(flow, by, &decisions, SearchKind::Recent, rulebook.read_at).await?);
        }
    }
    Ok(taken)
}

async fn judge_version(
    flow: &Flow,
    rulebook: &Rulebook,
    movie: MovieId,
    slot: Slot,
    releases: Vec<Release>,
) -> Result<Vec<Decision>, FlowError> {
    let circumstances = circumstances(flow, rulebook, movie, slot).await?;
    let decisions = judge_for(flow, rulebook, &circumstances, releases, SearchKind::Recent);
    for decision in &decisions {
        keep_recent(flow, decision, SearchKind::Recent).await?;
    }
    Ok(decisions)
}
