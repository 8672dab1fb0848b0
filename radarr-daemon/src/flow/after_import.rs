//! After the import: the client is told, and what has seeded enough is taken out where the settings say so.
//!
//! What is left to be done is on record from the import on, so that no crash can lose it.

use radarr_proto::model::{DownloadClient, Grab, GrabId};
use serde::{Deserialize, Serialize};

use super::fail::tell;
use super::{By, Flow, FlowError};
use crate::clients::{DownloadedData, Presence};
use crate::storage::{Collection, DocKey, Document, DocumentId, Expect, number_id};

/// What is left to be done with an imported download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AfterImport {
    /// Which.
    pub grab_id: GrabId,
    /// The client knows that it was imported.
    #[serde(default)]
    pub is_marked: bool,
}

/// The id of a grab's [`AfterImport`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AfterImportOf(pub GrabId);

const PREFIX: &str = "after_import/";

impl DocumentId for AfterImportOf {
    fn id_text(&self) -> String {
        format!("{PREFIX}{}", number_id(self.0.0))
    }
}

impl Document for AfterImport {
    type Id = AfterImportOf;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> AfterImportOf {
        AfterImportOf(self.grab_id)
    }
}

/// More are looked at by the next run.
const AT_ONCE_MAX: usize = 500;

/// Goes through what is left to be done. A client that does not answer is asked again by the next run.
pub(super) async fn tidy_up(flow: &Flow, by: &By) -> Result<(), FlowError> {
    let page = flow.store.list(Collection::Checkpoint, Some(PREFIX), AT_ONCE_MAX).await?;
    for (id, stored) in page.into_iter().take_while(|(id, _)| id.starts_with(PREFIX)) {
        let left = AfterImport::decode(&DocKey::new(Collection::Checkpoint, id), &stored)?;
        let grab_id = left.grab_id;
        match tidy_one(flow, by, left).await {
            Ok(true) => {
                let done = by.commit(flow.now()).delete::<AfterImport>(AfterImportOf(grab_id), Expect::Any);
                flow.store.commit(done).await?;
            }
            Ok(false) => {}
            Err(FlowError::Store(error)) => return Err(error.into()),
            Err(error) => tell("a download after its import", &error),
        }
    }
    Ok(())
}

/// Does what can be done now; true when nothing is left.
async fn tidy_one(flow: &Flow, by: &By, left: AfterImport) -> Result<bool, FlowError> {
    let Some(grab) = flow.store.load::<Grab>(left.grab_id).await? else { return Ok(true) };
    let Some(settings) = flow.store.load::<DownloadClient>(grab.client_id).await? else { return Ok(true) };
    let Some(hash) = grab.info_hash else { return Ok(true) };
    if left.is_marked && !settings.remove_completed {
        return Ok(true);
    }
    let client = flow.outside.client(&settings).await?;
    let item = match client.status(&[hash]).await.into_iter().next() {
        Some((_, Presence::Present(item))) => item,
        Some((_, Presence::Unknown(error))) => return Err(error.into()),
        Some((_, Presence::Absent)) | None => return Ok(true),
    };
    if !left.is_marked {
        client.mark_imported(hash).await?;
        let marked = AfterImport { is_marked: true, ..left };
        flow.store.commit(by.commit(flow.now()).put(&marked, Expect::Any)).await?;
    }
    if !settings.remove_completed {
        return Ok(true);
    }
    if item.seed_goal_reached {
        // The library has its own name for the file: what goes is the client's.
        client.remove(hash, DownloadedData::Delete).await?;
        return Ok(true);
    }
    Ok(false)
}
