//! All checks there are, each a file, each of one shape: a look in, findings out.

mod certificates;
mod clients;
mod declared;
mod ffprobe;
mod gone;
mod indexers;
mod roots;
mod rules;
mod setup;
mod storage;
mod tmdb;

use super::finding::Finding;
use super::links;
use super::look::Look;

/// What all of them find.
pub(super) async fn all(look: &Look) -> Vec<Finding> {
    let judges: [fn(&Look) -> Vec<Finding>; 11] = [
        storage::check,
        roots::check,
        gone::check,
        tmdb::check,
        indexers::check,
        clients::check,
        rules::check,
        ffprobe::check,
        certificates::check,
        setup::check,
        declared::check,
    ];
    let mut findings: Vec<Finding> = judges.iter().flat_map(|judge| judge(look)).collect();
    findings.extend(links::check(look).await);
    findings
}
