//! Every kind of job there is, and the step of the story that it runs.

use std::sync::Arc;

use futures::FutureExt;
use radarr_proto::model::{Job, JobKind};

use crate::flow::{By, Flow};
use crate::jobs::{Done, Handler, JobContext, JobError};

/// What the worker runs jobs by.
pub fn handler(flow: Flow) -> Handler {
    Arc::new(move |job, context| run(flow.clone(), job, context).boxed())
}

async fn run(_flow: Flow, job: Job, context: JobContext) -> Result<Done, JobError> {
    let _by = By::job(context.request_id().await);
    match job.kind {
        JobKind::SearchMovie { .. }
        | JobKind::SearchWanted
        | JobKind::ReadRecent
        | JobKind::ReviewPending
        | JobKind::SendGrab { .. }
        | JobKind::CheckDownloads
        | JobKind::ImportGrab { .. }
        | JobKind::HandleFailure { .. }
        | JobKind::RefreshMovie { .. }
        | JobKind::RefreshLibrary
        | JobKind::RescanMovie { .. }
        | JobKind::RescanLibrary
        | JobKind::CleanRecycleBins
        | JobKind::CheckHealth
        | JobKind::LearnGroups
        | JobKind::Backup => Ok(Done::note("not built in yet")),
        JobKind::Unknown => Err(JobError::GiveUp {
            why: "this version does not know this kind of job; a newer one queued it".to_owned(),
        }),
    }
}
