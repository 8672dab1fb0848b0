//! Our own grabs by group: how many, and what came of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{Event, EventKind, GrabId, GrabState, MovieId, Slot};
use serde::Deserialize;

use super::key_of;
use crate::domain::reputation::{Outcome, Own};
use crate::storage::{Collection, DocKey, SharedStore, StoreError, StoredDoc, number_id};

/// Who replaces a file so soon was not content with it.
const REPLACED_SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Grabs that are read at a time.
const READ_PAGE: usize = 256;

/// The part of a grab that is needed here.
#[derive(Debug, Deserialize)]
struct Stored {
    id: GrabId,
    movie_id: MovieId,
    #[serde(default)]
    slot: Slot,
    state: GrabState,
    parsed: Parsed,
}

#[derive(Debug, Deserialize)]
struct Parsed {
    #[serde(default)]
    release_group: Option<String>,
}

/// A grab as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    id: GrabId,
    group: Option<String>,
    version: (MovieId, Slot),
    end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    None,
    Imported(Timestamp),
    Failed,
}

/// All grabs, and the sums by group.
#[derive(Debug, Default)]
pub(super) struct OwnGrabs {
    grabs: BTreeMap<GrabId, Told>,
    groups: HashMap<String, (String, Own)>,
}

impl OwnGrabs {
    /// Reads all grabs.
    pub(super) async fn read_all(&mut self, store: &SharedStore) -> Result<(), StoreError> {
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = store.list(Collection::Grab, after.as_deref(), READ_PAGE).await?;
            let full = page.len() == READ_PAGE;
            after = page.last().map(|(id, _)| id.clone());
            for (id, stored) in page {
                all.push(read(&DocKey::new(Collection::Grab, id), &stored)?);
            }
            if !full {
                break;
            }
        }
        self.take_in(all);
        Ok(())
    }

    /// Takes in grabs as they are stored now.
    pub(super) fn take_in(&mut self, grabs: Vec<Told>) {
        self.grabs.extend(grabs.into_iter().map(|told| (told.id, told)));
        self.groups.clear();
        for (told, outcome) in outcomes(self.grabs.values()) {
            let Some(group) = &told.group else { continue };
            let (_, own) =
                self.groups.entry(key_of(group)).or_insert_with(|| (group.trim().to_owned(), Own::default()));
            own.add(outcome);
        }
    }

    /// What came of the grabs of a group; `None` when there are none.
    pub(super) fn of(&self, key: &str) -> Option<Own> {
        self.groups.get(key).map(|(_, own)| *own)
    }

    /// The name of a group, as its first grab had it.
    pub(super) fn name(&self, key: &str) -> Option<&str> {
        self.groups.get(key).map(|(name, _)| name.as_str())
    }

    /// The groups that something was grabbed of.
    pub(super) fn keys(&self) -> impl Iterator<Item = &String> {
        self.groups.keys()
    }

    /// What came of all grabs.
    pub(super) fn sum(&self) -> Own {
        self.groups.values().fold(Own::default(), |sum, (_, own)| Own {
            grabs: sum.grabs + own.grabs,
            ended: sum.ended + own.ended,
            failed: sum.failed + own.failed,
            replaced: sum.replaced + own.replaced,
        })
    }
}

/// What came of each, in the order of their numbers, which is that of time: an import that comes within 30 days of
/// another one of the same version replaces it.
fn outcomes<'a>(grabs: impl Iterator<Item = &'a Told>) -> Vec<(&'a Told, Outcome)> {
    let mut all: Vec<(&Told, Outcome)> = Vec::new();
    let mut imports: HashMap<(MovieId, Slot), (Timestamp, usize)> = HashMap::new();
    for told in grabs {
        let outcome = match told.end {
            End::None => Outcome::Open,
            End::Failed => Outcome::Failed,
            End::Imported(at) => {
                let before = imports.insert(told.version, (at, all.len()));
                if let Some((then, replaced)) = before
                    && at.duration_since(then) <= REPLACED_SOON
                    && let Some((_, outcome)) = all.get_mut(replaced)
                {
                    *outcome = Outcome::Replaced;
                }
                Outcome::Imported
            }
        };
        all.push((told, outcome));
    }
    all
}

/// The grabs that these events may have changed the end of, as they are stored now.
pub(super) async fn read_changed(store: &SharedStore, events: &[Event]) -> Result<Vec<Told>, StoreError> {
    let changed: BTreeSet<GrabId> = events.iter().filter_map(|event| grab_of(&event.kind)).collect();
    let mut told = Vec::with_capacity(changed.len());
    for id in changed {
        let key = DocKey::new(Collection::Grab, number_id(id.0));
        if let Some(stored) = store.get(&key).await? {
            told.push(read(&key, &stored)?);
        }
    }
    Ok(told)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the log has many kinds, and these begin or end a grab")]
fn grab_of(kind: &EventKind) -> Option<GrabId> {
    match kind {
        EventKind::Grabbed { grab_id, .. }
        | EventKind::DownloadFailed { grab_id, .. }
        | EventKind::QueueRemoved { grab_id, .. }
        | EventKind::Imported { grab_id: Some(grab_id), .. } => Some(*grab_id),
        _ => None,
    }
}

fn read(key: &DocKey, stored: &StoredDoc) -> Result<Told, StoreError> {
    let grab: Stored = serde_json::from_slice(&stored.body)
        .map_err(|error| StoreError::Corrupt { what: key.to_string(), why: error.to_string() })?;
    let end = match grab.state {
        GrabState::Imported { at } => End::Imported(at),
        GrabState::Failed { .. } => End::Failed,
        GrabState::Intended
        | GrabState::Downloading
        | GrabState::Stalled { .. }
        | GrabState::Paused
        | GrabState::ImportPending
        | GrabState::Importing
        | GrabState::ImportBlocked { .. }
        | GrabState::Removed
        | GrabState::Gone
        | GrabState::Unknown => End::None,
    };
    let group = grab.parsed.release_group.filter(|group| !group.trim().is_empty());
    Ok(Told { id: grab.id, group, version: (grab.movie_id, grab.slot), end })
}
