//! Why a release was or would be taken or refused (D8).

use jiff::Timestamp;
use radarr_proto::model::{
    Decision, EventKind, Grab, GrabState, IndexerId, Judgement, MatchedBy, Movie, MovieId, Protocol, Release,
    SearchKind,
};
use radarr_proto::request::{ExplainRelease, Explanation};

use super::circumstances::{circumstances, rulebook};
use super::decision_record::{Kept, kept, listed_for};
use super::judge::{clues, find_movie, judge_known, read, stand_among, titles_of, unknown};
use super::{Flow, FlowError};
use crate::domain::decide::explain::{behind, explain, standing_words};
use crate::domain::match_movie::match_one;
use crate::storage::HistoryRange;

/// Events of a movie that are looked through for the grab of a release.
const HISTORY_MAX: usize = 200;

/// Explains what was decided of a release, or what would be of any name.
pub async fn explain_release(flow: &Flow, request: ExplainRelease) -> Result<Explanation, FlowError> {
    let bare = read(named_release(&request.release, request.size_bytes));
    let movie = match request.movie_id {
        Some(id) => {
            let movie = flow.store.load::<Movie>(id).await?;
            Some(movie.ok_or_else(|| FlowError::no_movie(id))?)
        }
        None => match find_movie(flow, &bare).await? {
            Some((movie, _)) => Some(movie),
            None => movie_grabbed_for(flow, &request.release).await?,
        },
    };
    let (movie, slot) = match movie {
        Some(movie) => (movie, request.slot),
        None => match listed_for(flow, &request.release).await? {
            Some((id, slot)) => match flow.store.load::<Movie>(id).await? {
                Some(movie) => (movie, slot),
                None => return Ok(told(&unknown(bare), None)),
            },
            None => return Ok(told(&unknown(bare), None)),
        },
    };

    let all = kept(flow, movie.id, slot).await?;
    if let Some((found, before)) = find(&all, &request.release) {
        let mut told = told(&found.decision, Some(found.decided_at));
        let grabbed = grab_of(flow, movie.id, &found.decision.release).await?;
        match (grabbed, before.and_then(|better| behind(&better.decision))) {
            (Some(grab), _) => told.sentences.push(became(&grab)),
            (None, Some((why, remedy))) => {
                told.sentences.push(why);
                told.remedies.push(remedy);
            }
            (None, None) if is_shown_only(found) => {
                told.sentences.push("A person searched, and that takes nothing by itself.".to_owned());
                told.remedies.push("Take it by hand, or let the daemon search.".to_owned());
            }
            (None, None) => {}
        }
        return Ok(told);
    }

    let by = match match_one(&clues(&bare), &titles_of(&movie)) {
        Some(by) => by,
        // A person says whose it is.
        None if request.movie_id.is_some() => MatchedBy::IdOnly,
        None => return Ok(told(&unknown(bare), None)),
    };
    let rulebook = rulebook(flow).await?;
    let circumstances = circumstances(flow, &rulebook, movie.id, slot).await?;
    let decision = judge_known(flow, &rulebook, &circumstances, bare.clone(), by, SearchKind::Automatic);
    let mut told = told(&decision, None);
    if !matches!(decision.judgement, Judgement::Accepted | Judgement::Delayed) {
        return Ok(told);
    }
    let searched: Vec<Release> = all
        .into_iter()
        .filter(|kept| kept.found_by != SearchKind::Recent)
        .map(|kept| kept.decision.release)
        .collect();
    if searched.is_empty() {
        told.sentences
            .push("The movie was not searched, so that there is nothing to compare it with.".to_owned());
        return Ok(told);
    }
    match stand_among(flow, &rulebook, &circumstances, (bare, by), searched) {
        Some((standing, titles)) => {
            let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
            told.sentences.extend(standing_words(&standing, &titles));
            told.decision.ranked_by = standing.ahead;
        }
        None => told
            .sentences
            .push("No release of the last search may be taken; it would be the best.".to_owned()),
    }
    Ok(told)
}

