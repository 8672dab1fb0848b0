//! A person takes a grab out of the queue.

use radarr_proto::model::{DownloadClient, EventKind, Grab, GrabState};
use radarr_proto::request::RemoveFromQueue;

use super::fail::{Search, block, blocklisted, next_search};
use super::{By, Flow, FlowError};
use crate::clients::DownloadedData;
use crate::storage::Expect;

/// Takes a grab out of the queue; the client first, so that nothing is said to be gone there that is not.
pub async fn remove_from_queue(flow: &Flow, by: &By, request: RemoveFromQueue) -> Result<Grab, FlowError> {
    let grab = flow
        .store
        .load::<Grab>(request.id)
        .await?
        .ok_or_else(|| FlowError::not_found(format!("there is no grab {}", request.id)))?;
    if !grab.state.is_open() {
        return Err(FlowError::conflict(
            format!("{} is not in the queue any more", grab.release.title),
            "see the history for what became of it",
        ));
    }
    if grab.state == GrabState::Importing {
        return Err(FlowError::conflict(
            format!("{} is being imported at this moment", grab.release.title),
            "wait for the import to end, then delete the movie's file if you do not want it",
        ));
    }

    if request.remove_from_client
        && let Some(hash) = grab.info_hash
        && let Some(settings) = flow.store.load::<DownloadClient>(grab.client_id).await?
    {
        flow.outside.client(&settings).await?.remove(hash, DownloadedData::Delete).await?;
    }

    loop {
        let Some(mut grab) = flow.store.load::<Grab>(request.id).await? else {
            return Err(FlowError::not_found(format!("there is no grab {}", request.id)));
        };
        if !grab.state.is_open() {
            return Ok(grab);
        }
        let now = flow.now();
        grab.state = GrabState::Removed;
        grab.warning = None;
        let event = EventKind::QueueRemoved { grab_id: grab.id, release: grab.release.title.clone() };
        let mut commit =
            by.commit(now).put(&grab, Expect::Version(grab.doc_version)).event(Some(grab.movie_id), event);
        if request.blocklist {
            let reason = format!("taken out of the queue by {}", by.actor);
            let row = block(flow, &grab, &reason).await?;
            commit = commit.put(&row, Expect::Absent).event(Some(grab.movie_id), blocklisted(&grab, &reason));
        }
        if request.search_again {
            commit = commit.and(next_search(flow, by, &grab, Search::Yes).await?);
        }
        match flow.store.commit(commit).await {
            Ok(committed) => {
                grab.doc_version = committed.version;
                return Ok(grab);
            }
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
}
