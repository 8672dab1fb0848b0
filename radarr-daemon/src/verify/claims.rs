//! Each movie holds the claims on what only one may have, and nobody else does.

use std::collections::BTreeMap;

use jiff::Timestamp;
use radarr_proto::model::{Movie, MovieId};
use radarr_proto::request::{FindingKind, Repair};

use super::Findings;
use super::seen::Seen;
use crate::flow::stored;
use crate::storage::{Commit, Expect};

/// Compares the claims with the movies.
pub(super) fn check(seen: &Seen, findings: &mut Findings) {
    let mut wanted: BTreeMap<String, MovieId> = BTreeMap::new();
    for (id, movie) in &seen.movies {
        let folders = movie.versions.iter().map(|version| (version.root, version.folder.as_str()));
        for what in stored::claims_of(movie.tmdb, folders) {
            match wanted.get(&what) {
                Some(other) if other != id => findings.add(
                    FindingKind::Reference,
                    format!("movie {id} ({})", movie.title),
                    format!("movie {other} has {what} as well, and only one may"),
                    Repair::ByHand,
                    Some(
                        "delete one of the two, or move it to another folder: radarr-tui movie edit, delete",
                    ),
                ),
                Some(_) => {}
                None => {
                    wanted.insert(what, *id);
                }
            }
        }
    }
    for (what, id) in &wanted {
        let held = seen.claims.get(what);
        let Some(movie) = seen.movies.get(id) else { continue };
        let expect = match held {
            Some((_, holder)) if holder == id => continue,
            Some((version, _)) => Expect::Version(*version),
            None => Expect::Absent,
        };
        let why = match held {
            Some((_, holder)) => format!("movie {holder} has its claim on {what}"),
            None => format!("its claim on {what} is missing"),
        };
        let commit = commit().guard::<Movie>(*id, Expect::Version(movie.version));
        let commit = stored::put_claim(commit, what.clone(), *id, expect);
        let called = format!("movie {id} ({})", movie.title);
        findings.add_mendable(FindingKind::Index, called, why, commit);
    }
    for (what, (version, holder)) in &seen.claims {
        // A movie that moves holds the folders at both ends.
        if wanted.contains_key(what) || seen.moving.contains(holder) {
            continue;
        }
        let commit = match seen.movies.get(holder) {
            Some(movie) => commit().guard::<Movie>(*holder, Expect::Version(movie.version)),
            None => commit().guard::<Movie>(*holder, Expect::Absent),
        };
        let commit = stored::drop_claim(commit, what.clone(), Expect::Version(*version));
        let why = format!("movie {holder} holds it, and has no use for it");
        findings.add_mendable(FindingKind::Index, format!("the claim on {what}"), why, commit);
    }
}

/// The moment is put in when it is kept.
fn commit() -> Commit {
    Commit::new("system", Timestamp::UNIX_EPOCH)
}
