//! Ids of movie databases in a name.

use radarr_proto::model::{ImdbId, TmdbId};

use super::lexicon::Role;
use super::words::{Words, words};

/// The IMDb id that stands in the name.
pub fn parse_imdb_id(name: &str) -> Option<ImdbId> {
    imdb_id_of(&words(name))
}

/// The TMDB id that stands in the name.
pub fn parse_tmdb_id(name: &str) -> Option<TmdbId> {
    tmdb_id_of(name, &words(name))
}

/// `tt` and seven or eight digits; letters may follow them.
pub(super) fn imdb_id_of(words: &Words<'_>) -> Option<ImdbId> {
    if !words.said.has(Role::ImdbId) {
        return None;
    }
    words.all.iter().filter(|word| word.has(Role::ImdbId)).find_map(|word| {
        let digits = digits(word.text.get(2..)?);
        let id = (7..=8).contains(&digits.len()).then(|| format!("tt{digits}"))?;
        id.parse().ok()
    })
}

/// As in `{tmdb-603}`, `[tmdbid-603]`, `tmdbid=603`.
pub(super) fn tmdb_id_of(name: &str, words: &Words<'_>) -> Option<TmdbId> {
    if !words.said.has(Role::TmdbId) {
        return None;
    }
    words.all.windows(2).find_map(|pair| {
        let [mark, number] = pair else { return None };
        if !number.begins_with_digit() || !(mark.ends_with("tmdb") || mark.ends_with("tmdbid")) {
            return None;
        }
        let is_joined = matches!(name.get(mark.end..number.start), Some("-" | "="));
        let digits = Some(digits(number.text)).filter(|digits| is_joined && digits.len() < 10)?;
        digits.parse().ok().filter(|id: &TmdbId| id.0 > 0)
    })
}

/// The digits at the front.
fn digits(text: &str) -> &str {
    text.get(..text.bytes().take_while(u8::is_ascii_digit).count()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_names() {
        for (name, imdb, tmdb) in [
            ("Movie (1998) [imdb-tt0120735][Bluray-1080p]", Some("tt0120735"), None),
            ("Movie (1998) {imdb-TT12073512}", Some("tt12073512"), None),
            ("tt0120735", Some("tt0120735"), None),
            ("Movie.tt0120735v2.mkv", Some("tt0120735"), None),
            ("Movie.tt01.2000", None, None),
            ("Movie.tt012073512.2000", None, None),
            ("Movie.att0120735.2000", None, None),
            ("Movie (2000) {tmdb-603}", None, Some(603)),
            ("Movie (2000) [TMDbId-603]", None, Some(603)),
            ("Movie (2000) tmdbid=603", None, Some(603)),
            ("Movie (2000) {tmdb-603} {imdb-tt0133093}", Some("tt0133093"), Some(603)),
            ("Movie (2000) {tmdb-0}", None, None),
            ("Movie (2000) {tmdb-6030000000}", None, None),
            ("Movie tmdb 2000", None, None),
        ] {
            assert_eq!(parse_imdb_id(name).as_ref().map(ImdbId::as_str), imdb, "{name}");
            assert_eq!(parse_tmdb_id(name).map(|id| id.0), tmdb, "{name}");
        }
    }
}
