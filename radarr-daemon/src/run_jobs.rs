//! Every kind of job there is, and the step of the story that it runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::FutureExt;
use radarr_proto::model::{Job, JobKind};

use crate::backup;
use crate::flow::refresh::{self, Refreshed};
use crate::flow::{By, Flow, FlowError, recycle};
use crate::jobs::{Done, Handler, JobContext, JobError};

/// What the worker runs jobs by. Backups go to the folder `backups`.
pub fn handler(flow: Flow, backups: PathBuf) -> Handler {
    let backups: Arc<Path> = backups.into();
    Arc::new(move |job, context| {
        let (flow, backups) = (flow.clone(), Arc::clone(&backups));
        async move { run(&flow, job, &context, &backups).await.map_err(JobError::from) }.boxed()
    })
}

async fn run(flow: &Flow, job: Job, context: &JobContext, backups: &Path) -> Result<Done, FlowError> {
    let by = By::job(context.request_id().await);
    let note = match job.kind {
        JobKind::RefreshMovie { movie_id } => match refresh::refresh_movie(flow, &by, movie_id).await? {
            Refreshed::Same => "TMDB has nothing new".to_owned(),
            Refreshed::Changed(changes) => changes.join(", "),
            Refreshed::Gone => "TMDB does not know it any more; it stays".to_owned(),
        },
        JobKind::RefreshLibrary => refresh::refresh_due(flow, &by, context).await?.sentence(),
        JobKind::CleanRecycleBins => match recycle::clean_recycle_bins(flow).await?.removed.len() {
            0 => "nothing was old enough".to_owned(),
            days => format!("{days} folders of days are gone"),
        },
        JobKind::Backup => backup::backup(flow, backups).await?,
        JobKind::SearchMovie { .. }
        | JobKind::SearchWanted
        | JobKind::ReadRecent
        | JobKind::ReviewPending
        | JobKind::SendGrab { .. }
        | JobKind::CheckDownloads
        | JobKind::ImportGrab { .. }
        | JobKind::HandleFailure { .. }
        | JobKind::RescanMovie { .. }
        | JobKind::RescanLibrary
        | JobKind::CheckHealth
        | JobKind::LearnGroups => "not built in yet".to_owned(),
        JobKind::Unknown => {
            return Err(FlowError::invalid(
                "this version does not know this kind of job",
                "a newer one queued it: update radarr-daemon, or cancel the job",
            ));
        }
    };
    Ok(Done::note(note))
}
