//! The files of the library are there, with the size that is recorded.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use radarr_proto::request::{FindingKind, Repair};
use tracing::warn;

use super::Findings;
use super::seen::Seen;

/// A file that should be there.
struct Wanted {
    movie: String,
    root: PathBuf,
    path: PathBuf,
    size_bytes: u64,
}

/// Looks at all of them; how many there are.
pub(super) async fn check(seen: &Seen, findings: &mut Findings) -> u64 {
    let mut wanted = Vec::new();
    for (id, movie) in &seen.movies {
        for version in &movie.versions {
            let (Some((path, size_bytes)), Some(root)) = (&version.file, seen.roots.get(&version.root))
            else {
                continue;
            };
            let root = PathBuf::from(root);
            wanted.push(Wanted {
                movie: format!("movie {id} ({})", movie.title),
                path: root.join(&version.folder).join(path),
                root,
                size_bytes: *size_bytes,
            });
        }
    }
    let count = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
    let looked = tokio::task::spawn_blocking(move || look(&wanted));
    match looked.await {
        Ok(wrong) => {
            for Wrong { what, why, hint } in wrong {
                findings.add(FindingKind::File, what, why, Repair::ByHand, Some(hint));
            }
        }
        Err(error) => warn!(%error, "the look at the files ended badly"),
    }
    count
}

struct Wrong {
    what: String,
    why: String,
    hint: &'static str,
}

const RESCAN: &str =
    "radarr-tui movie rescan says what is there now; a lost file is searched again by itself";
const MOUNT: &str = "see whether the disk is mounted and the daemon's user may read it";

fn look(wanted: &[Wanted]) -> Vec<Wrong> {
    let mut wrong: Vec<Wrong> = Vec::new();
    let mut last_missing: Option<&Path> = None;
    for file in wanted {
        // Of a root folder that is not there nothing is, and that is said once.
        if last_missing == Some(&file.root) {
            continue;
        }
        if !file.root.is_dir() {
            last_missing = Some(&file.root);
            let what = format!("the root folder {}", file.root.display());
            if !wrong.iter().any(|wrong| wrong.what == what) {
                wrong.push(Wrong { what, why: "it is not there".to_owned(), hint: MOUNT });
            }
            continue;
        }
        let what = || format!("{}: {}", file.movie, file.path.display());
        match std::fs::metadata(&file.path) {
            Ok(found) if found.is_file() && found.len() == file.size_bytes => {}
            Ok(found) if found.is_file() => {
                let why = format!("it has {} bytes, and {} are recorded", found.len(), file.size_bytes);
                wrong.push(Wrong { what: what(), why, hint: RESCAN });
            }
            Ok(_) => wrong.push(Wrong { what: what(), why: "it is no file".to_owned(), hint: RESCAN }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                wrong.push(Wrong { what: what(), why: "it is not there".to_owned(), hint: RESCAN });
            }
            Err(error) => wrong.push(Wrong { what: what(), why: error.to_string(), hint: MOUNT }),
        }
    }
    wrong
}
