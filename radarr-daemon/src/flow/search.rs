//! Step 2: the indexers are asked for one movie; then step 3 judges, and the best goes on to step 4.
//!
//! [`search_releases`] is a person's search: everything is shown and nothing taken. [`search_movie`] is the job that
//! takes the best. Next: `judge.rs`, then `grab.rs`.

use std::collections::HashSet;
use std::time::Duration;

use futures::FutureExt;
use futures::future::join_all;
use jiff::Timestamp;
use radarr_proto::model::{
    Decision, EventKind, Indexer, IndexerId, Judgement, Movie, MovieId, Release, SearchKind, Slot,
};
use radarr_proto::request::SearchReleases;
use tracing::warn;

use super::ask::{JOB_WAITS, PERSON_WAITS, ask};
use super::circumstances::{Circumstances, circumstances, rulebook};
use super::decision_record::keep_search;
use super::groups::note_search;
use super::judge::judge_for;
use super::take::{Taken, take_best};
use super::{By, Flow, FlowError};
use crate::domain::search_plan::{question, takes_part};
use crate::indexers::budget::Purpose;
use crate::indexers::{Query, Step};
use crate::storage::Expect;

/// Tries to note the time of the search on a movie that others edit.
const NOTE_TRIES: u32 = 5;

/// Requests of one search at one indexer: what it can do, ids, words of two titles, and some pages of each. At the
/// pace of the budget that is 20 seconds.
const REQUESTS_MAX: usize = 10;

/// What the indexers answered.
struct Answers {
    releases: Vec<Release>,
    /// One for each indexer that did not answer, or not to the end.
    failures: Vec<FlowError>,
    /// Whether an indexer answered, be it that it has nothing.
    any_answered: bool,
}

/// What a search found, best first, and the moment that it was judged at.
struct Found {
    decisions: Vec<Decision>,
    decided_at: Timestamp,
}

/// A person's search: every release with every rule's verdict, best first.
pub async fn search_releases(
    flow: &Flow,
    by: &By,
    request: SearchReleases,
) -> Result<Vec<Decision>, FlowError> {
    let found = search(flow, by, request.movie_id, request.slot, SearchKind::User, PERSON_WAITS).await?;
    Ok(found.decisions)
}

/// The search of a job: the best release that may be taken is.
pub async fn search_movie(
    flow: &Flow,
    by: &By,
    movie: MovieId,
    slot: Slot,
    kind: SearchKind,
) -> Result<Taken, FlowError> {
    let found = search(flow, by, movie, slot, kind, JOB_WAITS).await?;
    take_best(flow, by, &found.decisions, kind, found.decided_at).await
}

async fn search(
    flow: &Flow,
    by: &By,
    movie_id: MovieId,
    slot: Slot,
    kind: SearchKind,
    patience: Duration,
) -> Result<Found, FlowError> {
    let movie = flow.store.load::<Movie>(movie_id).await?.ok_or_else(|| FlowError::no_movie(movie_id))?;
    let indexers = indexers_for(flow, &movie, kind).await?;

    let mut answers = ask_all(flow, &movie, &indexers, patience).await;
    if !answers.any_answered && !answers.failures.is_empty() {
        return Err(answers.failures.remove(0));
    }

    // Read after the indexers were asked: what came in meanwhile counts.
    let rulebook = rulebook(flow).await?;
    let circumstances = circumstances(flow, &rulebook, movie.id, slot).await?;
    let found = answers.releases.len();
    let decisions = without_twins(judge_for(flow, &rulebook, &circumstances, answers.releases, kind));

    note_search(flow, by, &circumstances.movie, &decisions).await;
    note(flow, by, &circumstances, kind, &decisions, found, answers.failures).await?;
    Ok(Found { decisions, decided_at: rulebook.read_at })
}

