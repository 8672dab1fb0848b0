//! Settings against a real storage.

mod formats;
mod limits;
mod outside;
mod rules;
mod together;

use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::EventKind;

use super::testing;
use crate::flow::{By, Flow, FlowError};
use crate::storage::HistoryRange;

fn by() -> By {
    By::caller("alice", "request-1")
}

/// The error of a refused change, as a client sees it.
#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, FlowError>, code: ErrorCode, words: &str) {
    let error: ApiError = result.unwrap_err().into();
    assert_eq!(error.code, code, "{error:?}");
    assert!(error.message.contains(words), "wanted {words:?}, got {:?}", error.message);
    assert!(error.hint.is_some() || code == ErrorCode::NotFound, "{error:?}");
}

/// What changed, `what name`, oldest first.
async fn changes(flow: &Flow) -> Vec<String> {
    let mut events = flow.store.history(HistoryRange::default(), 100).await.unwrap();
    events.reverse();
    let mut changes = Vec::new();
    for event in events {
        if let EventKind::SettingsChanged { what, name, .. } = event.kind {
            changes.push(format!("{} {what} {name}", event.actor));
        }
    }
    changes
}
