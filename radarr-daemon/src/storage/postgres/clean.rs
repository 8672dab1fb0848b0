//! The clean-up of old events.

use jiff::Timestamp;
use sqlx::PgPool;

use super::link::Link;
use crate::storage::{Maintained, Retention, StoreError};

/// Events that one step removes: short enough for commits to pass in between.
const STEP: i64 = 5_000;

/// Cleans away what is older than `retention` says. Several daemons may do so at once.
pub(super) async fn clean(
    link: &Link,
    now: Timestamp,
    retention: Retention,
) -> Result<Maintained, StoreError> {
    let before = |age| now.checked_sub(age).unwrap_or(Timestamp::MIN).to_string();
    let everything = before(retention.history);
    let noise = before(retention.noise);
    let mut events_removed = 0;
    for (mark, delete, before) in [(MARK_ALL, DELETE_ALL, everything), (MARK_NOISE, DELETE_NOISE, noise)] {
        // The mark moves first: a reader must never miss an event without being told.
        let upto: i64 = link
            .read(|pool: PgPool| {
                let before = before.clone();
                async move { sqlx::query_scalar(mark).bind(before).fetch_one(&pool).await }
            })
            .await?;
        loop {
            let removed = link
                .read(|pool| async move {
                    sqlx::query(delete)
                        .bind(upto)
                        .bind(STEP)
                        .execute(&pool)
                        .await
                        .map(|done| done.rows_affected())
                })
                .await?;
            events_removed += removed;
            if removed < STEP.unsigned_abs() {
                break;
            }
        }
    }
    Ok(Maintained { events_removed })
}

/// Up to the event before the first young one, and never back.
const MARK_ALL: &str = "UPDATE log_state SET trimmed_all = GREATEST(trimmed_all, found.upto), \
    trimmed_noise = GREATEST(trimmed_noise, found.upto) \
    FROM (SELECT coalesce((SELECT min(event.cursor) - 1 FROM event WHERE at >= $1::timestamptz), \
    (SELECT max(event.cursor) FROM event), 0) AS upto) AS found RETURNING trimmed_all";
const DELETE_ALL: &str = "DELETE FROM event WHERE cursor IN (SELECT cursor FROM event WHERE cursor <= $1 ORDER BY cursor LIMIT $2)";
const MARK_NOISE: &str = "UPDATE log_state SET trimmed_noise = GREATEST(trimmed_noise, found.upto) \
    FROM (SELECT coalesce((SELECT min(event.cursor) - 1 FROM event WHERE at >= $1::timestamptz), \
    (SELECT max(event.cursor) FROM event), 0) AS upto) AS found RETURNING trimmed_noise";
const DELETE_NOISE: &str = "DELETE FROM event WHERE cursor IN \
    (SELECT cursor FROM event WHERE cursor <= $1 AND NOT is_history ORDER BY cursor LIMIT $2)";
