//! TMDB: does it answer, and does it take the key.

use radarr_proto::model::SecretSource;

use crate::health::finding::Finding;
use crate::health::look::Look;

/// What is wrong with TMDB. That no key is set is told by the check of what is not set up.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    let Some(Err(error)) = &look.tmdb_answer else { return Vec::new() };
    let deployed = look.tmdb.key == SecretSource::Deployment;
    let place = if deployed { "; the key is the deployment's" } else { "" };
    let hint = error.hint.clone().unwrap_or_default();
    vec![Finding::error("tmdb", "", format!("movies can't be looked up: {}{place}", error.message), hint)]
}
