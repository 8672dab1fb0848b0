//! What seems to be gone: files of movies, and movies at TMDB.

use radarr_proto::model::MovieStatus;

use crate::health::finding::Finding;
use crate::health::look::Look;

const FILES: &str = "files_gone";
const MOVIES: &str = "movies_gone";

/// Titles that an entry shows.
const SAMPLES_MAX: usize = 3;

/// What was held back by the last look into all folders, and which movies TMDB does not know any more.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    let held_back = look.held_back.iter();
    let mut findings: Vec<Finding> =
        held_back.map(|held| Finding::error(FILES, &held.path, held.message(), held.hint())).collect();
    let rows = look.library.rows.values();
    let gone: Vec<&str> = rows
        .filter(|row| row.shown.status == MovieStatus::Deleted)
        .map(|row| row.shown.title.as_str())
        .collect();
    if !gone.is_empty() {
        let samples: Vec<&str> = gone.iter().take(SAMPLES_MAX).copied().collect();
        findings.push(Finding::warning(
            MOVIES,
            "tmdb",
            format!("TMDB does not know {} movies any more, such as {}", gone.len(), samples.join(", ")),
            "see whether they are there under another number and add that one; they stay in the library",
        ));
    }
    findings
}
