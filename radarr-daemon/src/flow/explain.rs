//! Why a release was or would be taken or refused (D8).

use radarr_proto::model::{Decision, IndexerId, MatchedBy, Movie, Protocol, Release, SearchKind};
use radarr_proto::request::{ExplainRelease, Explanation};

use super::circumstances::{circumstances, rulebook};
use super::decision_record::kept;
use super::judge::{clues, find_movie, judge_known, read, titles_of, unknown};
use super::{Flow, FlowError};
use crate::domain::decide::explain::explain;
use crate::domain::match_movie::match_one;

/// Explains what was decided of a release, or what would be of any name.
pub async fn explain_release(flow: &Flow, request: ExplainRelease) -> Result<Explanation, FlowError> {
    let bare = read(bare_release(&request));
    let movie = match request.movie_id {
        Some(id) => {
            let movie = flow.store.load::<Movie>(id).await?;
            Some(movie.ok_or_else(|| FlowError::not_found(format!("there is no movie {id}")))?)
        }
        None => find_movie(flow, &bare).await?.map(|(movie, _)| movie),
    };
    let Some(movie) = movie else { return Ok(told(&unknown(bare), None)) };

    let names_it = |decision: &Decision| {
        let release = &decision.release;
        release.guid == request.release || release.title == request.release
    };
    let all = kept(flow, movie.id, request.slot).await?;
    if let Some(kept) = all.into_iter().find(|kept| names_it(&kept.decision)) {
        return Ok(told(&kept.decision, Some(kept.decided_at)));
    }

    let by = match match_one(&clues(&bare), &titles_of(&movie)) {
        Some(by) => by,
        // A person says whose it is.
        None if request.movie_id.is_some() => MatchedBy::IdOnly,
        None => return Ok(told(&unknown(bare), None)),
    };
    let rulebook = rulebook(flow).await?;
    let circumstances = circumstances(flow, &rulebook, movie.id, request.slot).await?;
    let decision = judge_known(flow, &rulebook, &circumstances, bare, by, SearchKind::Automatic);
    Ok(told(&decision, None))
}

fn told(decision: &Decision, decided_at: Option<jiff::Timestamp>) -> Explanation {
    let explained = explain(decision);
    let mut sentences = vec![explained.summary];
    sentences.extend(explained.because);
    sentences.extend(explained.ranked);
    Explanation { decision: decision.clone(), decided_at, sentences, remedies: explained.remedies }
}

/// A release of which only the name is known.
fn bare_release(request: &ExplainRelease) -> Release {
    Release {
        guid: request.release.clone(),
        indexer_id: IndexerId(0),
        indexer: String::new(),
        title: request.release.clone(),
        other_title: None,
        protocol: Protocol::Torrent,
        size_bytes: request.size_bytes,
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
        indexer_priority: 25,
    }
}
