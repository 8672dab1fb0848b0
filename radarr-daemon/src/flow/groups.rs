//! What is known of release groups, from the grabs that are on record.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{Grab, GrabState, GroupReputation, MovieId, Slot};

use super::{Flow, FlowError};
use crate::domain::reputation::{Outcome, Record, reputations};

/// Who replaces a file so soon was not content with it.
const REPLACED_SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// All groups, best first.
pub async fn groups(flow: &Flow) -> Result<Vec<GroupReputation>, FlowError> {
    let library = flow.library.now();
    let mut records = Vec::new();
    let mut imports: HashMap<(MovieId, Slot), (Timestamp, Option<usize>)> = HashMap::new();
    // In the order of their numbers, which is that of time.
    flow.store
        .for_each::<Grab>(|grab| {
            let record = grab.parsed.release_group.as_ref().map(|group| Record {
                group: group.clone(),
                quality: grab.parsed.quality.quality,
                size_bytes: grab.release.size_bytes,
                runtime_minutes: library.rows.get(&grab.movie_id).map_or(0, |row| row.shown.runtime_minutes),
                flags: grab.release.flags.clone(),
                outcome: outcome(&grab.state),
            });
            let place = record.is_some().then_some(records.len());
            records.extend(record);
            let GrabState::Imported { at } = grab.state else { return };
            let before = imports.insert((grab.movie_id, grab.slot), (at, place));
            if let Some((then, Some(replaced))) = before
                && at.duration_since(then) <= REPLACED_SOON
                && let Some(record) = records.get_mut(replaced)
            {
                record.outcome = Outcome::Replaced;
            }
        })
        .await?;
    Ok(reputations(&records))
}

/// One group; its name is compared without case.
pub async fn group(flow: &Flow, name: &str) -> Result<GroupReputation, FlowError> {
    let known = groups(flow).await?.into_iter().find(|known| known.group.eq_ignore_ascii_case(name));
    known.ok_or_else(|| FlowError::not_found(format!("nothing of {name} was grabbed yet")))
}

fn outcome(state: &GrabState) -> Outcome {
    match state {
        GrabState::Imported { .. } => Outcome::Imported,
        GrabState::Failed { .. } => Outcome::Failed,
        GrabState::Intended
        | GrabState::Downloading
        | GrabState::Stalled { .. }
        | GrabState::Paused
        | GrabState::ImportPending
        | GrabState::Importing
        | GrabState::ImportBlocked { .. }
        | GrabState::Removed
        | GrabState::Gone
        | GrabState::Unknown => Outcome::Open,
    }
}
