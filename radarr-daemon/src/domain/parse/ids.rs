//! Ids of movie databases in a name.

use std::sync::LazyLock;

use radarr_proto::model::{ImdbId, TmdbId};
use regex::Regex;

#[expect(clippy::unwrap_used, reason = "a constant expression that the tests run")]
static IMDB: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)(?:^|[^a-z0-9])(tt\d{7,8})(?:[^0-9]|$)").unwrap());

/// As in `{tmdb-603}`, `[tmdbid-603]`, `tmdbid=603`.
#[expect(clippy::unwrap_used, reason = "a constant expression that the tests run")]
static TMDB: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)tmdb(?:id)?[-=](\d{1,9})(?:[^0-9]|$)").unwrap());

/// The IMDb id that stands in the name.
pub fn parse_imdb_id(name: &str) -> Option<ImdbId> {
    IMDB.captures(name)?.get(1)?.as_str().to_ascii_lowercase().parse().ok()
}

/// The TMDB id that stands in the name.
pub fn parse_tmdb_id(name: &str) -> Option<TmdbId> {
    TMDB.captures(name)?.get(1)?.as_str().parse().ok().filter(|id: &TmdbId| id.0 > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_names() {
        assert_eq!(
            parse_imdb_id("Movie (1998) [imdb-tt0120735][Bluray-1080p]").unwrap().as_str(),
            "tt0120735"
        );
        assert_eq!(parse_imdb_id("Movie.tt01.2000"), None);
        assert_eq!(parse_tmdb_id("Movie (2000) {tmdb-603}"), Some(TmdbId(603)));
        assert_eq!(parse_tmdb_id("Movie (2000) [tmdbid-603]"), Some(TmdbId(603)));
        assert_eq!(parse_tmdb_id("Movie tmdb 2000"), None);
    }
}
