//! Reads of the event log, and its clean-up.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::model::{Cursor, Event};
use tokio::sync::{mpsc, oneshot};

use super::engine::Engine;
use super::group::event_bytes;
use super::layout::{self, LogState};
use super::read::{blocking, healthy_engine, present};
use super::shared::{Shared, read};
use super::writer::{Request, Trim};
use crate::storage::{EVENTS_PAGE_MAX, EventPage, HistoryRange, Maintained, Retention, StoreError};

/// Events that one step of the clean-up looks at: short enough to let commits pass in between.
const TRIM_STEP: usize = 1_000;

/// Events behind `after`. Point reads by cursor, so that followers go on while the storage is in trouble.
pub(super) async fn after(shared: Arc<Shared>, after: Cursor, limit: usize) -> Result<EventPage, StoreError> {
    let log = read(&shared.index).log;
    // A cursor of the future comes from before a restore: that reader has to read everything anew as well.
    let gap = after.0 < log.trimmed_noise.max(log.anew_before) || after.0 > log.cursor;
    let first = after.0.max(log.trimmed_all).saturating_add(1);
    if first > log.cursor {
        return Ok(EventPage { events: Vec::new(), cursor: Cursor(log.cursor), gap });
    }
    let limit = limit.clamp(1, EVENTS_PAGE_MAX);
    let engine = present(&shared).await?;
    blocking(move || {
        let mut events = Vec::new();
        let mut reached = log.cursor;
        for cursor in first..=log.cursor {
            if let Some(body) = engine.get(&layout::event_key(cursor))? {
                events.push(decode(cursor, &body)?);
                if events.len() == limit {
                    reached = cursor;
                    break;
                }
            }
        }
        Ok(EventPage { events, cursor: Cursor(reached), gap })
    })
    .await
}

/// Events that are looked at one by one for a history, while the storage is in trouble and can't be walked.
const STEPS_BACK_MAX: u64 = 20_000;

/// The past, newest first. In trouble only the newer part of it: what [`STEPS_BACK_MAX`] events hold.
pub(super) async fn history(
    shared: Arc<Shared>,
    range: HistoryRange,
    limit: usize,
) -> Result<Vec<Event>, StoreError> {
    let last = read(&shared.index).log.cursor;
    let before = range.before.map_or(last.saturating_add(1), |before| before.0.min(last.saturating_add(1)));
    let limit = limit.min(EVENTS_PAGE_MAX);
    let engine = present(&shared).await?;
    if shared.trouble().is_some() {
        let gone = read(&shared.index).log.trimmed_all;
        return blocking(move || step_back(&engine, range, (gone + 1)..before, limit)).await;
    }
    blocking(move || {
        let (first, end) = match range.movie {
            Some(movie) => (layout::movie_event_key(movie, 0), layout::movie_event_key(movie, before)),
            None => (layout::history_key(0), layout::history_key(before)),
        };
        let mut events = Vec::new();
        for item in engine.scan_before(&first, &end).rev().take(limit) {
            let (key, _) = item?;
            let cursor = layout::cursor_of(&key).unwrap_or(0);
            // Cleaned away between the scan and now.
            let Some(body) = engine.get(&layout::event_key(cursor))? else { continue };
            events.push(decode(cursor, &body)?);
        }
        Ok(events)
    })
    .await
}

/// The same by point reads.
fn step_back(
    engine: &Engine,
    range: HistoryRange,
    cursors: Range<u64>,
    limit: usize,
) -> Result<Vec<Event>, StoreError> {
    let from = cursors.start.max(cursors.end.saturating_sub(STEPS_BACK_MAX));
    let mut events = Vec::new();
    for cursor in (from..cursors.end).rev() {
        if events.len() == limit {
            break;
        }
        let Some(body) = engine.get(&layout::event_key(cursor))? else { continue };
        let event = decode(cursor, &body)?;
        if event.kind.is_history() && range.movie.is_none_or(|movie| event.movie_id == Some(movie)) {
            events.push(event);
        }
    }
    Ok(events)
}

/// Cleans away what is older than `retention` says, step by step.
pub(super) async fn clean(
    shared: Arc<Shared>,
    requests: &mpsc::Sender<Request>,
    now: Timestamp,
    retention: Retention,
) -> Result<Maintained, StoreError> {
    let history_before = now.checked_sub(retention.history).unwrap_or(Timestamp::MIN);
    let noise_before = now.checked_sub(retention.noise).unwrap_or(Timestamp::MIN);
    let mut events_removed = 0;
    for (before, what) in [(history_before, Old::Everything), (noise_before, Old::Noise)] {
        loop {
            let engine = healthy_engine(&shared).await?;
            let log = read(&shared.index).log;
            let step = blocking(move || plan(&engine, log, before, what)).await?;
            let Some((trim, removed)) = step else { break };
            let (answer, done) = oneshot::channel();
            requests.send(Request::Trim(trim, answer)).await.map_err(|_| StoreError::Closed)?;
            done.await.map_err(|_| StoreError::Closed)??;
            events_removed += removed;
        }
    }
    Ok(Maintained { events_removed })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Old {
    Everything,
    Noise,
}

/// The next step, and how many events it removes; `None` when there is nothing old left.
fn plan(
    engine: &Engine,
    log: LogState,
    before: Timestamp,
    what: Old,
) -> Result<Option<(Trim, u64)>, StoreError> {
    let done = match what {
        Old::Everything => log.trimmed_all,
        Old::Noise => log.trimmed_noise,
    };
    let mut trim =
        Trim { keys: Vec::new(), bytes: 0, trimmed_all: log.trimmed_all, trimmed_noise: log.trimmed_noise };
    let mut reached = done;
    let mut removed = 0;
    for item in engine.scan(b"e", &layout::event_key(done.saturating_add(1))).take(TRIM_STEP) {
        let (key, body) = item?;
        let cursor = layout::cursor_of(&key).unwrap_or(0);
        if cursor > log.cursor {
            break;
        }
        let event = decode(cursor, &body)?;
        if event.at >= before {
            break;
        }
        reached = cursor;
        let history = event.kind.is_history();
        if what == Old::Noise && history {
            continue;
        }
        removed += 1;
        trim.bytes += event_bytes(body.len());
        trim.keys.push(key.to_vec());
        trim.keys.extend(layout::history_keys(&event));
    }
    if reached == done {
        return Ok(None);
    }
    // A reader behind the mark reads everything anew: only worth it when something is gone.
    if what == Old::Everything {
        trim.trimmed_all = reached;
    }
    trim.trimmed_noise = trim.trimmed_noise.max(reached);
    Ok(Some((trim, removed)))
}

pub(super) fn decode(cursor: u64, body: &[u8]) -> Result<Event, StoreError> {
    serde_json::from_slice(body)
        .map_err(|error| StoreError::Corrupt { what: format!("event {cursor}"), why: error.to_string() })
}
