//! The queue (open grabs) and the blocklist.

use radarr_proto::error::{ApiError, ApiResult};
use radarr_proto::model::{BlockId, Blocked, EventKind, Grab, GrabId};
use radarr_proto::request::{ImportReport, RemoveFromQueue};

use super::releases::keep_link;
use crate::flow::{import_now, remove};
use crate::rpc::call::Call;
use crate::storage::Expect;

/// The open grabs.
pub async fn queue(call: Call) -> ApiResult<Vec<Grab>> {
    let mut grabs = call.flow().open_grabs().await?;
    for grab in &mut grabs {
        keep_link(&mut grab.release);
    }
    Ok(grabs)
}

/// Takes a grab out of the queue.
pub async fn remove_from_queue(call: Call, request: RemoveFromQueue) -> ApiResult<Grab> {
    let mut grab = remove::remove_from_queue(call.flow(), &call.by(), request).await?;
    keep_link(&mut grab.release);
    Ok(grab)
}

/// Imports a complete grab although a rule blocked it, or tries again.
pub async fn import_grab(call: Call, id: GrabId) -> ApiResult<ImportReport> {
    Ok(import_now::import_now(call.flow(), &call.by(), id).await?)
}

/// Releases that are not taken again, newest first.
pub async fn blocklist(call: Call) -> ApiResult<Vec<Blocked>> {
    let mut blocked = call.flow().store.load_all::<Blocked>().await?;
    blocked.reverse();
    Ok(blocked)
}

/// Allows a release again.
pub async fn unblock(call: Call, id: BlockId) -> ApiResult<()> {
    let store = &call.flow().store;
    let blocked = store.load::<Blocked>(id).await?;
    let blocked = blocked.ok_or_else(|| ApiError::not_found(format!("the blocklist has no row {id}")))?;
    let event = EventKind::Unblocked { release: blocked.title };
    let commit = call.by().commit(call.now()).delete::<Blocked>(id, Expect::Any);
    store.commit(commit.event(Some(blocked.movie_id), event)).await?;
    Ok(())
}
