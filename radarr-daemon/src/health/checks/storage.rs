//! The storage: does it take changes, and has it room.

use crate::domain::quality::size::in_words;
use crate::files::free_space;
use crate::health::finding::Finding;
use crate::health::look::Look;
use crate::storage::StoreHealth;

const CHECK: &str = "storage";

/// 10,000 movies take about 50 MB; what is far beyond came from an event log that is never cleaned away.
const SIZE_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// A few days of events and a compaction of a large library.
const FREE_MIN: u64 = 512 * 1024 * 1024;

/// What is wrong with the storage.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let StoreHealth::Broken { why, hint, recovering } = &look.storage {
        let going_on = if *recovering { "; it is tried again by itself" } else { "" };
        findings.push(Finding::error(
            CHECK,
            "storage",
            format!("the storage takes no changes: {why}{going_on}"),
            hint.clone(),
        ));
    }
    let folder = look.storage_folder.display();
    if let Ok(space) = free_space(&look.storage_folder)
        && space.free_bytes < FREE_MIN
    {
        findings.push(Finding::warning(
            CHECK,
            "room",
            format!("the disk of {folder} has {} left", in_words(space.free_bytes)),
            "free some space there before it takes no changes any more",
        ));
    }
    if let Some(bytes) = look.storage_bytes.filter(|bytes| *bytes > SIZE_MAX) {
        findings.push(Finding::notice(
            CHECK,
            "size",
            format!("the storage in {folder} has grown to {}", in_words(bytes)),
            "restart the daemon: what is no longer needed is cleared away at the start",
        ));
    }
    findings
}
