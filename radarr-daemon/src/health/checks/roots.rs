//! Root folders: there, writable, with room, and known.

use crate::domain::quality::size::in_words;
use crate::health::finding::Finding;
use crate::health::look::Look;

const CHECK: &str = "root";

/// What is wrong with the root folders.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    let mut findings = Vec::new();
    for state in &look.roots {
        let path = &state.root.path;
        if let Some(problem) = &state.problem {
            findings.push(Finding::error(
                CHECK,
                path,
                format!("the root folder {path} can't be used: {problem}"),
                "mount it, or give the daemon's user permission to write there; nothing is removed from the library",
            ));
            continue;
        }
        let least = look.settings.minimum_free_bytes;
        if let Some(free) = state.free_bytes.filter(|free| *free < least) {
            findings.push(Finding::warning(
                CHECK,
                path,
                format!(
                    "{path} has {} left, and {} must stay free: nothing is imported there",
                    in_words(free),
                    in_words(least)
                ),
                "make room on that disk, or lower the limit: radarr-tui library set --minimum-free-bytes",
            ));
        }
    }
    let lost = look
        .library
        .rows
        .values()
        .filter(|row| look.roots.iter().all(|state| state.root.id != row.shown.root_folder_id));
    let lost = lost.count();
    if lost > 0 {
        findings.push(Finding::error(
            CHECK,
            "unknown",
            format!("movies that lie in a root folder that is not set up any more: {lost}"),
            "give them another one: radarr-tui movie edit MOVIE --root PATH",
        ));
    }
    findings
}
