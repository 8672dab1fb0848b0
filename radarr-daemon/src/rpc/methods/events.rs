//! The log of events: what comes next (a long-poll), and what was.

use std::time::Duration;

use radarr_proto::error::ApiResult;
use radarr_proto::model::{Event, EventKind, Role};
use radarr_proto::request::{AuditQuery, EventBatch, HistoryPage, HistoryQuery, NextEvents};
use tokio::time::Instant;

use crate::rpc::call::Call;
use crate::storage::{AuditRange, EVENTS_PAGE_MAX, HistoryRange};

/// The longest wait, whatever is asked.
const WAIT_MAX: Duration = Duration::from_mins(1);

/// The answer leaves that long before its caller gives up.
const BEFORE_DEADLINE: Duration = Duration::from_secs(1);

/// Entries of a history that does not say how many.
const HISTORY_PAGE: u32 = 100;

/// The events behind a cursor; waits for the first one.
pub async fn next_events(call: Call, request: NextEvents) -> ApiResult<EventBatch> {
    let store = &call.flow().store;
    let mut changes = store.watch();
    let after = request.after.unwrap_or_else(|| store.last_cursor());
    let limit = request.limit.map_or(EVENTS_PAGE_MAX, page_size);
    let patience = call.deadline.saturating_duration_since(std::time::Instant::now());
    let wait =
        Duration::from_millis(request.wait_ms).min(WAIT_MAX).min(patience.saturating_sub(BEFORE_DEADLINE));
    let until = Instant::now() + wait;
    let stopping = call.calls.tasks.stopping();
    loop {
        changes.mark_unchanged();
        let newest = store.last_cursor();
        if after > newest {
            // The storage was put back to an older state: what the caller knows never was.
            return Ok(EventBatch { events: Vec::new(), cursor: newest, gap: true });
        }
        let mut batch = EventBatch { events: Vec::new(), cursor: after, gap: false };
        // Whoever knows the newest event need not ask the storage: most of the time all of them do.
        if after < newest {
            let page = call.calls.events.after(store, after, limit).await?;
            let events = told_to(&call, page.events.clone());
            batch = EventBatch { events, cursor: page.cursor, gap: page.gap };
        }
        if batch.gap || !batch.events.is_empty() {
            return Ok(batch);
        }
        tokio::select! {
            more = changes.changed() => if more.is_err() { return Ok(batch) },
            () = tokio::time::sleep_until(until) => return Ok(batch),
            () = stopping.cancelled() => return Ok(batch),
        }
    }
}

/// The past, newest first.
pub async fn history(call: Call, request: HistoryQuery) -> ApiResult<HistoryPage> {
    let limit = page_size(request.limit.unwrap_or(HISTORY_PAGE));
    let range = HistoryRange { movie: request.movie_id, before: request.before };
    let events = call.flow().store.history(range, limit).await?;
    let is_full = events.len() == limit;
    let next_before = events.last().filter(|_| is_full).map(|event| event.cursor);
    let events = events.into_iter().filter(|event| !event.kind.is_for_admins()).collect();
    Ok(HistoryPage { events: told_to(&call, events), next_before })
}

/// Who changed what, newest first.
pub async fn audit(call: Call, request: AuditQuery) -> ApiResult<HistoryPage> {
    let limit = page_size(request.limit.unwrap_or(HISTORY_PAGE));
    let AuditQuery { actor, since, before, .. } = request;
    let page = call.flow().store.audit(AuditRange { actor, since, before }, limit).await?;
    Ok(HistoryPage { events: page.events, next_before: page.next_before })
}

/// What a caller is told of events: where somebody connected from, and what the settings were, is for admins.
fn told_to(call: &Call, mut events: Vec<Event>) -> Vec<Event> {
    if call.principal.role.allows(Role::Admin) {
        return events;
    }
    events.retain(|event| !event.kind.is_for_admins());
    for event in &mut events {
        event.from = None;
        if let EventKind::SettingsChanged { changes, .. } = &mut event.kind {
            changes.clear();
        }
    }
    events
}

fn page_size(asked: u32) -> usize {
    usize::try_from(asked).unwrap_or(EVENTS_PAGE_MAX).clamp(1, EVENTS_PAGE_MAX)
}
