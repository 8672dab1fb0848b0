//! Step 4: a release is meant for a download client, and that is on record before it is sent.
//!
//! [`grab_release`] takes one that a person chose; [`intend`] is what both a person and the system go through. It
//! guards that no version of a movie is grabbed twice: whoever grabs writes the version's [`LastGrab`], and who based
//! its decision on an older one is refused. Next: `send.rs`.

use jiff::Timestamp;
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::{
    Decision, DocVersion, DownloadClient, Grab, GrabId, GrabState, Indexer, JobKind, Judgement, MatchedBy,
    Movie, MovieId, Progress, RuleOutcome, SearchKind, Slot, StoredScore,
};
use radarr_proto::request::GrabRelease;
use serde::{Deserialize, Serialize};

use super::decision_record::find;
use super::send::{IfItFails, Sent, send};
use super::{By, Flow, FlowError};
use crate::domain::choose_client::choose_client;
use crate::jobs::Priority;
use crate::storage::{Collection, Commit, DocKey, Document, Expect, StoreError, number_id};

/// The job that makes sure that a grab reaches its client begins after that long: by then whoever grabbed it has
/// sent it, or is dead.
const SEND_JOB_AFTER_SECONDS: i64 = 60;

/// The newest grab of a movie's version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LastGrab {
    movie_id: MovieId,
    slot: Slot,
    grab_id: GrabId,
}

impl LastGrab {
    fn key_of_version(movie: MovieId, slot: Slot) -> DocKey {
        Self::key_of(&format!("grab/{}-{:03}", number_id(movie.0), slot.0))
    }
}

impl Document for LastGrab {
    type Id = String;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> String {
        format!("grab/{}-{:03}", number_id(self.movie_id.0), self.slot.0)
    }
}

/// What takes a version's guard away with its movie.
pub fn forget_last_grab(movie: MovieId, slot: Slot, now: Timestamp) -> Commit {
    let id = format!("grab/{}-{:03}", number_id(movie.0), slot.0);
    Commit::new("system", now).delete::<LastGrab>(id, Expect::Any)
}

/// Takes a release that a person chose from the list of the last search.
pub async fn grab_release(flow: &Flow, by: &By, request: GrabRelease) -> Result<Grab, FlowError> {
    let kept = find(flow, request.movie_id, request.slot, request.indexer_id, &request.guid).await?;
    let kept = kept.ok_or_else(|| {
        FlowError::Refused(
            ApiError::not_found(format!("{} is not in the list of the last search", request.guid))
                .with_hint("search again, then take it from the new list"),
        )
    })?;
    let mut decision = kept.decision;
    if decision.judgement == Judgement::Rejected && !request.force {
        return Err(refusal(&decision));
    }
    // A person says whose it is, whatever its name says.
    decision.movie_id = Some(request.movie_id);
    decision.slot = request.slot;

    let Some(grab) = intend(flow, by, &decision, SearchKind::User, None).await? else {
        return Err(FlowError::conflict(
            "another release of this movie was taken in the same moment",
            "look at the queue, then decide again",
        ));
    };
    match send(flow, by, grab.id, IfItFails::Stop).await? {
        Sent::Yes(grab) | Sent::Later(grab) => Ok(grab),
        Sent::Failed { reason, .. } => Err(ApiError::new(
            ErrorCode::Upstream,
            format!("{} could not be grabbed: {reason}", decision.release.title),
        )
        .with_hint("it is on the blocklist now; choose another release")
        .into()),
    }
}

fn refusal(decision: &Decision) -> FlowError {
    let reasons: Vec<&str> = decision
        .verdicts
        .iter()
        .filter_map(|verdict| match &verdict.outcome {
            RuleOutcome::Reject { message, .. } => Some(message.as_str()),
            RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } | RuleOutcome::Unknown => None,
        })
        .collect();
    ApiError::new(
        ErrorCode::NeedsConfirmation,
        format!("{} is refused: {}", decision.release.title, reasons.join("; ")),
    )
    .with_hint("take it all the same with force (--force)")
    .into()
}

