//! Who is about to take which job: of many daemons that ask at once each gets another one, and none waits for another.
//!
//! A statement of its own, before the commit that takes the job: that one holds the log first and writes the job then,
//! and whoever held the job first and waited for the log would lock it out and be locked out by it.

use radarr_proto::model::JobId;

use super::link::Link;
use crate::storage::{RESERVED_FOR, StoreError, number_id};

/// A crash may take a reservation back; what counts is the commit that follows.
const SQL: &str = "WITH lazily AS (SELECT set_config('synchronous_commit', 'off', true)), \
    free AS MATERIALIZED (SELECT job.id FROM lazily, job WHERE job.id = ANY($1) \
        AND (job.claim_until IS NULL OR job.claim_until <= clock_timestamp() \
            OR job.claim_version <> job.version OR job.claim_owner = $2) \
        ORDER BY array_position($1, job.id) LIMIT 1 FOR UPDATE OF job SKIP LOCKED) \
    UPDATE job SET claim_owner = $2, claim_version = job.version, \
        claim_until = clock_timestamp() + make_interval(secs => $3) \
    FROM free WHERE job.id = free.id RETURNING job.id";

/// The first free one of the candidates.
pub(super) async fn first_free(
    link: &Link,
    candidates: &[JobId],
    owner: &str,
) -> Result<Option<JobId>, StoreError> {
    let ids: Vec<String> = candidates.iter().map(|id| number_id(id.0)).collect();
    let found: Option<String> = link
        .read(|pool| {
            let ids = ids.clone();
            async move {
                let query = sqlx::query_scalar(SQL).bind(ids).bind(owner).bind(RESERVED_FOR.as_secs_f64());
                query.fetch_optional(&pool).await
            }
        })
        .await?;
    Ok(found.and_then(|id| id.parse().ok()).map(JobId))
}
