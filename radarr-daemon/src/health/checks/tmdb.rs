//! TMDB: does it answer, and does it take the key.

use radarr_proto::model::SecretSource;

use crate::flow::FlowError;
use crate::health::finding::Finding;
use crate::health::look::Look;

const CHECK: &str = "tmdb";

/// What is wrong with TMDB. That no key is set is told by the check of what is not set up.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    let Some(Err(error)) = &look.tmdb_answer else { return Vec::new() };
    let place = match look.tmdb.key {
        SecretSource::Deployment => "; the key is the deployment's",
        SecretSource::None | SecretSource::Stored | SecretSource::File { .. } | SecretSource::Unknown => "",
    };
    let message = format!("movies can't be looked up: {error}{place}");
    let finding = if let FlowError::Tmdb(tmdb) = error {
        let hint = tmdb.hint();
        // What passes by itself is nobody's task.
        let judge = if tmdb.may_pass() { Finding::warning } else { Finding::error };
        judge(CHECK, "TMDB".to_owned(), message, hint.to_owned())
    } else {
        Finding::error(CHECK, "TMDB", message, "set the key again: radarr-tui tmdb set --key-file FILE")
    };
    vec![finding]
}
