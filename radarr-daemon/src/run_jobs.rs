//! Every kind of job there is, and the step of the story that it runs.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use radarr_proto::model::{Job, JobKind};

use crate::backup::Backups;
use crate::config::Config;
use crate::flow::refresh::{self, Refreshed};
use crate::flow::send::{self, IfItFails, Sent};
use crate::flow::{
    By, Flow, FlowError, fail, import_now, learn_groups, pending, recent, recycle, rescan, search, track,
    wanted,
};
use crate::health;
use crate::jobs::{Done, Handler, JobContext, JobError};

/// A check of downloads that goes on while something moves makes room for other jobs at least so often.
const LOOK_FOR_MAX: Duration = Duration::from_mins(10);

/// What the operator says of jobs.
struct Limits {
    backups: Backups,
    /// As long as the pause between two checks: then one always looks while something moves.
    look_for: Duration,
    wanted_per_run: usize,
}

/// What the worker runs jobs by.
pub fn handler(flow: Flow, config: &Config) -> Handler {
    let limits = Arc::new(Limits {
        backups: Backups::of(config),
        look_for: Duration::from_secs(config.jobs.download_check_seconds.into()).min(LOOK_FOR_MAX),
        wanted_per_run: usize::try_from(config.jobs.wanted_per_run).unwrap_or(usize::MAX),
    });
    Arc::new(move |job, context| {
        // What the job commits holds only while the job is ours.
        let flow = Flow { store: context.store(), ..flow.clone() };
        let limits = Arc::clone(&limits);
        async move { run(&flow, job, &context, &limits).await.map(Done::note) }.boxed()
    })
}

/// Runs one job. A sentence on how it ended.
async fn run(flow: &Flow, job: Job, context: &JobContext, limits: &Limits) -> Result<String, JobError> {
    let by = &By::job(context.request_id().await);
    Ok(match job.kind {
        JobKind::SearchMovie { movie_id, slot, by: kind } => {
            search::search_movie(flow, by, movie_id, slot, kind).await?.in_words()
        }
        JobKind::SearchWanted => wanted::search_wanted(flow, by, limits.wanted_per_run, context).await?,
        JobKind::ReadRecent => recent::read_recent(flow, by).await?.in_words(),
        JobKind::ReviewPending => pending::review_pending(flow, by).await?.in_words(),
        JobKind::SendGrab { grab_id } => match send::send(flow, by, grab_id, IfItFails::SearchAgain).await? {
            Sent::Yes(grab) => format!("{} has it", grab.client),
            Sent::Failed { reason, .. } => format!("it is not to be had: {reason}"),
            Sent::Later(grab) => {
                let why = grab.warning.unwrap_or_else(|| format!("{} does not take it yet", grab.client));
                return Err(JobError::Retry { why, after: None });
            }
        },
        JobKind::CheckDownloads => track::check_downloads(flow, by, limits.look_for, context).await?,
        JobKind::ImportGrab { grab_id } => import_now::import_job(flow, by, grab_id, context).await?,
        JobKind::HandleFailure { grab_id, reason } => {
            fail::handle_failure(flow, by, grab_id, &reason).await?
        }
        JobKind::RefreshMovie { movie_id } => match refresh::refresh_movie(flow, by, movie_id).await? {
            Refreshed::Same => "TMDB has nothing new".to_owned(),
            Refreshed::Changed(changes) => changes.join(", "),
            Refreshed::Gone => "TMDB does not know it any more; it stays".to_owned(),
        },
        JobKind::RefreshLibrary => refresh::refresh_due(flow, by, context).await?.sentence(),
        JobKind::RescanMovie { movie_id } => rescan::rescan_movie(flow, by, movie_id).await?.sentence(),
        JobKind::RescanLibrary => rescan::rescan_library(flow, by, context).await?.sentence(),
        JobKind::CleanRecycleBins => match recycle::clean_recycle_bins(flow).await?.removed.len() {
            0 => "nothing was old enough".to_owned(),
            1 => "one day's folder is gone".to_owned(),
            days => format!("the folders of {days} days are gone"),
        },
        JobKind::CheckHealth => match health::check_all(flow).await?.len() {
            0 => "all is well".to_owned(),
            1 => "one thing is wrong".to_owned(),
            many => format!("{many} things are wrong"),
        },
        JobKind::Backup => back_up(flow, &limits.backups).await?,
        JobKind::LearnGroups => learn_groups::learn_groups(flow, by, context).await?,
        JobKind::Unknown => {
            let why = "this version does not know this kind of job; a newer one queued it";
            return Err(JobError::GiveUp { why: why.to_owned() });
        }
    })
}

/// Writes a backup and takes those away that are too many; nothing goes before the newest is whole.
async fn back_up(flow: &Flow, backups: &Backups) -> Result<String, FlowError> {
    let (file, written) = backups.create(&flow.store, flow.outside.keeper(), flow.now()).await?;
    backups.tidy(flow.now()).await?;
    Ok(format!("{}: {}", file.name, written.words()))
}
