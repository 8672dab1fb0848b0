//! Asking an indexer within its budget.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::Indexer;

use super::{Flow, FlowError};
use crate::indexers::budget::{Because, Purpose};
use crate::indexers::{self, IndexerError, ledger};

/// A person waits that long for an indexer's turn; then they are told when it is.
pub(super) const PERSON_WAITS: Duration = Duration::from_secs(20);
/// A job waits longer: its turn comes, or it is tried again.
pub(super) const JOB_WAITS: Duration = Duration::from_mins(1);

/// Asks an indexer once its budget allows it; waits for its turn up to `patience`, and notes how it went.
pub(super) async fn ask<T>(
    flow: &Flow,
    indexer: &Indexer,
    purpose: Purpose,
    patience: Duration,
    request: impl for<'a> FnOnce(&'a dyn indexers::Indexer) -> BoxFuture<'a, Result<T, IndexerError>>,
) -> Result<T, FlowError> {
    wait_for_turn(flow, indexer, purpose, patience).await?;
    let connection: Arc<dyn indexers::Indexer> = flow.outside.indexer(indexer).await?;
    let answer = request(&*connection).await;
    let outcome = answer.as_ref().map(drop);
    ledger::record(&flow.store, indexer.id, outcome, flow.now(), flow.outside.started_at).await?;
    Ok(answer?)
}

async fn wait_for_turn(
    flow: &Flow,
    indexer: &Indexer,
    purpose: Purpose,
    patience: Duration,
) -> Result<(), FlowError> {
    let give_up = later(flow.now(), patience);
    loop {
        let now = flow.now();
        let Err(wait) = ledger::take(&flow.store, indexer, purpose, now).await? else { return Ok(()) };
        if wait.because == Because::Pace && wait.at <= give_up {
            tokio::time::sleep(ledger::wait_for(wait, now)).await;
            continue;
        }
        let why = match wait.because {
            Because::Pace => "its turn has not come",
            Because::HourUsedUp => "its requests of this hour are used up",
            Because::Blocked => "it failed or asked to be left alone",
        };
        let message = format!("{} is not asked before {}: {why}", indexer.name, in_seconds(wait.at));
        return Err(ApiError::new(ErrorCode::RateLimited, message)
            .with_hint("wait, or raise its requests per hour: radarr-tui indexer edit")
            .into());
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_add(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX)).unwrap_or(Timestamp::MAX)
}

/// Without fractions: `2026-01-31T12:00:00Z`.
fn in_seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
