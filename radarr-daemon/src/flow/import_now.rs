//! Step 6 as a job, and as a person's call.

use std::ops::ControlFlow;

use radarr_proto::model::{Grab, GrabId, GrabState};
use radarr_proto::request::{ImportReport as Answer, RefusedFile};

use super::import::{ImportContext, ImportReport, Step, Steps, import_grab};
use super::{By, Flow, FlowError};
use crate::jobs::JobContext;
use crate::storage::Expect;

/// What an import works with.
pub fn import_context(flow: &Flow, by: &By) -> ImportContext {
    ImportContext {
        store: flow.store.clone(),
        now: flow.clock,
        by: by.clone(),
        ffprobe: flow.outside.ffprobe.clone(),
        daemon: flow.queue.owner().to_owned(),
    }
}

/// Stops between two steps when the job's lease is lost or the daemon ends.
struct WhileOurs<'a>(&'a JobContext);

impl Steps for WhileOurs<'_> {
    fn before(&self, _step: &Step) -> ControlFlow<()> {
        if self.0.should_stop() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The job: brings a complete grab into the library. A sentence on what came of it.
pub async fn import_job(flow: &Flow, by: &By, id: GrabId, job: &JobContext) -> Result<String, FlowError> {
    let Some(grab) = flow.store.load::<Grab>(id).await? else {
        return Ok("the grab does not exist any more".to_owned());
    };
    if matches!(grab.state, GrabState::ImportBlocked { .. }) {
        return Ok("it is blocked; a person decides".to_owned());
    }
    let report = import_grab(&import_context(flow, by), grab, &WhileOurs(job)).await?;
    Ok(match report {
        ImportReport::Imported { path, replaced: Some(replaced), .. } => {
            format!("imported {path}, which replaced {replaced}")
        }
        ImportReport::Imported { path, .. } => format!("imported {path}"),
        ImportReport::Blocked { reasons } => format!("it may not come in: {}", reasons.join("; ")),
        ImportReport::Already => "it was imported before".to_owned(),
    })
}

/// A person's call: tries again what was blocked or waits.
pub async fn import_now(flow: &Flow, by: &By, id: GrabId) -> Result<Answer, FlowError> {
    let mut grab = flow
        .store
        .load::<Grab>(id)
        .await?
        .ok_or_else(|| FlowError::not_found(format!("there is no grab {id}")))?;
    match grab.state {
        GrabState::ImportPending => {}
        GrabState::ImportBlocked { .. } => {
            grab.state = GrabState::ImportPending;
            let commit = by.commit(flow.now()).put(&grab, Expect::Version(grab.doc_version));
            grab.doc_version = flow.store.commit(commit).await?.version;
        }
        GrabState::Importing => {
            return Err(FlowError::conflict("it is being imported at this moment", "wait for it to end"));
        }
        GrabState::Imported { .. } => {
            return Err(FlowError::conflict("it is in the library already", "see: radarr-tui movie files"));
        }
        GrabState::Intended
        | GrabState::Downloading
        | GrabState::Stalled { .. }
        | GrabState::Paused
        | GrabState::Failed { .. }
        | GrabState::Removed
        | GrabState::Gone
        | GrabState::Unknown => {
            return Err(FlowError::conflict(
                format!("{} is not complete", grab.release.title),
                "wait for the download to end",
            ));
        }
    }
    let path = grab.output_path.clone().unwrap_or_default();
    match import_grab(&import_context(flow, by), grab, &()).await? {
        ImportReport::Imported { path, .. } => Ok(Answer { imported: vec![path], refused: Vec::new() }),
        ImportReport::Blocked { reasons } => {
            Ok(Answer { imported: Vec::new(), refused: vec![RefusedFile { path, reasons }] })
        }
        ImportReport::Already => Ok(Answer { imported: Vec::new(), refused: Vec::new() }),
    }
}
