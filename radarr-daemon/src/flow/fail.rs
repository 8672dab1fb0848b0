//! What failed goes to the blocklist, and the next best is searched for.

use radarr_proto::model::{
    BlockId, Blocked, DownloadClient, EventKind, Grab, GrabId, GrabState, JobKind, LibrarySettings,
    SearchKind,
};
use tracing::warn;

use super::{By, Flow, FlowError};
use crate::clients::DownloadedData;
use crate::jobs::Priority;
use crate::storage::{Collection, Commit, Expect, Only};

/// Whether the movie is searched for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// If the settings say so.
    ByTheSettings,
    /// Whatever they say.
    Yes,
    /// No.
    No,
}

/// Ends a grab as failed: blocklist, events and the next search in one commit. `None` when it ended before.
pub async fn failed(
    flow: &Flow,
    by: &By,
    grab_id: GrabId,
    reason: &str,
    search: Search,
) -> Result<Option<Grab>, FlowError> {
    loop {
        let Some(mut grab) = flow.store.load::<Grab>(grab_id).await? else { return Ok(None) };
        if !grab.state.is_open() {
            return Ok(None);
        }
        let now = flow.now();
        let block = block(flow, &grab, reason).await?;
        grab.state = GrabState::Failed { reason: reason.to_owned() };
        grab.warning = None;
        let failure = EventKind::DownloadFailed {
            grab_id: grab.id,
            release: grab.release.title.clone(),
            reason: reason.to_owned(),
        };
        let commit = by
            .commit(now)
            .put(&grab, Expect::Version(grab.doc_version))
            .put(&block, Expect::Absent)
            .event(Some(grab.movie_id), failure)
            .event(Some(grab.movie_id), blocklisted(&grab, reason))
            .and(next_search(flow, by, &grab, search).await?);
        match flow.store.commit(commit).await {
            Ok(committed) => {
                grab.doc_version = committed.version;
                return Ok(Some(grab));
            }
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The job after a failure: what is on record is ended, and the client forgets it where its settings say so.
pub async fn handle_failure(
    flow: &Flow,
    by: &By,
    grab_id: GrabId,
    reason: &str,
) -> Result<String, FlowError> {
    let grab = match failed(flow, by, grab_id, reason, Search::ByTheSettings).await? {
        Some(grab) => grab,
        None => match flow.store.load::<Grab>(grab_id).await? {
            Some(grab) => grab,
            None => return Ok("the grab does not exist any more".to_owned()),
        },
    };
    let client = flow.store.load::<DownloadClient>(grab.client_id).await?;
    if let (Some(client), Some(hash)) = (client.filter(|client| client.remove_failed), grab.info_hash) {
        flow.outside.client(&client).await?.remove(hash, DownloadedData::Delete).await?;
    }
    Ok(format!("{} is on the blocklist: {reason}", grab.release.title))
}

/// A row of the blocklist about a grab's release.
pub(super) async fn block(flow: &Flow, grab: &Grab, reason: &str) -> Result<Blocked, FlowError> {
    let release = &grab.release;
    Ok(Blocked {
        id: BlockId(flow.store.next_id(Collection::Block).await?),
        movie_id: grab.movie_id,
        title: release.title.clone(),
        indexer: release.indexer.clone(),
        indexer_id: release.indexer_id,
        protocol: release.protocol,
        size_bytes: release.size_bytes,
        info_hash: grab.info_hash.or(release.info_hash),
        published_at: release.published_at,
        at: flow.now(),
        reason: reason.to_owned(),
    })
}

pub(super) fn blocklisted(grab: &Grab, reason: &str) -> EventKind {
    EventKind::Blocklisted {
        title: grab.movie_title.clone(),
        release: grab.release.title.clone(),
        reason: reason.to_owned(),
    }
}

/// What queues the search for the next best.
pub(super) async fn next_search(
    flow: &Flow,
    by: &By,
    grab: &Grab,
    search: Search,
) -> Result<Commit, FlowError> {
    let now = flow.now();
    let wanted = match search {
        Search::Yes => true,
        Search::No => false,
        Search::ByTheSettings => {
            let settings = flow.store.load::<LibrarySettings>(Only).await?.unwrap_or_default();
            settings.search_again_after_failure
        }
    };
    if !wanted {
        return Ok(by.commit(now));
    }
    let kind = JobKind::SearchMovie { movie_id: grab.movie_id, slot: grab.slot, by: SearchKind::Automatic };
    let (_, queued) = flow.queue.queued(kind, Priority::Story, now, &by.actor, now).await?;
    Ok(queued)
}

/// Tells that something which is only tidied up did not work; nothing depends on it.
pub(super) fn tell(what: &str, error: &FlowError) {
    warn!(%error, what, "something is left to be tidied up by hand");
}
