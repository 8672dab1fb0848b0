//! What is not the release of one movie: obfuscated names, episodes and seasons, daily shows, packs.

use super::file_name;
use super::marks::{Token, char_at, char_before};

/// Why the name (in `lower` without capitals) is not that of one movie's release; `None` when nothing speaks against it.
pub(super) fn reason(name: &str, lower: &str, tokens: &[Token<'_>]) -> Option<&'static str> {
    let bare = file_name::without_extension(name.trim());
    if !bare.chars().any(char::is_alphanumeric) {
        return Some("there are no letters or digits in it");
    }
    if lower.contains("yenc") && lower.contains("password") {
        return Some("it is the subject of a protected post");
    }
    if file_name::is_hashed(bare) {
        return Some("it is an obfuscated name");
    }
    tokens.iter().enumerate().find_map(|(at, token)| {
        if is_episode(name, tokens, at, token) {
            return Some("it names an episode or a season");
        }
        token.year()?;
        let next = tokens.get(at + 1)?;
        let between = name.get(token.end..next.start).unwrap_or_default();
        if between == "-" && next.year().is_some_and(|year| Some(year) > token.year()) {
            return Some("it spans several years: a pack of movies");
        }
        let after = tokens.get(at + 2)?;
        let close = between.len() == 1 && after.start - next.end == 1 && at > 0;
        (close && is_two_digits(next, 12) && is_two_digits(after, 31)).then_some("it names the day of a show")
    })
}

fn is_two_digits(token: &Token<'_>, max: u8) -> bool {
    token.lower.len() == 2 && token.lower.parse().is_ok_and(|number: u8| (1..=max).contains(&number))
}

/// `S01E02`, `S01`, `1x02`, `Season 1`, `- 11 (720p)` behind a season.
fn is_episode(name: &str, tokens: &[Token<'_>], at: usize, token: &Token<'_>) -> bool {
    let word = token.lower;
    let next = tokens.get(at + 1).map_or("", |next| next.lower);
    if at > 0 && word == "complete" && matches!(next, "series" | "season") {
        return true;
    }
    let digits = |text: &str, max: usize| {
        !text.is_empty() && text.len() <= max && text.bytes().all(|b| b.is_ascii_digit())
    };
    if at > 0 && SEASON_WORDS.contains(&word) && digits(next, 2) {
        return true;
    }
    // All other forms are words with a number in them.
    if !word.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    if let Some(rest) = word.strip_prefix('s') {
        if let Some((season, episode)) = rest.split_once('e')
            && digits(season, 4)
            && episode.starts_with(|c: char| c.is_ascii_digit())
        {
            return true;
        }
        // A season alone counts behind a title only.
        if at > 0 && digits(rest, 2) && (rest.len() == 2 || is_season_spot(name, token)) {
            return true;
        }
    }
    if at > 0 && is_numbered_part(word) {
        return true;
    }
    if let Some((season, episode)) = word.split_once('x')
        && digits(season, 2)
        && digits(episode, 3)
        && episode.len() >= 2
        && at > 0
    {
        return true;
    }
    // "[Group] Title - 01 (720p)": the number of an anime episode.
    let number =
        word.split_once('v').filter(|(_, version)| digits(version, 1)).map_or(word, |(number, _)| number);
    digits(number, 3)
        && number.len() >= 2
        && at > 1
        && name.trim_start().starts_with('[')
        && name.get(..token.start).is_some_and(|before| before.ends_with(" - "))
        && name
            .get(token.end..)
            .is_some_and(|rest| rest.starts_with([' ', 'v']) && rest.trim_start().starts_with(['(', '[']))
}

/// A season in the languages in which releases of shows are named.
const SEASON_WORDS: &[&str] = &["season", "staffel", "saison", "stagione", "temporada"];

/// `E05`, `Ep05`, `S01D02` (a disc of a season), `1of6`.
fn is_numbered_part(word: &str) -> bool {
    let numbers = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let episode = word.strip_prefix("ep").or_else(|| word.strip_prefix('e'));
    episode.is_some_and(|number| number.len() > 1 && numbers(number))
        || word.split_once("of").is_some_and(|(part, all)| numbers(part) && numbers(all))
        || word
            .strip_prefix('s')
            .and_then(|rest| rest.split_once('d'))
            .is_some_and(|(season, disc)| numbers(season) && numbers(disc))
}

/// `S2 (2019)`: a season of one digit before a bracket or a mark.
fn is_season_spot(name: &str, token: &Token<'_>) -> bool {
    char_before(name, token.start) == Some(' ')
        && char_at(name, token.end) == Some(' ')
        && name.get(token.end..).is_some_and(|rest| rest.trim_start().starts_with(['(', '[', '-']))
}
