//! TMDB is asked again: for one movie, or for all that are due.
//!
//! A movie that TMDB does not know any more stays in the library and says so; it is never taken out.

use jiff::Timestamp;
use radarr_proto::model::{EventKind, Movie, MovieFacts, MovieId, MovieStatus};
use serde::{Deserialize, Serialize};
use tracing::{info, warn};

use super::files::movie;
use super::{By, Flow, FlowError};
use crate::domain::facts_changes::changes;
use crate::domain::kept_facts::kept;
use crate::domain::refresh_plan::is_due;
use crate::domain::title::sort_title;
use crate::jobs::JobContext;
use crate::metadata::tmdb::TmdbError;
use crate::storage::{Collection, Document, Expect};

/// Somebody edits the movie while it is refreshed; nobody does so more often in a row.
const TRIES_MAX: u32 = 10;
/// Movies between two reports of the progress.
const REPORT_EVERY: usize = 10;

/// What TMDB's answer changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// Nothing that a person would notice.
    Same,
    /// This, one phrase each.
    Changed(Vec<String>),
    /// TMDB has no such movie any more.
    Gone,
}

/// Asks TMDB about one movie.
pub async fn refresh_movie(flow: &Flow, by: &By, id: MovieId) -> Result<Refreshed, FlowError> {
    let tmdb_id = movie(flow, id).await?.facts.tmdb_id;

    let answer = flow.outside.tmdb().await?.refresh(tmdb_id).await?.map(kept);

    let mut tries = 0;
    loop {
        tries += 1;
        let mut movie = movie(flow, id).await?;
        let (facts, refreshed) = judge(&movie.facts, answer.clone());
        movie.sort_title = sort_title(&facts.title, Some(facts.tmdb_id));
        movie.facts = facts;
        movie.refreshed_at = flow.now();

        let mut commit = by.commit(flow.now()).put(&movie, Expect::Version(movie.doc_version));
        if let Some(changes) = refreshed.words() {
            let title = movie.facts.title.clone();
            commit = commit.event(Some(id), EventKind::MovieRefreshed { title, changes });
        }
        match flow.store.commit(commit).await {
            Err(error) if error.is_conflict() && tries < TRIES_MAX => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(refreshed),
        }
    }
}

impl Refreshed {
    fn words(&self) -> Option<Vec<String>> {
        match self {
            Self::Same => None,
            Self::Changed(changes) => Some(changes.clone()),
            Self::Gone => Some(vec!["TMDB has no such movie any more; it stays in the library".to_owned()]),
        }
    }
}

fn judge(old: &MovieFacts, answer: Option<MovieFacts>) -> (MovieFacts, Refreshed) {
    let Some(new) = answer else {
        let was_gone = old.status == MovieStatus::Deleted;
        let facts = MovieFacts { status: MovieStatus::Deleted, ..old.clone() };
        return (facts, if was_gone { Refreshed::Same } else { Refreshed::Gone });
    };
    let changes = changes(old, &new);
    let refreshed = if changes.is_empty() { Refreshed::Same } else { Refreshed::Changed(changes) };
    (new, refreshed)
}

/// What a run over the library did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RefreshedLibrary {
    /// Movies that TMDB was asked about.
    pub asked: usize,
    /// Of these changed.
    pub changed: usize,
    /// Of these not at TMDB any more.
    pub gone: usize,
    /// Of these without an answer; they are due again in the next run.
    pub failed: usize,
}

impl RefreshedLibrary {
    /// One sentence on it.
    pub fn sentence(&self) -> String {
        let Self { asked, changed, gone, failed } = self;
        format!(
            "asked TMDB about {asked} movies: {changed} changed, {gone} not there any more, {failed} failed"
        )
    }
}

/// When the last run over the library that came to its end began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct LastRun {
    at: Timestamp,
}

const LAST_RUN: &str = "refresh";

impl Document for LastRun {
    type Id = &'static str;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> &'static str {
        LAST_RUN
    }
}

/// Asks TMDB about the movies that are due. A run that was cut off goes on where it was: what it asked about is not
/// due again so soon.
pub async fn refresh_due(flow: &Flow, by: &By, job: &JobContext) -> Result<RefreshedLibrary, FlowError> {
    let began = flow.now();
    let last: Option<LastRun> = flow.store.load(LAST_RUN).await?;
    let changed = match last {
        Some(last) => flow.outside.tmdb().await?.changed_since(last.at, began).await?,
        None => None,
    };
    let mut due: Vec<(MovieId, String)> = Vec::new();
    flow.store
        .for_each::<Movie>(|movie| {
            if is_due(&movie.facts, movie.refreshed_at, changed.as_ref(), began) {
                due.push((movie.id, movie.facts.title));
            }
        })
        .await?;

    let mut done = RefreshedLibrary::default();
    for (number, (id, title)) in due.iter().enumerate() {
        if job.should_stop() {
            return Err(FlowError::Stopped);
        }
        if number.is_multiple_of(REPORT_EVERY) {
            job.progress(&format!("asking TMDB about {title}"), Some((number as u64, due.len() as u64)))
                .await?;
        }
        done.asked += 1;
        match refresh_movie(flow, by, *id).await {
            // A refusal: it was taken out in the meantime.
            Ok(Refreshed::Same) | Err(FlowError::Refused(_)) => {}
            Ok(Refreshed::Changed(_)) => done.changed += 1,
            Ok(Refreshed::Gone) => done.gone += 1,
            // An odd answer about one movie keeps no other one from being asked about.
            Err(FlowError::Tmdb(error @ (TmdbError::Unreadable { .. } | TmdbError::Refused { .. }))) => {
                warn!(movie = %id, %error, hint = error.hint(), "TMDB's answer can't be used");
                done.failed += 1;
            }
            Err(error) => return Err(error),
        }
    }

    flow.store.commit(by.commit(began).put(&LastRun { at: began }, Expect::Any)).await?;
    info!(done.asked, done.changed, done.gone, done.failed, "refreshed the library");
    Ok(done)
}

#[cfg(test)]
mod tests;