/// Those that take part in this kind of search; an error that says why none does.
async fn indexers_for(flow: &Flow, movie: &Movie, kind: SearchKind) -> Result<Vec<Indexer>, FlowError> {
    let all = flow.store.load_all::<Indexer>().await?;
    let mut left_out = Vec::new();
    let mut taking_part = Vec::new();
    for indexer in all {
        match takes_part(&indexer, movie, kind) {
            Ok(()) => taking_part.push(indexer),
            Err(why) => left_out.push(format!("{}: {}", indexer.name, why.in_words())),
        }
    }
    if !taking_part.is_empty() {
        return Ok(taking_part);
    }
    if left_out.is_empty() {
        return Err(FlowError::invalid(
            "no indexer is set up, so there is nobody to ask",
            "add one: radarr-tui indexer add hdbits",
        ));
    }
    Err(FlowError::invalid(
        format!("no indexer takes part in this search ({})", left_out.join("; ")),
        "switch one on: radarr-tui indexer edit",
    ))
}

async fn ask_all(flow: &Flow, movie: &Movie, indexers: &[Indexer], patience: Duration) -> Answers {
    let question = question(movie);
    let query = Query {
        titles: question.titles,
        year: question.year,
        imdb_id: question.imdb_id,
        tmdb_id: Some(question.tmdb_id),
    };
    let asking = indexers.iter().map(|indexer| ask_one(flow, indexer, &query, patience));
    let mut answers = Answers { releases: Vec::new(), failures: Vec::new(), any_answered: false };
    for (indexer, answer) in indexers.iter().zip(join_all(asking).await) {
        let (mut releases, failure) = answer;
        answers.any_answered |= failure.is_none() || !releases.is_empty();
        answers.releases.append(&mut releases);
        if let Some(error) = failure {
            warn!(indexer = indexer.name, %error, "an indexer did not answer a search");
            answers.failures.push(error);
        }
    }
    answers
}

/// What an indexer has of a movie, in as many requests as it takes; with why it is not all of it.
async fn ask_one(
    flow: &Flow,
    indexer: &Indexer,
    query: &Query,
    patience: Duration,
) -> (Vec<Release>, Option<FlowError>) {
    let mut releases = Vec::new();
    let mut step = Step::default();
    for _ in 0..REQUESTS_MAX {
        let query = query.clone();
        let page = ask(flow, indexer, Purpose::List, patience, move |connection| {
            async move { connection.search(&query, step).await }.boxed()
        });
        match page.await {
            Ok(mut page) => {
                releases.append(&mut page.releases);
                let Some(next) = page.next else { return (releases, None) };
                step = next;
            }
            Err(error) => return (releases, Some(error)),
        }
    }
    (releases, None)
}

/// One indexer may list a release twice; the first, which stands better, is kept.
fn without_twins(decisions: Vec<Decision>) -> Vec<Decision> {
    let mut seen: HashSet<(IndexerId, String)> = HashSet::new();
    decisions
        .into_iter()
        .filter(|decision| seen.insert((decision.release.indexer_id, decision.release.guid.clone())))
        .collect()
}

/// Keeps what was decided and when the version was searched for, so that the steady search goes round.
async fn note(
    flow: &Flow,
    by: &By,
    circumstances: &Circumstances,
    kind: SearchKind,
    decisions: &[Decision],
    found: usize,
    failures: Vec<FlowError>,
) -> Result<(), FlowError> {
    let accepted = decisions.iter().filter(|decision| decision.judgement == Judgement::Accepted).count();
    let failures: Vec<String> = failures.iter().map(ToString::to_string).collect();
    let event = EventKind::Searched {
        title: circumstances.movie.facts.title.clone(),
        found: u32::try_from(found).unwrap_or(u32::MAX),
        accepted: u32::try_from(accepted).unwrap_or(u32::MAX),
        note: Some(failures.join("; ")).filter(|note| !note.is_empty()),
    };
    let (id, slot) = (circumstances.movie.id, circumstances.slot);
    for _ in 0..NOTE_TRIES {
        // A movie that was deleted meanwhile has nothing to be noted on.
        let Some(mut movie) = flow.store.load::<Movie>(id).await? else { return Ok(()) };
        let now = flow.now();
        if let Some(version) = movie.versions.iter_mut().find(|version| version.slot == slot) {
            version.last_searched_at = Some(now);
        }
        let commit = by
            .commit(now)
            .put(&movie, Expect::Version(movie.doc_version))
            .and(keep_search(id, slot, kind, decisions, now))
            .event(Some(id), event.clone());
        match flow.store.commit(commit).await {
            Ok(_) => return Ok(()),
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