/// The movie that a release of this guid was grabbed for.
async fn movie_grabbed_for(flow: &Flow, guid: &str) -> Result<Option<Movie>, FlowError> {
    let mut found = None;
    flow.store
        .for_each::<Grab>(|grab| {
            if grab.release.guid == guid {
                found = Some(grab.movie_id);
            }
        })
        .await?;
    match found {
        Some(movie) => Ok(flow.store.load(movie).await?),
        None => Ok(None),
    }
}

/// The decision on that release, by its guid or name, and the one that stands before it in the same search.
fn find<'a>(all: &'a [Kept], release: &str) -> Option<(&'a Kept, Option<&'a Kept>)> {
    let names_it = |kept: &Kept| {
        let listed = &kept.decision.release;
        listed.guid == release || listed.title.eq_ignore_ascii_case(release)
    };
    let at = all.iter().position(names_it)?;
    let found = all.get(at)?;
    let may_be_taken = matches!(found.decision.judgement, Judgement::Accepted | Judgement::Delayed);
    let before = at.checked_sub(1).and_then(|before| all.get(before));
    // Releases from the feed were not compared with each other.
    let of_one_search = |before: &&Kept| {
        before.decided_at == found.decided_at
            && before.found_by == found.found_by
            && found.found_by != SearchKind::Recent
    };
    Some((found, before.filter(of_one_search).filter(|_| may_be_taken)))
}

fn is_shown_only(kept: &Kept) -> bool {
    kept.found_by == SearchKind::User && kept.decision.judgement == Judgement::Accepted
}

/// The last grab of a release for that movie.
async fn grab_of(flow: &Flow, movie: MovieId, release: &Release) -> Result<Option<Grab>, FlowError> {
    let range = HistoryRange { movie: Some(movie), before: None };
    for event in flow.store.history(range, HISTORY_MAX).await? {
        let EventKind::Grabbed { grab_id, .. } = event.kind else { continue };
        let Some(grab) = flow.store.load::<Grab>(grab_id).await? else { continue };
        if (grab.release.indexer_id, &grab.release.guid) == (release.indexer_id, &release.guid) {
            return Ok(Some(grab));
        }
    }
    Ok(None)
}

/// What became of a grab.
fn became(grab: &Grab) -> String {
    let state = match &grab.state {
        GrabState::Imported { at } => format!("it came into the library on {}", in_minutes(*at)),
        GrabState::Failed { reason, .. } => format!("it failed: {reason}"),
        GrabState::ImportBlocked { reasons } => format!("it may not come in: {}", reasons.join("; ")),
        GrabState::Removed => "it was taken out of the queue".to_owned(),
        GrabState::Gone => "the client does not know it any more".to_owned(),
        GrabState::Intended
        | GrabState::Downloading
        | GrabState::Stalled { .. }
        | GrabState::Paused
        | GrabState::ImportPending
        | GrabState::Importing
        | GrabState::Unknown => "it is on its way".to_owned(),
    };
    format!("It was taken on {}, asked for by {}; {state}.", in_minutes(grab.grabbed_at), grab.asked_by)
}

fn in_minutes(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn told(decision: &Decision, decided_at: Option<Timestamp>) -> Explanation {
    let explained = explain(decision);
    let mut sentences = vec![explained.summary];
    sentences.extend(explained.because);
    sentences.extend(explained.ranked);
    Explanation { decision: decision.clone(), decided_at, sentences, remedies: explained.remedies }
}

/// A release of which only the name is known.
pub fn named_release(name: &str, size_bytes: u64) -> Release {
    Release {
        guid: name.to_owned(),
        indexer_id: IndexerId(0),
        indexer: String::new(),
        title: name.to_owned(),
        other_title: None,
        protocol: Protocol::Torrent,
        size_bytes,
        published_at: None,
        info_hash: None,
        seeders: None,
        peers: None,
        flags: Vec::new(),
        imdb_id: None,
        tmdb_id: None,
        languages: Vec::new(),
        container: None,
        info_url: None,
        sealed_link: None,
        minimum_ratio_hundredths: None,
        minimum_seed_minutes: None,
        indexer_priority: 25,
    }
}
