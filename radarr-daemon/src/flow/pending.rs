//! Releases on hold: put there by a delay, looked at again when it is over, let go when something as good was taken.

use jiff::Timestamp;
use radarr_proto::model::{
    Decision, DelayProfile, EventKind, Grab, GrabId, Movie, MovieId, PendingReason, PendingRelease,
    QualityProfile, Release, RuleOutcome, SearchKind, Slot,
};

use super::circumstances::{circumstances, rulebook};
use super::judge::judge_for;
use super::take::{Taken, take_best};
use super::{By, Flow, FlowError};
use crate::domain::decide::delay;
use crate::domain::decide::pending::{due_at, is_same, is_superseded};
use crate::storage::{Collection, Commit, Expect};

/// Puts a release on hold; one that is on hold already stays as it is.
pub(super) async fn hold(
    flow: &Flow,
    by: &By,
    decision: &Decision,
    found_by: SearchKind,
    because: PendingReason,
) -> Result<(), FlowError> {
    let all = flow.store.load_all::<PendingRelease>().await?;
    let Some(movie_id) = decision.movie_id else { return Ok(()) };
    if all.iter().any(|held| is_same(&held.decision.release, &decision.release)) {
        return Ok(());
    }
    let Some(movie) = flow.store.load::<Movie>(movie_id).await? else { return Ok(()) };
    let delays = flow.store.load_all::<DelayProfile>().await?;
    let delay = delay::best_for(&delays, &movie.tags).cloned().unwrap_or_else(delay::standard);
    let now = flow.now();
    let until = due_at(&decision.release, &delay, 0, now);
    let pending = PendingRelease {
        id: GrabId(flow.store.next_id(Collection::Pending).await?),
        decision: decision.clone(),
        found_by,
        because,
        added_at: now,
        until,
    };
    let event = EventKind::GrabDelayed {
        title: movie.facts.title.clone(),
        release: decision.release.title.clone(),
        until,
        because: reason_in_words(decision, because),
    };
    let commit = by.commit(now).put(&pending, Expect::Absent).event(Some(movie_id), event);
    flow.store.commit(commit).await?;
    Ok(())
}

fn reason_in_words(decision: &Decision, because: PendingReason) -> String {
    match because {
        PendingReason::ClientUnavailable => "the download client does not answer".to_owned(),
        PendingReason::Fallback => "a better one was taken; it stays in case that fails".to_owned(),
        PendingReason::Delay | PendingReason::Unknown => {
            let refusal = decision.verdicts.iter().find_map(|verdict| match &verdict.outcome {
                RuleOutcome::Reject { message, .. } => Some(message.clone()),
                RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } | RuleOutcome::Unknown => None,
            });
            refusal.unwrap_or_else(|| "the delay profile waits for something better".to_owned())
        }
    }
}

/// Lets go of what is no better than what was grabbed.
pub(super) async fn superseded(flow: &Flow, by: &By, grab: &Grab) -> Result<(), FlowError> {
    let mut commit = by.commit(flow.now());
    let profile = profile_of(flow, grab.movie_id, grab.slot).await?;
    for held in of_version(flow, grab.movie_id, grab.slot).await? {
        let no_better = profile
            .as_ref()
            .is_none_or(|profile| is_superseded(profile, held.decision.parsed.quality, grab.parsed.quality));
        if no_better {
            commit = commit.delete::<PendingRelease>(held.id, Expect::Any);
        }
    }
    if !commit.is_empty() {
        flow.store.commit(commit).await?;
    }
    Ok(())
}

/// What takes all that is on hold for a movie away.
pub async fn forget_pending(flow: &Flow, movie: MovieId) -> Result<Commit, FlowError> {
    let held = flow.store.load_all::<PendingRelease>().await?;
    let ours = held.into_iter().filter(|held| held.decision.movie_id == Some(movie));
    Ok(ours.fold(Commit::new("system", flow.now()), |commit, held| {
        commit.delete::<PendingRelease>(held.id, Expect::Any)
    }))
}

/// The job: what has waited long enough is judged again, together with what else waits for the same version.
pub async fn review_pending(flow: &Flow, by: &By) -> Result<Taken, FlowError> {
    let now = flow.now();
    let all = flow.store.load_all::<PendingRelease>().await?;
    let mut versions: Vec<(MovieId, Slot)> =
        all.iter().filter(|held| held.until <= now).filter_map(version_of).collect();
    versions.sort_unstable();
    versions.dedup();
    let mut taken = Taken::default();
    for (movie, slot) in versions {
        let held: Vec<&PendingRelease> =
            all.iter().filter(|held| version_of(held) == Some((movie, slot))).collect();
        taken.add(review_version(flow, by, movie, slot, &held).await?);
    }
    Ok(taken)
}

fn version_of(held: &PendingRelease) -> Option<(MovieId, Slot)> {
    held.decision.movie_id.map(|movie| (movie, held.decision.slot))
}

async fn review_version(
    flow: &Flow,
    by: &By,
    movie_id: MovieId,
    slot: Slot,
    held: &[&PendingRelease],
) -> Result<Taken, FlowError> {
    let forget = |held: &[&PendingRelease], now: Timestamp| {
        held.iter().fold(by.commit(now), |commit, held| commit.delete::<PendingRelease>(held.id, Expect::Any))
    };
    if flow.store.load::<Movie>(movie_id).await?.is_none() {
        flow.store.commit(forget(held, flow.now())).await?;
        return Ok(Taken::default());
    }
    let rulebook = rulebook(flow).await?;
    let circumstances = circumstances(flow, &rulebook, movie_id, slot).await?;
    let releases: Vec<Release> = held.iter().map(|held| held.decision.release.clone()).collect();
    let found_by = held.first().map(|held| held.found_by).unwrap_or_default();
    let decisions = judge_for(flow, &rulebook, &circumstances, releases, found_by);
    let taken = take_best(flow, by, &decisions, found_by, rulebook.read_at).await?;

    // What is refused now, or was taken, waits no more; what is only delayed goes on waiting.
    let waits = |held: &PendingRelease| {
        let again = decisions.iter().find(|decision| is_same(&decision.release, &held.decision.release));
        again.is_some_and(|decision| decision.judgement == radarr_proto::model::Judgement::Delayed)
            && taken.grabbed.is_empty()
    };
    let over: Vec<&PendingRelease> = held.iter().copied().filter(|held| !waits(held)).collect();
    if !over.is_empty() {
        flow.store.commit(forget(&over, flow.now())).await?;
    }
    Ok(taken)
}

async fn of_version(flow: &Flow, movie: MovieId, slot: Slot) -> Result<Vec<PendingRelease>, FlowError> {
    let all = flow.store.load_all::<PendingRelease>().await?;
    Ok(all.into_iter().filter(|held| version_of(held) == Some((movie, slot))).collect())
}

async fn profile_of(flow: &Flow, movie: MovieId, slot: Slot) -> Result<Option<QualityProfile>, FlowError> {
    let Some(movie) = flow.store.load::<Movie>(movie).await? else { return Ok(None) };
    let Some(version) = movie.versions.iter().find(|version| version.slot == slot) else { return Ok(None) };
    Ok(flow.store.load::<QualityProfile>(version.profile_id).await?)
}
