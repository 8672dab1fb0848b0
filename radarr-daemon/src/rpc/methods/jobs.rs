//! Jobs: what is open, what ended, starting one and ending one.

use radarr_proto::error::{ApiError, ApiResult};
use radarr_proto::model::{Job, JobId, JobKind, ScheduledJob};
use radarr_proto::request::RunJob;

use crate::rpc::call::Call;

/// Ended jobs that a list shows.
const ENDED_SHOWN: usize = 50;

/// Open jobs, what runs first in front, and the last that ended.
pub async fn jobs(call: Call) -> ApiResult<Vec<Job>> {
    let mut jobs = call.flow().queue.open_jobs().await?;
    jobs.extend(call.flow().queue.ended_jobs(ENDED_SHOWN).await?);
    Ok(jobs)
}

/// What the daemon starts by itself, and when.
pub async fn schedule(call: Call) -> ApiResult<Vec<ScheduledJob>> {
    Ok(call.calls.schedule.coming(call.now()).await?)
}

/// Queues a job.
pub async fn run_job(call: Call, request: RunJob) -> ApiResult<Job> {
    if request.job == JobKind::Unknown {
        let names: Vec<&str> = JobKind::BY_NAME.iter().map(JobKind::name).collect();
        return Err(ApiError::invalid("there is no such kind of job")
            .with_hint(format!("one of: {}", names.join(", "))));
    }
    enqueue(&call, request.job).await
}

/// Asks a job to end.
pub async fn cancel_job(call: Call, id: JobId) -> ApiResult<Job> {
    let cancelled = call.flow().queue.cancel(id, &call.by(), call.now()).await?;
    cancelled.ok_or_else(|| ApiError::not_found(format!("there is no job {id}")))
}

/// Queues a job that a person waits for.
pub(super) async fn enqueue(call: &Call, kind: JobKind) -> ApiResult<Job> {
    Ok(call.flow().queue.enqueue_asked(kind, &call.by(), call.now()).await?)
}
