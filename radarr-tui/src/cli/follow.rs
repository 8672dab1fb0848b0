//! Following the event log.

use std::ops::ControlFlow;

use radarr_proto::client::Client;
use radarr_proto::model::Cursor;
use radarr_proto::request::{EventBatch, NextEvents};

use super::failure::{Exit, Failure};

/// Reads what lies behind `after` (`None` = what comes from now on), each time waiting up to `wait_ms`, until `take`
/// has enough. `again` says how to go on from a place, for the case that the log has a hole.
pub(super) async fn follow(
    client: &Client,
    mut after: Option<Cursor>,
    wait_ms: u64,
    again: impl Fn(Cursor) -> String,
    mut take: impl FnMut(&EventBatch) -> Result<ControlFlow<()>, Failure>,
) -> Result<(), Failure> {
    loop {
        let batch = client.next_events(NextEvents { after, wait_ms, limit: None }).await?;
        if batch.gap {
            let what = "some events behind that one were cleaned away, or another log was put in their place";
            return Err(Failure::new(Exit::Failed, what).with_hint(again(batch.cursor)));
        }
        if take(&batch)?.is_break() {
            return Ok(());
        }
        after = Some(batch.cursor);
    }
}