/// Puts on record that this release is meant for a client, together with the job that makes sure of it. `None` when
/// another grab of the version came first, or one was imported since; `decided_at` is when the decision was made,
/// `None` for a person's.
pub(super) async fn intend(
    flow: &Flow,
    by: &By,
    decision: &Decision,
    found_by: SearchKind,
    decided_at: Option<Timestamp>,
) -> Result<Option<Grab>, FlowError> {
    let Some(movie_id) = decision.movie_id else {
        return Err(FlowError::invalid("the release is of no movie of the library", "add the movie first"));
    };
    let guard = LastGrab::key_of_version(movie_id, decision.slot);
    let last = flow.store.get(&guard).await?.map(|stored| stored.version);
    let movie = flow.store.load::<Movie>(movie_id).await?.ok_or_else(|| FlowError::no_movie(movie_id))?;
    let version = movie.versions.iter().find(|version| version.slot == decision.slot);
    let file = version.and_then(|version| version.file.as_ref());
    if file.is_some_and(|file| decided_at.is_some_and(|decided| file.added_at >= decided)) {
        return Ok(None);
    }
    let open = flow.open_grabs().await?;
    let of_version = |grab: &&Grab| grab.movie_id == movie_id && grab.slot == decision.slot;
    let came_later = |grab: &Grab| decided_at.is_some_and(|decided| grab.grabbed_at >= decided);
    if open.iter().filter(of_version).any(came_later) {
        return Ok(None);
    }
    let is_same = |grab: &&Grab| {
        grab.release.indexer_id == decision.release.indexer_id && grab.release.guid == decision.release.guid
    };
    if let Some(same) = open.iter().filter(of_version).find(is_same) {
        return Err(FlowError::conflict(
            format!("{} is in the queue already", same.release.title),
            "look at the queue; remove it there to take it again",
        ));
    }

    let client = client_for(flow, decision, &movie).await?;
    let now = flow.now();
    let mut grab = new_grab(flow, by, decision, &movie, &client, found_by, now).await?;
    let last_grab = LastGrab { movie_id, slot: decision.slot, grab_id: grab.id };
    let due = now + jiff::SignedDuration::from_secs(SEND_JOB_AFTER_SECONDS);
    let job = JobKind::SendGrab { grab_id: grab.id };
    let (_, queued) = flow.queue.queued(job, Priority::Story, due, &by.actor, now).await?;
    let commit = by
        .commit(now)
        .put(&grab, Expect::Absent)
        .put(&last_grab, last.map_or(Expect::Absent, Expect::Version))
        .and(queued);
    match flow.store.commit(commit).await {
        Ok(committed) => {
            grab.doc_version = committed.version;
            Ok(Some(grab))
        }
        Err(StoreError::Conflict { key, .. }) if key == guard => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn client_for(flow: &Flow, decision: &Decision, movie: &Movie) -> Result<DownloadClient, FlowError> {
    let clients = flow.store.load_all::<DownloadClient>().await?;
    let indexer = flow.store.load::<Indexer>(decision.release.indexer_id).await?;
    let named = indexer.and_then(|indexer| indexer.client_id);
    choose_client(&clients, decision.release.protocol, named, &movie.tags)
        .cloned()
        .map_err(|none| FlowError::invalid(none.to_string(), none.hint()))
}

async fn new_grab(
    flow: &Flow,
    by: &By,
    decision: &Decision,
    movie: &Movie,
    client: &DownloadClient,
    found_by: SearchKind,
    now: Timestamp,
) -> Result<Grab, FlowError> {
    Ok(Grab {
        id: GrabId(flow.store.next_id(Collection::Grab).await?),
        doc_version: DocVersion(0),
        movie_id: movie.id,
        slot: decision.slot,
        movie_title: movie.facts.title.clone(),
        release: decision.release.clone(),
        parsed: decision.parsed.clone(),
        languages: decision.languages.clone(),
        score: StoredScore { score: decision.custom_format_score, formats: decision.custom_formats.clone() },
        matched_by: decision.matched_by.unwrap_or(MatchedBy::IdOnly),
        found_by,
        asked_by: by.actor.clone(),
        client_id: client.id,
        client: client.name.clone(),
        protocol: decision.release.protocol,
        info_hash: decision.release.info_hash,
        grabbed_at: now,
        state: GrabState::Intended,
        progress: Progress { size_bytes: decision.release.size_bytes, ..Progress::default() },
        output_path: None,
        warning: None,
        seen_at: None,
    })
}
