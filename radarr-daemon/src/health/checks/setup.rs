//! What a new installation still needs before the first movie can come in.

use radarr_proto::model::SecretSource;

use crate::health::finding::Finding;
use crate::health::look::Look;

/// What is not set up.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    let any_indexer = look.indexers.iter().any(|state| state.indexer.enabled);
    let rows = [
        (
            look.roots.is_empty(),
            "root",
            "no root folder is set: movies have no place to lie in",
            "radarr-tui root add PATH",
        ),
        (
            look.tmdb.key == SecretSource::None,
            "tmdb",
            "no TMDB key is set: movies can't be looked up",
            "get a free key at themoviedb.org (Settings, API), then: radarr-tui tmdb set --key-file FILE",
        ),
        (
            !any_indexer,
            "indexer",
            "no indexer is in use: nothing can be searched for",
            "radarr-tui indexer add hdbits --username NAME --passkey-file FILE",
        ),
        (
            look.clients.is_empty(),
            "client",
            "no download client is in use: nothing can be downloaded",
            "radarr-tui client add qbittorrent --url http://127.0.0.1:8080",
        ),
        (
            look.profiles.is_empty(),
            "profile",
            "there is no quality profile: no movie can be added",
            "make one: radarr-tui profile",
        ),
    ];
    let missing = rows.into_iter().filter(|(is_missing, ..)| *is_missing);
    missing.map(|(_, subject, message, hint)| Finding::notice("setup", subject, message, hint)).collect()
}
