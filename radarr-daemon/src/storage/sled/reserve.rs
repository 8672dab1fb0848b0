//! Jobs that are about to be taken. In memory: whoever reserves and ends, ends with the one daemon that there is.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use radarr_proto::model::JobId;

use super::index::Index;
use crate::storage::{Collection, DocKey, RESERVED_FOR, number_id};

#[derive(Debug)]
struct Reserved {
    owner: String,
    version: u64,
    until: Instant,
}

#[derive(Debug, Default)]
pub(super) struct Reservations {
    of_jobs: Mutex<HashMap<JobId, Reserved>>,
}

impl Reservations {
    /// The first that is there and that nobody else has, kept for `owner`.
    pub(super) fn first_free(&self, index: &Index, candidates: &[JobId], owner: &str) -> Option<JobId> {
        let now = Instant::now();
        let mut reserved = self.of_jobs.lock().unwrap_or_else(PoisonError::into_inner);
        reserved.retain(|_, reserved| reserved.until > now);
        for id in candidates {
            let key = DocKey::new(Collection::Job, number_id(id.0));
            let Some(version) = index.find(&key).map(|known| known.version) else { continue };
            let is_taken =
                reserved.get(id).is_some_and(|other| other.version == version && other.owner != owner);
            if !is_taken {
                let ours = Reserved { owner: owner.to_owned(), version, until: now + RESERVED_FOR };
                reserved.insert(*id, ours);
                return Some(*id);
            }
        }
        None
    }
}
